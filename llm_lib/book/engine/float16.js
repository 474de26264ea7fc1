// Numbers of two bytes, in which weights are stored, and the float32 that the engine computes with.

/** @import { Floats } from "./types.js" */

/** @type {Floats} float16 bits -> value: there are only 65,536, each worked out once */
let float16Values;

/**
 * The values of float16 numbers, given by their bits.
 * @param {Uint16Array} bits
 */
export function fromFloat16(bits) {
  float16Values ??= Float32Array.from({ length: 65536 }, (_, half) => float16Value(half));
  const numbers = new Float32Array(bits.length);
  for (let i = 0; i < numbers.length; i++) numbers[i] = float16Values[bits[i]];
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
 * The bits of the float16 numbers that are nearest; of two that are equally near, the even one, as
 * torch and numpy round.
 * @param {Floats} numbers
 */
export function toFloat16(numbers) {
  const bits = new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length);
  return Uint16Array.from(bits, float16Bits);
}

/**
 * The same for one number, given by the bits of its float32.
 * @param {number} bits
 */
function float16Bits(bits) {
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 255) - 112; // the two types count from 127 and from 15
  const fraction = bits & 0x7fffff;
  if (exponent === 143) return sign | 0x7c00 | (fraction ? 0x200 : 0); // not a number, or infinite
  if (exponent > 30) return sign | 0x7c00;
  if (exponent < -10) return sign;
  if (exponent > 0) return sign | roundOff((exponent << 23) | fraction, 13);
  return sign | roundOff(0x800000 | fraction, 14 - exponent); // too small for a leading 1
}

/**
 * A whole number without its last bits, rounded: half way to the even one.
 * @param {number} whole
 * @param {number} bits
 */
function roundOff(whole, bits) {
  const kept = whole >>> bits;
  const rest = whole & ((1 << bits) - 1);
  const half = 1 << (bits - 1);
  return kept + Number(rest > half || (rest === half && kept % 2 === 1));
}

/**
 * The values of bfloat16 numbers, given by their bits: the upper halves of float32 numbers.
 * @param {Uint16Array} bits
 */
export const fromBfloat16 = (bits) =>
  new Float32Array(Uint32Array.from(bits, (upper) => upper * 65536).buffer);
