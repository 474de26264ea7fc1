// A model that writes answers and learns from what is said of them: what runs in a worker.

import { AnswerTrainer } from "./answer_training.js";
import { writeAnswer } from "./answering.js";
import { seededRandom } from "./random.js";

/** @import { Answered } from "./answer_training.js" */
/** @import { Config, Weights } from "./types.js" */
/**
 * What it is asked, by type.
 * @typedef {object} TasteQuestions
 * @property {{ config: Config, weights: Weights }} start begin (anew) with a model
 * @property {{ prompt: number[], most: number, end: number | null, seed: number }} write
 * @property {{ rows: Answered[] }} weigh log p of answers, now and of the reference
 * @property {{ rows: Answered[], pairs: [number, number][], beta: number, rate: number }} liked
 * @property {{ rows: Answered[], advantages: number[], rate: number, klWeight: number }} marked
 */
/**
 * What it answers.
 * @typedef {object} TasteAnswers
 * @property {null} start
 * @property {number[]} write
 * @property {{ now: number[], reference: number[], kl: number }} weigh
 * @property {{ loss: number, margins: number[] }} liked
 * @property {{ kl: number }} marked
 */

export class TasteSession {
  /** @param {(said: { request: number, answer?: any, message?: string }) => void} post */
  constructor(post) {
    this.post = post;
    this.trainer = /** @type {AnswerTrainer | null} */ (null);
  }

  /**
   * Answer a message: what is asked for, or what is wrong in words.
   * @param {{ request: number, type: keyof TasteQuestions, of: any }} message
   */
  take({ request, type, of }) {
    try {
      this.post({ request, answer: this[type](of) });
    } catch (error) {
      this.post({ request, message: /** @type {Error} */ (error).message });
    }
  }

  /** What writes and learns. Throws an Error in words if there is no model. */
  begun() {
    if (!this.trainer) throw new Error("There is no model yet: press Reset.");
    return this.trainer;
  }

  /**
   * @param {TasteQuestions["start"]} of
   * @returns {null}
   */
  start({ config, weights }) {
    this.trainer = new AnswerTrainer({ config, weights });
    return null;
  }

  /** @param {TasteQuestions["write"]} of */
  write({ prompt, most, end, seed }) {
    const random = seededRandom(seed);
    /** @type {number[]} */
    let ids = [];
    for (const { written } of writeAnswer(this.begun().gpt, prompt, { most, end, random })) {
      ids = written;
    }
    return ids;
  }

  /** @param {TasteQuestions["weigh"]} of */
  weigh({ rows }) {
    return this.begun().weigh(rows);
  }

  /** @param {TasteQuestions["liked"]} of */
  liked({ rows, pairs, ...settings }) {
    return this.begun().learnPairs(rows, pairs, settings);
  }

  /** @param {TasteQuestions["marked"]} of */
  marked({ rows, advantages, ...settings }) {
    return this.begun().learnMarked(rows, advantages, settings);
  }
}
