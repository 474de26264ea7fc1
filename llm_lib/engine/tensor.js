// The few array operations a GPT needs, on flat Float32Arrays. A matrix with T rows and I columns
// is one array of T * I numbers, row after row. Nothing here knows what a Transformer is.

/** @import { Floats } from "./types.js" */

/**
 * Little-endian float16 numbers as base64 text -> Float32Array.
 * @param {string} base64
 */
export function decodeFloat16(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  const halves = new Uint16Array(bytes.buffer, 0, bytes.length >> 1);
  // There are only 65,536 different halves: work each one out once, then look it up.
  const table = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits++) table[bits] = float16Value(bits);
  const numbers = new Float32Array(halves.length);
  for (let i = 0; i < numbers.length; i++) numbers[i] = table[halves[i]];
  return numbers;
}

/**
 * The value of one float16, from its sign bit, 5 exponent bits and 10 fraction bits.
 * @param {number} bits
 */
function float16Value(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * 2 ** -24 * fraction;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * 2 ** (exponent - 15) * (1 + fraction / 1024);
}

/**
 * Sum of two arrays of one length.
 * @param {Floats} a
 * @param {Floats} b
 */
export function plus(a, b) {
  const sum = new Float32Array(a.length);
  for (let i = 0; i < a.length; i++) sum[i] = a[i] + b[i];
  return sum;
}

/**
 * An array in n pieces of one length, as views.
 * @param {Floats} array
 * @param {number} n
 */
export function cut(array, n) {
  const size = array.length / n;
  return Array.from({ length: n }, (_, i) => array.subarray(i * size, (i + 1) * size));
}
