// What runs in the worker: a training session that answers the page's messages.

import { TrainingSession } from "./training_session.js";

/** @import { FromTraining } from "./training_types.js" */

/**
 * Let a worker's own scope serve its page.
 * @param {any} scope
 */
export function serveTraining(scope) {
  const session = new TrainingSession(
    (/** @type {FromTraining} */ message, /** @type {Transferable[]} */ moved) =>
      scope.postMessage(message, moved),
    { sliceMs: 50, worker: true },
  );
  scope.onmessage = (/** @type {MessageEvent} */ event) => session.take(event.data);
}
