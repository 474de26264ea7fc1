// What runs in the worker: a model that learns the shell game.

import { ThinkingSession } from "./thinking_session.js";

/**
 * Let a worker's own scope serve its page.
 * @param {any} scope
 */
export function serveThinking(scope) {
  const session = new ThinkingSession((said) => scope.postMessage(said), { sliceMs: 60 });
  scope.onmessage = (/** @type {MessageEvent} */ { data }) => session.take(data);
}
