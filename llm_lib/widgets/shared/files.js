// The files that widgets fetch: a model, a vocabulary. Each has a name, its ref, which changes with
// what the file holds.

import { setTrait } from "./dom.js";

/** @import { Book, Loading, Model } from "./types.js" */

/** @type {Map<string, any>} ref -> a file that Python sent with the widget, until it is used */
const CAME_ALONG = new Map();
/** @type {Map<string, any>} ref -> what was made of a file: views share it */
const READY = new Map();
const QUEUE = "Waiting for Python, which is still running other cells …";
const STOPPED = "If the kernel was stopped or started anew, run this cell again.";

/**
 * Take the files that came along out of the traits, so that no notebook is ever saved with them.
 * anywidget calls it, as `initialize`, when the widget opens, long before it is seen.
 * @param {{ model: Model }} widget
 */
export function takeFiles({ model }) {
  const files = Object.entries(model.get("files") ?? {});
  for (const [ref, file] of files) CAME_ALONG.set(ref, file);
  if (files.length) setTrait(model, "files", {});
}

/**
 * The book, where this is a page of it and no notebook.
 * @returns {Book | undefined}
 */
export const theBook = () => Reflect.get(globalThis, "__llmBook");

/**
 * What make(file) makes of a file. On a page of the book it is a script file; in a notebook, what
 * Python sent along, or else its answer to a question. Rejects with an Error in words, or when the
 * view ends.
 * @template Made
 * @param {Loading} view
 * @param {string} ref
 * @param {(file: any) => Made} make
 * @returns {Promise<Made>}
 */
export async function fetchFile(view, ref, make) {
  takeFiles(view);
  if (!READY.has(ref)) {
    const book = theBook();
    const file = CAME_ALONG.get(ref) ?? await (book?.loadModel(ref) ?? askPython(view, ref));
    if (!READY.has(ref)) READY.set(ref, make(file));
    CAME_ALONG.delete(ref);
  }
  return READY.get(ref);
}

/**
 * Python's answer, which comes when the cells in its queue are done, be it minutes later.
 * @param {Loading} view
 * @param {string} ref
 * @returns {Promise<any>}
 */
function askPython({ model, signal, say }, ref) {
  return new Promise((done, fail) => {
    const timers = [
      setTimeout(() => say(QUEUE), 3000),
      setTimeout(() => say(`${QUEUE} ${STOPPED}`), 30000),
    ];
    const stop = () => {
      timers.forEach(clearTimeout);
      model.off("msg:custom", answer);
    };
    const answer = (/** @type {any} */ message) => {
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
