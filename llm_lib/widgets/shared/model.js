// From a model's short name to a model that runs. Needs the engine, and dom.js.

const READY_MODELS = new Map(); // ref -> promise of {gpt, tokenizer}: widgets of one page share a model

/** The model and tokenizer for a ref. Rejects with an Error in words. */
function readyModel(model, ref) {
  if (!READY_MODELS.has(ref)) {
    const ready = fetchModelFile(model, ref).then((file) => {
      if (!file?.config || !file.tensors || !file.data) throw new Error("The model file is damaged: a part of it is missing.");
      return { gpt: new GPT(file), tokenizer: makeTokenizer(file.tokenizer) };
    });
    READY_MODELS.set(ref, ready);
    ready.catch(() => READY_MODELS.delete(ref)); // a later try may succeed
  }
  return READY_MODELS.get(ref);
}

/** On a page of the book: a script file. In a notebook: a question to Python, which answers with text. */
function fetchModelFile(model, ref) {
  if (globalThis.__llmBook) return globalThis.__llmBook.loadModel(ref);
  return new Promise((done, fail) => {
    const stop = () => { clearTimeout(timer); model.off("msg:custom", answer); };
    const answer = (message) => {
      if (message?.type !== "model" || message.ref !== ref) return;
      stop();
      done(message.payload);
    };
    const timer = setTimeout(() => {
      stop();
      fail(new Error("Python did not send the model. Is the kernel running? Run this cell again."));
    }, 30000);
    model.on("msg:custom", answer);
    model.send({ type: "model", ref });
  });
}

/**
 * The frame of a widget: title, what to try, and a body that build({gpt, tokenizer, signal, body})
 * fills once the model is there. Returns the function that ends the view.
 */
async function showWithModel({ model, el, name, title, tryThis, build }) {
  const ending = new AbortController(), body = h("div");
  const root = h("div", { class: `llm-widget ${name}`, role: "group", "aria-label": title },
    h("p", { class: "llm-title" }, title), h("p", { class: "llm-try" }, tryThis), body);
  el.append(root);
  body.append(h("p", { class: "llm-note", role: "status" }, "Fetching the model …"));
  try {
    const parts = await readyModel(model, model.get("model_ref"));
    body.replaceChildren();
    build({ ...parts, model, root, body, signal: ending.signal });
    root.dataset.ready = "yes";
  } catch (error) {
    console.error(error);
    body.replaceChildren(problem(`This widget can't run its model. ${error?.message ?? error}`));
    root.dataset.ready = "failed";
  }
  return () => { ending.abort(); root.remove(); };
}
