// What runs in the worker: a training session that answers the page's messages.

import { TrainingSession } from "./training_session.js";

/** @import { FromTraining } from "./training_types.js" */

/**
 * Let a worker's own scope serve its page.
 * @param {any} scope
 */
export function serveTraining(scope) {
  const post = (/** @type {FromTraining} */ message) => scope.postMessage(message);
  const session = new TrainingSession(post, { sliceMs: 50, worker: true });
  scope.onmessage = (/** @type {MessageEvent} */ event) => session.take(event.data);
}
