// What is said at each step, with the numbers that are seen; and each picture in words.

import { enumerated, quote } from "../../shared/words.js";
import { inText } from "../../moving/ruler.js";
import { animalOf, fitting, thingOf, thingsOf } from "./idea.js";
import { ANIMALS, CHANNELS, clearlyLargest, FOUR, LEAST, PARTS, SAME, THINGS } from "./facts.js";

/** @import { Facts } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/** @param {number[]} numbers */
const listed = (numbers) => numbers.map((x) => inText(x)).join(", ");

/** @param {number[]} numbers */
const bracketed = (numbers) => `(${listed(numbers).replaceAll(" ", "\u00a0")})`;

/**
 * "0 + 5 − 1", with spaces that don't break.
 * @param {number[]} numbers
 */
const sumOf = (numbers) =>
  numbers.map((x, i) => {
    if (i === 0) return inText(x);
    return `${x < 0 ? "−" : "+"}\u00a0${inText(Math.abs(x))}`;
  }).join("\u00a0");

/** @param {Facts} m */
const weightsOf = (m) => FOUR.map((s) => `${m.names[s]} ${m.w[s].toFixed(2)}`).join(", ");
/** @param {Facts} m */
const outputOf = (m) => THINGS.map((thing, c) => `${thing} ${inText(m.output[c], 2)}`).join(", ");
/** @param {Facts} m */
const fromWhom = (m) => (m.most === m.row ? "itself" : quote(m.names[m.most]));

/**
 * Which rows of a matrix the vector of the token that asks picks out.
 * @param {Facts} m
 */
function pickedRows(m) {
  const x = m.x[m.row];
  const picked = CHANNELS.filter((_, c) => x[c] !== 0);
  if (!picked.length) return "Here all are 0";
  const only = x.every((value) => value === 0 || value === 1);
  if (!only) return "Here they add up";
  return picked.length === 1
    ? `Here only the row ${quote(picked[0])} counts`
    : `Here the rows ${enumerated(picked.map(quote))} add up`;
}

/** @param {Facts} m */
function hiddenFrom(m) {
  const t = m.row < 3 ? m.row : 1;
  const sees = ["only itself", "the first two tokens", "the first three tokens"][t];
  const ours = m.row === 3 ? " The last row, ours, sees the whole text." : "";
  return `No token may look ahead: the mask sets all that comes later to −∞. ${
    quote(m.names[t])
  } sees ${sees}.${ours}`;
}

/**
 * Why the numbers of the query are large, if they are.
 * @param {Facts} m
 */
function whyLarge(m) {
  const [most, ...others] = new Set(m.q[m.row].filter(Boolean));
  return most > 1 && !others.length
    ? ` The ${inText(most)}s make it long, so the choice is clear.`
    : "";
}

/**
 * Whether a key fits the query, and what comes back.
 * @param {Facts} m
 */
function whatFits(m) {
  const fits = fitting(m);
  if (!fits.length) return `No key fits, so nothing comes back.`;
  const whose = fits.length > 1
    ? `${fits.length} keys fit`
    : fits[0] === m.row
    ? "Its own key fits"
    : `The key of ${quote(m.names[fits[0]])} fits`;
  return `${whose}, so ${quote(thingsOf(m))} comes back.`;
}

/**
 * What the token's vector says once the output has been added.
 * @param {Facts} m
 */
function nowSays({ after }) {
  const [own, got] = [after.slice(0, ANIMALS.length), after.slice(ANIMALS.length)];
  const [animal, thing] = [clearlyLargest(own), clearlyLargest(got)];
  const who = animal < 0 ? "no clear animal" : ANIMALS[animal];
  if (thing < 0) {
    const what = Math.max(...got) < LEAST ? "almost nothing of a thing" : "no clear thing";
    return `${who}, ${animal < 0 ? "and" : "but"} ${what}`;
  }
  const isAlone = got.every((n, c) => c === thing || Math.abs(n) < SAME);
  return `${who}, and ${isAlone ? "" : "mostly "}${THINGS[thing]}`;
}

/**
 * To whom the weights go, and what comes of it.
 * @param {Facts} m
 */
function whatIsFound(m) {
  const gives = m.even
    ? "spreads its weight evenly"
    : `gives ${m.w[m.most].toFixed(2)} of its weight to ${fromWhom(m)}`;
  const finds = m.nothing
    ? "finds almost nothing"
    : m.found < 0
    ? "finds no clear answer"
    : `reads ${quote(THINGS[m.found])}`;
  return `${quote(m.name)} ${gives} and ${finds}`;
}

/** @type {Words} */
export const sayOf = {
  Text: (m) =>
    m.tokens[m.row].endsWith("?")
      ? `${
        quote(m.name)
      } knows its animal, but not its thing. The answer is in an earlier token: ` +
        "how can it be fetched?"
      : `We follow one of four tokens, ${quote(m.name)}: what does it take from the past?`,
  Idea: (m, k) =>
    k
      ? `${whatFits(m)} Attention does this with vectors, and softly: most of the best match, ` +
        "a little of all others."
      : `In words first. ${quote(m.name)} asks for an animal: its query. Each record is found ` +
        "by its key, and gives its value.",
  Vectors: () =>
    "Each token is a vector of six numbers: three say which animal, three say which thing.",
  Matrices: (m, k) =>
    [
      "W_Q makes the query: each number of x scales its row, and they add up. " +
      `${pickedRows(m)}: ${bracketed(m.q[m.row])}.${whyLarge(m)}`,
      `W_K makes the key, by which others find the token: ${bracketed(m.k[m.row])}. ` +
      "“has” says: I have a thing; “ask” in the query asks: do you have one?",
      `W_V makes the value, what the token hands over when it is found: ${bracketed(m.v[m.row])}${
        m.v[m.row].every((x) => x === 0) ? ", nothing" : ""
      }.`,
    ][k],
  "q, k, v": () =>
    "The same three matrices serve every token. A query asks, a key answers to it, " +
    "a value is handed over.",
  Products: (m, s) =>
    `The query of ${quote(m.name)} meets the key of ${quote(m.names[s])}. Multiply number by ` +
    `number and add up: ${sumOf(m.products[s])}\u00a0=\u00a0${inText(m.dots[m.row][s])}.`,
  Scale: (m, k) =>
    k
      ? `Divide by √D, here √${m.D}\u00a0=\u00a0${inText(Math.sqrt(m.D))}. More numbers make ` +
        "larger sums, and large scores would make softmax choose one token alone."
      : "One dot product for each token. The better query and key agree, the larger it is.",
  Mask: (
    m,
    k,
  ) => (k ? hiddenFrom(m) : "All tokens ask at the same time, each in a row of its own."),
  Softmax: (m, k) =>
    k
      ? `Then it divides by the sum, ${
        inText(m.sum, 1)
      }. These are the weights: laid end to end, ` +
        "they fill 1 (the numbers shown are rounded)."
      : "Softmax first takes e to the power of each score: all become positive, and the largest " +
        "stands out.",
  Mix: (m, k) =>
    [
      "Now the values come up, each under its weight.",
      `Each value is multiplied by its weight: ${
        m.even ? "all count alike" : `that of ${quote(m.names[m.most])} stays strongest`
      }.`,
      "They flow together. Added up number by number, they are the output.",
    ][k],
  Output: (m) =>
    `The output is added to the token's own vector, in the places of the things. It now says: ${
      nowSays(m)
    }.`,
  "Your turn": (m) =>
    "Try: make it fetch the lamp · make it look at itself · make all weights equal. " +
    `Now ${whatIsFound(m)}.`,
};

/**
 * @param {Facts} m
 * @param {number[][]} rows
 */
const perToken = (m, rows) => FOUR.map((s) => `${m.names[s]}: ${listed(rows[s])}`).join("; ");

/** @type {Words} */
export const altOf = {
  Text: (m) => `Four tokens: ${m.names.join(", ")}. ${m.name} is marked.`,
  Idea: (m, k) => {
    const records = FOUR.filter((s) => s !== m.row && !m.tokens[s].endsWith("?"))
      .map((s) => `${m.names[s]}: key ${animalOf(m.tokens[s])}, value ${thingOf(m.tokens[s])}`);
    const back = k ? ` What comes back: ${thingsOf(m) || "nothing"}.` : "";
    return `${m.name} asks: ${animalOf(m.tokens[m.row])}? ${records.join("; ")}.${back}`;
  },
  Vectors: (m) => `Four vectors. ${perToken(m, m.x)}.`,
  Matrices: (m, k) =>
    PARTS.slice(0, k + 1).map(({ role, letter, matrix, setting }) =>
      `The vector ${bracketed(m.x[m.row])} times ${matrix} is the ${role} ${
        bracketed(m[letter][m.row])
      }; ${matrix} has the rows ${
        CHANNELS.map((c, i) => `${c} ${bracketed(m[setting][i])}`).join(", ")
      }.`
    ).join(" "),
  "q, k, v": (m) =>
    PARTS.map(({ role, letter }) => `The ${role} of ${perToken(m, m[letter])}.`).join(" "),
  Products: (m, s) =>
    `Query ${bracketed(m.q[m.row])} above key ${bracketed(m.k[s])}; products ${
      listed(m.products[s])
    }; sum ${inText(m.dots[m.row][s])}.`,
  Scale: (m, k) => {
    const numbers = (k ? m.scores : m.dots)[m.row];
    const each = FOUR.map((s) => `${m.names[s]} ${inText(numbers[s])}`).join(", ");
    return `${k ? "Scores" : "Dot products"}: ${each}.`;
  },
  Mask: (m, k) =>
    `A table of scores, a row for each token that asks. ${
      FOUR.map((t) =>
        `${m.names[t]}: ${
          FOUR.map((s) => (k && m.hidden(t, s) ? "hidden" : inText(m.scores[t][s], 1))).join(", ")
        }`
      ).join("; ")
    }.`,
  Softmax: (m, k) =>
    k
      ? `Bars for the weights: ${weightsOf(m)}. Together 1.`
      : `Bars for e to the scores: ${FOUR.map((s) => inText(m.exps[m.row][s], 1)).join(", ")}.`,
  Mix: (m, k) =>
    k === 2
      ? `Ribbons as broad as what each number brings lead to the output: ${outputOf(m)}.`
      : `Weights ${weightsOf(m)}. Values${k ? " times weights" : ""}: ${
        perToken(m, k ? m.mixed : m.v)
      }.`,
  Output: (m) =>
    `The vector ${bracketed(m.x[m.row])}, below it the output: ${outputOf(m)}. Their sum: ${
      CHANNELS.map((name, c) => `${name} ${inText(m.after[c])}`).join(", ")
    }.`,
  "Your turn": (m) => `The whole computation. Weights: ${weightsOf(m)}. Output: ${outputOf(m)}.`,
};
