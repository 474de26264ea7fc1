// Rows of numbers in the memory: turned, added up, joined.

/** @import { Numbers } from "./loops.js" */

/**
 * to (columns, rows) = from (rows, columns) turned; a row of `from` begins every `stride` numbers.
 * @param {Numbers} f
 * @param {number} to
 * @param {number} from
 * @param {number} stride
 * @param {number} rows
 * @param {number} columns
 */
export function transpose(f, to, from, stride, rows, columns) {
  let row = 0;
  for (; row + 4 <= rows; row += 4) { // four at a time: what is written lies side by side
    const a = from + row * stride;
    const b = a + stride;
    const c = b + stride;
    const d = c + stride;
    for (let column = 0; column < columns; column++) {
      const at = to + column * rows + row;
      f[at] = f[a + column];
      f[at + 1] = f[b + column];
      f[at + 2] = f[c + column];
      f[at + 3] = f[d + column];
    }
  }
  for (; row < rows; row++) {
    const a = from + row * stride;
    for (let column = 0; column < columns; column++) f[to + column * rows + row] = f[a + column];
  }
}

/**
 * sum (C,) += all rows of x (N, C).
 * @param {Numbers} f
 * @param {number} sum
 * @param {number} x
 * @param {number} N
 * @param {number} C
 */
export function addRows(f, sum, x, N, C) {
  let n = 0;
  for (; n + 4 <= N; n += 4) {
    const a = x + n * C;
    const b = a + C;
    const c = b + C;
    const d = c + C;
    for (let i = 0; i < C; i++) f[sum + i] += f[a + i] + f[b + i] + f[c + i] + f[d + i];
  }
  for (; n < N; n++) {
    for (let i = 0; i < C; i++) f[sum + i] += f[x + n * C + i];
  }
}

/**
 * x += y, number by number.
 * @param {Numbers} f
 * @param {number} x
 * @param {number} y
 * @param {number} length
 */
export function addNumbers(f, x, y, length) {
  for (let i = 0; i < length; i++) f[x + i] += f[y + i];
}

/**
 * Some heads out of rows (T, width) in which all stand side by side: (n, T, D).
 * @param {Numbers} f
 * @param {number} rows where the first number of the first head stands
 * @param {number} width
 * @param {number} n
 * @param {number} T
 * @param {number} D
 */
export function takeHeads(f, rows, width, n, T, D) {
  const heads = new Float32Array(n * T * D);
  for (let head = 0; head < n; head++) {
    for (let t = 0; t < T; t++) {
      const at = rows + t * width + head * D;
      heads.set(f.subarray(at, at + D), (head * T + t) * D);
    }
  }
  return heads;
}

/**
 * The other way: heads (n, T, D) to their places in rows (T, width).
 * @param {Numbers} f
 * @param {number} rows
 * @param {number} width
 * @param {Float32Array} heads
 * @param {number} n
 * @param {number} T
 * @param {number} D
 */
export function putHeads(f, rows, width, heads, n, T, D) {
  for (let head = 0; head < n; head++) {
    for (let t = 0; t < T; t++) {
      const from = (head * T + t) * D;
      f.set(heads.subarray(from, from + D), rows + t * width + head * D);
    }
  }
}
