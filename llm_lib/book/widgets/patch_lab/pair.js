// Two texts that are compared: their tokens, their runs, and what they answer.

import { softmax } from "../../engine/functions.js";
import { answerScore, differingPositions, lastLogits } from "../../engine/patching.js";
import { present } from "../../engine/present.js";
import { indexOfLargest } from "../../engine/vectors.js";
import { readText, spoken } from "../shared/tokens.js";
import { BOTH, whyNot } from "./texts.js";

/** @import { GPT } from "../../engine/gpt.js" */
/** @import { Runs } from "../../engine/patching.js" */
/** @import { Floats, Run, Tokenizer } from "../../engine/types.js" */
/** @import { Answer, Labels, Which } from "./texts.js" */

const MOST_TOKENS = 64; // a longer text would take too long
const ALIKE = 1e-4; // as in llm_lib/interp/patching.py

export class PatchPair {
  /**
   * Read two texts, and run them unless there is a problem.
   * @param {GPT} gpt
   * @param {Tokenizer} tokenizer
   * @param {Record<Which, string>} texts
   */
  constructor(gpt, tokenizer, texts) {
    this.tokenizer = tokenizer;
    const both = BOTH.map((which) => readText(tokenizer, texts[which]));
    const [clean, corrupted] = both.map(({ ids }) => ids);
    /** @type {Labels} */
    this.labels = { clean: both[0].labels, corrupted: both[1].labels };
    this.differing = differingPositions(clean, corrupted);
    this.runs = /** @type {Record<Which, Run> | null} */ (null);
    /** @type {number[]} */
    this.answers = [];
    const most = Math.min(MOST_TOKENS, gpt.config.context_length);
    this.problem = both[0].problem ?? both[1].problem ??
      whyNot(this.labels, this.differing, most);
    if (!this.problem) {
      this.runs = { clean: gpt.forward(clean), corrupted: gpt.forward(corrupted) };
      this.answers = BOTH.map((which) => indexOfLargest(this.logits(which)));
      this.problem = this.whyAlike();
    }
  }

  /** Why the answers can't be told apart, in a sentence; "" where they can. */
  whyAlike() {
    const [a, b] = this.answers;
    const [clean, corrupted] = BOTH.map((which) => answerScore(this.logits(which), [a, b]));
    if (a !== b && Math.abs(clean - corrupted) > ALIKE) return "";
    return `Both texts lead to the same answer, ${spoken(this.tokenizer.label(a))}: there is ` +
      "nothing to move. Change what the answer depends on.";
  }

  /** Both runs. Throws an Error if the texts have a problem. */
  get both() {
    return present(this.runs, "the runs of both texts");
  }

  /** How many tokens each text has. */
  get T() {
    return this.both.clean.T;
  }

  /** What is said of both answers: that of the clean text first. */
  get names() {
    return this.answers.map((id) => this.tokenizer.label(id));
  }

  /** @param {Which} which */
  logits(which) {
    return lastLogits(this.both[which]);
  }

  /**
   * The likeliest token after each text; null without runs.
   * @returns {Record<Which, Answer> | null}
   */
  said() {
    if (!this.runs) return null;
    const [clean, corrupted] = BOTH.map((which, i) => ({
      token: this.names[i],
      p: softmax(this.logits(which))[this.answers[i]],
    }));
    return { clean, corrupted };
  }

  /**
   * Both runs: what is taken from, and what is put into.
   * @param {Which} source
   * @returns {Runs}
   */
  from(source) {
    const { clean, corrupted } = this.both;
    return source === "clean"
      ? { source: clean, base: corrupted }
      : { source: corrupted, base: clean };
  }

  /**
   * Both answers, that of the source first.
   * @param {Which} source
   * @returns {[to: number, from: number]}
   */
  ordered(source) {
    const [a, b] = this.answers;
    return source === "clean" ? [a, b] : [b, a];
  }

  /**
   * A function that says how far patched logits are from the answer of the base to that of the
   * source.
   * @param {Which} source
   */
  share(source) {
    const answers = this.ordered(source);
    const runs = this.from(source);
    const [from, to] = [runs.base, runs.source].map((run) => answerScore(lastLogits(run), answers));
    return (/** @type {Floats} */ logits) => (answerScore(logits, answers) - from) / (to - from);
  }

  /**
   * The scores of both runs, and of others.
   * @param {Floats[]} others
   */
  scores(...others) {
    const all = [...BOTH.map((which) => this.logits(which)), ...others];
    return all.map((logits) => answerScore(logits, this.answers));
  }
}
