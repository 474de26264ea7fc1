// Vectors from a file, and the plane in which they spread most.

import { fromBase64 } from "./base64.js";
import { largestEigenpairs } from "./eigen.js";
import { dot, mean, total } from "./vectors.js";

/**
 * Rows of float32 in base64 -> array of Float64Array.
 * @param {{ data: string, size: number }} options
 */
export function decodeVectors({ data, size }) {
  const bytes = fromBase64(data);
  const view = new DataView(bytes.buffer);
  return Array.from(
    { length: bytes.length / 4 / size },
    (_, i) =>
      Float64Array.from({ length: size }, (_, j) => view.getFloat32(4 * (i * size + j), true)),
  );
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
  const products = sides.map((a) => Float64Array.from(sides, (b) => dot(a, b)));
  const spread = total(products.map((row, i) => row[i]));
  const pairs = largestEigenpairs(products, 3);
  const axes = pairs.map(({ value, vector }) => {
    const along = small
      ? centred.map((row) => dot(row, vector))
      : Array.from(vector, (v) => v * Math.sqrt(Math.max(0, value)));
    const widest = along.reduce((best, v) => (Math.abs(v) > Math.abs(best) ? v : best), 0);
    return along.map((v) => (widest < 0 ? -v : v));
  });
  return {
    points: rows.map((_, i) => [axes[0][i], axes[1][i]]),
    depth: rows.map((_, i) => axes[2]?.[i] ?? 0),
    explained: pairs.slice(0, 2).map(({ value }) => value / spread),
  };
}
