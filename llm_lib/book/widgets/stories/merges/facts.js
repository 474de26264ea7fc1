// All that the story shows: the text after each merge, and the new word as trees of merges.

import { toHex } from "../../../engine/bpe.js";
import { learnFromChunks } from "../../../engine/bpe_training.js";

/** @import { Choice } from "../../moving/types.js" */

const N_MERGES = 6; // merges that are learned
const N_LISTED = 5; // pairs that are listed
const N_WORDS = 4;
const WORD_BYTES = 8; // of a word
const NEW_BYTES = 12;

/** @typedef {{ text: [word: string, count: number][], new_word: string }} Settings */
/**
 * A token of the new word: the bytes from start to end, and what it was made of.
 * @typedef {object} Node
 * @property {number} id
 * @property {number} start
 * @property {number} end
 * @property {Node[]} parts
 * @property {number} made by which merge, counted from 1; 0 for a byte
 */
/** @typedef {{ id: number, start: number, end: number }} Span a token, and the bytes it covers */
/** @typedef {ReturnType<typeof factsOf>} Facts */

/** @param {string} text */
const bytesOf = (text) => Array.from(new TextEncoder().encode(text));

/**
 * Bytes as they are written: as characters if they are any that can be seen, else as numbers.
 * @param {number[]} bytes
 */
function bytesInText(bytes) {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(bytes));
    if (!/[\p{C}\p{Z}\p{M}]/u.test(text)) return text;
  } catch { /* half of a character */ }
  return bytes.join(" ");
}

/** @param {Settings} settings */
export function factsOf(settings) {
  const { text, new_word: word } = settings;
  const chunks = text.map(([each]) => bytesOf(each));
  const counts = text.map(([, n]) => n);
  const { merges, states } = learnFromChunks(chunks, counts, {
    nMerges: N_MERGES,
    nListed: N_LISTED,
  });
  /** @type {number[][]} */
  const bytes = Array.from({ length: 256 }, (_, i) => [i]);
  for (const { left, right } of merges) bytes.push([...bytes[left], ...bytes[right]]);
  const replay = replayed(bytesOf(word), merges);
  return {
    ...settings,
    counts,
    merges,
    states,
    replay,
    name: (/** @type {number} */ id) => bytesInText(bytes[id]),
    isNumbers: (/** @type {number} */ id) => bytesInText(bytes[id]) === bytes[id].join(" "),
    spans: states.map(({ chunks: all }) => all.map((ids) => spansOf(ids, bytes))),
    ids: replay[replay.length - 1].map(({ id }) => id),
    hexMerges: merges.map(({ left, right }) => [toHex(bytes[left]), toHex(bytes[right])]),
  };
}

/**
 * The tokens of a word with the places of their bytes.
 * @param {number[]} ids
 * @param {number[][]} bytes of each id
 * @returns {Span[]}
 */
function spansOf(ids, bytes) {
  let end = 0;
  return ids.map((id) => {
    const start = end;
    end += bytes[id].length;
    return { id, start, end };
  });
}

/**
 * The new word's tokens after 0, 1, 2, ... merges, as trees.
 * @param {number[]} bytes
 * @param {{ left: number, right: number, id: number }[]} merges
 */
function replayed(bytes, merges) {
  /** @type {(id: number, i: number) => Node} */
  const leaf = (id, i) => ({ id, start: i, end: i + 1, parts: [], made: 0 });
  const all = [bytes.map(leaf)];
  merges.forEach(({ left, right, id }, k) => {
    const before = all[k];
    /** @type {Node[]} */
    const after = [];
    for (let i = 0; i < before.length; i++) {
      const [a, b] = [before[i], before[i + 1]];
      if (a.id === left && b?.id === right) {
        after.push({ id, start: a.start, end: b.end, parts: [a, b], made: k + 1 });
        i++;
      } else after.push(a);
    }
    all.push(after);
  });
  return all;
}

/**
 * How many merges are replayed at a step of the scene: one more each, and at the last step all.
 * @param {Facts} m
 * @param {number} k
 */
export const replayedAt = (m, k) => k < 4 ? Math.min(k, m.merges.length) : m.merges.length;

/**
 * The places of a state's most frequent pair: [word, first token] from left to right.
 * @param {Facts} m
 * @param {number} k how many merges are done
 * @returns {[word: number, place: number][]}
 */
export function placesOfBest(m, k) {
  const best = m.merges[k];
  if (!best) return [];
  return m.spans[k].flatMap((spans, w) => {
    /** @type {[number, number][]} */
    const found = [];
    for (let i = 0; i + 1 < spans.length; i++) {
      if (spans[i].id === best.left && spans[i + 1].id === best.right) found.push([w, i++]);
    }
    return found;
  });
}

/**
 * How often a state's most frequent pair stands in each word, times how often the word comes.
 * @param {Facts} m
 * @param {number} k
 */
export const sharesOfBest = (m, k) =>
  m.spans[k].flatMap((spans, w) =>
    spans.slice(1).flatMap((span, i) =>
      spans[i].id === m.merges[k].left && span.id === m.merges[k].right ? [m.counts[w]] : []
    )
  );

/**
 * Read words; those that were there keep their counts.
 * @param {Facts} m
 * @param {string} typed
 * @returns {Record<string, unknown> | string}
 */
function readWords(m, typed) {
  const words = [...new Set(typed.trim().split(/\s+/))];
  const fit = words.every((word) => word && bytesOf(word).length <= WORD_BYTES);
  if (!fit || words.length > N_WORDS) {
    return `Type 1 to ${N_WORDS} words of at most ${WORD_BYTES} bytes each.`;
  }
  const old = new Map(m.text);
  return { text: words.map((word) => [word, old.get(word) ?? 1]) };
}

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = (m) => [
  {
    name: `Words to learn from (each at most ${WORD_BYTES} bytes)`,
    value: m.text.map(([word]) => word).join(" "),
    read: (typed) => readWords(m, typed),
  },
  {
    name: `New word (at most ${NEW_BYTES} bytes)`,
    value: m.new_word,
    read: (typed) => {
      const word = typed.trim();
      if (word && !/\s/.test(word) && bytesOf(word).length <= NEW_BYTES) return { new_word: word };
      return `Type one word of at most ${NEW_BYTES} bytes.`;
    },
  },
];
