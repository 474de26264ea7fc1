// The frame of every widget, and the files that it fetches by name. Needs dom.js.

/**
 * The frame of a widget: title, what to try, and a body that build({model, root, body, signal,
 * ...loaded}) fills, once load() has brought what it needs. waiting and failed: what to say until
 * then, and if that fails. Returns the function that ends the view.
 */
async function showWidget({ model, el, name, title, tryThis, build, load, waiting = "Loading …", failed = "This widget can't start." }) {
  const ending = new AbortController(), body = h("div");
  const root = h("div", { class: `llm-widget ${name}`, role: "group", "aria-label": title },
    h("p", { class: "llm-title" }, title), h("p", { class: "llm-try" }, tryThis), body);
  el.append(root);
  if (load) body.append(h("p", { class: "llm-note", role: "status" }, waiting));
  try {
    const parts = load ? await load() : {};
    body.replaceChildren();
    build({ ...parts, model, root, body, signal: ending.signal });
    root.dataset.ready = "yes";
  } catch (error) {
    console.error(error);
    body.replaceChildren(problem(`${failed} ${error?.message ?? error}`));
    root.dataset.ready = "failed";
  }
  return () => { ending.abort(); root.remove(); };
}

/** On a page of the book: a script file. In a notebook: a question to Python, which answers with text. */
function fetchFile(model, ref, what) {
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
      fail(new Error(`Python did not send the ${what}. Is the kernel running? Run this cell again.`));
    }, 30000);
    model.on("msg:custom", answer);
    model.send({ type: "model", ref });
  });
}
