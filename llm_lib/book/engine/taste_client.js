// Asks a model that learns from its answers, in a worker, so that the page stays awake; where none
// can be made, on the page's own thread.

import { TasteSession } from "./taste_session.js";
import tasteWorker from "./taste_worker.js" with { type: "text" };
import { WorkerClient } from "./worker_client.js";

/** @import { TasteAnswers, TasteQuestions } from "./taste_session.js" */

export class TasteClient extends WorkerClient {
  /** @param {{ worker?: boolean }} [options] worker: false works on the page's own thread */
  constructor(options = {}) {
    const workHere = () => {
      const session = new TasteSession((said) => this.hear(said));
      // what the page has to show comes first
      return { take: (/** @type {any} */ message) => setTimeout(() => session.take(message)) };
    };
    super(`(${tasteWorker})().serveTaste(self);`, workHere, options);
  }

  /**
   * What was asked of an earlier model is refused once another one starts.
   * @template {keyof TasteQuestions} Type
   * @param {Type} type
   * @param {TasteQuestions[Type]} of
   * @returns {Promise<TasteAnswers[Type]>} rejects with an Error in words
   */
  ask(type, of) {
    if (type === "start") this.refuseWaiting("Another model began.");
    return this.question({ type, of });
  }
}
