// The parts of a model that ArchitectureLab exchanges: what each is in a design, what it can
// become, and how that is said.

import { count } from "../shared/words.js";

/** @typedef {Record<string, any>} Design fields of a GPTConfig, none left to follow another */
/**
 * @typedef {object} LabPart
 * @property {string} name
 * @property {(design: Design) => any} read what the design has
 * @property {(design: Design, value: any) => Design} write a design that has another
 * @property {(design: Design) => string} is what the design has, in words
 * @property {[value: any, label: string][]} [options]
 */

const WINDOW = 1024; // tokens, where the design has no window yet
const whole = (/** @type {number} */ n) => n.toLocaleString("en");

/**
 * How many groups of query heads are usual: about a quarter, at most eight.
 * @param {number} n heads
 */
function usualGroups(n) {
  const all = [8, 7, 6, 5, 4, 3, 2].filter((d) => n % d === 0 && d < n);
  return all.find((d) => d <= n / 4) ?? all.at(-1) ?? 1;
}

/** @param {Design} d */
const heads = (d) =>
  d.latent ? "latent" : d.n_kv_head === d.n_head ? "all" : d.n_kv_head === 1 ? "one" : "groups";

/**
 * Latents have the sizes that DeepSeek-V2 chose: 4 and 1/2 of a head's channels.
 * @param {Design} d
 * @param {string} value
 * @returns {Design}
 */
function withHeads(d, value) {
  const groups = { all: d.n_head, latent: d.n_head, one: 1 }[value] ?? usualGroups(d.n_head);
  /** @type {Design} */
  const changed = { ...d, n_kv_head: groups, latent: null };
  if (value !== "latent") return changed;
  const n_rotary = 2 * Math.max(1, Math.round(d.head_dim / 4));
  /** @type {Design} */
  const latent = { n_latent: 4 * d.head_dim, n_rotary, n_query_latent: null, score_scale: 1 };
  const rest = { qk_norm: false, qk_norm_weight: false, qkv_bias: d.bias };
  return { ...withWindows(changed, "none"), ...rest, position: "rotary", latent };
}

/** @param {Design} d */
const headWords = (d) =>
  d.latent
    ? `one latent of ${whole(d.latent.n_latent + d.latent.n_rotary)} numbers`
    : `${count(d.n_kv_head, "key/value head")}`;

/** Which layers see all: every one, every second, every sixth, none. */
const SEES_ALL = {
  none: () => true,
  half: (/** @type {number} */ i) => i % 2 === 1,
  most: (/** @type {number} */ i) => i % 6 === 5,
  all: () => false,
};

/**
 * @param {Design} d
 * @param {(i: number) => boolean} seesAll
 */
const windowsOf = (d, seesAll) => {
  const size = d.window.find((/** @type {number | null} */ w) => w) ?? WINDOW;
  return d.window.map((/** @type {unknown} */ _, /** @type {number} */ i) =>
    seesAll(i) ? null : size
  );
};

/** @param {Design} d */
const windows = (d) =>
  Object.entries(SEES_ALL).find(([, seesAll]) => String(windowsOf(d, seesAll)) === String(d.window))
    ?.[0] ?? "";

/**
 * @param {Design} d
 * @param {string} value
 * @returns {Design}
 */
function withWindows(d, value) {
  const window = windowsOf(d, Reflect.get(SEES_ALL, value));
  if (value === "none") return { ...d, window, n_sink: 0 };
  return { ...(d.latent ? withHeads(d, "groups") : d), window };
}

/** @param {Design} d */
function windowWords(d) {
  const set = d.window.filter((/** @type {number | null} */ w) => w);
  if (!set.length) return "no window";
  return `a window of ${whole(set[0])} tokens in ${set.length} of ${d.n_layer} layers`;
}

/** Which layers keep attention: every one, every second, every fourth, none. */
const KEEPS = {
  none: () => true,
  half: (/** @type {number} */ i) => i % 2 === 1,
  most: (/** @type {number} */ i) => i % 4 === 3,
  all: () => false,
};

/**
 * @param {Design} d
 * @param {(i: number) => boolean} keeps
 */
const memoriesIn = (d, keeps) => [...Array(d.n_layer).keys()].filter((i) => !keeps(i));

/** @param {Design} d */
const memories = (d) =>
  Object.entries(KEEPS).find(([, keeps]) => String(memoriesIn(d, keeps)) === String(d.delta_layers))
    ?.[0] ?? "";

/** @param {Design} d */
const memoryWords = (d) =>
  d.delta_layers.length
    ? `linear attention in ${d.delta_layers.length} of ${d.n_layer} layers`
    : "attention in all layers";

/**
 * A gated network has three matrices: at two thirds of the width it has as many weights.
 * @param {Design} d
 * @param {string} mlp
 * @returns {Design}
 */
function withMlp(d, mlp) {
  const gated = (/** @type {string} */ name) => (name === "swiglu" ? 3 : 2);
  const wide = (/** @type {number} */ n) => Math.round((n * gated(d.mlp)) / gated(mlp));
  const experts = d.experts && { ...d.experts, n_hidden: wide(d.experts.n_hidden) };
  return { ...d, mlp, experts, n_hidden: wide(d.n_hidden) };
}

/**
 * @param {Design} d
 * @param {{ n_expert: number, n_active?: number, n_shared?: number }} value n_expert 1: none
 * @returns {Design}
 */
function withExperts(d, { n_expert, n_active = 2, n_shared = 0 }) {
  if (n_expert < 2) return { ...d, experts: null };
  const usual = { n_hidden: d.n_hidden, score: "softmax", normalize: true, scale: 1 };
  const rest = { balance_bias: false, n_dense: 0 };
  const own = { n_expert, n_shared, n_active: Math.min(n_active, n_expert) };
  return { ...d, experts: { ...usual, ...rest, ...d.experts, ...own } };
}

/** @param {Design} d */
function expertWords({ experts: e }) {
  if (!e) return "one feed-forward network";
  const shared = e.n_shared ? ` and ${e.n_shared} shared` : "";
  return `${whole(e.n_expert)} experts (${e.n_active}${shared} for each token)`;
}

/**
 * @param {Design} d
 * @param {string} position
 * @returns {Design}
 */
function withPosition(d, position) {
  if (position === "rotary") return { ...d, position };
  const without = d.latent ? withHeads(d, "all") : d;
  return { ...without, position, rope_scaling: null };
}

/**
 * @param {Design} d
 * @param {boolean | "qkv"} value "qkv": of queries, keys and values alone, which no latent has
 * @returns {Design}
 */
function withBiases(d, value) {
  const alone = value === "qkv";
  return {
    ...(d.latent && alone ? withHeads(d, "all") : d),
    bias: value === true,
    qkv_bias: !!value,
  };
}

/**
 * Which biases a design has.
 * @param {Design} d
 */
export const biasWords = (d) =>
  d.bias
    ? "biases in each layer"
    : d.qkv_bias
    ? "biases of queries, keys and values alone"
    : "no biases";

/**
 * The name of the feed-forward network's activation.
 * @param {Design} d
 */
export const activation = (d) =>
  Reflect.get({ gelu: "GELU", swiglu: "SwiGLU", relu2: "ReLU²" }, d.mlp);

/** @type {Record<string, LabPart>} */
export const LAB_PARTS = {
  norm: {
    name: "Norm",
    options: [["layer", "LayerNorm"], ["rms", "RMSNorm"]],
    read: (d) => d.norm,
    write: (d, norm) => ({ ...d, norm }),
    is: (d) => (d.norm === "rms" ? "RMSNorm" : "LayerNorm"),
  },
  bias: {
    name: "Biases",
    options: [[true, "yes"], ["qkv", "q, k, v"], [false, "no"]],
    read: (d) => d.bias || (d.qkv_bias && "qkv"),
    write: withBiases,
    is: biasWords,
  },
  position: {
    name: "Positions",
    options: [["learned", "learned"], ["rotary", "rotary"]],
    read: (d) => d.position,
    write: withPosition,
    is: (d) => `${d.position} positions`,
  },
  mlp: {
    name: "Feed-forward",
    options: [["gelu", "GELU"], ["swiglu", "SwiGLU"]],
    read: (d) => d.mlp,
    write: withMlp,
    is: (d) => `${activation(d)} (${whole(d.experts?.n_hidden ?? d.n_hidden)} wide)`,
  },
  heads: {
    name: "Keys, values",
    options: [["all", "each head"], ["groups", "groups"], ["one", "one"], ["latent", "latent"]],
    read: heads,
    write: withHeads,
    is: headWords,
  },
  windows: {
    name: "Windows in",
    options: [["none", "none"], ["half", "1 of 2"], ["most", "5 of 6"], ["all", "all"]],
    read: windows,
    write: withWindows,
    is: windowWords,
  },
  experts: {
    name: "Experts",
    read: ({ experts: e }) => e && [e.n_expert, e.n_active, e.n_shared],
    write: withExperts,
    is: expertWords,
  },
  memories: {
    name: "Linear in",
    options: [["none", "none"], ["half", "1 of 2"], ["most", "3 of 4"], ["all", "all"]],
    read: memories,
    write: (d, value) => ({ ...d, delta_layers: memoriesIn(d, Reflect.get(KEEPS, value)) }),
    is: memoryWords,
  },
  tie: {
    name: "Head",
    options: [[true, "shares the table"], [false, "its own"]],
    read: (d) => d.tie_weights,
    write: (d, tie_weights) => ({ ...d, tie_weights }),
    is: (d) => (d.tie_weights ? "a head that shares the table" : "a head of its own"),
  },
};

/** @typedef {[key: string, value: any, label: string]} Step a part, what it becomes, in words */

/** The way from GPT-2 to a Llama, and on to windows and a mixture. @type {Step[]} */
const WAY = [
  ["position", "rotary", "rotary positions"],
  ["norm", "rms", "RMSNorm"],
  ["bias", false, "no biases"],
  ["mlp", "swiglu", "SwiGLU"],
  ["heads", "groups", "grouped heads"],
  ["windows", "half", "windows"],
  ["experts", { n_expert: 8 }, "8 experts"],
];

/**
 * The next step of that way that a design has not taken, or undefined.
 * @param {Design} design
 * @param {Design} gpt2
 */
export const nextStep = (design, gpt2) =>
  WAY.find(([key]) => !differing(design, gpt2).includes(key));

/**
 * Which parts of two designs differ.
 * @param {Design} a
 * @param {Design} b
 */
export const differing = (a, b) =>
  Object.keys(LAB_PARTS).filter((key) => {
    const own = (/** @type {Design} */ d) => JSON.stringify(LAB_PARTS[key].read(d));
    return own(a) !== own(b);
  });
