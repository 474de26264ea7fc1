// A probe: multinomial logistic regression on frozen features, with a penalty on its weights. It is
// llm_lib.finetuning.probe's, and scikit-learn's LogisticRegression.

import { softmax } from "./functions.js";
import { seededRandom } from "./random.js";
import { dot } from "./vectors.js";

/**
 * @typedef {object} Probe
 * @property {number[]} classes that the examples have; others never get a score
 * @property {Float64Array[]} weights of each of these classes, the last number being its bias
 */

const CLOSE = 1e-3; // no number of the gradient, a sum over the examples, is larger in the end
const MOST_STEPS = 500;

/**
 * Minimise the summed cross-entropy and l2 / 2 times the squared weights; biases are free.
 *
 * Each step goes to the lowest point of a bowl that lies above the loss (Böhning 1992), the same
 * for all classes, so that its matrix is factored once; and momentum makes it quick.
 * @param {ArrayLike<number>[]} rows features of each example
 * @param {number[]} labels
 * @param {number} l2
 * @returns {Probe}
 */
export function fitProbe(rows, labels, l2) {
  const classes = [...new Set(labels)].sort((a, b) => a - b);
  const x = rows.map(withOne);
  const size = x[0].length;
  const factor = factored(bowl(x, l2));
  const zero = () => classes.map(() => new Float64Array(size));
  let weights = zero();
  let ahead = zero(); // where momentum leads
  let pace = 1;
  for (let step = 0; step < MOST_STEPS; step++) {
    const slopes = gradient(x, labels, { classes, weights: ahead }, l2);
    if (slopes.every((row) => row.every((v) => Math.abs(v) < CLOSE))) {
      return { classes, weights: ahead };
    }
    const next = ahead.map((row, k) => {
      const down = solved(factor, slopes[k]);
      return row.map((v, j) => v - down[j]);
    });
    const moved = next.map((row, k) => row.map((v, j) => v - weights[k][j]));
    const uphill = moved.reduce((sum, row, k) => sum + dot(row, slopes[k]), 0) > 0;
    const before = uphill ? 1 : pace;
    pace = (1 + Math.sqrt(1 + 4 * before * before)) / 2;
    const share = uphill ? 0 : (before - 1) / pace;
    ahead = next.map((row, k) => row.map((v, j) => v + share * moved[k][j]));
    weights = next;
  }
  return { classes, weights };
}

/**
 * The probabilities of all classes for one row of features.
 * @param {Probe} probe
 * @param {ArrayLike<number>} features
 * @param {number} nClasses
 */
export function probeProbabilities({ classes, weights }, features, nClasses) {
  const x = withOne(features);
  const p = softmax(weights.map((row) => dot(row, x)));
  const all = /** @type {number[]} */ (new Array(nClasses).fill(0));
  classes.forEach((c, k) => {
    all[c] = p[k];
  });
  return all;
}

/**
 * Some of `total` examples, drawn at random.
 * @param {number} n
 * @param {number} total
 * @param {number} seed
 */
export function drawExamples(n, total, seed) {
  const random = seededRandom(seed);
  const order = Array.from({ length: total }, (_, i) => i);
  for (let i = 0; i < n; i++) {
    const j = i + Math.floor(random() * (total - i));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order.slice(0, n);
}

/**
 * Features and a 1, for the bias.
 * @param {ArrayLike<number>} features
 */
function withOne(features) {
  const row = new Float64Array(features.length + 1);
  row.set(features);
  row[features.length] = 1;
  return row;
}

/**
 * The gradient of the loss, a row for each class.
 * @param {Float64Array[]} x
 * @param {number[]} labels
 * @param {Probe} probe
 * @param {number} l2
 */
function gradient(x, labels, { classes, weights }, l2) {
  const bias = x[0].length - 1;
  const slopes = weights.map((row) => row.map((v, j) => (j === bias ? 0 : l2 * v)));
  const p = new Float64Array(classes.length);
  x.forEach((row, i) => { // plain loops: this is nearly all of a probe's time
    let sum = 0;
    for (let k = 0; k < p.length; k++) {
      const w = weights[k];
      let score = 0;
      for (let j = 0; j <= bias; j++) score += w[j] * row[j];
      p[k] = score;
    }
    const most = Math.max(...p);
    for (let k = 0; k < p.length; k++) sum += p[k] = Math.exp(p[k] - most);
    for (let k = 0; k < p.length; k++) {
      const error = p[k] / sum - Number(labels[i] === classes[k]);
      const to = slopes[k];
      for (let j = 0; j <= bias; j++) to[j] += error * row[j];
    }
  });
  return slopes;
}

/**
 * Half of xᵀx, which no second derivative of the cross-entropy exceeds, and the penalty.
 * @param {Float64Array[]} x
 * @param {number} l2
 */
function bowl(x, l2) {
  const size = x[0].length;
  const matrix = Array.from({ length: size }, () => new Float64Array(size));
  for (const row of x) {
    for (let i = 0; i < size; i++) {
      const half = row[i] / 2;
      for (let j = 0; j <= i; j++) matrix[i][j] += half * row[j];
    }
  }
  for (let i = 0; i < size - 1; i++) matrix[i][i] += l2;
  return matrix;
}

/**
 * L of a matrix that is L Lᵀ (Cholesky), in its place: only its lower half is read.
 * @param {Float64Array[]} matrix
 */
function factored(matrix) {
  matrix.forEach((row, i) => {
    for (let j = 0; j <= i; j++) {
      let sum = row[j];
      for (let k = 0; k < j; k++) sum -= row[k] * matrix[j][k];
      row[j] = i === j ? Math.sqrt(sum) : sum / matrix[j][j];
    }
  });
  return matrix;
}

/**
 * The vector v with L Lᵀ v = wanted.
 * @param {Float64Array[]} L
 * @param {Float64Array} wanted
 */
function solved(L, wanted) {
  const v = Float64Array.from(wanted);
  const n = v.length;
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) v[i] -= L[i][k] * v[k];
    v[i] /= L[i][i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) v[i] -= L[k][i] * v[k];
    v[i] /= L[i][i];
  }
  return v;
}
