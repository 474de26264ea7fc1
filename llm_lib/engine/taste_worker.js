// What runs in the worker: a session that answers the page's questions, one after another.

import { answerMessage, TasteSession } from "./taste_session.js";

/**
 * Let a worker's own scope serve its page.
 * @param {any} scope
 */
export function serveTaste(scope) {
  const session = new TasteSession();
  scope.onmessage = (/** @type {MessageEvent} */ { data }) =>
    scope.postMessage(answerMessage(session, data));
}
