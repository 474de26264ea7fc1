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

/**
 * What the widget shows at present, in words: the reader sees it, a screen reader says it, and Python
 * finds it in the trait "finding".
 */
class Finding {
  constructor(model, signal) {
    this.model = model;
    this.element = h("p", { class: "llm-finding", role: "status", "aria-live": "polite" });
    signal.addEventListener("abort", () => this.wait());
  }

  /** Say nothing of what was about to be said. */
  wait() { clearTimeout(this.timer); }

  /** After a pause, so that a screen reader is not interrupted at each key. quiet: at once, and not read out. */
  say(text, { quiet = false } = {}) {
    this.wait();
    this.element.setAttribute("aria-live", quiet ? "off" : "polite");
    this.timer = setTimeout(() => {
      this.element.textContent = text;
      if (this.model.get("finding") !== text) setTrait(this.model, "finding", text);
    }, this.element.textContent && !quiet ? 300 : 0);
  }
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
