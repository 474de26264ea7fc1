// A model that was trained here goes out as three files in a zip, and one comes back.

import { modelZip, readModelFiles } from "../../engine/model_files.js";
import { button } from "../shared/controls.js";
import { h } from "../shared/dom.js";
import { more } from "../shared/layout.js";

/** @import { Loaded } from "./plan.js" */
/** @import { TrainRun } from "./run.js" */

const SAVED_AS = "my_model";
const MOST_TRAINED = 2_000_000; // numbers of a model that can be trained here

export class TrainFiles {
  /**
   * @param {{ save: () => void, load: (loaded: Loaded | null) => void,
   *   failed: (error: any) => void }} listeners load: with a model, or null for a new one
   */
  constructor({ save, load, failed }) {
    this.save = button("Save the model", save);
    this.fresh = button("Begin with a new model", () => load(null));
    const input = h("input", {
      type: "file",
      multiple: true,
      accept: ".zip,.json,.safetensors",
      hidden: true,
      onchange: async () => {
        const files = Array.from(input.files ?? [], (file) => ({ name: file.name, blob: file }));
        input.value = ""; // the same files may be chosen again
        try {
          if (files.length) {
            load({ ...await readModelFiles(files, MOST_TRAINED), id: Math.random() });
          }
        } catch (error) {
          failed(error);
        }
      },
    });
    const open = button("Load a model", () => input.click());
    this.element = more(
      "Save, load",
      h("div", { class: "llm-row" }, this.save, open, this.fresh, input),
      h(
        "p",
        { class: "llm-note" },
        `${SAVED_AS}.zip holds the three files that save_model writes. Unzip it, and in Python `,
        h("code", {}, `load_model("${SAVED_AS}")`),
        " of llm_lib reads them. Here you can load such a zip, or the three files, " +
          "and train the model further.",
      ),
    );
  }

  /**
   * @param {boolean} canSave
   * @param {boolean} isLoaded
   */
  show(canSave, isLoaded) {
    this.save.disabled = !canSave;
    this.fresh.hidden = !isLoaded;
  }
}

/**
 * Give the model of a training, as it is now, to the reader.
 * @param {TrainRun} run
 */
export async function downloadModel({ client, prepared: plan }) {
  const { weights } = await client.weights();
  const { config, matter } = plan;
  const zip = modelZip(
    { config, tokenizer: matter.file, weights: /** @type {any} */ (weights) },
    { folder: SAVED_AS },
  );
  const url = URL.createObjectURL(zip);
  h("a", { href: url, download: `${SAVED_AS}.zip` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // not before it is taken
}
