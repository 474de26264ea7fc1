// The frame of every widget, and the files that it fetches by name. Needs dom.js.

import { h, problem, setTrait } from "./dom.js";

/**
 * The frame of a widget: title, what to try, and a body that build({model, root, body, signal,
 * ...loaded}) fills, once load({model, signal, say}) has brought what it needs. waiting and failed:
 * what to say until then, and if that fails; say(text) says something else. Returns the function
 * that ends the view.
 */
export async function showWidget(
  {
    model,
    el,
    name,
    title,
    tryThis,
    build,
    load,
    waiting = "Loading …",
    failed = "This widget can't start.",
  },
) {
  const ending = new AbortController();
  const { signal } = ending;
  const body = h("div");
  const root = h(
    "div",
    { class: `llm-widget ${name}`, role: "group", "aria-label": title },
    h("p", { class: "llm-title" }, title),
    h("p", { class: "llm-try" }, tryThis),
    body,
  );
  el.append(root);
  keepKeys(root, signal);
  const start = async () => {
    try {
      let parts = {};
      if (load) {
        const note = h("p", { class: "llm-note", role: "status" }, waiting);
        body.append(note);
        parts = await load({
          model,
          signal,
          say: (text) => {
            note.textContent = text;
          },
        });
        if (signal.aborted) return;
      }
      body.replaceChildren();
      build({ ...parts, model, root, body, signal });
      root.dataset.ready = "yes";
    } catch (error) {
      if (signal.aborted) return;
      console.error(error);
      body.replaceChildren(problem(`${failed} ${error?.message ?? error}`));
      root.dataset.ready = "failed";
    }
  };
  const started = start();
  // A notebook may have to wait for Python, and wants the end of the view before
  if (globalThis.__llmBook) await started;
  return () => {
    ending.abort();
    root.remove();
  };
}

/**
 * Keep keys for the widget that has the focus: JupyterLab, which hears each key first, would move
 * from cell to cell with the arrows that move a slider. Those with Ctrl or the like remain
 * JupyterLab's.
 */
function keepKeys(root, signal) {
  const decide = ({ target, ctrlKey, metaKey, altKey }) => {
    if (root.contains(target)) {
      target.toggleAttribute("data-lm-suppress-shortcuts", !(ctrlKey || metaKey || altKey));
    }
  };
  addEventListener("keydown", decide, { capture: true, signal });
}

/**
 * What the widget shows at present, in words: the reader sees it, a screen reader says it, and
 * Python finds it in the trait "finding".
 */
export class Finding {
  constructor(model, signal) {
    this.model = model;
    this.element = h("p", { class: "llm-finding", role: "status", "aria-live": "polite" });
    signal.addEventListener("abort", () => this.wait());
  }

  /** Say nothing of what was about to be said. */
  wait() {
    clearTimeout(this.timer);
  }

  /**
   * After a pause, so that a screen reader is not interrupted at each key. quiet: at once, and not
   * read out.
   */
  say(text, { quiet = false } = {}) {
    this.wait();
    this.element.setAttribute("aria-live", quiet ? "off" : "polite");
    this.timer = setTimeout(() => {
      this.element.textContent = text;
      if (this.model.get("finding") !== text) setTrait(this.model, "finding", text);
    }, this.element.textContent && !quiet ? 300 : 0);
  }
}

// ---- files: a model, a vocabulary. Each has a name, its ref, which changes with what it holds.

const CAME_ALONG = new Map(); // ref -> a file that Python sent with the widget, until it is used
const READY = new Map(); // ref -> what was made of a file: views share it
const PATIENCE = [
  [3000, "Waiting for Python, which is still running other cells …"],
  [
    30000,
    "Waiting for Python, which is still running other cells … If the kernel was stopped " +
    "or started anew, run this cell again.",
  ],
];

/**
 * Take the files that came along out of the traits, so that no notebook is ever saved with them.
 * anywidget calls it, as `initialize`, when the widget opens, long before it is seen.
 */
export function takeFiles({ model }) {
  const files = Object.entries(model.get("files") ?? {});
  for (const [ref, file] of files) CAME_ALONG.set(ref, file);
  if (files.length) setTrait(model, "files", {});
}

/**
 * What make(file) makes of a file. On a page of the book it is a script file; in a notebook, what
 * Python sent along, or else its answer to a question. Rejects with an Error in words, or when the
 * view ends. view: {model, signal, say}, where say(text) tells the reader what is waited for.
 */
export async function fetchFile(view, ref, make = (file) => file) {
  takeFiles(view);
  if (!READY.has(ref)) {
    const file = CAME_ALONG.get(ref) ??
      await (globalThis.__llmBook ? globalThis.__llmBook.loadModel(ref) : askPython(view, ref));
    if (!READY.has(ref)) READY.set(ref, make(file));
    CAME_ALONG.delete(ref);
  }
  return READY.get(ref);
}

/** Python's answer, which comes when the cells in its queue are done, be it minutes later. */
function askPython({ model, signal, say }, ref) {
  return new Promise((done, fail) => {
    const timers = PATIENCE.map(([after, text]) => setTimeout(() => say(text), after));
    const stop = () => {
      timers.forEach(clearTimeout);
      model.off("msg:custom", answer);
    };
    const answer = (message) => {
      if (message?.type !== "model" || message.ref !== ref) return;
      stop();
      done(message.payload);
    };
    signal.addEventListener("abort", () => {
      stop();
      fail(signal.reason);
    });
    model.on("msg:custom", answer);
    model.send({ type: "model", ref });
  });
}
