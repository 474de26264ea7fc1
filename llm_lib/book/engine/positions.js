// How a position becomes numbers: the sinusoidal table, and rotary pairs.

import { seededRandom } from "./random.js";

/**
 * The angle by which pair j of `size / 2` pairs turns from one position to the next.
 * @param {number} j
 * @param {number} size
 * @param {number} base
 */
export const frequency = (j, size, base) => base ** ((-2 * j) / size);

/**
 * Row t of the sinusoidal table: a sine and a cosine for each pair.
 * @param {number} t
 * @param {number} size
 * @param {number} base
 */
export function sinusoid(t, size, base) {
  return Array.from(
    { length: size },
    (_, c) => (c % 2 ? Math.cos : Math.sin)(t * frequency(c >> 1, size, base)),
  );
}

/**
 * Vector x turned to position t: pair j is x[j] and x[j + size / 2].
 * @param {number[]} x
 * @param {number} t
 * @param {number} base
 */
export function rotary(x, t, base) {
  const half = x.length / 2;
  const out = x.slice();
  for (let j = 0; j < half; j++) {
    const angle = t * frequency(j, x.length, base);
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    out[j] = x[j] * c - x[j + half] * s;
    out[j + half] = x[j] * s + x[j + half] * c;
  }
  return out;
}

/**
 * n numbers like draws from a normal distribution, always the same for a seed (Box-Muller).
 * @param {number} n
 * @param {number} seed
 */
export function randomVector(n, seed) {
  const random = seededRandom(seed * 2654435761 + 1);
  return Array.from(
    { length: n },
    () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );
}
