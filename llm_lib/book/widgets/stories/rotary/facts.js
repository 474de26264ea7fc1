// Every number of the story: query and key, turned to their positions, and the score.

import { dot } from "../../../engine/vectors.js";

/** @import { Choice } from "../../moving/types.js" */

/** Where the key may be put, with the query as far from it as before. */
const STARTS = [0, 1, 2, 5, 10, 20, 40];
const FARTHEST = 60;

/**
 * @typedef {object} Settings
 * @property {number[][]} q
 * @property {number[][]} k
 * @property {number[][]} places of the query and of the key
 * @property {number} angle of one position
 */
/** @typedef {ReturnType<typeof poseOf>} Pose */
/** @typedef {ReturnType<typeof factsOf>} Facts */

/**
 * An angle in whole degrees.
 * @param {number} radians
 */
export const degrees = (radians) => `${Math.round((radians * 180) / Math.PI)}°`;

/**
 * A vector turned by an angle, against the clock.
 * @param {number[]} pair
 * @param {number} by
 */
function turned([a, b], by) {
  const [cos, sin] = [Math.cos(by), Math.sin(by)];
  return [a * cos - b * sin, a * sin + b * cos];
}

/**
 * Query and key at two positions.
 * @param {Settings} settings
 * @param {number} t of the query
 * @param {number} s of the key
 */
function poseOf({ q, k, angle }, t, s) {
  const arrow = (/** @type {number[]} */ vector, /** @type {number} */ at) => ({
    at,
    vector,
    after: turned(vector, at * angle),
    from: Math.atan2(vector[1], vector[0]),
    by: at * angle,
    length: Math.hypot(...vector),
  });
  const [query, key] = [arrow(q[0], t), arrow(k[0], s)];
  return { query, key, distance: t - s, score: dot(query.after, key.after), angle };
}

/** @param {Settings} settings */
export function factsOf(settings) {
  const [t, s] = settings.places[0];
  const pose = (/** @type {number[]} */ [query, key]) => poseOf(settings, query, key);
  /** @type {Record<string, Pose[]>} */
  const poses = {
    "Arrows": [pose([0, 0])],
    "Turn": [pose([3, 0])],
    "Score": [pose([3, 0])],
    "Move both": [[4, 1], [7, 4], [10, 7]].map(pose),
    "Move one": [[10, 8], [10, 9]].map(pose),
    "Value": [pose([10, 7])],
    "Your turn": [pose([t, s])],
  };
  return { ...settings, poses };
}

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export function choicesOf({ places }) {
  const [t, s] = places[0];
  const fits = (/** @type {number} */ start) =>
    start === s || (start + t - s >= 0 && start + t - s <= FARTHEST);
  return [{
    name: "Move both: the key goes to",
    options: [...new Set([...STARTS, s])].sort((a, b) => a - b).filter(fits)
      .map((start) => [String(start), `position ${start}`]),
    value: String(s),
    pick: (start) => ({ places: [[Number(start) + t - s, Number(start)]] }),
  }];
}
