// Arithmetic of short vectors: lists, or typed arrays.

/** @typedef {number[] | Float32Array | Float64Array} Vector */

/**
 * The dot product of two vectors of one length.
 * @param {Vector} a
 * @param {Vector} b
 */
export function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/**
 * The sum of a list of numbers.
 * @param {Iterable<number>} numbers
 */
export function total(numbers) {
  let sum = 0;
  for (const value of numbers) sum += value;
  return sum;
}

/**
 * Whether all of some numbers are finite.
 * @param {Vector} numbers
 */
export function areFinite(numbers) {
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += 0 * numbers[i]; // of others it is not 0 but NaN
  return sum === 0;
}

/**
 * The mean of a list of numbers; NaN of none.
 * @param {Vector} numbers
 */
export const mean = (numbers) => total(numbers) / numbers.length;

/**
 * Where the largest of some numbers stands; of equal ones the first.
 * @param {Vector} numbers
 */
export function indexOfLargest(numbers) {
  let best = 0;
  for (let i = 1; i < numbers.length; i++) if (numbers[i] > numbers[best]) best = i;
  return best;
}
