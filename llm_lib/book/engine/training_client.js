// Trains a GPT beside the page, in a worker; where none can be made, in slices on its own thread.
//
//   const training = new TrainingClient({ progress, evaluated, done, error });
//   training.start({ config, training: { steps: 1000 }, tokens, heldOut });
//   training.pause(); training.change({ learning_rate: 3e-4 }); training.resume();
//   const { ids } = await training.sample({ ids: [0], n: 20, seed: 1 });
//   training.stop();

import { TrainingSession } from "./training_session.js";
import trainingWorker from "./training_worker.js" with { type: "text" };
import { WorkerClient } from "./worker_client.js";

/**
 * @import { AttentionRequest, Change, Done, Evaluated, Failure, Progress, SampleRequest, Start,
 *   Started, TrainingEvent, TrainingState, WeightsRequest } from "./training_types.js"
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

export class TrainingClient extends WorkerClient {
  /**
   * @param {Listeners} listeners
   * @param {{ worker?: boolean }} [options] worker: false trains on the page's own thread
   */
  constructor(listeners, options = {}) {
    const workHere = () => new TrainingSession((said) => this.hear(said), { sliceMs: 8 });
    super(`(${trainingWorker})().serveTraining(self);`, workHere, options);
    this.listeners = listeners;
    this.run = 0; // how often it was started
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
    return this.question({ type: "sample", of });
  }

  /**
   * Where each head looks in a text: maps[layer][head] is (T, T), row after row.
   * @param {AttentionRequest} of
   * @returns {Promise<{ step: number, maps: Float32Array[][] }>}
   */
  attention(of) {
    return this.question({ type: "attention", of });
  }

  /**
   * A copy of the weights, as GPT.fromWeights takes them: the current ones, or those with the best
   * held-out loss (of which heldOut tells; null for current ones).
   * @param {WeightsRequest} [of]
   * @returns {Promise<{ step: number, weights: Weights, heldOut: number | null }>}
   */
  weights(of = {}) {
    return this.question({ type: "weights", of });
  }

  /**
   * All that `start` needs to go on from here, perhaps after the page was loaded again.
   * @returns {Promise<TrainingState>}
   */
  state() {
    return this.question({ type: "state", of: {} });
  }

  /**
   * What an earlier training still says, nobody is to hear.
   * @param {TrainingEvent & { run: number }} event
   */
  hearNews(event) {
    if (event.run === this.run) this.listeners[event.type]?.(/** @type {any} */ (event));
  }

  /** @param {string} why */
  broke(why) {
    this.listeners.error?.({ message: `The training broke off: ${why}.`, lost: true });
  }

  stop() {
    this.session?.take({ type: "pause" });
    this.listeners = {};
    super.stop();
  }
}
