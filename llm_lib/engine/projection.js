// Vectors from a file, and the plane in which they spread most.

import { dot, mean, total } from "./vectors.js";

/**
 * Rows of float32 in base64 -> array of Float64Array.
 * @param {{ data: string, size: number }} options
 */
export function decodeVectors({ data, size }) {
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Array.from(
    { length: bytes.length / 4 / size },
    (_, i) =>
      Float64Array.from({ length: size }, (_, j) => view.getFloat32(4 * (i * size + j), true)),
  );
}

/**
 * Eigenvalues and eigenvectors (in columns) of a symmetric matrix, by Jacobi's rotations; A is used
 * up.
 * @param {Float64Array[]} A
 */
function eigen(A) {
  const n = A.length;
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
        const [rp, rq] = [A[p], A[q]];
        for (const row of A) [row[p], row[q]] = [c * row[p] - s * row[q], s * row[p] + c * row[q]];
        for (let k = 0; k < n; k++) [rp[k], rq[k]] = [c * rp[k] - s * rq[k], s * rp[k] + c * rq[k]];
        for (const row of vectors) {
          [row[p], row[q]] = [c * row[p] - s * row[q], s * row[p] + c * row[q]];
        }
      }
    }
  }
  return { values: A.map((row, i) => row[i]), vectors };
}

/**
 * The axes along which centred rows spread most: {points (n of [x, y]), explained (2 shares), depth
 * (n, along the third axis; 0 where there is none)}. An axis points to where its largest coordinate
 * is positive.
 * @param {Float64Array[]} rows
 */
export function project(rows) {
  const n = rows.length;
  const size = rows[0].length;
  const middle = Float64Array.from({ length: size }, (_, j) => mean(rows.map((row) => row[j])));
  const centred = rows.map((row) => row.map((value, j) => value - middle[j]));
  const small = size <= n;
  const columns = Array.from(
    { length: size },
    (_, j) => Float64Array.from({ length: n }, (_, i) => centred[i][j]),
  );
  const sides = small ? columns : centred;
  const { values, vectors } = eigen(sides.map((a) => Float64Array.from(sides, (b) => dot(a, b))));
  const order = values.map((_, i) => i).sort((a, b) => values[b] - values[a]).slice(0, 3);
  const axes = order.map((e) => {
    const column = vectors.map((row) => row[e]);
    const along = small
      ? centred.map((row) => dot(row, column))
      : column.map((v) => v * Math.sqrt(Math.max(0, values[e])));
    const widest = along.reduce((best, v) => (Math.abs(v) > Math.abs(best) ? v : best), 0);
    return along.map((v) => (widest < 0 ? -v : v));
  });
  return {
    points: rows.map((_, i) => [axes[0][i], axes[1][i]]),
    depth: rows.map((_, i) => axes[2]?.[i] ?? 0),
    explained: order.slice(0, 2).map((e) => values[e] / total(values)),
  };
}
