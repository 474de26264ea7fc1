// What the window lab is set with, and what its tokens take.

import { ID_BYTES } from "../../engine/windows.js";
import { button, slider, tickBox } from "../shared/controls.js";
import { h } from "../shared/dom.js";
import { count } from "../shared/words.js";

/** @import { Plan, WindowSettings } from "../../engine/windows.js" */

const FILE_BYTES = 2; // of an id in a file

/** Sliders and boxes for the settings of a loader. */
export class WindowForm {
  /**
   * @param {(values: Partial<WindowSettings>) => void} onchange
   * @param {() => void} onnext what makes the next epoch
   */
  constructor(onchange, onnext) {
    const sliderOf = (
      /** @type {keyof WindowSettings} */ setting,
      /** @type {string} */ name,
      /** @type {number} */ max,
      /** @type {string} */ note,
    ) => {
      const oninput = (/** @type {number} */ value) => onchange({ [setting]: value });
      return slider({ name, min: 1, max, step: 1, note, oninput });
    };
    this.sliders = {
      context_length: sliderOf("context_length", "Context length", 32, "tokens in a window"),
      stride: sliderOf("stride", "Stride", 32, "between two starts"),
      batch_size: sliderOf("batch_size", "Batch size", 16, "windows in a batch"),
    };
    this.shuffle = tickBox("Shuffle", (shuffle) => onchange({ shuffle }));
    this.dropLast = tickBox(
      "Leave out an incomplete batch",
      (drop_last) => onchange({ drop_last }),
    );
    this.nextEpoch = button("Next epoch", onnext);
    this.element = h(
      "div",
      { class: "llm-slim llm-window-settings" },
      ...Object.values(this.sliders),
      h("div", { class: "llm-row llm-window-boxes" }, this.shuffle, this.nextEpoch, this.dropLast),
    );
  }

  /** @param {WindowSettings} settings */
  show({ context_length, stride, batch_size, shuffle, drop_last }) {
    this.sliders.context_length.show(context_length, String(context_length));
    this.sliders.stride.show(stride, String(stride));
    this.sliders.batch_size.show(batch_size, String(batch_size));
    this.shuffle.show(shuffle);
    this.dropLast.show(drop_last);
    this.nextEpoch.disabled = !shuffle;
  }
}

/**
 * What the tokens and a batch of them take.
 * @param {number} n tokens
 * @param {Plan} plan
 */
export const bytesInWords = (n, { batches, batch_bytes: bytes }) =>
  `${count(n * FILE_BYTES, "byte")} in a file, ${FILE_BYTES} an id.` +
  (batches.length
    ? ` One batch: ${count(bytes, "byte")}, ${ID_BYTES} an id; x and y share them.`
    : "");
