// Rotary positions: pairs of channels are turned by an angle that grows with the position.

/** @import { Numbers } from "./loops.js" */

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
   * Turn the first n heads of N rows, which belong to texts of T tokens whose first one stands at
   * position `past`. A sign of -1 turns back, which is the way of the gradient.
   * @param {Numbers} f
   * @param {number} rows
   * @param {number} width from row to row
   * @param {{ n: number, N: number, T: number, past?: number, sign?: 1 | -1 }} what
   */
  turn(f, rows, width, { n, N, T, past = 0, sign = 1 }) {
    const { D, cos, sin } = this;
    const half = D / 2;
    for (let row = 0; row < N; row++) {
      const angles = (past + (row % T)) * half;
      for (let head = 0; head < n; head++) {
        const at = rows + row * width + head * D;
        for (let j = 0; j < half; j++) {
          const c = cos[angles + j];
          const s = sign * sin[angles + j];
          const a = f[at + j];
          const b = f[at + j + half];
          f[at + j] = a * c - b * s;
          f[at + j + half] = a * s + b * c;
        }
      }
    }
  }
}
