// The losses of a training as they come, few enough to draw and to keep, and what they show.

const MOST_POINTS = 240;
const RISE = 0.05; // nats above the best that count as a rise, where they last

/** @typedef {[step: number, loss: number]} LossPoint */
/** @typedef {{ uniform: number, unigram: number, bigram: number }} Baselines */
/**
 * @typedef {object} CurveData
 * @property {LossPoint[]} train means over `width` steps
 * @property {number} width
 * @property {LossPoint[]} heldOut
 */
/** @typedef {{ unigram?: number, bigram?: number, rise?: number }} Milestones at which step */

export class TrainCurve {
  /** @param {CurveData} [data] what another curve was */
  constructor({ train, width, heldOut } = { train: [], width: 1, heldOut: [] }) {
    this.train = train.map((point) => /** @type {LossPoint} */ ([...point]));
    this.width = width;
    this.heldOut = heldOut.map((point) => /** @type {LossPoint} */ ([...point]));
    this.sum = 0; // of losses that make no whole point yet
    this.count = 0;
  }

  /** @returns {CurveData} */
  get data() {
    return { train: this.train, width: this.width, heldOut: this.heldOut };
  }

  /**
   * The losses of some more steps.
   * @param {number} step how many are done now
   * @param {number[]} losses of the last ones
   */
  add(step, losses) {
    losses.forEach((loss, i) => {
      this.sum += loss;
      this.count++;
      if (this.count < this.width) return;
      this.train.push([step - losses.length + i + 1, this.sum / this.count]);
      this.sum = this.count = 0;
      if (this.train.length >= MOST_POINTS) this.thin();
    });
  }

  /** Take two points together, everywhere. */
  thin() {
    /** @type {LossPoint[]} */
    const half = [];
    for (let i = 0; i + 1 < this.train.length; i += 2) {
      const [[, a], [step, b]] = [this.train[i], this.train[i + 1]];
      half.push([step, (a + b) / 2]);
    }
    this.train = half;
    this.width *= 2;
  }

  /**
   * @param {number} step
   * @param {number} loss
   */
  evaluate(step, loss) {
    if (this.heldOut.at(-1)?.[0] !== step) this.heldOut.push([step, loss]);
  }

  /** The lowest held-out loss, and after how many steps; null where there is none. */
  get best() {
    return this.heldOut.length
      ? this.heldOut.reduce((low, point) => (point[1] < low[1] ? point : low))
      : null;
  }

  /** The last step that the curve knows of. */
  get last() {
    return Math.max(0, this.train.at(-1)?.[0] ?? 0, this.heldOut.at(-1)?.[0] ?? 0);
  }

  /**
   * Leave out what came after a step.
   * @param {number} step
   */
  cutAfter(step) {
    this.train = this.train.filter(([s]) => s <= step);
    this.heldOut = this.heldOut.filter(([s]) => s <= step);
    this.sum = this.count = 0;
  }

  /**
   * When the held-out loss came below what counting reaches, and since when it rises.
   * @param {Baselines} baselines
   * @returns {Milestones}
   */
  milestones({ unigram, bigram }) {
    const below = (/** @type {number} */ level) =>
      this.heldOut.find(([, loss]) => loss < level)?.[0];
    const found = { unigram: below(unigram), bigram: below(bigram), rise: this.risesSince() };
    return found;
  }

  /** The step after which the held-out loss has risen, for good so far. */
  risesSince() {
    const { best } = this;
    if (!best) return undefined;
    const after = this.heldOut.filter(([step]) => step > best[0]);
    const lasts = after.length >= 3 && after.slice(-3).every(([, loss]) => loss > best[1] + RISE);
    return lasts ? best[0] : undefined;
  }
}
