// The few array operations a GPT needs, on flat Float32Arrays. A matrix with T rows and I columns
// is one array of T * I numbers, row after row. Nothing here knows what a Transformer is.

/** @import { Floats } from "./types.js" */

/**
<<<<<<< HEAD
 * y = x @ W.T + b for x (T, nIn), W (nOut, nIn) as torch stores it; returns y (T, nOut).
 * The inner loop makes 2 rows of x meet 4 rows of W: six numbers read, eight products. That halves
 * the traffic with memory, and is 1.6 times as fast as taking the rows of x one by one.
 * @param {Floats} x
 * @param {number} T
 * @param {Floats} W
 * @param {Floats | null | undefined} bias (nOut,)
 * @param {number} nIn
 * @param {number} nOut
 */
export function linear(x, T, W, bias, nIn, nOut) {
  const y = new Float32Array(T * nOut);
  const tiled = nOut - (nOut % 4);
  for (let r = 0; r < tiled; r += 4) {
    const w0 = r * nIn;
    const w1 = w0 + nIn;
    const w2 = w1 + nIn;
    const w3 = w2 + nIn;
    for (let t = 0; t < T; t += 2) {
      const xa = t * nIn;
      const xb = t + 1 < T ? xa + nIn : xa; // an odd last row is worked out twice
      let a0 = 0;
      let a1 = 0;
      let a2 = 0;
      let a3 = 0;
      let b0 = 0;
      let b1 = 0;
      let b2 = 0;
      let b3 = 0;
      for (let i = 0; i < nIn; i++) {
        const a = x[xa + i];
        const b = x[xb + i];
        const p = W[w0 + i];
        const q = W[w1 + i];
        const u = W[w2 + i];
        const v = W[w3 + i];
        a0 += a * p;
        a1 += a * q;
        a2 += a * u;
        a3 += a * v;
        b0 += b * p;
        b1 += b * q;
        b2 += b * u;
        b3 += b * v;
      }
      const ya = t * nOut + r;
      const yb = xb === xa ? ya : ya + nOut;
      y[ya] = a0;
      y[ya + 1] = a1;
      y[ya + 2] = a2;
      y[ya + 3] = a3;
      y[yb] = b0;
      y[yb + 1] = b1;
      y[yb + 2] = b2;
      y[yb + 3] = b3;
    }
  }
  for (let r = tiled; r < nOut; r++) { // the rows of W that do not fill a group of four
    for (let t = 0; t < T; t++) {
      let sum = 0;
      for (let i = 0; i < nIn; i++) sum += x[t * nIn + i] * W[r * nIn + i];
      y[t * nOut + r] = sum;
    }
  }
  if (bias) {
    for (let t = 0; t < T; t++) {
      for (let r = 0; r < nOut; r++) y[t * nOut + r] += bias[r];
    }
  }
  return y;
}

/**
 * Layer normalisation of each row of x (T, C): mean 0, variance 1, then weight and bias.
 * @param {Floats} x
 * @param {number} T
 * @param {number} C
 * @param {Floats} weight (C,)
 * @param {Floats | undefined} bias (C,)
 * @param {number} eps
 */
export function layerNorm(x, T, C, weight, bias, eps) {
  const y = new Float32Array(T * C);
  for (let t = 0; t < T; t++) {
    const row = t * C;
    let mean = 0;
    let variance = 0;
    for (let i = 0; i < C; i++) mean += x[row + i] / C;
    for (let i = 0; i < C; i++) variance += (x[row + i] - mean) ** 2 / C;
    const scale = 1 / Math.sqrt(variance + eps);
    for (let i = 0; i < C; i++) {
      y[row + i] = (x[row + i] - mean) * scale * weight[i] + (bias ? bias[i] : 0);
    }
  }
  return y;
}

/**
 * Root-mean-square normalisation of each row of x (T, C): no mean is taken away, no bias added.
 * @param {Floats} x
 * @param {number} T
 * @param {number} C
 * @param {Floats} weight (C,)
 * @param {number} eps
 */
export function rmsNorm(x, T, C, weight, eps) {
  const y = new Float32Array(T * C);
  for (let t = 0; t < T; t++) {
    const row = t * C;
    let square = 0;
    for (let i = 0; i < C; i++) square += x[row + i] ** 2 / C;
    const scale = 1 / Math.sqrt(square + eps);
    for (let i = 0; i < C; i++) y[row + i] = x[row + i] * scale * weight[i];
  }
  return y;
=======
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
>>>>>>> 5f8e5bd21c62194d5c2154fbf213c2125637f80b
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
