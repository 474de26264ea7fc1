// Layer normalisation and RMS normalisation of the rows of x (N, C), and their way back; of queries
// and keys, too, head by head.

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

/**
 * QK-norm: divide each of the first n heads of N rows by its root mean square, in its place. What
 * it is multiplied by is kept for the way back: (N, n).
 * @param {Numbers} f
 * @param {number} rows
 * @param {number} width from row to row
 * @param {{ n: number, N: number, D: number, eps: number }} what
 * @param {number} scale
 */
export function headNormForward(f, rows, width, { n, N, D, eps }, scale) {
  for (let i = 0; i < N * n; i++) {
    const at = rows + Math.floor(i / n) * width + (i % n) * D;
    let square = 0;
    for (let j = 0; j < D; j++) square += f[at + j] * f[at + j];
    const s = f[scale + i] = 1 / Math.sqrt(square / D + eps);
    for (let j = 0; j < D; j++) f[at + j] *= s;
  }
}

/**
 * From the gradient d of what came out, which is y, to that of what went in: d becomes
 * scale · (d - y · mean(d · y)). Both may be turned by rotary positions, by the same angles: these
 * change no product of two vectors, so the gradient can be turned back behind this.
 * @param {Numbers} f
 * @param {number} d
 * @param {number} y
 * @param {number} width from row to row, of both
 * @param {{ n: number, N: number, D: number }} what
 * @param {number} scale
 */
export function headNormBackward(f, d, y, width, { n, N, D }, scale) {
  for (let i = 0; i < N * n; i++) {
    const shift = Math.floor(i / n) * width + (i % n) * D;
    let sum = 0;
    for (let j = shift; j < shift + D; j++) sum += f[d + j] * f[y + j];
    for (let j = shift; j < shift + D; j++) {
      f[d + j] = f[scale + i] * (f[d + j] - f[y + j] * sum / D);
    }
  }
}
