// The activations of a GPT by name, and functions that read or replace them: the same names and
// shapes as in Python, for H heads of D channels (H_kv of keys and values), T tokens, S seen.
//
//   embed                           (T, C)         token and position vectors, added
//   blocks.{i}.resid_pre          * (T, C)         what block i finds in the stream
//   blocks.{i}.norm_1.normalized    (T, C)         what its attention reads
//   blocks.{i}.attention.q        * (H, T, D)      after rotary positions, if it has any
//   blocks.{i}.attention.k        * (H_kv, T, D)   likewise
//   blocks.{i}.attention.v        * (H_kv, T, D)
//   blocks.{i}.attention.scores     (H, T, S)      q · k / √D, −∞ where nothing may be seen
//   blocks.{i}.attention.pattern  * (H, T, S)      the weights: each row sums to 1
//   blocks.{i}.attention.z        * (H, T, D)      what each head mixed, before `out`
//   blocks.{i}.attn_out             (T, C)         what attention adds to the stream
//   blocks.{i}.resid_mid            (T, C)         the stream between the two
//   blocks.{i}.norm_2.normalized    (T, C)         what the feed-forward network reads
//   blocks.{i}.feed_forward.pre     (T, n_hidden)  before the non-linearity
//   blocks.{i}.feed_forward.post  * (T, n_hidden)  after it, and after the gate
//   blocks.{i}.mlp_out              (T, C)         what the feed-forward network adds
//   blocks.{i}.resid_post         * (T, C)         what block i leaves in the stream
//   norm.normalized                 (rows, C)      what the head reads, of the rows that get logits
//
// Those with a star are kept of every run, the others where a hook asks for them.

/** @import { Floats, Hook, Hooks } from "./types.js" */

const IN_BLOCKS = [
  "resid_pre",
  "norm_1.normalized",
  "attention.q",
  "attention.k",
  "attention.v",
  "attention.scores",
  "attention.pattern",
  "attention.z",
  "attn_out",
  "resid_mid",
  "norm_2.normalized",
  "feed_forward.pre",
  "feed_forward.post",
  "mlp_out",
  "resid_post",
];
const OUTSIDE = ["embed", "norm.normalized"];

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
      if (OUTSIDE.includes(name)) continue;
      if (!IN_BLOCKS.includes(place) || Number(layer) >= nLayer) {
        throw new Error(
          `No activation is called "${name}". There are ${OUTSIDE.join(", ")}, blocks.{i}.` +
            `${IN_BLOCKS.join(", blocks.{i}.")}; i is from 0 to ${nLayer - 1}.`,
        );
      }
    }
  }

  /**
   * Whether a hook asks for an activation.
   * @param {string} name
   */
  wants(name) {
    return this.hooks.some((hooks) => name in hooks);
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
      `blocks.${layer}.attention.z`,
      scaling(factors),
    ]).filter((_, layer) => headScale[layer].some((factor) => factor !== 1)),
  );
}
