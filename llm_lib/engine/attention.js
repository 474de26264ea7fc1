// Scaled dot-product attention of one head, and rotary positions, on flat arrays.

/** @import { Floats } from "./types.js" */

/**
 * The weights of one head: where its T queries look among the S keys, of which the last T are their
 * own. No position sees a later one.
 * @param {Floats} queries (T, D)
 * @param {Floats} keys (S, D)
 * @param {number} D
 * @param {Floats} pattern (T, S), zeros: filled in place
 */
export function fillPattern(queries, keys, D, pattern) {
  const T = queries.length / D;
  const S = keys.length / D;
  const scale = 1 / Math.sqrt(D);
  for (let t = 0; t < T; t++) {
    const q = t * D;
    const row = t * S;
    const seen = S - T + t;
    let top = -Infinity;
    let sum = 0;
    for (let s = 0; s <= seen; s++) {
      const k = s * D;
      let product = 0;
      for (let d = 0; d < D; d++) product += queries[q + d] * keys[k + d];
      pattern[row + s] = product * scale;
      if (product * scale > top) top = product * scale;
    }
    for (let s = 0; s <= seen; s++) sum += pattern[row + s] = Math.exp(pattern[row + s] - top);
    for (let s = 0; s <= seen; s++) pattern[row + s] /= sum;
  }
}

/**
 * What one head brings along: the values, mixed by its weights.
 * @param {Floats} pattern (T, S)
 * @param {Floats} values (S, D)
 * @param {number} D
 * @param {Floats} output (T, D), zeros: filled in place
 */
export function mixValues(pattern, values, D, output) {
  const S = values.length / D;
  for (let row = 0; row < pattern.length; row += S) {
    const out = (row / S) * D;
    for (let s = 0; s < S; s++) {
      const weight = pattern[row + s];
      if (weight === 0) continue; // the future, as a rule
      const v = s * D;
      for (let d = 0; d < D; d++) output[out + d] += weight * values[v + d];
    }
  }
}

/** Rotary positions: pairs of channels are turned by an angle that grows with the position. */
export class Rotary {
  /**
   * @param {number} length as many positions as the model has
   * @param {number} D channels of a head; channel j makes a pair with j + D / 2
   * @param {number} [base] the last pair takes about 2π times as many positions for one turn
   */
  constructor(length, D, base = 10000) {
    this.D = D;
    this.cos = new Float32Array(length * D / 2);
    this.sin = new Float32Array(length * D / 2);
    for (let i = 0; i < this.cos.length; i++) {
      const [t, j] = [Math.floor(i / (D / 2)), i % (D / 2)];
      const angle = t * base ** ((-2 * j) / D);
      this.cos[i] = Math.cos(angle);
      this.sin[i] = Math.sin(angle);
    }
  }

  /**
   * Turn heads of T tokens, the first of which stands at position `past`, in place.
   * @param {Floats} heads (heads, T, D)
   * @param {number} T
   * @param {number} past
   */
  turn(heads, T, past) {
    const { D, cos, sin } = this;
    const half = D / 2;
    for (let row = 0; row < heads.length / D; row++) {
      const angles = (past + (row % T)) * half;
      for (let j = 0; j < half; j++) {
        const i = row * D + j;
        const [c, s, a, b] = [cos[angles + j], sin[angles + j], heads[i], heads[i + half]];
        heads[i] = a * c - b * s;
        heads[i + half] = a * s + b * c;
      }
    }
  }
}
