// Layer normalisation and RMS normalisation of the rows of x (N, C), and their way back.

/** @import { Memory } from "./memory.js" */
/** @import { Numbers } from "./loops.js" */
/**
 * @typedef {object} Norm
 * @property {number} weight where it lies: (C,)
 * @property {number} bias -1: none
 * @property {number} C
 * @property {number} eps
 * @property {boolean} centred layer norm takes the mean away, RMS norm doesn't
 */

/**
 * The mean of a row of C numbers.
 * @param {Numbers} f
 * @param {number} row
 * @param {number} C
 */
function rowMean(f, row, C) {
  let sum = 0;
  for (let i = 0; i < C; i++) sum += f[row + i];
  return sum / C;
}

/**
 * y = z · weight + bias with z = (x - mean) · scale. The scale of each row, 1 / its standard
 * deviation (or root mean square), is kept for the way back.
 * @param {Memory} m
 * @param {Norm} norm
 * @param {number} y
 * @param {number} x
 * @param {number} scale (N,)
 * @param {number} N
 */
export function normForward({ f }, { weight, bias, C, eps, centred }, y, x, scale, N) {
  for (let n = 0; n < N; n++, x += C, y += C) {
    const mean = centred ? rowMean(f, x, C) : 0;
    let square = 0;
    for (let i = 0; i < C; i++) square += (f[x + i] - mean) * (f[x + i] - mean);
    const s = 1 / Math.sqrt(square / C + eps);
    f[scale + n] = s;
    for (let i = 0; i < C; i++) f[y + i] = (f[x + i] - mean) * s * f[weight + i];
    if (bias >= 0) { for (let i = 0; i < C; i++) f[y + i] += f[bias + i]; }
  }
}

/**
 * From dy, with g = dy · weight: dx += scale · (g - mean(g) - z · mean(g · z)), where RMS norm
 * leaves mean(g) out, and onto the gradients of the parameters the sums of dy · z and of dy.
 * @param {Memory} m
 * @param {Norm} norm
 * @param {Norm} gradient where those of its parameters lie
 * @param {number} dx
 * @param {number} dy
 * @param {number} x
 * @param {number} scale
 * @param {number} N
 */
export function normBackward({ f }, { weight, bias, C, centred }, gradient, dx, dy, x, scale, N) {
  const [dweight, dbias] = [gradient.weight, gradient.bias];
  for (let n = 0; n < N; n++, x += C, dx += C, dy += C) {
    const s = f[scale + n];
    const mean = centred ? rowMean(f, x, C) : 0;
    let sumG = 0;
    let sumGZ = 0;
    for (let i = 0; i < C; i++) {
      const z = (f[x + i] - mean) * s;
      const g = f[dy + i] * f[weight + i];
      sumG += g;
      sumGZ += g * z;
      f[dweight + i] += f[dy + i] * z;
    }
    if (bias >= 0) { for (let i = 0; i < C; i++) f[dbias + i] += f[dy + i]; }
    const meanG = centred ? sumG / C : 0;
    const meanGZ = (sumGZ / C) * s;
    for (let i = 0; i < C; i++) {
      f[dx + i] += s * (f[dy + i] * f[weight + i] - meanG - (f[x + i] - mean) * meanGZ);
    }
  }
}
