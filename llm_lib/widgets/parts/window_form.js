// What the window lab is set with, and the sizes that come of it.

import { ID_BYTES } from "../../engine/windows.js";
import { slider } from "../shared/controls.js";
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
    const box = (/** @type {keyof WindowSettings} */ setting) => {
      const input = h("input", {
        type: "checkbox",
        onchange: () => onchange({ [setting]: input.checked }),
      });
      return input;
    };
    this.sliders = {
      context_length: sliderOf("context_length", "Context length", 32, "tokens in a window"),
      stride: sliderOf("stride", "Stride", 32, "between two starts"),
      batch_size: sliderOf("batch_size", "Batch size", 16, "windows in a batch"),
    };
    this.shuffle = box("shuffle");
    this.dropLast = box("drop_last");
    this.nextEpoch = h("button", { type: "button", onclick: onnext }, "Next epoch");
    this.element = h(
      "div",
      { class: "llm-window-settings" },
      h("div", { class: "llm-window-sliders" }, ...Object.values(this.sliders)),
      h(
        "div",
        { class: "llm-row llm-window-boxes" },
        h("label", { class: "llm-check" }, this.shuffle, "Shuffle"),
        this.nextEpoch,
        h("label", { class: "llm-check" }, this.dropLast, "Leave out an incomplete batch"),
      ),
    );
  }

  /** @param {WindowSettings} settings */
  show({ context_length, stride, batch_size, shuffle, drop_last }) {
    this.sliders.context_length.show(context_length, String(context_length));
    this.sliders.stride.show(stride, String(stride));
    this.sliders.batch_size.show(batch_size, String(batch_size));
    this.shuffle.checked = shuffle;
    this.dropLast.checked = drop_last;
    this.nextEpoch.disabled = !shuffle;
  }
}

/** How many tokens, windows and batches there are, and how large a batch is. */
export class WindowFacts {
  constructor() {
    this.facts = ["Tokens", "Windows", "Batches", "One batch"].map((name) => ({
      name,
      value: h("dd"),
      note: h("dd", { class: "llm-note" }),
    }));
    this.element = h(
      "dl",
      { class: "llm-window-facts" },
      ...this.facts.map(({ name, value, note }) => h("div", {}, h("dt", {}, name), value, note)),
    );
  }

  /**
   * @param {number} n tokens
   * @param {Plan} plan
   * @param {WindowSettings} settings
   */
  show(n, { windows, batches, batch_bytes: bytes }, { context_length: T, batch_size: B }) {
    /** @type {[value: number | string, note: string][]} */
    const facts = [
      [n, `${count(n * FILE_BYTES, "byte")} in a file`],
      [windows, `of ${T} tokens, and 1 more to guess`],
      [
        batches.length,
        batches.length ? `of ${B === 1 || batches.at(-1).length === B ? B : `at most ${B}`}` : "",
      ],
      [count(bytes, "byte"), `x and y, ${ID_BYTES} bytes an id`],
    ];
    facts.forEach(([value, note], i) => {
      this.facts[i].value.textContent = value.toLocaleString("en");
      this.facts[i].note.textContent = note;
    });
  }
}
