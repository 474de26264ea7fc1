// The files that widgets fetch: a model, a vocabulary. Each has a name, its ref, which changes with
// what the file holds.

import { entryOf } from "../../engine/present.js";
import { setTrait } from "./dom.js";

/** @import { Book, Loading, Model } from "./types.js" */

/** @type {Map<string, any>} ref -> a file that Python sent with the widget, until it is used */
const CAME_ALONG = new Map();
/** @typedef {{ made: any, views: Set<AbortSignal> }} Held what was made of a file, and for whom */
/**
 * ref -> what views share. A model takes many megabytes, and a page keeps the script of each cell
 * that was ever run: what no view shows any more is let go.
 * @type {Map<string, Held>}
 */
const HELD = new Map();
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
  if (!HELD.has(ref)) {
    const book = theBook();
    const file = CAME_ALONG.get(ref) ?? await (book?.loadModel(ref) ?? askPython(view, ref));
    view.signal.throwIfAborted();
    if (!HELD.has(ref)) HELD.set(ref, { made: make(file), views: new Set() });
  }
  CAME_ALONG.delete(ref);
  return hold(ref, view.signal);
}

/**
 * What was made of a file, for a view, until the view ends.
 * @param {string} ref
 * @param {AbortSignal} signal
 */
function hold(ref, signal) {
  const { made, views } = entryOf(HELD, ref);
  if (views.has(signal)) return made;
  views.add(signal);
  signal.addEventListener("abort", () => {
    views.delete(signal);
    if (!views.size) HELD.delete(ref);
  });
  return made;
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
