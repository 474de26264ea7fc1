// Long work on the page's own thread, a slice of it in each frame, so that the page stays awake.

const SLICE = 12; // milliseconds of a frame

/** One piece of work at a time: another one takes its place. */
export class Slices {
  /** @param {AbortSignal} signal ends it with the view */
  constructor(signal) {
    this.signal = signal;
    /** @type {Iterator<unknown> | null} */
    this.work = null;
  }

  /**
   * Begin, in place of what was being done.
   * @param {Iterator<unknown>} work each step of it is short
   */
  start(work) {
    this.work = work;
    this.goOn(work);
  }

  stop() {
    this.work = null;
  }

  /** @param {Iterator<unknown>} work */
  goOn(work) {
    requestAnimationFrame(() => {
      if (this.work !== work || this.signal.aborted) return;
      const until = performance.now() + SLICE;
      let done = false;
      while (!done && performance.now() < until) done = Boolean(work.next().done);
      if (this.work !== work) return; // the work itself began another
      if (done) this.work = null;
      else this.goOn(work);
    });
  }
}
