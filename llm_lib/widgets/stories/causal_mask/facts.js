// Every number of the story: the same rows of attention, trained without the mask and with it.

import { learnToCopy } from "../../../engine/copying.js";

/** @import { Choice } from "../../moving/types.js" */

/** Steps of training in the scenes: few, and many. */
const FEW = 5;
const MANY = 100;
/** How many words a text has, and the most letters of one. */
const WORDS = 5;
const LETTERS = 5;

/**
 * @typedef {object} Settings
 * @property {string[]} words
 * @property {boolean} mask
 * @property {number} steps
 * @property {number[][]} scores
 */
/** @typedef {ReturnType<typeof trained>} Trained */
/** @typedef {ReturnType<typeof factsOf>} Facts */

/**
 * @param {Settings} settings
 * @param {boolean} mask
 * @param {number} steps
 */
const trained = ({ words, scores }, mask, steps) => ({
  ...learnToCopy({ words, scores, mask, steps }),
  mask,
  steps,
});

/**
 * What the scenes show: the rows with no mask after 0, few and many steps; with it after 0 and
 * many; as the reader has it; and what the last scenes' second row guesses when nothing follows it
 * yet.
 * @param {Settings} settings
 */
export function factsOf(settings) {
  const free = [0, FEW, MANY].map((steps) => trained(settings, false, steps));
  const masked = [0, MANY].map((steps) => trained(settings, true, steps));
  const inUse = learnToCopy({ ...settings, scores: free[2].scores, mask: true, steps: 0 });
  return {
    ...settings,
    free,
    masked,
    inUse,
    yours: trained(settings, settings.mask, settings.steps),
  };
}

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = (m) => [
  {
    name: "Text",
    value: m.words.join(" "),
    read: (typed) => {
      const words = typed.trim().split(/\s+/);
      if (words.length === WORDS && words.every((word) => [...word].length <= LETTERS)) {
        return { words };
      }
      return `Type ${WORDS} words of at most ${LETTERS} letters each.`;
    },
  },
  {
    name: "Mask",
    options: [["on", "on"], ["off", "off"]],
    value: m.mask ? "on" : "off",
    pick: (mask) => ({ mask: mask === "on" }),
  },
  {
    name: "Training",
    options: [...new Set([0, 1, FEW, 20, MANY, 500, m.steps])].sort((a, b) => a - b)
      .map((steps) => [String(steps), `${steps} step${steps === 1 ? "" : "s"}`]),
    value: String(m.steps),
    pick: (steps) => ({ steps: Number(steps) }),
  },
];
