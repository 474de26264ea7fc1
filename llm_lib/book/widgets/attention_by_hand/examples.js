// Arrows to begin with in AttentionByHand.

/** @import { Point, Setting } from "../../engine/hand_attention.js" */
/**
 * What is set: for each token its name and its three arrows, and how they are used.
 * @typedef {object} OwnSettings
 * @property {string[]} tokens
 * @property {number} focus the token that looks
 * @property {string} arrow the one that the sliders move: "q", or "k" or "v" and a token's number
 */
/** @typedef {OwnSettings & Setting} ByHandState */

/** @type {[token: string, arrows: { q: Point, k: Point, v: Point }][]} for a longer row */
export const MORE_TOKENS = [
  ["owl", { q: [0, 1], k: [-1, 0], v: [-2, 0] }],
  ["hen", { q: [1, -1], k: [1, 1], v: [1, -2] }],
];

const START = { scaling: true, causal: true, temperature: 1, arrow: "q" };
const EXAMPLE = {
  tokens: ["fox", "bear", "bear?"],
  q: [[1, 0], [1, 1], [0.5, 1.5]],
  k: [[1.5, -0.5], [-0.5, 1.5], [-1, -1]],
  v: [[2, 0], [0, 2], [0, 0]],
  focus: 2,
};

/**
 * Each preset answers a question of the text.
 * @type {[name: string, values: ByHandState][]}
 */
export const PRESETS = [
  ["A lookup", { ...START, ...EXAMPLE }],
  ["All keys alike", {
    ...START,
    ...EXAMPLE,
    k: [[1, 1], [1, 1], [1, 1]],
    v: [[2, 0], [0, 2], [1, -2]],
    arrow: "k0",
  }],
  ["A query along one key", {
    ...START,
    tokens: ["fox", "bear", "owl", "fox?"],
    q: [[1, 0], [0, 1], [-1, 0], [3, 0]],
    k: [[1.5, 0], [0, 1.5], [-1.5, 0], [0, -1.5]],
    v: [[2, 1], [-1, 2], [-2, -1], [1, -2]],
    focus: 3,
  }],
  ["Large scores", {
    ...START,
    ...EXAMPLE,
    q: [[1, 0], [1, 1], [1, 4]],
    k: [[2, 1], [1, 4], [0, -4]],
    v: [[2, 0], [0, 2], [1, -2]],
    scaling: false,
  }],
  ["The best match lies ahead", {
    ...START,
    tokens: ["bear?", "fox", "owl", "bear"],
    q: [[0, 3], [1, 0], [-1, 0], [1, 1]],
    k: [[0, -1], [1, 0], [-1, 0.5], [0, 2]],
    v: [[1, -2], [2, 1], [-2, 0], [0, 2]],
    focus: 0,
  }],
];
