// What is said at each step, and each picture in words.

import { written } from "../../moving/ruler.js";
import { degrees } from "./facts.js";

/** @import { Facts, Pose } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/** @param {number} x */
const four = (x) => written(x, 4);
/** @param {number[]} pair */
const pair = ([a, b]) => `(${written(a, 2)}, ${written(b, 2)})`;

/** @type {Words} */
export const sayOf = {
  "Arrows": (m) =>
    "The query of “who?” (round) and the key of “fox” (square). Their dot product is the score: " +
    `${four(m.poses.Arrows[0].score)}. It knows nothing about position.`,
  "Turn": (m) =>
    `Each is turned by its position, here ${degrees(m.angle)} per step. “who?” stands at 3: ` +
    `${degrees(3 * m.angle)}. “fox” at 0 stays. No arrow changes its length.`,
  "Score": (m) =>
    `The score is the product of the turned arrows: ${four(m.poses.Score[0].score)}. It depends ` +
    "on their lengths and on the angle between them: the arc.",
  "Move both": (m, k) => {
    const { query, key, score } = m.poses["Move both"][k];
    return `Move both along the text, to ${query.at} and ${key.at}. Both arrows turn by the ` +
      `same, so the angle between them stays. The score: ${four(score)}.`;
  },
  "Move one": (m, k) => {
    const { key, distance, score } = m.poses["Move one"][k];
    return `Now the key alone moves on, to ${key.at}. The distance is ${distance}, the angle ` +
      `another one, and so is the score: ${four(score)}.`;
  },
  "Value": () =>
    "The value (green) is not turned. Where a token stands decides how well it is found, not " +
    "what it hands over.",
  "Your turn": (m) => {
    const { query, key, distance, score } = m.poses["Your turn"][0];
    return `Drag a handle round, or move both below. Query at ${query.at}, key at ${key.at}: ` +
      `distance ${written(distance, 0)}, score ${four(score)}.`;
  },
};

/**
 * @param {Pose} pose
 * @param {string} scene
 */
export function altOf({ query, key, score }, scene) {
  const said = (
    /** @type {string} */ name,
    /** @type {Pose["query"]} */ { at, vector, by, after },
  ) => `The ${name}, at position ${at}: ${pair(vector)}, turned by ${degrees(by)}: ${pair(after)}.`;
  /** @type {Record<string, string>} */
  const more = {
    "Turn": "",
    "Value": " The value, which is not turned, is a third arrow.",
    "Your turn": " Both arrows can be dragged round.",
  };
  const product = ` The score is ${four(score)}.`;
  return `Two arrows from the middle of a disc. ${said("query", query)} ${said("key", key)}${
    more[scene] ?? ""
  }` +
    (scene === "Turn" ? "" : product);
}
