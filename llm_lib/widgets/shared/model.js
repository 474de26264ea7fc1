// From a model's short name to a model that runs. Needs the engine, dom.js and frame.js.

import { GPT } from "../../engine/gpt.js";
import { makeTokenizer } from "../../engine/tokenizers.js";
import { fetchFile, showWidget } from "./frame.js";

/** The model and tokenizer for a ref: {gpt, tokenizer}. Rejects with an Error in words. */
const readyModel = (view, ref) =>
  fetchFile(view, ref, (file) => {
    if (!file?.config || !file.tensors || !file.data) {
      throw new Error("The model file is damaged: a part of it is missing.");
    }
    return { gpt: new GPT(file), tokenizer: makeTokenizer(file.tokenizer) };
  });

/**
 * The frame of a widget (see frame.js) whose build gets {gpt, tokenizer, ...} once the model is
 * there.
 */
export const showWithModel = (parts) =>
  showWidget({
    ...parts,
    waiting: "Fetching the model …",
    failed: "This widget can't run its model.",
    load: (view) => readyModel(view, view.model.get("model_ref")),
  });
