// From a model's short name to a model that runs.

import { GPT } from "../../engine/gpt.js";
import { makeTokenizer } from "../../engine/tokenizers.js";
import { fetchFile } from "./files.js";
import { showWidget } from "./frame.js";

/** @import { ModelFile } from "../../engine/types.js" */
/** @import { Loading, Show } from "./types.js" */

/**
 * The model and the tokenizer of a file. Throws an Error in words if the file is damaged.
 * @param {ModelFile} file
 */
export function makeModel(file) {
  if (!file?.config || !file.tensors || !file.data) {
    throw new Error("The model file is damaged: a part of it is missing.");
  }
  return { gpt: new GPT(file), tokenizer: makeTokenizer(file.tokenizer) };
}

/**
 * The frame of a widget (see frame.js) whose build gets {gpt, tokenizer, ...} once the model is
 * there; a load of its own takes the place of fetching it.
 * @param {Show} show
 */
export const showWithModel = (show) =>
  showWidget({
    waiting: "Fetching the model …",
    failed: "This widget can't run its model.",
    load: fetchModel,
    ...show,
  });

/**
 * The model of a view, and its tokenizer: what the page around the widget already runs (see
 * playground.js), or else a file.
 * @param {Loading} view
 * @returns {Promise<ReturnType<typeof makeModel>>}
 */
export const fetchModel = (view) =>
  Promise.resolve(
    view.model.get("running") ?? fetchFile(view, view.model.get("model_ref"), makeModel),
  );
