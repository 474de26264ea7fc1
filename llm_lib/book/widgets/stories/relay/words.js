// What is said in each scene, and each picture in words.

import { decimals, percent, quote } from "../../shared/words.js";
import { layerOf } from "./facts.js";

/** @import { Facts } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/**
 * @param {Facts} m
 * @param {number} place
 */
const word = (m, place) => quote(m.words[place]);

/**
 * "In layer 1 (of 0 to 3)".
 * @param {Facts} m
 * @param {number} k
 */
const inLayer = (m, k) => `In ${layerOf(m, k)}`;

/**
 * The weight with which a hop looks at a place.
 * @param {Facts} m
 * @param {number} k
 * @param {number} place
 */
const weight = (m, k, place) => decimals(m.hops[k].weights[place]);

/**
 * How many heads of the last layer look more at the thing than at the other.
 * @param {Facts} m
 */
const inFavour = (m) => m.heads.filter((weights) => weights[m.thing] > weights[m.rival]).length;

/**
 * The mean weight of the layer's heads on a place.
 * @param {Facts} m
 * @param {number} place
 */
const mean = (m, place) =>
  decimals(m.heads.reduce((sum, weights) => sum + weights[place], 0) / m.heads.length);

/** @type {Words} */
export const sayOf = {
  Text: (m) =>
    `Here each token is a word or a sign, and the model has to say what follows the last ${
      word(m, m.last)
    }. It must be ${m.asked}'s thing; but ${word(m, m.thing)} alone does not say whose it is.`,
  "Hop 1": (m) =>
    `${inLayer(m, 0)}, one head lets the framed ${word(m, m.before)} look back. It gives ${
      weight(m, 0, m.name)
    } of its weight to ${word(m, m.name)}: the name can move one step closer to the thing.`,
  "Hop 2": (m) =>
    `${inLayer(m, 1)}, ${word(m, m.thing)} gives ${weight(m, 1, m.before)} to that ${
      word(m, m.before)
    }. What ${word(m, m.before)} holds of ${word(m, m.name)} can come along: now ${
      word(m, m.thing)
    } can say whose it is.`,
  "Hop 3": (m) =>
    `${inLayer(m, 2)}, the last ${word(m, m.last)} looks for ${m.asked}'s thing. This head gives ${
      weight(m, 2, m.thing)
    } to ${word(m, m.thing)} and ${weight(m, 2, m.rival)} to ${
      word(m, m.rival)
    }: a hint, not a proof.`,
  Heads: (m) =>
    `The layer has ${m.heads.length} heads, and all add to the result. ${
      inFavour(m)
    } of them look more at ${word(m, m.thing)}. On average all ${m.heads.length} give it ${
      mean(m, m.thing)
    }, and ${word(m, m.rival)} ${mean(m, m.rival)}.`,
  Output: (m) =>
    `The model says ${quote(m.likeliest[0].text)}, with ${
      percent(m.likeliest[0].p)
    }. Weights show where heads look, not all that happens: what they fetch and the rest of each ` +
    "layer count, too.",
  "Your turn": (m) =>
    `Ask about the other name, and look at each layer again. Asked about ${m.asked}, the model ` +
    `says ${quote(m.likeliest[0].text)}, with ${percent(m.likeliest[0].p)}.`,
};

/**
 * @param {Facts} m
 * @param {number} k
 */
function hopInWords(m, k) {
  const seen = m.hops[k].weights
    .map((w, i) => (w >= 0.05 ? `${m.words[i]} ${decimals(w)}` : ""))
    .filter(Boolean);
  return `The prompt's tokens in ${layerOf(m, k)}. ${word(m, m.path[k + 1])}, number ${
    m.path[k + 1] + 1
  }, looks at ${seen.join(", ")}.`;
}

/** @type {Words} */
export const altOf = {
  Text: (m) =>
    `The prompt as ${m.words.length} tokens: ${m.words.join(" ")}. Next: a question mark.`,
  "Hop 1": (m) => hopInWords(m, 0),
  "Hop 2": (m) => hopInWords(m, 1),
  "Hop 3": (m) => hopInWords(m, 2),
  Heads: (m) =>
    m.heads.map((weights, h) =>
      `Head ${h}: ${m.pair.map((i) => `${m.words[i]} ${decimals(weights[i])}`).join(", ")}.`
    ).join(" "),
  Output: (m) =>
    `Next tokens: ${m.likeliest.map(({ text, p }) => `${text} ${percent(p)}`).join(", ")}.`,
  "Your turn": (m) => `${hopInWords(m, m.hop)} Answer: ${m.likeliest[0].text}.`,
};
