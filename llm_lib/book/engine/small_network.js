// The smallest neural network: two inputs, three hidden units, one output, and how it learns.

import { seededRandom } from "./random.js";

/** @typedef {number[][][]} Weights (3, 2) and (1, 3), as torch has them */
/** @typedef {number[][]} Biases (3,) and (1,) */
/** @typedef {number[]} Point x1, x2, and its class, 0 or 1 */
/** @typedef {ReturnType<typeof forwardPass>} Pass */
/** @typedef {ReturnType<typeof lossAndSlopes>} Standing */

export const N_HIDDEN = 3;

/** No weight and no bias leaves the range from -LARGEST to LARGEST. */
export const LARGEST = 10;

/** @param {number} z */
const sigmoid = (z) => 1 / (1 + Math.exp(-z));

/**
 * One pair of inputs through the network: the sums z and values h of the hidden units, and of the
 * output.
 * @param {Weights} weights
 * @param {Biases} biases
 * @param {number[]} pair
 */
export function forwardPass([W1, W2], [b1, b2], [x1, x2]) {
  const z = W1.map(([w1, w2], j) => w1 * x1 + w2 * x2 + b1[j]);
  const hidden = z.map(Math.tanh);
  const zOut = W2[0].reduce((sum, w, j) => sum + w * hidden[j], b2[0]);
  return { z: [...z, zOut], hidden, output: sigmoid(zOut) };
}

/**
 * Loss, number of points on the right side, and the slope of the loss for each weight and bias
 * (backpropagation: from the output backwards, each slope from the one behind it).
 * @param {Weights} weights
 * @param {Biases} biases
 * @param {Point[]} points
 * @returns {{ loss: number, right: number, slopes: [Weights, Biases] }}
 */
export function lossAndSlopes(weights, biases, points) {
  const W = [[[0, 0], [0, 0], [0, 0]], [[0, 0, 0]]];
  const b = [[0, 0, 0], [0]];
  let loss = 0;
  let right = 0;
  for (const [x1, x2, truth] of points) {
    const { z, hidden, output } = forwardPass(weights, biases, [x1, x2]);
    const margin = truth ? z[N_HIDDEN] : -z[N_HIDDEN];
    // -ln p(truth), without overflow
    loss += Math.log1p(Math.exp(-Math.abs(margin))) + Math.max(0, -margin);
    right += (output > 0.5) === (truth === 1) ? 1 : 0;
    const atOutput = output - truth; // the slope of this point's loss for the output's sum
    b[1][0] += atOutput;
    hidden.forEach((h, j) => {
      W[1][0][j] += atOutput * h;
      const atHidden = atOutput * weights[1][0][j] * (1 - h * h); // 1 - h² is the slope of tanh
      b[0][j] += atHidden;
      W[0][j][0] += atHidden * x1;
      W[0][j][1] += atHidden * x2;
    });
  }
  const n = points.length;
  return {
    loss: loss / n,
    right,
    slopes: [
      W.map((m) => m.map((row) => row.map((v) => v / n))),
      b.map((row) => row.map((v) => v / n)),
    ],
  };
}

/**
 * One step of gradient descent: each number a little way down its slope.
 * @param {Weights} weights
 * @param {Biases} biases
 * @param {[Weights, Biases]} pair
 * @param {number} rate
 * @returns {[Weights, Biases]}
 */
export function takeStep(weights, biases, [W, b], rate) {
  const down = (/** @type {number} */ v, /** @type {number} */ slope) =>
    Math.max(-LARGEST, Math.min(LARGEST, v - rate * slope));
  return [
    weights.map((matrix, l) => matrix.map((row, i) => row.map((v, j) => down(v, W[l][i][j])))),
    biases.map((row, l) => row.map((v, i) => down(v, b[l][i]))),
  ];
}

/**
 * n steps of gradient descent.
 * @param {Weights} weights
 * @param {Biases} biases
 * @param {Point[]} points
 * @param {number} rate
 * @param {number} n
 * @returns {[Weights, Biases]}
 */
export function descend(weights, biases, points, rate, n) {
  for (let i = 0; i < n; i++) {
    const { slopes } = lossAndSlopes(weights, biases, points);
    [weights, biases] = takeStep(weights, biases, slopes, rate);
  }
  return [weights, biases];
}

/**
 * Weights and biases by chance: from -1 to 1, with one decimal.
 * @param {number} seed
 * @returns {[Weights, Biases]}
 */
export function randomNetwork(seed) {
  const random = seededRandom(seed);
  const draw = () => Math.round(20 * random() - 10) / 10;
  return [
    [[0, 1, 2].map(() => [draw(), draw()]), [[draw(), draw(), draw()]]],
    [[draw(), draw(), draw()], [draw()]],
  ];
}

/**
 * The points of a data set: [x1, x2, class], the same each time.
 * @param {string} name
 */
export function makePoints(name) {
  const random = seededRandom(name.length);
  /** @type {Point[]} */
  const points = [];
  const spread = (/** @type {number} */ r) => r * (random() + random() - 1);
  const put = (/** @type {number} */ x1, /** @type {number} */ x2, /** @type {number} */ truth) =>
    points.push([Math.round(100 * x1) / 100, Math.round(100 * x2) / 100, truth]);
  for (let i = 0; i < 40; i++) {
    if (name === "groups") {
      put(0.75 * (i % 2 ? 1 : -1) + spread(0.75), 0.55 * (i % 2 ? 1 : -1) + spread(0.85), i % 2);
    }
    if (name === "xor") {
      const a = i & 1 ? 1 : -1;
      const b = i & 2 ? 1 : -1;
      put(a + spread(0.55), b + spread(0.55), a * b < 0 ? 1 : 0);
    }
    if (name === "ring") {
      const inside = i % 5 < 2;
      const angle = 2 * Math.PI * (i / 40) * (inside ? 3 : 1) + spread(0.2);
      const r = inside ? 0.55 * Math.sqrt(random()) : 1.4 + spread(0.3);
      put(r * Math.cos(angle), r * Math.sin(angle), inside ? 1 : 0);
    }
  }
  return points;
}
