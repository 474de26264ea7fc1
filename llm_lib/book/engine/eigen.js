// The largest eigenvalues of a symmetric matrix.

import { seededRandom } from "./random.js";
import { dot } from "./vectors.js";

/** @typedef {{ value: number, vector: Float64Array }} Eigenpair */

// a larger matrix than BLOCK times PRODUCTS is looked at in a space of so many directions
const BLOCK = 8;
const PRODUCTS = 12;

/**
 * The n largest eigenvalues of a symmetric matrix without negative ones, and their eigenvectors of
 * length 1; A is used up. Those of a large matrix are nearly exact: they come from the space that
 * random vectors and their repeated products with A span
 * (Musco and Musco 2015, https://arxiv.org/abs/1504.05477).
 * @param {Float64Array[]} A
 * @param {number} n
 * @returns {Eigenpair[]}
 */
export function largestEigenpairs(A, n) {
  if (A.length <= BLOCK * PRODUCTS) return eigenpairs(A).slice(0, n);
  const basis = krylovBasis(A);
  const products = basis.map((v) => multiplied(A, v));
  const within = eigenpairs(basis.map((v) => Float64Array.from(products, (w) => dot(v, w))));
  return within.slice(0, n).map(({ value, vector }) => ({
    value,
    vector: Float64Array.from(A, (_, i) => basis.reduce((sum, v, k) => sum + vector[k] * v[i], 0)),
  }));
}

/**
 * A matrix times a vector.
 * @param {Float64Array[]} A
 * @param {Float64Array} vector
 */
const multiplied = (A, vector) => Float64Array.from(A, (row) => dot(row, vector));

/**
 * Orthogonal directions that span random vectors, A times these, A times that, and so on.
 * @param {Float64Array[]} A
 */
function krylovBasis(A) {
  const random = seededRandom(0);
  /** @type {Float64Array[]} */
  const basis = [];
  /** @type {Float64Array[]} */
  let block = Array.from({ length: BLOCK }, () => Float64Array.from(A, () => random() - 0.5));
  for (let i = 0; i < PRODUCTS; i++) {
    const first = basis.length;
    for (const vector of block) addDirection(basis, i ? multiplied(A, vector) : vector);
    block = basis.slice(first);
  }
  return basis;
}

/**
 * Add to an orthogonal basis the direction in which a vector leaves its span, if it does.
 * @param {Float64Array[]} basis
 * @param {Float64Array} vector
 */
function addDirection(basis, vector) {
  const before = Math.hypot(...vector);
  for (let again = 0; again < 2; again++) { // the first time leaves what rounding hides
    for (const b of basis) {
      const along = dot(b, vector);
      vector = vector.map((value, i) => value - along * b[i]);
    }
    const length = Math.hypot(...vector);
    if (!(length > 1e-10 * before)) return;
    vector = vector.map((value) => value / length);
  }
  basis.push(vector);
}

/**
 * All eigenvalues and eigenvectors of a symmetric matrix, the largest first, by Jacobi's rotations;
 * A is used up.
 * @param {Float64Array[]} A
 * @returns {Eigenpair[]}
 */
function eigenpairs(A) {
  const n = A.length;
  // row i is the vector of value i
  const vectors = A.map((_, i) => Float64Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)));
  const size = A.reduce((sum, row) => sum + dot(row, row), 0);
  for (let sweep = 0; sweep < 30; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) off += 2 * A[p][q] ** 2;
    if (off <= 1e-18 * size) break;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        if (A[p][q] ** 2 <= 1e-22 * size / (n * n)) continue;
        const theta = (A[q][q] - A[p][p]) / (2 * A[p][q]);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        const s = t * c;
        for (const row of A) [row[p], row[q]] = [c * row[p] - s * row[q], s * row[p] + c * row[q]];
        rotateRows(A[p], A[q], c, s);
        rotateRows(vectors[p], vectors[q], c, s);
      }
    }
  }
  const pairs = A.map((row, i) => ({ value: row[i], vector: vectors[i] }));
  return pairs.sort((a, b) => b.value - a.value);
}

/**
 * Turn two rows in their plane, in place, by the angle with this cosine and sine.
 * @param {Float64Array} a
 * @param {Float64Array} b
 * @param {number} c
 * @param {number} s
 */
function rotateRows(a, b, c, s) {
  for (let k = 0; k < a.length; k++) [a[k], b[k]] = [c * a[k] - s * b[k], s * a[k] + c * b[k]];
}
