// What becomes of a place's logits: every number of the story.

import { softmax } from "../../../engine/functions.js";
import { reshape } from "../../../engine/sampling.js";

/** @import { Choice } from "../../moving/types.js" */

/** How many tokens have a row of their own. */
export const SHOWN = 8;
/** What the film's temperatures and filters are. */
export const FLAT = 2;
export const SHARP = 0.7;
const TOP_K = 4;
const TOP_P = 0.9;
const MIN_P = 0.1;
/** The filter whose survivors the film draws from, and with what luck. */
const FILMED = "min-p 0.1";
const LUCK = 0.83;

/** @type {Record<string, { topK?: number, topP?: number, minP?: number }>} */
const KNOBS = {
  "none": {},
  "top-k 4": { topK: TOP_K },
  "top-p 0.9": { topP: TOP_P },
  "min-p 0.1": { minP: MIN_P },
};
const NAMES = {
  "none": "none",
  "top-k 4": "top-k, k = 4",
  "top-p 0.9": "top-p, p = 0.9",
  "min-p 0.1": "min-p 0.1",
};

/** @typedef {{ text: string, words: string[], logits: number[] }} Place */
/**
 * @typedef {object} Settings
 * @property {Record<string, Place>} places
 * @property {string} place
 * @property {number} temperature
 * @property {string} filter
 * @property {number[][]} luck
 */
/** @typedef {ReturnType<typeof cutBy>} Cut */
/** @typedef {ReturnType<typeof factsOf>} Facts */

/** @param {ArrayLike<number>} p @param {number} from */
const sumFrom = (p, from) => Array.from(p).slice(from).reduce((sum, x) => sum + x, 0);

/**
 * A distribution before and after a filter: the shares of the tokens shown, and of all others.
 * @param {number[]} logits
 * @param {number} temperature
 * @param {string} filter
 */
function cutBy(logits, temperature, filter) {
  const before = Array.from(softmax(Float32Array.from(logits), temperature));
  const { p: after, cut } = reshape(Float32Array.from(logits), { temperature, ...KNOBS[filter] });
  const stays = before.map((p, i) => !cut.has(i) && p > 0);
  const others = stays.slice(SHOWN).filter(Boolean).length;
  return {
    temperature,
    filter,
    knobs: KNOBS[filter],
    scaled: logits.slice(0, SHOWN).map((z) => z / (temperature || 1)),
    before,
    after: Array.from(after),
    stays,
    others,
    rest: { before: sumFrom(before, SHOWN), after: sumFrom(after, SHOWN) },
    n: stays.filter(Boolean).length,
    held: before.reduce((sum, p, i) => sum + (stays[i] ? p : 0), 0),
  };
}

/**
 * Which token a random number from 0 to 1 means: the walk along the shares.
 * @param {Cut} cut
 * @param {number} luck
 */
function drawn(cut, luck) {
  let left = luck;
  for (let i = 0; i < cut.after.length; i++) {
    left -= cut.after[i];
    if (left < 0) return i;
  }
  return cut.stays.lastIndexOf(true); // only rounding can bring us here
}

/** @param {Settings} settings */
export function factsOf(settings) {
  const place = settings.places[settings.place];
  const words = place.words.map((word) => word.trim() || "␣");
  const cut = (/** @type {number} */ temperature, /** @type {string} */ filter) =>
    cutBy(place.logits, temperature, filter);
  const word = (/** @type {number} */ i) => words[i] ?? "a rare token";
  const film = cut(SHARP, FILMED);
  const yours = cut(settings.temperature, settings.filter);
  const luck = settings.luck[0][0];
  const flat = cut(FLAT, "none");
  const sharp = cut(SHARP, "none");
  const end = Math.max(sharp.before[0], film.after[0]);
  return {
    ...settings,
    ...place,
    words,
    end, // of the bars' scale, a probability: one in all scenes of the film
    yourEnd: Math.max(end, yours.before[0]),
    word,
    u: luck,
    V: place.logits.length,
    plain: cut(1, "none"),
    flat,
    sharp,
    topK: cut(SHARP, "top-k 4"),
    topP: cut(SHARP, "top-p 0.9"),
    minP: cut(SHARP, "min-p 0.1"),
    film: { ...film, luck: LUCK, pick: drawn(film, LUCK) },
    yours: { ...yours, luck, pick: drawn(yours, luck) },
  };
}

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = (m) => [
  {
    name: "After",
    options: Object.keys(m.places).map((name) => [name, name]),
    value: m.place,
    pick: (place) => ({ place }),
  },
  {
    name: "Temperature",
    options: [...new Set([0, 0.5, 0.7, 1, 1.5, 2, m.temperature])].sort((a, b) => a - b)
      .map((t) => [String(t), String(t)]),
    value: String(m.temperature),
    pick: (t) => ({ temperature: Number(t) }),
  },
  {
    name: "Filter",
    options: Object.entries(NAMES),
    value: m.filter,
    pick: (filter) => ({ filter }),
  },
];
