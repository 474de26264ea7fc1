// Keeps a training from getting lost with its page.

import { reason } from "../shared/frame.js";
import { TrainStore } from "./store.js";

/** @import { Loading } from "../shared/types.js" */
/** @import { Loaded, Settings } from "./plan.js" */
/** @import { Past, TrainRun } from "./run.js" */
/**
 * @typedef {object} Kept
 * @property {Past} past
 * @property {Settings} settings
 * @property {Loaded | null} loaded
 * @property {Kept | null} [healthy] the run that waits behind one with a fault
 */

const OFTEN = 4000; // milliseconds from one keeping of a training that runs to the next

/**
 * Whether what the browser kept is a training: it may be of another edition of the book.
 * @param {any} found
 * @returns {found is Kept}
 */
const isTraining = (found) =>
  Boolean(found?.settings && found.past?.curve?.heldOut && found.past.state?.weights) &&
  Array.isArray(found.past.samples);

/**
 * What the browser kept of this widget on this page.
 * @param {Loading} loading
 * @returns {Promise<{ store: TrainStore, found: Kept | null }>}
 */
export async function findTraining({ model }) {
  const store = new TrainStore(`${location.pathname} ${JSON.stringify(model.get("initial"))}`);
  const found = await store.read();
  if (!isTraining(found)) return { store, found: null };
  return { store, found: { ...found, healthy: isTraining(found.healthy) ? found.healthy : null } };
}

export class TrainKeeper {
  /**
   * @param {TrainStore} store
   * @param {TrainRun} run
   * @param {{ mark: () => Omit<Kept, "past">, onkept: () => void, signal: AbortSignal }} view
   *   mark: what belongs to the training that runs now
   */
  constructor(store, run, { mark, onkept, signal }) {
    this.store = store;
    this.run = run;
    this.mark = mark;
    this.onkept = onkept;
    this.step = 0; // up to which the reader has the training
    this.at = 0; // when it was kept last
    this.fault = ""; // why it could not be kept the last time
    this.isBusy = false;
    this.again = false;
    addEventListener("beforeunload", (event) => this.isUnkept && event.preventDefault(), {
      signal,
    });
    document.addEventListener("visibilitychange", () => document.hidden && this.keep(), { signal });
  }

  /** Whether leaving the page would lose steps. */
  get isUnkept() {
    return this.run.step > this.step;
  }

  /** Keep a training that runs, now and then. */
  keepAtTimes() {
    const isTime = performance.now() - this.at > OFTEN;
    if (this.run.phase === "running" && isTime) this.keep();
  }

  /** Keep the training as it is now, so that the page can be loaded anew; `fault` says why not. */
  async keep() {
    this.again = true;
    if (this.isBusy) return; // it is kept once more at the end
    this.isBusy = true;
    try {
      while (this.again) await this.keepOnce();
      this.fault = "";
    } catch (error) { // what can't be had now may be had the next time
      this.fault = reason(error);
    } finally {
      this.isBusy = false;
      this.onkept();
    }
  }

  async keepOnce() {
    this.again = false;
    this.at = performance.now();
    const marks = this.mark();
    const past = await this.run.past();
    const isKept = past && await this.store.write({ past, ...marks });
    if (isKept && past.key === this.run.plan?.key) this.step = past.state.step;
  }
}
