// Every number of the story: what the last token of both texts gets, without positions and with.

import { softmax } from "../../../engine/functions.js";
import { lastOf } from "../../../engine/present.js";
import { dot, total } from "../../../engine/vectors.js";

/** @import { Choice } from "../../moving/types.js" */

export const WORDS = ["fox", "saw", "bear", "who?"];
const ORDERS = ["bear saw fox", "fox bear saw", "saw fox bear", "fox saw bear"];

/**
 * @typedef {object} Settings
 * @property {number[][]} x
 * @property {number[][]} p
 * @property {boolean} positions
 * @property {string} order
 */
/** @typedef {ReturnType<typeof reading>} Reading */
/** @typedef {ReturnType<typeof factsOf>} Facts */

/**
 * What the last token gets: an average of all vectors, weighted by their dot products with its own.
 * @param {Settings} settings
 * @param {number[]} order of the words
 * @param {boolean} placed whether positions are added
 */
function reading({ x, p }, order, placed) {
  const vectors = order.map((word, t) => x[word].map((v, c) => v + (placed ? p[t][c] : 0)));
  const asks = lastOf(vectors);
  const weights = [...softmax(vectors.map((v) => dot(asks, v) / Math.SQRT2))];
  const output = asks.map((_, c) => total(vectors.map((v, t) => weights[t] * v[c])));
  return { order, placed, vectors, weights, output };
}

/** @param {string} order */
const placesOf = (order) => [...order.split(" "), "who?"].map((word) => WORDS.indexOf(word));

/** @param {Settings} settings */
export function factsOf(settings) {
  const both = (/** @type {string} */ order, /** @type {boolean} */ placed) =>
    ["fox saw bear", order].map((each) => reading(settings, placesOf(each), placed));
  return {
    ...settings,
    plain: both(ORDERS[0], false),
    placed: both(ORDERS[0], true),
    yours: both(settings.order, settings.positions),
  };
}

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = (m) => [
  {
    name: "Positions",
    options: [["on", "added"], ["off", "left out"]],
    value: m.positions ? "on" : "off",
    pick: (value) => ({ positions: value === "on" }),
  },
  {
    name: "Second text",
    options: ORDERS.map((order) => [order, order]),
    value: m.order,
    pick: (order) => ({ order }),
  },
];

/**
 * What an output says: which of the two animals leads.
 * @param {number[]} output
 */
export function readingOf([fox, bear]) {
  if (Math.abs(fox - bear) < 0.05) return "fox or bear?";
  return fox > bear ? "mostly fox" : "mostly bear";
}
