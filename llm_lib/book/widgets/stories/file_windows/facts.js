// All that the story shows: ids and bytes, windows and batches, and what a counting model learns.

import { entryOf } from "../../../engine/present.js";
import { planWindows } from "../../../engine/windows.js";

/** @import { Choice } from "../../moving/types.js" */

export const TEXT = "the fox sat in the tree and the owl slept in the sun until the moon rose";
export const T = 4; // tokens of a window
export const B = 2; // windows of a batch
const MOST_ID = 999_999;
const WRITTEN = 5; // tokens that the counting model writes

/** @typedef {{ start: number, shift: number, large_id: number }} Settings */
/** @typedef {{ x: number[], y: number[] }} Window places in the text; the end may cut some off */
/** @typedef {ReturnType<typeof learned>} Learned */
/** @typedef {ReturnType<typeof factsOf>} Facts */

/**
 * The places of a window's input and target: both are shorter where the text ends.
 * @param {number} n tokens of the text
 * @param {number} start
 * @param {number} shift by how many tokens y begins later
 * @returns {Window}
 */
function windowAt(n, start, shift) {
  const from = (/** @type {number} */ first) =>
    Array.from({ length: T }, (_, t) => first + t).filter((i) => i < n);
  return { x: from(start), y: from(start + shift) };
}

/**
 * A model that counts, in all windows, what stands below each token.
 * @param {string[]} tokens
 * @param {number[]} starts
 * @param {number} shift
 */
function learned(tokens, starts, shift) {
  /** @type {Map<string, Map<string, number>>} */
  const counts = new Map();
  const pairs = starts.flatMap((start) => {
    const { x, y } = windowAt(tokens.length, start, shift);
    return y.map((place, t) => [tokens[x[t]], tokens[place]]);
  });
  for (const [a, b] of pairs) {
    const below = counts.get(a) ?? new Map();
    counts.set(a, below.set(b, (below.get(b) ?? 0) + 1));
  }
  /** @type {(token: string) => string | undefined} the most frequent; of several, the first met */
  const next = (token) => {
    const below = [...(counts.get(token) ?? [])];
    return below.reduce((best, each) => (each[1] > best[1] ? each : best), below[0])?.[0];
  };
  const surprise = (/** @type {string[]} */ [a, b]) => {
    const below = entryOf(counts, a);
    return -Math.log(entryOf(below, b) / [...below.values()].reduce((sum, n) => sum + n, 0));
  };
  const writes = (/** @type {string} */ first) => {
    const said = [first];
    let word = next(first);
    while (said.length < WRITTEN && word) {
      said.push(word);
      word = next(word);
    }
    return said;
  };
  const asked = starts.flatMap((start) => windowAt(tokens.length, start, 1).x);
  return {
    loss: pairs.reduce((sum, pair) => sum + surprise(pair), 0) / pairs.length,
    writes,
    asked: asked.length,
    right: asked.filter((i) => next(tokens[i]) === tokens[i + 1]).length,
  };
}

/**
 * An id as a file keeps it: its bytes, the two that are kept, and what is read back.
 * @param {number} id
 */
export function storedAs(id) {
  const bytes = [id & 255, (id >> 8) & 255, ...(id > 65_535 ? [id >> 16] : [])];
  return { id, bytes, back: id & 65_535 };
}

/** @param {Settings} settings */
export function factsOf(settings) {
  const tokens = TEXT.split(" ");
  const vocabulary = [...new Set(tokens)].sort();
  const ids = tokens.map((token) => vocabulary.indexOf(token));
  const n = tokens.length;
  const plan = planWindows(n, {
    context_length: T,
    stride: T,
    batch_size: B,
    shuffle: true,
    drop_last: true,
    seed: 0,
    epoch: 0,
  });
  const starts = Array.from({ length: plan.windows }, (_, w) => w * T);
  const first = plan.order[0];
  return {
    ...settings,
    tokens,
    vocabulary,
    ids,
    idsAt: (/** @type {number[]} */ places) => places.map((i) => ids[i]),
    n,
    starts,
    order: plan.order,
    batches: plan.batches,
    first,
    window: windowAt(n, starts[first], 1),
    windowOf: (/** @type {number} */ w, shift = 1) => windowAt(n, starts[w], shift),
    over: windowAt(n, n - 3, 1),
    lastStart: n - T - 1,
    models: [0, 1].map((shift) => learned(tokens, starts, shift)),
    large: storedAs(70_000),
    yours: windowAt(n, settings.start, settings.shift),
    yourModel: learned(tokens, starts, settings.shift),
    stored: storedAs(settings.large_id),
  };
}

/**
 * What a typed id sets, or what is wrong with it.
 * @param {string} typed
 */
function readId(typed) {
  const digits = typed.replace(/[\s,_]/g, "");
  return /^\d{1,6}$/.test(digits)
    ? { large_id: Number(digits) }
    : `An id is a whole number from 0 to ${MOST_ID.toLocaleString("en")}.`;
}

/** @type {[value: string, words: string][]} */
const SHIFTS = [["0", "with x"], ["1", "1 later"], ["2", "2 later"]];

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = (m) => [
  {
    name: "x begins at token",
    options: m.tokens.map((token, i) => [String(i), `${i}: ${token}`]),
    value: String(m.start),
    pick: (start) => ({ start: Number(start) }),
  },
  {
    name: "y begins",
    options: SHIFTS,
    value: String(m.shift),
    pick: (shift) => ({ shift: Number(shift) }),
  },
  {
    name: "Id to store (Enter)",
    value: m.large_id.toLocaleString("en"),
    read: readId,
  },
];
