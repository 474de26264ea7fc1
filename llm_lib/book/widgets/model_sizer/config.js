// The fields of the model sizer: what can be set, and which values are offered.

import { choose, pick } from "../shared/sizer_fields.js";

/** @typedef {typeof CONFIG[number] | typeof USE[number]} Setting its name */

/** The settings of a model. */
export const CONFIG = /** @type {const} */ ([
  "vocab_size",
  "context_length",
  "n_layer",
  "n_head",
  "n_embd",
  "dropout",
  "bias",
  "n_kv_head",
  "position",
  "norm",
  "mlp",
  "tie_weights",
  "n_hidden",
  "rope_base",
  "norm_eps",
  "init_std",
  "qk_norm",
]);

/** How it is used. */
export const USE = /** @type {const} */ (["batch_size", "n_tokens", "bytes_per_number"]);

const RATIOS = [0.5, 1, 1.5, 2, 2.5, 8 / 3, 3, 3.5, 4, 5, 6, 8]; // of n_hidden to n_embd

/**
 * The powers of two from 2 to the low up to 2 to the high.
 * @param {number} low
 * @param {number} high
 */
const powers = (low, high) => Array.from({ length: high - low + 1 }, (_, i) => 2 ** (low + i));

/**
 * What divides n, up to `most`.
 * @param {number} n
 * @param {number} most
 */
const divisors = (n, most) =>
  Array.from({ length: Math.min(n, most) }, (_, i) => i + 1).filter((d) => n % d === 0);

/**
 * About evenly spaced on a log scale, from low to high, two digits that count.
 * @param {number} low
 * @param {number} high
 * @param {number} perTenfold
 */
const spread = (low, high, perTenfold) => {
  const steps = Math.round(Math.log10(high / low) * perTenfold);
  return [
    ...new Set(
      Array.from(
        { length: steps + 1 },
        (_, i) => Number((low * 10 ** (i / perTenfold)).toPrecision(2)),
      ),
    ),
  ];
};

/** @param {number} n */
const plainNumber = (n) => n.toLocaleString("en");

/**
 * A field for each setting that changes the counts.
 * @param {(name: Setting) => any} get a setting
 * @param {(values: object) => void} set
 */
export function configFields(get, set) {
  /** @type {(name: Setting, more?: (value: any) => object) => (value: any) => void} */
  const to = (name, more = () => ({})) => (value) => set({ [name]: value, ...more(value) });
  const multiples = () => {
    const n = get("n_head");
    return [...new Set(spread(8, 16384, 20).map((v) => Math.max(1, Math.round(v / n)) * n))];
  };
  const withHeads = (/** @type {number} */ n_head) => {
    const kv = get("n_kv_head");
    return { n_kv_head: kv && Math.max(...divisors(n_head, Math.min(kv, n_head))) };
  };
  const withContext = (
    /** @type {number} */ n,
  ) => (get("n_tokens") > n ? { n_tokens: null } : {});
  return {
    n_layer: pick({
      name: "n_layer",
      note: "blocks, one after the other",
      values: () => [...Array(128).keys()].map((i) => i + 1),
      show: plainNumber,
      onpick: to("n_layer"),
    }),
    n_embd: pick({
      name: "n_embd",
      note: "channels of the residual stream",
      values: multiples,
      show: plainNumber,
      onpick: to("n_embd"),
    }),
    n_head: pick({
      name: "n_head",
      note: "they share n_embd evenly",
      values: () => divisors(get("n_embd"), 128),
      show: (n) => `${n}, each ${Number((get("n_embd") / n).toFixed(1))} wide`,
      onpick: to("n_head", withHeads),
    }),
    n_kv_head: pick({
      name: "n_kv_head",
      note: "fewer: grouped-query attention",
      values: () => [...divisors(get("n_head"), 128).filter((d) => d < get("n_head")), null],
      show: (n) => (n ? plainNumber(n) : `${get("n_head")}, as n_head`),
      onpick: to("n_kv_head"),
    }),
    n_hidden: pick({
      name: "n_hidden",
      note: "width of the feed-forward network",
      values: () => [
        null,
        ...new Set(RATIOS.map((r) => Math.max(1, Math.round(r * get("n_embd"))))),
      ],
      show: (n) => (n ? plainNumber(n) : `${plainNumber(4 * get("n_embd"))}, 4 · n_embd`),
      onpick: to("n_hidden"),
    }),
    vocab_size: pick({
      name: "vocab_size",
      note: "different tokens",
      values: () => spread(64, 260000, 20),
      show: plainNumber,
      onpick: to("vocab_size"),
    }),
    context_length: pick({
      name: "context_length",
      note: "positions that it can see",
      values: () => powers(3, 20),
      show: plainNumber,
      onpick: to("context_length", withContext),
    }),
    position: choose({
      label: "position",
      options: [["learned", "learned"], ["rotary", "rotary"]],
      onpick: to("position"),
    }),
    norm: choose({
      label: "norm",
      options: [["layer", "layer"], ["rms", "rms"]],
      onpick: to("norm"),
    }),
    mlp: choose({
      label: "mlp",
      options: [["gelu", "gelu"], ["swiglu", "swiglu"], ["relu2", "relu2"]],
      onpick: to("mlp"),
    }),
    tie_weights: choose({
      label: "tie_weights",
      options: [[true, "one table"], [false, "two"]],
      onpick: to("tie_weights"),
    }),
    bias: choose({ label: "bias", options: [[true, "yes"], [false, "no"]], onpick: to("bias") }),
  };
}

/**
 * A field for each setting that changes none of them.
 * @param {(values: object) => void} set
 */
export function freeFields(set) {
  const to = (/** @type {Setting} */ name) => (/** @type {any} */ value) => set({ [name]: value });
  return {
    dropout: pick({
      name: "dropout",
      note: "share set to zero in training",
      values: () => [0, 0.05, 0.1, 0.2, 0.3, 0.5],
      show: (v) => `${v}`,
      onpick: to("dropout"),
    }),
    rope_base: pick({
      name: "rope_base",
      note: "how slowly rotary pairs turn",
      values: () => [1e3, 1e4, 1e5, 5e5, 1e6, 1e7],
      show: plainNumber,
      onpick: to("rope_base"),
    }),
    norm_eps: pick({
      name: "norm_eps",
      note: "keeps a norm from dividing by 0",
      values: () => [1e-8, 1e-6, 1e-5, 1e-3],
      show: (v) => `${v}`,
      onpick: to("norm_eps"),
    }),
    init_std: pick({
      name: "init_std",
      note: "size of the first random numbers",
      values: () => [null, 0.005, 0.01, 0.02, 0.05, 0.1],
      show: (v) => (v ? `${v}` : "1 / √inputs"),
      onpick: to("init_std"),
    }),
    qk_norm: choose({
      label: "qk_norm",
      options: [[true, "yes"], [false, "no"]],
      onpick: to("qk_norm"),
    }),
  };
}

/**
 * A field for each number of its use.
 * @param {(name: Setting) => any} get a setting
 * @param {(values: object) => void} set
 */
export function useFields(get, set) {
  const to = (/** @type {Setting} */ name) => (/** @type {any} */ value) => set({ [name]: value });
  return {
    n_tokens: pick({
      name: "n_tokens",
      note: "length of each text",
      values: () => [...powers(0, 20).filter((n) => n < get("context_length")), null],
      show: (n) => (n ? plainNumber(n) : `${plainNumber(get("context_length"))}, all of it`),
      onpick: to("n_tokens"),
    }),
    batch_size: pick({
      name: "batch_size",
      note: "texts side by side",
      values: () => powers(0, 10),
      show: plainNumber,
      onpick: to("batch_size"),
    }),
    bytes_per_number: choose({
      label: "bytes a number, for writing",
      options: [[4, "4"], [2, "2"], [1, "1"]],
      onpick: to("bytes_per_number"),
    }),
  };
}
