// AdamW (Loshchilov and Hutter 2019) as torch computes it, and the norm of a gradient.

/** @import { Parameters } from "./parameters.js" */
/** @import { Numbers } from "./loops.js" */

const EPS = 1e-8; // torch's

export class AdamW {
  /**
   * @param {Parameters} parameters with gradients
   * @param {{ betas: [number, number], weight_decay: number }} settings
   */
  constructor(parameters, { betas, weight_decay }) {
    this.parameters = parameters;
    this.betas = betas;
    this.weight_decay = weight_decay;
    this.steps = 0;
    const { Float } = parameters.memory;
    this.means = new Float(parameters.size); // of the gradients, lately
    this.squares = new Float(parameters.size); // and of their squares
  }

  /**
   * Move every parameter by one step. Only matrices decay, not biases and norms.
   * @param {number} rate
   * @param {number} factor on the gradients, to clip them
   */
  step(rate, factor) {
    this.steps++;
    const { memory: { f }, size, all } = this.parameters;
    const corrections = this.betas.map((beta) => 1 - beta ** this.steps); // both began at 0
    for (const { at, length, shape } of all) {
      const keep = shape.length >= 2 ? 1 - rate * this.weight_decay : 1;
      this.move(f, at, at + length, size, { rate, factor, keep, corrections });
    }
  }

  /**
   * @param {Numbers} f
   * @param {number} from
   * @param {number} to
   * @param {number} shift from a parameter to its gradient
   * @param {{ rate: number, factor: number, keep: number, corrections: number[] }} step
   */
  move(f, from, to, shift, { rate, factor, keep, corrections }) {
    const { means, squares, betas: [beta1, beta2] } = this;
    const length = rate / corrections[0];
    const root = 1 / Math.sqrt(corrections[1]);
    for (let i = from; i < to; i++) {
      const g = f[i + shift] * factor;
      const mean = beta1 * means[i] + (1 - beta1) * g;
      const square = beta2 * squares[i] + (1 - beta2) * g * g;
      means[i] = mean;
      squares[i] = square;
      f[i] = f[i] * keep - (length * mean) / (Math.sqrt(square) * root + EPS);
    }
  }
}

/**
 * The length of all gradients together, as one long vector.
 * @param {Parameters} parameters
 */
export function gradientNorm({ memory: { f }, size }) {
  let sum = 0;
  for (let i = size; i < 2 * size; i++) sum += f[i] * f[i];
  return Math.sqrt(sum);
}
