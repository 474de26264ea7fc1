// The run before the one that is seen: a reader can go back to it, and its curve stands in grey.

import { keysOf } from "./plan.js";

/** @import { LossPoint } from "./curve.js" */
/** @import { Kept } from "./keeper.js" */

export class TrainBefore {
  parked = /** @type {Kept | null} */ (null);
  ghost = { textKey: "", points: /** @type {LossPoint[]} */ ([]) };

  /** The run before, where it was one without a fault. */
  get healthy() {
    return this.parked && !this.parked.settings.fault ? this.parked : null;
  }

  /**
   * Put a run aside, in the place of the one before; a healthy one waits behind every fault.
   * @param {Kept} kept
   */
  park({ past, settings, loaded }) {
    const healthy = keysOf({ ...settings, fault: "" }, loaded).key;
    if (!past.fault || this.parked?.past.key !== healthy) this.parked = { past, settings, loaded };
    if (!past.fault) this.ghost = { textKey: past.textKey, points: past.curve.heldOut };
  }

  /**
   * Let the run that a page was left with wait again.
   * @param {Kept} kept
   */
  wait(kept) {
    this.parked = kept;
    this.ghost = { textKey: kept.past.textKey, points: kept.past.curve.heldOut };
  }

  /** The run before, which no longer waits. */
  take() {
    const { parked } = this;
    this.parked = null;
    return parked;
  }

  /**
   * Only a run that read the same is compared with the next.
   * @param {string} textKey
   */
  turnTo(textKey) {
    if (this.ghost.textKey !== textKey) this.ghost = { textKey, points: [] };
  }

  /**
   * Its held-out losses, where it read the same.
   * @param {string} textKey
   */
  lossesOn(textKey) {
    return this.ghost.textKey === textKey ? this.ghost.points : [];
  }
}
