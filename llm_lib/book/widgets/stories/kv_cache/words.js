// What is said at each step, and each picture in words.

import { count, quote } from "../../shared/words.js";

/** @import { Facts } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/** @type {Words} */
export const sayOf = {
  Text: (m) => `The model writes one token after the other. ${quote(m.said)} is there; what next?`,
  Rows: (m) =>
    "In each layer every token makes a key and a value, and the last token looks at all of them. " +
    `${m.n_prompt} tokens, ${m.n_prompt} rows; here the first numbers of each, in one head.`,
  Again: (m, k) => {
    const n = m.n_prompt + k + 1;
    const sum = Array.from({ length: k + 2 }, (_, i) => m.n_prompt + i).join(" + ");
    return `${
      quote(m.words[n - 1])
    } is written. Now the model reads all ${n} tokens again, to get ` +
      `one more. Rows made so far: ${sum} = ${m.until(k + 1).again}.`;
  },
  Same: (m) =>
    `But look at the first ${m.n_prompt} rows: in all these steps they never changed. The work ` +
    "of making them again was for nothing.",
  "Why?": (m, k) =>
    k
      ? `${quote(m.words[m.n_prompt])} adds a row of its own, and a column that is masked for ` +
        "every token before it. The framed weights stay as they were, and so does everything " +
        "computed from them."
      : "Why don’t they change? A row for each token shows where it looks: these are the weights " +
        "of its attention. The hatched ones are masked, since no token looks ahead.",
  Cache: (m, k) =>
    k
      ? `${quote(m.words[m.n_prompt + k])} comes: one more row, and all others are kept. ` +
        `Rows made so far: ${m.until(k + 1).kept}.`
      : `So keep the rows: the key–value cache. For ${quote(m.words[m.n_prompt])} ` +
        "the model reads one token and makes one row; its query looks at the " +
        `${m.n_prompt} that are kept.`,
  Count: (m) => {
    const { again, kept } = m.until(m.n - m.n_prompt);
    return `Read again, the rows of all steps add up to ${again}. With the cache each row is ` +
      `made once: ${kept}. The longer the text, the wider the gap.`;
  },
  "Your turn": (m) => {
    if (m.place < 0) return "Replace a token. Which rows can be kept, and which must be made anew?";
    const kept = m.first ? `The ${count(m.first, "row")} before it can be kept` : "No row is kept";
    const old = quote(m.words[m.place]);
    return `${quote(m.swapWords[m.place])} instead of ${old}. ${kept}; ` +
      `${count(m.n - m.first, "row")} must be made anew: its own, and all that could see it.`;
  },
};

/** @param {Facts} m @param {number} n */
const numbers = (m, n) =>
  m.rows.slice(0, n).map(([k, v], i) => `${m.words[i]}: ${k.join(", ")}; ${v.join(", ")}`)
    .join(". ");

/** @type {Words} */
export const altOf = {
  Text: (m) => `The tokens ${m.said}, and an empty place after them.`,
  Rows: (m) => `A row for each token, its key and its value. ${numbers(m, m.n_prompt)}.`,
  Again: (m, k) =>
    `${m.n_prompt + k + 1} rows, all of them marked as made in this step. ${
      numbers(m, m.n_prompt + k + 1)
    }.`,
  Same: (m) => `${m.n} rows; a frame around the first ${m.n_prompt}, which are as they were.`,
  "Why?": (m, k) =>
    `Attention weights. ${
      m.weights.slice(0, m.n_prompt + k).map((row, t) =>
        `${m.words[t]}: ${row.slice(0, t + 1).join(", ")}`
      ).join("; ")
    }. All later places are masked.${k ? " A frame around the rows that were there before." : ""}`,
  Cache: (m, k) =>
    `${m.n_prompt + k + 1} rows; only the last, of ${
      m.words[m.n_prompt + k]
    }, is marked as made in ` +
    "this step, all others as kept.",
  Count: (m) => {
    const { again, kept } = m.until(m.n - m.n_prompt);
    return `A staircase of ${again} filled boxes beside one with ${kept}: those of the first ` +
      "step, and one at the end of each later step.";
  },
  "Your turn": (m) =>
    `Rows of ${m.yourWords.join(" ")}: ${m.first} kept, ${m.n - m.first} made anew.`,
};
