// Trains a GPT beside the page, in a worker; where none can be made, in slices on its own thread.
//
//   const training = new TrainingClient({ progress, evaluated, done, error });
//   training.start({ config, training: { steps: 1000 }, tokens, heldOut });
//   training.pause(); training.change({ learning_rate: 3e-4 }); training.resume();
//   const { ids } = await training.sample({ ids: [0], n: 20, seed: 1 });
//   training.stop();

import { TrainingSession } from "./training_session.js";
import trainingWorker from "./training_worker.js" with { type: "text" };

/**
 * @import { AttentionRequest, Change, Done, Evaluated, Failure, FromTraining, Progress,
 *   SampleRequest, Start, Started, ToTraining, TrainingState, WeightsRequest
 *   } from "./training_types.js"
 */
/** @import { Weights } from "./types.js" */

/**
 * Functions that hear of a training; each may be left out.
 * @typedef {object} Listeners
 * @property {(event: Started) => void} [started] the model is made, and its first step comes
 * @property {(event: Progress) => void} [progress] some twenty times a second while it runs
 * @property {(event: Evaluated) => void} [evaluated] a held-out loss was measured
 * @property {(event: Done) => void} [done] the last step is taken, or patience is at its end
 * @property {(event: Failure) => void} [error] it can't begin or go on: the training stands still
 */

export class TrainingClient {
  /**
   * @param {Listeners} listeners
   * @param {{ worker?: boolean }} [options] worker: false trains on the page's own thread
   */
  constructor(listeners, { worker = true } = {}) {
    this.listeners = listeners;
    /** @type {Map<number, { resolve: (answer: any) => void, reject: (error: Error) => void }>} */
    this.waiting = new Map();
    this.requests = 0;
    this.run = 0; // how often it was started
    /** @type {ToTraining[]} */
    this.unheard = []; // what was sent before the worker's first word
    /** @type {Worker | null} */
    this.worker = null;
    /** @type {TrainingSession | null} */
    this.session = null;
    if (worker) this.begin();
    else this.trainHere();
  }

  /** Have a worker; or, where none can be made, the page's own thread. */
  begin() {
    this.heard = false;
    this.worker = makeWorker();
    if (!this.worker) return this.trainHere();
    this.worker.onmessage = ({ data }) => this.hear(data);
    this.worker.onerror = (event) => this.standIn(event);
  }

  /**
   * Begin, or begin anew: what ran before is dropped. Trains until `steps` are done.
   * @param {Start} start
   */
  start(start) {
    this.refuseWaiting("Another training began.");
    this.send({ type: "start", run: ++this.run, ...start });
  }

  /** Stand still after the step that is being taken. */
  pause() {
    this.send({ type: "pause" });
  }

  /** Go on after a pause. */
  resume() {
    this.send({ type: "resume" });
  }

  /**
   * Take n steps, then stand still.
   * @param {number} [n]
   */
  step(n = 1) {
    this.send({ type: "step", n });
  }

  /**
   * Go on with another learning rate (the highest of its schedule) or another batch size.
   * @param {Change} change
   */
  change(change) {
    this.send({ type: "change", change });
  }

  /**
   * Let the model as it is now write n tokens after a prompt; temperature 0 takes the likeliest.
   * @param {SampleRequest} of
   * @returns {Promise<{ step: number, ids: number[] }>} the n new ids
   */
  sample(of) {
    return this.ask({ type: "sample", of });
  }

  /**
   * Where each head looks in a text: maps[layer][head] is (T, T), row after row.
   * @param {AttentionRequest} of
   * @returns {Promise<{ step: number, maps: Float32Array[][] }>}
   */
  attention(of) {
    return this.ask({ type: "attention", of });
  }

  /**
   * A copy of the weights, as GPT.fromWeights takes them: the current ones, or those with the best
   * held-out loss (of which heldOut tells; null for current ones).
   * @param {WeightsRequest} [of]
   * @returns {Promise<{ step: number, weights: Weights, heldOut: number | null }>}
   */
  weights(of = {}) {
    return this.ask({ type: "weights", of });
  }

  /**
   * All that `start` needs to go on from here, perhaps after the page was loaded again.
   * @returns {Promise<TrainingState>}
   */
  state() {
    return this.ask({ type: "state", of: {} });
  }

  /** End the training and its worker. Requests that wait are refused; a stopped client is done. */
  stop() {
    this.refuseWaiting("The training was stopped.");
    this.worker?.terminate();
    this.session?.take({ type: "pause" });
    this.listeners = {};
    this.worker = this.session = null;
  }

  /**
   * A message that will be answered.
   * @param {{ type: "sample" | "attention" | "weights" | "state", of: any }} question
   * @returns {Promise<any>}
   */
  ask(question) {
    if (!this.worker && !this.session) {
      return Promise.reject(new Error("The training was stopped."));
    }
    const request = this.requests++;
    return new Promise((resolve, reject) => {
      this.waiting.set(request, { resolve, reject });
      this.send(/** @type {ToTraining} */ ({ ...question, request }));
    });
  }

  /**
   * @param {ToTraining} message
   * @returns {void}
   */
  send(message) {
    if (!this.worker) return this.session?.take(message);
    if (!this.heard) this.unheard.push(message);
    this.worker.postMessage(message);
  }

  /**
   * Hand on what the training says; what an earlier one still says, nobody is to hear.
   * @param {FromTraining} said
   */
  hear(said) {
    this.heard = true;
    this.unheard = [];
    if (said.type !== "answer") {
      if (said.run === this.run) this.listeners[said.type]?.(/** @type {any} */ (said));
      return;
    }
    const { resolve, reject } = this.waiting.get(said.request) ?? {};
    this.waiting.delete(said.request);
    if (said.message) reject?.(new Error(said.message));
    else resolve?.(said.answer);
  }

  /**
   * The worker broke. Another one takes its place; or, if that was before its first word, for which
   * a policy of the site may be the cause, the page's own thread.
   * @param {ErrorEvent} event
   */
  standIn(event) {
    event.preventDefault?.();
    this.worker?.terminate();
    this.worker = null;
    if (this.heard) {
      this.begin();
      this.refuseWaiting("The training broke off.");
      this.listeners.error?.({ message: `The training broke off: ${event.message}.`, lost: true });
    } else {
      this.trainHere();
      for (const message of this.unheard) this.send(message);
    }
  }

  trainHere() {
    this.session = new TrainingSession((message) => this.hear(message), { sliceMs: 8 });
  }

  /** @param {string} why */
  refuseWaiting(why) {
    for (const { reject } of this.waiting.values()) reject(new Error(why));
    this.waiting.clear();
  }
}

/**
 * A classic worker made of the text of the modules: it needs no file, so it works from disk and in
 * a notebook. Null where the browser or the site's policy allows none.
 */
function makeWorker() {
  const source = `(${trainingWorker})().serveTraining(self);`;
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  try {
    return new Worker(url);
  } catch {
    return null;
  } finally {
    setTimeout(() => URL.revokeObjectURL(url), 10000); // not before it is fetched
  }
}
