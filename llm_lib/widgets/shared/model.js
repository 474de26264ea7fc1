// From a model's short name to a model that runs. Needs the engine, dom.js and frame.js.

const READY_MODELS = new Map(); // ref -> promise of {gpt, tokenizer}: widgets of one page share a model

/** The model and tokenizer for a ref. Rejects with an Error in words. */
function readyModel(model, ref) {
  if (!READY_MODELS.has(ref)) {
    const ready = fetchFile(model, ref, "model").then((file) => {
      if (!file?.config || !file.tensors || !file.data) throw new Error("The model file is damaged: a part of it is missing.");
      return { gpt: new GPT(file), tokenizer: makeTokenizer(file.tokenizer) };
    });
    READY_MODELS.set(ref, ready);
    ready.catch(() => READY_MODELS.delete(ref)); // a later try may succeed
  }
  return READY_MODELS.get(ref);
}

/** The frame of a widget (see frame.js) whose build gets {gpt, tokenizer, ...} once the model is there. */
const showWithModel = (parts) => showWidget({
  ...parts, waiting: "Fetching the model …", failed: "This widget can't run its model.",
  load: () => readyModel(parts.model, parts.model.get("model_ref")),
});
