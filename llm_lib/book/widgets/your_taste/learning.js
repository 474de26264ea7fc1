// What the model of YourTaste does: it writes eight answers, learns from them, and writes again.

import { groupAdvantages } from "../../engine/advantages.js";
import { questionIds } from "../../engine/answering.js";
import { lastOf } from "../../engine/present.js";
import { KeptState } from "../shared/kept.js";
import { TasteView } from "../shared/taste_view.js";
import { round6 } from "../shared/words.js";
import { EIGHT } from "./cards.js";
import { movedBy, pairsOf } from "./liked_step.js";
import { MARKS } from "./marks.js";

/** @import { ModelViewParts } from "../shared/types.js" */
/** @import { Judge } from "./form.js" */
/** @import { Drawn, Learned, Taste } from "./kept.js" */
/** @import { Verifier, WorldWords } from "./marks.js" */
/** @import { LikedStep } from "./words.js" */
/**
 * @typedef {object} Traits
 * @property {string} prompt
 * @property {Judge} mode
 * @property {Verifier} verifier
 * @property {number} kl_weight
 * @property {number} beta
 * @property {number} learning_rate
 * @property {number} seed
 * @property {number[]} liked
 * @property {WorldWords} words
 * @property {string[]} answers
 * @property {number[]} moved
 * @property {number} round
 * @property {number[]} shares
 * @property {number} margin
 * @property {number} kl
 * @property {boolean} working
 */

const MOST_TOKENS = 60; // of an answer
const TRAITS = /** @type {const} */ ([
  "prompt",
  "mode",
  "verifier",
  "kl_weight",
  "beta",
  "learning_rate",
  "seed",
  "liked",
  "answers",
  "moved",
  "round",
  "margin",
  "kl",
]); // those that a reload finds

/** @extends {TasteView<Traits>} */
export class TasteLearning extends TasteView {
  /** @type {number} */ seed;

  /** @param {ModelViewParts} parts */
  constructor(parts) {
    super(parts);
    /** @type {Drawn[]} */
    this.drawn = [];
    this.step = /** @type {LikedStep | null} */ (null);
    /** @type {Learned[]} */
    this.learned = []; // all steps, by which the model of a reload is the same again
    this.kept = new KeptState("taste", this.model);
    this.key = "";
  }

  /** What is chosen that begins anew. */
  get chosen() {
    return `${this.get("seed")} ${this.get("prompt")}`;
  }

  get choosing() {
    return this.get("mode") === "clicks";
  }

  /** Show the prompt and the seed that it begins with. */
  showChosen() {}

  /**
   * Show what there is.
   * @param {string[]} [_texts] what is being written
   */
  paint(_texts) {}

  /** Begin with the model as it was. */
  begin() {
    this.key = this.chosen;
    this.running = false;
    this.seed = 1000 * this.get("seed");
    this.drawn = [];
    this.step = null;
    this.learned = [];
    this.setAll({ liked: [], moved: [], round: 0, margin: 0, kl: 0 });
    this.showChosen();
    this.work(async () => {
      await this.start();
      await this.draw();
    }, "writing");
  }

  /** Let the worker have the prompt and the model as it was. */
  async start() {
    const prompt = this.get("prompt").trim();
    if (!prompt) throw new Error("Type a prompt.");
    this.prompt = questionIds(this.tokenizer, prompt);
    const most = this.gpt.config.context_length - MOST_TOKENS;
    if (this.prompt.length > most) {
      throw new Error(`The prompt has ${this.prompt.length} tokens; ${most} fit.`);
    }
    const { config } = this.gpt;
    await this.ask("start", { config, weights: this.gpt.weights() });
  }

  /**
   * Stand where the page was left: what was learned is learned once more.
   * @param {Taste} found
   */
  resume({ traits, seed, drawn, step, learned, written }) {
    this.setAll(traits);
    Object.assign(this, { seed, drawn, step, written, key: this.chosen });
    this.showChosen();
    this.work(async () => {
      await this.start();
      for (const { type, of } of learned) {
        this.busy = `learning again, ${this.learned.length + 1} of ${learned.length}`;
        this.paint();
        await this.learn(type, of);
      }
    }, "writing");
  }

  /** Let a reload find what there is; while something is being done, what there was. */
  keep() {
    if (!this.drawn.length || this.written.length < EIGHT) return;
    const traits = Object.fromEntries(TRAITS.map((name) => [name, this.get(name)]));
    const { seed, drawn, step, learned, written } = this;
    this.kept.write({ traits, seed, drawn, step, learned, written });
  }

  /** Let the model as it is now write eight answers. */
  async draw() {
    const end = this.tokenizer.endOfText;
    const { prompt } = this;
    this.written = [];
    /** @type {string[]} */
    const texts = [];
    for (let i = 0; i < EIGHT; i++) {
      this.busy = `writing ${i + 1} of ${EIGHT}`;
      this.paint(texts);
      const ids = await this.ask("write", { prompt, most: MOST_TOKENS, end, seed: this.seed++ });
      this.written.push(ids);
      texts.push(this.tokenizer.decode(ids.filter((id) => id !== end)).trim());
    }
    const { kl } = await this.ask("weigh", { rows: this.rows });
    this.drawn.push({ texts, kl });
    this.setAll({ answers: texts, kl: round6(kl), liked: [] });
    this.keep();
  }

  /** Eight other answers of the same model. */
  drawAgain() {
    this.work(async () => {
      this.drawn.pop();
      await this.draw();
    }, "writing");
  }

  /** @param {number} steps */
  goOn(steps) {
    if (this.busy || !this.canLearn) return;
    this.running = steps > 1;
    this.work(async () => {
      for (let i = 0; i < steps; i++) {
        this.busy = "learning";
        this.paint();
        await (this.choosing ? this.learnLiked() : this.learnMarked());
        this.set("round", this.get("round") + 1);
        await this.draw();
        if (!this.running) return;
      }
    }, "writing");
  }

  get canLearn() {
    const liked = this.get("liked").length;
    return this.drawn.length > 0 && (!this.choosing || (liked > 0 && liked < EIGHT));
  }

  /**
   * One step, which is noted.
   * @param {Learned["type"]} type
   * @param {any} of
   */
  async learn(type, of) {
    await this.ask(type, of);
    this.learned.push({ type, of });
  }

  /** One step of DPO: each liked answer against each other one. */
  async learnLiked() {
    const [beta, rate] = [this.get("beta"), this.get("learning_rate")];
    const { rows } = this;
    const liked = this.get("liked");
    const before = await this.ask("weigh", { rows });
    await this.learn("liked", { rows, pairs: pairsOf(rows.length, liked), beta, rate });
    const after = await this.ask("weigh", { rows });
    const { moved, step, margin } = movedBy(before, after, liked, beta);
    this.step = step;
    this.setAll({ moved: moved.map(round6), margin: round6(margin) });
  }

  /** One step of REINFORCE, with each answer's advantage in its group. */
  async learnMarked() {
    const [rate, klWeight] = [this.get("learning_rate"), this.get("kl_weight")];
    const advantages = groupAdvantages(this.marksOf(lastOf(this.drawn).texts));
    await this.learn("marked", { rows: this.rows, advantages, rate, klWeight });
    this.step = null;
    this.set("moved", []);
  }

  /** @param {string[]} texts */
  marksOf(texts) {
    const [mark, prompt, words] = [
      MARKS[this.get("verifier")],
      this.get("prompt"),
      this.get("words"),
    ];
    return texts.map((text) => mark(text, prompt, words));
  }
}
