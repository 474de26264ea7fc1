// What is said in each scene, and each picture in words.

import { decimals, quote, roughly } from "../../shared/words.js";
import { SHOWN, shown } from "./facts.js";
import { isKnown, LAYERS } from "./inside.js";

/** @import { Facts, Turn } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/** @param {string} token */
const named = (token) => token ? quote(shown(token)) : "one of the many unlikely tokens";

/**
 * How sure the model is, in a turn after the first.
 * @param {Turn} turn
 */
function sureness({ likeliest: [[top, p]], picked, p: got }) {
  if (p > 0.9) return `Now it is sure: ${named(picked)} has ${roughly(got)}.`;
  const best = picked === top ? "" : `; the likeliest, ${named(top)}, had ${roughly(p)}`;
  return `Now many tokens are possible. Drawn: ${named(picked)}, with ${roughly(got)}${best}.`;
}

/** @type {Words} */
export const sayOf = {
  Text: () => "A story breaks off. What could come next?",
  Tokens: (m) =>
    `The text is cut into ${m.words.length} tokens: words, pieces of words, punctuation marks. ` +
    "To the model, each is only a number.",
  Model: (m) =>
    `The tokens go into the model: ${m.parameters.toLocaleString("en")} numbers that were ` +
    `learned from very many texts.${
      isKnown(m.words)
        ? " Stripes: what it makes of each token. Strands: where the last one looks."
        : ""
    }`,
  Probabilities: (m) => {
    const [[a, p], [b, q]] = m.turns[0].likeliest;
    return `Out comes a probability for each of the ${m.vocab_size.toLocaleString("en")} tokens ` +
      `that ${m.model_name} knows: ${roughly(p)} for ${named(a)}, ${roughly(q)} for ${named(b)}, ` +
      "a little for many others.";
  },
  Draw: (m) => {
    const { draw, picked } = m.turns[0];
    return `Laid end to end, the bars fill a line from 0 to 1. A random number, ${
      decimals(draw)
    }, falls into the part of ${named(picked)}. A larger part is hit more often.`;
  },
  Append: (m) =>
    `${named(m.turns[0].picked)} is put at the end. Now the model sees the longer ` +
    "text, and all of it begins again.",
  Again: (m, k) => sureness(m.turns[k + 1]),
  "Your turn": ({ choose, yours }) =>
    choose === "likeliest"
      ? `The likeliest token is always ${named(yours.picked)}: no chance, and the same text each ` +
        "time."
      : `Change the random number: drag it along its line. ${decimals(yours.draw)} draws ${
        named(yours.picked)
      }${yours.p ? `, which has ${roughly(yours.p)}` : ""}.`,
};

/**
 * The bars in words.
 * @param {Turn} turn
 */
const barWords = ({ likeliest }) =>
  likeliest.slice(0, SHOWN).map(([text, p]) => `${shown(text)} ${roughly(p)}`).join(", ");

/**
 * The text with what was put behind it in so many turns.
 * @param {Facts} m
 * @param {number} n
 */
const textAfter = (m, n) =>
  [...m.words, ...m.turns.slice(0, n).map(({ picked }) => shown(picked))].join(" ");

/** @type {Words} */
export const altOf = {
  Text: (m) => `A text: ${textAfter(m, 0)} … Below it, words that could follow.`,
  Tokens: (m) =>
    `${m.words.length} boxes: ${m.words.map((w, i) => `${w} ${m.ids[i]}`).join(", ")}.`,
  Model: (m) =>
    `The tokens, and below them ${m.model_name}${
      isKnown(m.words)
        ? `: a column of stripes for each, in ${LAYERS} layers. Between the layers, strands lead ` +
          "to the last column"
        : ""
    }.`,
  Probabilities: (m) => `Bars of the next token: ${barWords(m.turns[0])}, and all others.`,
  Draw: (m) =>
    `The bars end to end on a line; a mark at ${decimals(m.turns[0].draw)} lies in ${
      shown(m.turns[0].picked)
    }.`,
  Append: (m) => `The text: ${textAfter(m, 1)}.`,
  Again: (m, k) =>
    `The text: ${textAfter(m, k + 2)}. The bars before: ${barWords(m.turns[k + 1])}.`,
  "Your turn": (m) =>
    `Bars: ${barWords(m.yours)}. The text: ${textAfter(m, 0)} ${shown(m.yours.picked || "?")}.`,
};
