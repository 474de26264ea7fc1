// Every number of the story: two trained networks read the sentence and write it.

/** @import { Choice } from "../../moving/types.js" */

/** The most words of a sentence. */
export const LONGEST = 8;
const SHORTEST = 2;

/** @typedef {Record<string, any>} Weights by their names in the library's state_dict */
/**
 * @typedef {object} Settings
 * @property {string[]} words
 * @property {string[]} english
 * @property {string[]} lumi
 * @property {Weights} one_state
 * @property {Weights} attention
 */
/**
 * @typedef {object} Run what one network made of the sentence
 * @property {number[][]} forth its state after each word that it read
 * @property {number[][]} states the same, each with the state of a second read, backwards
 * @property {number[][]} weights a row for each word that it wrote; none if it can't look back
 * @property {string[]} words what it wrote
 * @property {boolean[]} right
 * @property {number} score how many of them are right
 */
/** @typedef {ReturnType<typeof factsOf>} Facts */

/** @param {number[]} a @param {number[]} b */
const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0);

/** @param {number[][]} matrix @param {number[]} x */
const product = (matrix, x) => matrix.map((row) => dot(row, x));

/** @param {number[][]} vectors */
const sum = (...vectors) => vectors[0].map((_, i) => vectors.reduce((all, v) => all + v[i], 0));

/** @param {number[]} scores */
function softmax(scores) {
  const most = Math.max(...scores);
  const e = scores.map((s) => Math.exp(s - most));
  const all = e.reduce((a, b) => a + b, 0);
  return e.map((x) => x / all);
}

/**
 * One step of a recurrent network.
 * @param {Weights} net
 * @param {"forwards" | "backwards" | "decoder"} cell
 * @param {number[]} x
 * @param {number[]} state
 */
const next = (net, cell, x, state) =>
  sum(
    product(net[`${cell}.input_weight`], x),
    product(net[`${cell}.state_weight`], state),
    net[`${cell}.bias`],
  ).map(Math.tanh);

/**
 * The states after each word.
 * @param {Weights} net
 * @param {"forwards" | "backwards"} cell
 * @param {number[]} ids
 */
function read(net, cell, ids) {
  let state = net[`${cell}.bias`].map(() => 0);
  return ids.map((id) => (state = next(net, cell, net["read.weight"][id], state)));
}

/**
 * The weights of additive attention, and the mix of states.
 * @param {Weights} net
 * @param {number[]} state
 * @param {number[][]} source
 */
function lookBack(net, state, source) {
  if (!("attention.query.weight" in net)) {
    return { weights: null, context: source[0].map(() => 0) };
  }
  const query = product(net["attention.query.weight"], state);
  const scores = source.map((each) =>
    dot(
      net["attention.score.weight"][0],
      sum(query, product(net["attention.key.weight"], each)).map(Math.tanh),
    )
  );
  const weights = softmax(scores);
  const context = source[0].map((_, i) => dot(weights, source.map((each) => each[i])));
  return { weights, context };
}

/**
 * What a network writes, word by word, each after the one it wrote before.
 * @param {Weights} net
 * @param {number[]} ids
 * @param {string[]} lumi
 * @returns {Run}
 */
function translate(net, ids, lumi) {
  const forth = read(net, "forwards", ids);
  const back = read(net, "backwards", [...ids].reverse()).reverse();
  const states = forth.map((each, s) => [...each, ...back[s]]);
  let state = forth[forth.length - 1];
  let word = lumi.length; // the sign that starts a sentence
  /** @type {number[]} */
  const written = [];
  /** @type {number[][]} */
  const looks = [];
  for (let t = 0; t < ids.length; t++) {
    const { weights, context } = lookBack(net, state, states);
    state = next(net, "decoder", [...net["write.weight"][word], ...context], state);
    const logits = sum(product(net["head.weight"], [...state, ...context]), net["head.bias"]);
    word = logits.indexOf(Math.max(...logits));
    written.push(word);
    if (weights) looks.push(weights);
  }
  const right = written.map((id, t) => id === ids[ids.length - 1 - t]);
  return {
    forth,
    states,
    weights: looks,
    words: written.map((id) => lumi[id]),
    right,
    score: right.filter(Boolean).length,
  };
}

/**
 * How far each state moves when the first word is another one, against how far the first moves: the
 * mean over all other words.
 * @param {Weights} net
 * @param {number[]} ids
 * @param {number} n how many words there are
 */
function fadeOf(net, ids, n) {
  const before = read(net, "forwards", ids);
  const moved = before.map(() => 0);
  for (let id = 0; id < n; id++) {
    if (id === ids[0]) continue;
    read(net, "forwards", [id, ...ids.slice(1)]).forEach((state, t) => {
      moved[t] += Math.hypot(...state.map((x, i) => x - before[t][i]));
    });
  }
  return moved.map((length) => length / moved[0]);
}

/** @param {Settings} settings */
export function factsOf(settings) {
  const { words, english, lumi } = settings;
  const ids = words.map((word) => english.indexOf(word));
  return {
    ...settings,
    n: words.length,
    right: ids.map((id) => lumi[id]).reverse(),
    plain: translate(settings.one_state, ids, lumi),
    look: translate(settings.attention, ids, lumi),
    fade: fadeOf(settings.one_state, ids, english.length),
  };
}

/**
 * The word that is written at step t is the translation of this one.
 * @param {Facts} m
 * @param {number} t
 */
export const sourceOf = (m, t) => m.n - 1 - t;

/**
 * Step k of a scene that goes through the words, of which there may be fewer.
 * @param {Facts} m
 * @param {number} k
 */
export const stepIn = (m, k) => Math.min(k, m.n - 1);

/**
 * The sentence with n words: cut off, or filled up with words that are not in it yet.
 * @param {Facts} m
 * @param {number} n
 */
const withLength = (m, n) =>
  [
    ...m.words,
    ...m.english.filter((word) => !m.words.includes(word)),
  ].slice(0, n);

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = (m) => [
  {
    name: "Sentence",
    value: m.words.join(" "),
    read: (typed) => {
      const words = typed.trim().toLowerCase().split(/\s+/);
      const strange = words.find((word) => !m.english.includes(word));
      if (strange === undefined && words.length >= SHORTEST && words.length <= LONGEST) {
        return { words };
      }
      const wrong = strange ? `It does not know “${strange}”, so the old sentence stays. ` : "";
      return `${wrong}Type ${SHORTEST} to ${LONGEST} of: ${m.english.join(", ")}.`;
    },
  },
  {
    name: "Words",
    options: Array.from({ length: LONGEST - SHORTEST + 1 }, (_, i) => String(i + SHORTEST))
      .map((n) => [n, n]),
    value: String(m.n),
    pick: (n) => ({ words: withLength(m, Number(n)) }),
  },
];
