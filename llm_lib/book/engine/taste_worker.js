// What runs in the worker: a session that answers the page's questions, one after another.

import { TasteSession } from "./taste_session.js";

/**
 * Let a worker's own scope serve its page.
 * @param {any} scope
 */
export function serveTaste(scope) {
  const session = new TasteSession((said) => scope.postMessage(said));
  scope.onmessage = (/** @type {MessageEvent} */ { data }) => session.take(data);
}
