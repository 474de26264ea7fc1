// The smallest language model: look up a row, and hold it against the row of each possible next
// word. Two tables, trained by Adam on pairs of neighbouring words.

import { lastOf } from "./present.js";
import { seededRandom } from "./random.js";
import { dot } from "./vectors.js";

/**
 * @typedef {object} TableStart
 * @property {number} n how many words there are
 * @property {number[]} pairs a word, the one that follows it, and how often: three numbers a pair
 * @property {number} size numbers a row has
 * @property {number} seed of the first rows and of the batches
 */

const BATCH = 128; // pairs a step
const RATE = 0.02;
const BETAS = [0.9, 0.999]; // torch's
const EPS = 1e-8;
const FIRST = { reads: 0.5, writes: 0.1 }; // the spread of the first rows

export class TableTraining {
  /** @param {TableStart} start */
  constructor({ n, pairs, size, seed }) {
    this.n = n;
    this.size = size;
    this.pairs = pairs;
    this.random = seededRandom(seed);
    this.until = sumsOf(pairs.filter((_, i) => i % 3 === 2));
    this.reads = new Table(n, size, this.random, FIRST.reads);
    this.writes = new Table(n, size, this.random, FIRST.writes);
    this.step = 0;
  }

  /** One step on pairs that are drawn as often as they occur. */
  takeStep() {
    this.learn(Array.from({ length: BATCH }, () => this.draw()));
  }

  /** A pair's number, drawn as often as the pair occurs. */
  draw() {
    const wanted = this.random() * lastOf(this.until);
    let [low, high] = [0, this.until.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.until[middle] > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /**
   * One step of Adam on the mean loss of some pairs.
   * @param {number[]} batch their numbers
   */
  learn(batch) {
    this.reads.slopes.fill(0);
    this.writes.slopes.fill(0);
    for (const [from, next] of this.byFirst(batch)) this.addSlopes(from, next, 1 / batch.length);
    this.step++;
    for (const table of [this.reads, this.writes]) table.move(this.step);
  }

  /**
   * Some pairs as lists of next words, by their first word: its chances are worked out once.
   * @param {number[]} batch
   */
  byFirst(batch) {
    /** @type {Map<number, number[]>} */
    const lists = new Map();
    for (const i of batch) {
      const [from, to] = [this.pairs[3 * i], this.pairs[3 * i + 1]];
      const list = lists.get(from) ?? [];
      list.push(to);
      lists.set(from, list);
    }
    return lists;
  }

  /**
   * Add the slopes of the loss of a word and those that follow it: p − 1 for each that does, p for
   * all others, as in any softmax.
   * @param {number} from
   * @param {number[]} next
   * @param {number} share of one pair in the mean
   */
  addSlopes(from, next, share) {
    const [size, rows, slopes] = [this.size, this.writes.rows, this.writes.slopes];
    const [row, slope] = [this.reads.row(from), this.reads.row(from, this.reads.slopes)];
    const g = this.chances(from);
    for (let word = 0; word < g.length; word++) g[word] *= share * next.length;
    for (const to of next) g[to] -= share;
    for (let word = 0; word < g.length; word++) {
      const [at, by] = [word * size, g[word]];
      for (let c = 0; c < size; c++) {
        slope[c] += by * rows[at + c];
        slopes[at + c] += by * row[c];
      }
    }
  }

  /**
   * The probability of each word after one.
   * @param {number} word
   */
  chances(word) {
    const [size, row, rows] = [this.size, this.reads.row(word), this.writes.rows];
    const p = new Float64Array(this.n);
    let [top, sum] = [-Infinity, 0];
    for (let i = 0; i < p.length; i++) {
      for (let c = 0; c < size; c++) p[i] += row[c] * rows[i * size + c];
      top = Math.max(top, p[i]);
    }
    for (let i = 0; i < p.length; i++) sum += p[i] = Math.exp(p[i] - top);
    for (let i = 0; i < p.length; i++) p[i] /= sum;
    return p;
  }

  /** The mean loss of all neighbours of the text, in nats. */
  loss() {
    let [sum, last, chances] = [0, -1, new Float64Array()];
    for (let i = 0; i < this.pairs.length; i += 3) { // they are sorted by their first word
      const [from, to, times] = this.pairs.slice(i, i + 3);
      if (from !== last) [last, chances] = [from, this.chances(from)];
      sum -= times * Math.log(chances[to]);
    }
    return sum / lastOf(this.until);
  }

  /**
   * The cosine of two words' rows in the table that reads.
   * @param {number} a
   * @param {number} b
   */
  cosine(a, b) {
    const [x, y] = [this.reads.row(a), this.reads.row(b)];
    return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
  }
}

/**
 * The sum of all numbers up to each.
 * @param {number[]} numbers
 */
function sumsOf(numbers) {
  let sum = 0;
  return numbers.map((number) => sum += number);
}

/** A table of rows, with what Adam keeps of each number. */
class Table {
  /**
   * @param {number} n rows
   * @param {number} size
   * @param {() => number} random
   * @param {number} spread
   */
  constructor(n, size, random, spread) {
    this.size = size;
    this.rows = Float64Array.from({ length: n * size }, () => spread * normal(random));
    this.slopes = new Float64Array(n * size);
    this.means = new Float64Array(n * size);
    this.squares = new Float64Array(n * size);
  }

  /**
   * A word's row, or that of its slopes.
   * @param {number} word
   * @param {Float64Array} [of]
   */
  row(word, of = this.rows) {
    return of.subarray(word * this.size, (word + 1) * this.size);
  }

  /**
   * Move each number as Adam does (Kingma and Ba 2015).
   * @param {number} step from 1
   */
  move(step) {
    const [beta1, beta2] = BETAS;
    const length = RATE / (1 - beta1 ** step);
    const root = 1 / Math.sqrt(1 - beta2 ** step);
    for (let i = 0; i < this.rows.length; i++) {
      const slope = this.slopes[i];
      this.means[i] = beta1 * this.means[i] + (1 - beta1) * slope;
      this.squares[i] = beta2 * this.squares[i] + (1 - beta2) * slope * slope;
      this.rows[i] -= length * this.means[i] / (Math.sqrt(this.squares[i]) * root + EPS);
    }
  }
}

/**
 * A number of the normal distribution (Box and Muller 1958).
 * @param {() => number} random
 */
const normal = (random) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
