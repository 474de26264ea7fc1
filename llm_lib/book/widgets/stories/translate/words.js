// What is said in each scene, and each picture in words.

import { decimals, quote, roughly } from "../../shared/words.js";
import { givenAt, seenMost } from "./facts.js";

/** @import { Facts } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/** @param {string} word */
const named = (word) => (word === "end" || word === "start" ? `the ${word} token` : quote(word));

/**
 * "“zije” (fox)".
 * @param {Facts} m
 * @param {string} word
 */
const glossed = (m, word) => named(word) + (m.gloss[word] ? ` (${m.gloss[word]})` : "");

/** @param {Facts} m @param {number} t */
const look = (m, t) => {
  const s = seenMost(m, t);
  return `${decimals(m.across[t][s])} on ${quote(m.source[s])}`;
};

/** @param {Facts} m @param {number} t */
const share = (m, t) => roughly(m.p[t]);

/** @type {Words} */
export const sayOf = {
  Text: (m) =>
    `Translate into Lumi: ${quote(m.sentence)} There, words change places, and numbers are ` +
    "written in digits. Which word comes first?",
  Encode: (m, k) =>
    [
      "The paper's drawing: in each part, read from the bottom up. The encoder reads, the " +
      `decoder writes. Each is a stack of ${m.n_layer} such layers; you see the last. Not ` +
      "drawn: below them, each token is embedded and its position added.",
      "The encoder reads the whole sentence at once. Nothing is hidden: each row of the map " +
      "shows " +
      "where one token looks. Darker squares are larger weights.",
      `Out come ${m.source.length} vectors of ${m.n_embd} numbers, one for each token: the ` +
      "memory (four numbers of each are drawn). It is made once, and stays as it is.",
    ][k],
  Start: () =>
    "The decoder begins with a start token. Its self-attention is masked: a token sees itself " +
    "and " +
    "what was written before it. So far, that is one square.",
  Look: (m) =>
    "Cross-attention: the start token makes a query. The memory gives keys and " +
    `values; its keys tell where to begin. Largest weight in the top layer: ${look(m, 0)}.`,
  Choose: (m) =>
    `A softmax over all ${m.vocab_size} tokens; English and Lumi share one vocabulary. ${
      glossed(m, m.words[0])
    } gets ${share(m, 0)}. It is written.`,
  "Feed back": (m) =>
    `And fed back: ${quote(m.words[0])} is now input. The mask grows by a row, with a hatched ` +
    "square for what may not be seen. The memory is the same.",
  "Go on": (m, k) => {
    const t = Math.min(k + 1, m.n - 1);
    const end = t === m.n - 1 ? " It stops." : "";
    return `Given ${named(givenAt(m, t))}, it looks across: ${look(m, t)}. Next token: ${
      glossed(m, m.words[t])
    }, ${share(m, t)}.${end}`;
  },
  Map: (m) =>
    "All weights of cross-attention. A row names the token that was written then (the token " +
    "before it asked), a column a token that was read. Nobody told the model which word " +
    "belongs to which" +
    (m.isRight ? ", and the translation is right." : "."),
  "Your turn": (m) => {
    if (m.pin >= 0) {
      const [out, pinned] = m.free.words.slice(m.pin, m.pin + 2);
      return `${quote(out)} is left out: ${quote(pinned)} is pinned, which the model gave ${
        share(m, m.pin)
      }. The rest is its own: ${quote(outputOf(m))}. It goes on from what stands there, right or ` +
        (m.wrong.includes(true)
          ? "wrong. Marked: what has no place in the right translation."
          : "wrong. All that follows is still in place.");
    }
    return `It writes ${quote(outputOf(m))}: ${
      m.isRight ? "right" : `wrong, it should be ${quote(m.right.slice(0, -1).join(" "))}`
    }. Choose another sentence, or leave a token out.`;
  },
};

/** @param {Facts} m */
const outputOf = (m) => m.words.filter((word) => word !== "end").join(" ");

/** @param {Facts} m @param {number} t */
const weightsInWords = (m, t) =>
  m.across[t].map((w, s) => (w >= 0.05 ? `${m.source[s]} ${decimals(w)}` : "")).filter(Boolean)
    .join(", ");

/** @param {Facts} m @param {number} rows */
const given = (m, rows) => ["start", ...m.words].slice(0, rows).join(" ");

/** @param {Facts} m */
const mapInWords = (m) => m.words.map((word, t) => `${word}: ${weightsInWords(m, t)}`).join("; ");

/** @type {Words} */
export const altOf = {
  Text: (m) => `English: ${m.source.join(" ")}. Lumi: ${m.right.length - 1} empty places.`,
  Encode: (m, k) =>
    [
      `Two stacks, from the bottom up. Encoder: the source ${
        m.source.join(" ")
      }, self-attention, ` +
      "feed-forward. Decoder: an empty place for what is written, masked self-attention, " +
      "cross-attention, feed-forward, softmax.",
      `The encoder's self-attention as a map of ${m.source.length} by ${m.source.length} ` +
      `weights, ` +
      "none of them hidden.",
      `Above the encoder the memory, a vector for each of ${m.source.length} tokens.`,
    ][k],
  Start: () => "The decoder's input is start, and its map one square. An arrow from the memory.",
  Look: (m) =>
    "From the memory into cross-attention as much of each vector as its weight, for the start " +
    `token: ${weightsInWords(m, 0)}.`,
  Choose: (m) => `The likeliest next tokens: ${likeliest(m, 0)}.`,
  "Feed back": (m) =>
    `The decoder's input is ${given(m, 2)}; its map has two rows, one hatched square.`,
  "Go on": (m, k) => {
    const t = Math.min(k + 1, m.n - 1);
    return `${k + 2}: Input: ${given(m, t + 1)}. Weights: ${weightsInWords(m, t)}. Next: ${
      likeliest(m, t)
    }.`;
  },
  Map: (m) => `A map of weights. ${mapInWords(m)}.`,
  "Your turn": (m) => `A map of weights. ${mapInWords(m)}. Right is ${m.right.join(" ")}.`,
};

/** @param {Facts} m @param {number} t */
function likeliest(m, t) {
  return m.next[t].map(([word, p]) => `${word} ${roughly(p)}`).join(", ");
}
