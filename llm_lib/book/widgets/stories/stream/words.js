// What is said at each step, and each picture in words.

import { decimals, inBrackets, percent, quote, roughly } from "../../shared/words.js";
import { listOf, shown } from "./facts.js";

/** @import { Facts, Said } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/** @param {Said} said */
const best = ({ likeliest: [[text, p]] }) => `${quote(shown(text))} (${roughly(p)})`;

/** @param {number[]} values */
const numbers = (values) => values.map(decimals).join(", ");

/**
 * "If it stopped here, it would say “talk” (77 %), and “kite” has 0.1 %."
 * @param {Facts} m
 * @param {Said} said
 * @param {string} [skip] how it would get from there to words
 */
function soFar(m, said, skip = "") {
  const goal = quote(m.goal);
  if (said.likeliest[0][0] === m.answer) return `Stopped here${skip}, it would say ${best(said)}.`;
  return `Stopped here${skip}, it would say ${best(said)}; ${goal} has ${percent(said.answer)}.`;
}

const SKIP = " (we skip to the last two steps, norm and logits)";
const PLACES = ["first", "second", "third", "fourth", "fifth", "sixth"];

/**
 * One of the sums in the picture, the one in which most is added; it is right as rounded, too.
 * @param {Facts} m
 * @param {number} i the number of a part
 */
function oneSum(m, i) {
  const sums = m.parts[i].adds.slice(0, PLACES.length).map((b, j) => {
    const [a, c] = [m.parts[i - 1].stream[j], m.parts[i].stream[j]];
    const said = Math.round(100 * a) + Math.round(100 * b) === Math.round(100 * c);
    const words = `The ${PLACES[j]} number: ${decimals(a)} + ${inBrackets(b)} = ${decimals(c)}.`;
    return { size: said ? Math.abs(b) : 0, words };
  });
  return sums.reduce((a, b) => (b.size > a.size ? b : a)).words;
}

/** @type {(i: number) => (m: Facts, k: number) => string} */
const block = (i) => (m, k) => {
  const part = m.parts[2 * i + k + 1];
  if (i === 0) {
    const does = k
      ? "The feed-forward network works on this token alone, and adds a vector, too."
      : "Block 0. Attention looks back at the earlier tokens, and adds what it finds.";
    return `${does} ${oneSum(m, k + 1)}`;
  }
  const looks = i === 3 && m.source >= 0
    ? `attention looks back, most at ${quote(m.words[m.source])} ` +
      `(${roughly(m.looks[m.source])}), and adds`
    : "attention adds";
  const does = k ? "the feed-forward network adds" : looks;
  return `Block ${i}: ${does}. ${soFar(m, part)}`;
};

/** @type {Words} */
export const sayOf = {
  Text: (m) =>
    `The model has read ${m.words.length} tokens; below each stands its id. What comes next? ` +
    `Follow the last one, ${quote(m.words[m.last])}.`,
  Embed: (m) =>
    `Token ${m.tokens[m.last][0]} gets row ${m.tokens[m.last][0]} of the token table. This ` +
    `vector starts the residual stream. ${soFar(m, m.parts[0], SKIP)}`,
  "Block 0": block(0),
  "Block 1": block(1),
  "Block 2": block(2),
  "Block 3": block(3),
  Norm: (m) =>
    "Nothing was replaced: the stream is the sum of all that was added. The final norm brings " +
    `its ${m.n_embd} numbers to one scale, and multiplies each by a learned weight.`,
  Logits: (m, k) => {
    const [[first, a], [second, b]] = m.logits;
    if (!k) {
      return `Each of the ${m.vocab_size.toLocaleString("en")} tokens has a row in the output ` +
        `head. Its dot product with this vector is its logit: ${quote(shown(first))} gets ` +
        `${decimals(a)}, ${quote(shown(second))} ${decimals(b)}.`;
    }
    const times = Number(Math.exp(a - b).toPrecision(2)).toLocaleString("en");
    return `Softmax makes probabilities of them. ${decimals(a - b)} more is about ${times} times ` +
      `as likely: the model says ${best(m.end)}.`;
  },
  "Your turn": (m) => {
    if (!m.off) return `Switch an attention off. With all parts, the model says ${best(m.end)}.`;
    const goal = `${quote(m.goal)} had ${roughly(m.end.answer)}`;
    if (m.now.likeliest[0][0] === m.answer) {
      return `Without ${m.off}, the model still says ${best(m.now)}: ${goal} before.`;
    }
    return `Without ${m.off}, the model says ${best(m.now)}. ${goal} before, and now it has ` +
      `${percent(m.now.answer)}.`;
  },
};

/**
 * @param {Facts} m
 * @param {Said} said
 */
const listed = (m, said) =>
  `Likeliest next: ${listOf(m, said).map(({ name, p }) => `${name} ${percent(p)}`).join(", ")}.`;

/** @type {(i: number) => (m: Facts, k: number) => string} */
const blockAlt = (i) => (m, k) => {
  const [before, part] = [m.parts[2 * i + k], m.parts[2 * i + k + 1]];
  return `The stream ${numbers(before.stream)} plus ${part.name} ${numbers(part.adds)} is ` +
    `${numbers(part.stream)}. ${listed(m, part)}`;
};

/** @type {Words} */
export const altOf = {
  Text: (m) =>
    `The tokens and their ids: ${m.tokens.map(([id], i) => `${m.words[i]} ${id}`).join(", ")}.`,
  Embed: (m) => `The stream begins as ${numbers(m.parts[0].stream)}. ${listed(m, m.parts[0])}`,
  "Block 0": blockAlt(0),
  "Block 1": blockAlt(1),
  "Block 2": blockAlt(2),
  "Block 3": blockAlt(3),
  Norm: (m) => `The stream ${numbers(m.end.stream)} becomes ${numbers(m.normed)} after the norm.`,
  Logits: (m, k) =>
    `Logits: ${m.logits.map(([text, z]) => `${shown(text)} ${decimals(z)}`).join(", ")}.` +
    (k ? ` ${listed(m, m.end)}` : ""),
  "Your turn": (m) => `All parts are on${m.off ? `, but for ${m.off}` : ""}. ${listed(m, m.now)}`,
};
