// What a shown forward pass hands out: its activations, by name, to hooks and to its run.

import { Activations, scaleHeads } from "./activations.js";
import { entryOf, present } from "./present.js";
import { putHeads, takeHeads } from "./rows.js";

/** @import { Floats, Hooks, Run } from "./types.js" */
/** @import { Memory } from "./memory.js" */
/** @import { LayerPlaces } from "./pass.js" */
/** @typedef {{ at: number, width: number, n: number, D: number }} Heads n of them side by side */

/** The watcher of one pass over one text. */
export class Watch {
  /**
   * @param {Memory} memory
   * @param {Run} run
   * @param {number} nLayer
   * @param {Hooks} [hooks]
   */
  constructor(memory, run, nLayer, hooks) {
    this.memory = memory;
    this.run = run;
    this.activations = new Activations(nLayer, [
      scaleHeads(run.headScale),
      ...(hooks ? [hooks] : []),
    ]);
    run.activations = this.activations.kept;
    /** @type {Run | null} */
    this.known = null; // a run in which the layer that is worked out now looked in the same way
  }

  /**
   * Numbers that lie side by side. Says whether others went on in their place.
   * @param {string} name
   * @param {number} at
   * @param {number[]} shape
   */
  pass(name, at, shape) {
    const { f } = this.memory;
    const length = shape.reduce((product, n) => product * n, 1);
    const seen = /** @type {Floats} */ (f.slice(at, at + length));
    const now = this.activations.pass(name, seen, shape);
    if (now !== seen) f.set(now, at);
    return now !== seen;
  }

  /**
   * Numbers that are not kept of every run: `pass`, where a hook asks for them.
   * @param {string} name
   * @param {number} at
   * @param {number[]} shape
   */
  show(name, at, shape) {
    return this.activations.wants(name) && this.pass(name, at, shape);
  }

  /**
   * Heads that stand side by side in rows: (n, T, D).
   * @param {string} name
   * @param {Heads} heads
   */
  passHeads(name, { at, width, n, D }) {
    const { f } = this.memory;
    const { T } = this.run;
    const seen = takeHeads(f, at, width, n, T, D);
    const now = this.activations.pass(name, seen, [n, T, D]);
    if (now !== seen) putHeads(f, at, width, now, n, T, D);
  }

  /**
   * Take over from the known run where the heads of a layer looked, and what they found there.
   * @param {number} layer
   * @param {number} pattern
   * @param {Heads} values
   */
  lookAgain(layer, pattern, { at, width, n, D }) {
    const { f } = this.memory;
    const { run } = this;
    const known = present(this.known, "the known run");
    const name = `blocks.${layer}.attention`;
    for (const part of ["q", "k", "v", "pattern"]) {
      run.activations.set(`${name}.${part}`, entryOf(known.activations, `${name}.${part}`));
    }
    f.set(entryOf(run.activations, `${name}.pattern`), pattern);
    putHeads(f, at, width, entryOf(run.activations, `${name}.v`), n, run.T, D);
  }

  /**
   * Take the layers below `first` over from the known run, and the stream above them.
   * @param {number} first
   * @param {LayerPlaces} to
   */
  keepBelow(first, to) {
    const { run } = this;
    const known = present(this.known, "the known run");
    run.attention = known.attention.slice(0, first);
    for (const [name, activation] of known.activations) {
      if (Number(name.split(".")[1]) < first) run.activations.set(name, activation);
    }
    this.memory.f.set(entryOf(run.activations, `blocks.${first - 1}.resid_post`), to.x);
  }
}
