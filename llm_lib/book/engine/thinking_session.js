// A small model that learns the shell game, behind messages: it works in slices, and reads what the
// page says between them. What runs in a worker.

import { AnswerTrainer } from "./answer_training.js";
import { writeAnswer } from "./answering.js";
import { completeConfig } from "./config.js";
import { seededRandom } from "./random.js";
import {
  drawProblem,
  END_ID,
  finalAnswer,
  gameIds,
  gameText,
  longestAnswer,
  shownAnswer,
  solution,
  TRAINED,
  VOCABULARY,
} from "./shell_game.js";
import { drawParameters } from "./weights.js";

/** @import { Config } from "./types.js" */
/** @import { Way } from "./shell_game.js" */
/** @typedef {{ right: number[], of: number[] }} Tally by number of swaps, the first for one */
/**
 * @typedef {object} ThinkingStart
 * @property {Way} way
 * @property {number} seconds of training; what is measured in between does not count
 * @property {number} seed
 */
/**
 * @typedef {object} ThinkingNews
 * @property {number} run which start of the page's it is about
 * @property {number} steps
 * @property {number} seconds that it has trained
 * @property {number | null} loss mean of the last slice
 * @property {number} parameters
 * @property {Tally} tally of fresh problems
 * @property {boolean} done
 * @property {string} problem what went wrong, or ""
 */

export const MOST_SWAPS = 10; // of a problem that is measured
/** Problems of a step: answers at once are short, so that more of them take as long. */
const BATCH = { "at once": 32, "thinking": 8 };
const RATE = 0.006;
const MEASURES = 12; // in a training, beside the last one
const QUICK = 10; // problems of each number of swaps in these, and how many at the end
const LAST = 100;

/** @type {Config} */
export const THINKING_CONFIG = {
  vocab_size: VOCABULARY,
  context_length: 96,
  n_layer: 2,
  n_head: 2,
  n_embd: 32,
  norm: "rms",
  bias: false,
};

/**
 * The rate of a step, by the share of the time that is over: up, level, and down in a line.
 * @param {number} share
 */
const rateAt = (share) => RATE * Math.min(1, share / 0.05, (1 - share) / 0.3) + 1e-5;

/** @returns {Tally} */
const emptyTally = () => ({ right: Array(MOST_SWAPS).fill(0), of: Array(MOST_SWAPS).fill(0) });

export class ThinkingSession {
  /**
   * @param {(said: any) => void} post
   * @param {{ sliceMs: number }} options how long a slice takes
   */
  constructor(post, { sliceMs }) {
    this.post = post;
    this.sliceMs = sliceMs;
    this.going = false;
    this.waiting = false; // for its next slice
    this.run = 0;
    this.way = /** @type {Way} */ ("at once");
    this.seconds = this.spent = 0; // of training: those that it gets, and those that are over
    this.steps = this.measured = 0;
    this.random = this.fresh = seededRandom(0); // until one is started, as all below
    this.loss = /** @type {number | null} */ (null);
    this.tally = emptyTally();
    this.per = QUICK;
    /** @type {AnswerTrainer | null} */
    this.trainer = null;
  }

  /**
   * Do what a message says. What goes wrong is posted, and never thrown.
   * @param {any} message
   */
  take(message) {
    try {
      if (message.type === "start") this.start(message);
      else if (message.type === "stop") this.going = false;
      else if (message.type === "go on") this.goOn();
      else this.post({ request: message.request, answer: this.write(message.of) });
    } catch (error) {
      const said = /** @type {Error} */ (error).message;
      if ("request" in message) this.post({ request: message.request, message: said });
      else this.fail(said);
    }
  }

  /** @param {ThinkingStart & { run: number }} start */
  start({ way, seconds, seed, run }) {
    const config = completeConfig(THINKING_CONFIG);
    this.trainer = new AnswerTrainer({
      config,
      weights: drawParameters(config, seededRandom(seed)),
    });
    Object.assign(this, { way, seconds, run });
    this.random = seededRandom(seed + 1);
    this.fresh = seededRandom(seed + 7919); // for problems that are measured
    this.steps = this.spent = this.measured = 0;
    this.loss = null;
    this.tally = emptyTally();
    this.per = QUICK;
    this.tell();
    this.goOn();
  }

  /** What answers and learns. Throws an Error in words if there is no model. */
  begun() {
    if (!this.trainer) throw new Error("There is no model yet: press Start.");
    return this.trainer;
  }

  /** Train on, unless all is done. */
  goOn() {
    if (!this.trainer || this.isDone) return;
    this.going = true;
    this.wait();
  }

  /** Whether the last measuring is over. */
  get isDone() {
    return this.per === LAST && this.tally.of.every((n) => n >= LAST);
  }

  /** Go on with a slice once what the page has sent is read. */
  wait() {
    if (this.waiting) return;
    this.waiting = true;
    setTimeout(() => {
      this.waiting = false;
      if (this.going) this.work();
    });
  }

  /** One slice: of steps, or of what is measured where that is due. */
  work() {
    const begun = performance.now();
    try {
      if (this.isDue) this.measure(begun);
      else this.train(begun);
    } catch (error) {
      return this.fail(/** @type {Error} */ (error).message);
    }
    if (this.isDone) this.going = false;
    this.tell();
    if (this.going) this.wait();
  }

  /** Whether all that was begun is not measured yet, or it is time to measure again. */
  get isDue() {
    const { spent, seconds, measured } = this;
    if (measured > 0 && this.tally.of.some((n) => n < this.per)) return true;
    return spent >= seconds || spent >= (seconds * (measured + 1)) / (MEASURES + 1);
  }

  /** @param {number} begun */
  train(begun) {
    const { spent, seconds } = this;
    const losses = [];
    do {
      losses.push(this.step(Math.min(1, this.spent / seconds)));
      this.spent = spent + (performance.now() - begun) / 1000;
    } while (performance.now() - begun < this.sliceMs && !this.isDue);
    this.loss = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  }

  /**
   * One step on problems that were never seen.
   * @param {number} share of the time that is over
   */
  step(share) {
    const rows = Array.from({ length: BATCH[this.way] }, () => {
      const problem = drawProblem(this.random, 1 + Math.floor(this.random() * TRAINED));
      return { prompt: gameIds(problem), answer: gameIds(shownAnswer(problem, this.way)) };
    });
    this.steps++;
    return this.begun().learnShown(rows, rateAt(share));
  }

  /**
   * Put problems to the model, as many of each number of swaps; the last time far more.
   * @param {number} begun
   */
  measure(begun) {
    const { tally } = this;
    const full = tally.of.every((n) => n >= this.per);
    if (this.measured === 0 || full) {
      const last = this.spent >= this.seconds;
      Object.assign(this, { tally: emptyTally(), per: last ? LAST : QUICK });
      this.measured = last ? MEASURES + 1 : this.measured + 1;
    }
    while (this.tally.of.some((n) => n < this.per)) {
      const i = this.tally.of.indexOf(Math.min(...this.tally.of));
      const problem = drawProblem(this.fresh, i + 1);
      this.tally.of[i]++;
      if (finalAnswer(this.write({ problem })) === solution(problem)) this.tally.right[i]++;
      if (performance.now() - begun >= this.sliceMs) return;
    }
  }

  /**
   * What the model answers, its most probable character each time.
   * @param {{ problem: string }} of
   */
  write({ problem }) {
    /** @type {number[]} */
    let ids = [];
    const most = longestAnswer(problem);
    const steps = writeAnswer(this.begun().gpt, gameIds(problem), { most, end: END_ID });
    for (const { written } of steps) ids = written;
    return gameText(ids);
  }

  tell() {
    const { run, steps, spent, loss, tally } = this;
    const parameters = this.begun().gpt.parameters.count;
    const done = this.isDone;
    this.post({ run, steps, seconds: spent, loss, parameters, tally, done, problem: "" });
  }

  /** @param {string} problem */
  fail(problem) {
    this.going = false;
    this.post({ run: this.run, problem });
  }
}
