// Asks a model that learns from its answers, in a worker, so that the page stays awake; where none
// can be made, on the page's own thread.

import { answerMessage, TasteSession } from "./taste_session.js";
import tasteWorker from "./taste_worker.js" with { type: "text" };

/** @import { TasteAnswers, TasteQuestions } from "./taste_session.js" */

export class TasteClient {
  /** @param {{ worker?: boolean }} [options] worker: false works on the page's own thread */
  constructor({ worker = true } = {}) {
    /** @type {Map<number, { resolve: (answer: any) => void, reject: (error: Error) => void }>} */
    this.waiting = new Map();
    this.requests = 0;
    this.heard = false;
    this.session = /** @type {TasteSession | null} */ (null);
    /** @type {object[]} */
    this.unheard = []; // what was asked before the worker's first word
    this.worker = worker ? makeTasteWorker() : null;
    if (!this.worker) return;
    this.worker.onmessage = ({ data }) => this.hear(data);
    this.worker.onerror = (event) => this.standIn(event);
  }

  /**
   * @template {keyof TasteQuestions} Type
   * @param {Type} type
   * @param {TasteQuestions[Type]} of
   * @returns {Promise<TasteAnswers[Type]>} rejects with an Error in words
   */
  ask(type, of) {
    const message = { request: this.requests++, type, of };
    return new Promise((resolve, reject) => {
      this.waiting.set(message.request, { resolve, reject });
      this.send(message);
    });
  }

  /** @param {any} message */
  send(message) {
    if (this.worker) {
      if (!this.heard) this.unheard.push(message);
      this.worker.postMessage(message);
      return;
    }
    this.session ??= new TasteSession();
    // what the page has to show comes first
    setTimeout(() => this.hear(answerMessage(this.session, message)));
  }

  /** @param {{ request: number, answer?: any, message?: string }} said */
  hear({ request, answer, message }) {
    this.heard = true;
    this.unheard = [];
    const { resolve, reject } = this.waiting.get(request) ?? {};
    this.waiting.delete(request);
    if (message) reject?.(new Error(message));
    else resolve?.(answer);
  }

  /**
   * The worker broke. Before its first word, a policy of the site may be the cause: the page's own
   * thread takes over.
   * @param {ErrorEvent} event
   */
  standIn(event) {
    event.preventDefault?.();
    this.worker.terminate();
    this.worker = null;
    if (!this.heard) {
      for (const message of this.unheard) this.send(message);
      return;
    }
    const error = new Error("The training broke off: press Reset.");
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }

  /** End it, and its worker: what was asked is not answered any more. */
  stop() {
    this.worker?.terminate();
    this.waiting.clear();
  }
}

/** A classic worker made of the text of the modules; null where none is allowed. */
function makeTasteWorker() {
  const source = `(${tasteWorker})().serveTaste(self);`;
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  try {
    return new Worker(url);
  } catch {
    return null;
  } finally {
    setTimeout(() => URL.revokeObjectURL(url), 10000); // not before it is fetched
  }
}
