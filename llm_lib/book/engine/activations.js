// The activations of a GPT by name, and functions that read or replace them: the same names and
// shapes as in Python, for H heads of D channels (H_kv of keys and values), T tokens, S seen.
//
//   blocks.{i}.residual_before         (T, C)         what block i finds in the stream
//   blocks.{i}.attention.queries       (H, T, D)      after rotary positions, if it has any
//   blocks.{i}.attention.keys          (H_kv, T, D)   likewise
//   blocks.{i}.attention.values        (H_kv, T, D)
//   blocks.{i}.attention.pattern       (H, T, S)      the weights: each row sums to 1
//   blocks.{i}.attention.head_outputs  (H, T, D)      what each head mixed, before `out`
//   blocks.{i}.feed_forward.hidden     (T, n_hidden)  after the non-linearity, and the gate
//   blocks.{i}.residual_after          (T, C)         what block i leaves in the stream

/** @import { Floats, Hook, Hooks } from "./types.js" */

const ACTIVATION_NAMES = [
  "residual_before",
  "attention.queries",
  "attention.keys",
  "attention.values",
  "attention.pattern",
  "attention.head_outputs",
  "feed_forward.hidden",
  "residual_after",
];

/** Where a forward pass hands its activations to whoever has a hook there, and keeps them. */
export class Activations {
  /**
   * Throws an Error in words if a hook has a name that no activation has.
   * @param {number} nLayer
   * @param {Hooks[]} hooks several sets, which see an activation one after the other
   */
  constructor(nLayer, hooks) {
    /** @type {Map<string, Floats>} */
    this.kept = new Map();
    this.hooks = hooks;
    for (const name of hooks.flatMap(Object.keys)) {
      const [, layer, place] = /^blocks\.(\d+)\.(.+)$/.exec(name) ?? [];
      if (!ACTIVATION_NAMES.includes(place) || Number(layer) >= nLayer) {
        throw new Error(
          `No activation is called "${name}". There are blocks.{i}.${
            ACTIVATION_NAMES.join(", blocks.{i}.")
          }` +
            `; i is from 0 to ${nLayer - 1}.`,
        );
      }
    }
  }

  /**
   * Let the hooks have an activation; return what goes on in its place.
   * @param {string} name
   * @param {Floats} activation
   * @param {number[]} shape
   */
  pass(name, activation, shape) {
    let now = activation;
    for (const { [name]: hook } of this.hooks) if (hook) now = apply(hook, name, now, shape);
    this.kept.set(name, now);
    return now;
  }
}

/**
 * What a hook makes of an activation. Throws an Error in words if it has another length.
 * @param {Hook} hook
 * @param {string} name
 * @param {Floats} activation
 * @param {number[]} shape
 */
function apply(hook, name, activation, shape) {
  const copy = activation.slice();
  const now = /** @type {Floats | undefined} */ (hook(copy, shape)) ?? copy;
  if (now.length === activation.length) return now;
  throw new Error(
    `What replaces ${name} must hold ${activation.length} numbers, (${
      shape.join(", ")
    }); it holds ` +
      `${now.length}.`,
  );
}

/**
 * Hooks that multiply the output of each head by a factor: 1 as trained, 0 off.
 * @param {number[][]} headScale [layer][head]
 * @returns {Hooks}
 */
export function scaleHeads(headScale) {
  /** @type {(factors: number[]) => Hook} */
  const scaling = (factors) => (outputs, [, T, D]) =>
    outputs.map((v, i) => v * factors[Math.floor(i / (T * D))]);
  return Object.fromEntries(
    headScale.map((factors, layer) => [
      `blocks.${layer}.attention.head_outputs`,
      scaling(factors),
    ]).filter((_, layer) => headScale[layer].some((factor) => factor !== 1)),
  );
}
