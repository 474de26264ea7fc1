// YourTaste: a model learns from what is said of its answers. The traits: see your_taste.py.

import { groupAdvantages } from "../engine/advantages.js";
import { questionIds } from "../engine/answering.js";
import { lastOf, present } from "../engine/present.js";
import { mean } from "../engine/vectors.js";
import { EIGHT, TasteCards } from "./your_taste/cards.js";
import { TasteCharts } from "./your_taste/charts.js";
import { isTaste } from "./your_taste/kept.js";
import { MARK_WORDS, MARKS, variety } from "./your_taste/marks.js";
import { TasteView } from "./shared/taste_view.js";
import { movedWords, tasteWords } from "./your_taste/words.js";
import { button, lineField, seedField, segments } from "./shared/controls.js";
import { h } from "./shared/dom.js";
import { takeFiles } from "./shared/files.js";
import { Finding } from "./shared/frame.js";
import { KeptState } from "./shared/kept.js";
import { more, split } from "./shared/layout.js";
import { showWithModel } from "./shared/model.js";
import { round6 } from "./shared/words.js";

/** @import { LineField } from "./shared/controls.js" */
/** @import { Verifier, WorldWords } from "./your_taste/marks.js" */
/** @import { LikedStep } from "./your_taste/words.js" */
/** @import { ModelViewParts, Place } from "./shared/types.js" */
/** @import { Drawn, Learned, Taste } from "./your_taste/kept.js" */
/**
 * @typedef {object} Traits
 * @property {string} prompt
 * @property {"clicks" | "verifier"} mode
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
const MOST_ROUNDS = 60; // of a run: long before, there is nothing left to see
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
const WEIGHTS = [0, 0.3, 1];
const BETAS = [0.01, 0.1, 1];
const RATES = [0.0001, 0.0005, 0.002];

/** @extends {TasteView<Traits>} */
class YourTasteView extends TasteView {
  cards = new TasteCards((place) => this.like(place));
  modes = segments("Judge", [
    ["clicks", "you"],
    ["verifier", "a program"],
  ], (mode) => this.choose({ mode }));
  verifiers = segments("What is counted", [
    ["speech", "speech"],
    ["short", "short sentences"],
    ["facts", "facts"],
  ], (verifier) => this.choose({ verifier }));
  weights = choices(
    "Weight of the KL divergence",
    WEIGHTS,
    (weight) => this.choose({ kl_weight: weight }),
  );
  main = button("", () => this.act(), "llm-main llm-taste-main");
  one = button("One step", () => this.goOn(1));
  again = button("Eight others", () => this.drawAgain());
  status = h("p", { class: "llm-note", role: "status" });
  charts = new TasteCharts();
  finding = new Finding(this.model, this.signal);
  betas = choices("DPO’s β", BETAS, (beta) => this.choose({ beta }));
  rates = choices("Learning rate", RATES, (rate) => this.choose({ learning_rate: rate }));
  seedField = seedField((seed) => this.set("seed", seed));
  /** @type {LineField} */ field;
  /** @type {HTMLDivElement} */ weight;
  /** @type {HTMLDivElement} */ counted;
  /** @type {HTMLDivElement} */ beta;
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
    this.build();
    this.key = "";
    this.follow(["prompt", "seed"], () => this.key !== this.chosen && this.begin());
    this.follow(
      ["mode", "verifier", "kl_weight", "beta", "learning_rate", "liked"],
      () => this.paint(),
    );
    const found = this.kept.read();
    if (isTaste(found)) this.resume(found);
    else this.begin();
  }

  build() {
    this.offerReset(() => {
      this.reset();
      this.begin();
    });
    const setPrompt = (/** @type {string} */ prompt) => this.set("prompt", prompt.trim());
    this.field = lineField("Prompt", setPrompt, { most: 300, whole: true });
    const named = (/** @type {string} */ name, /** @type {HTMLElement} */ field) =>
      h("div", { class: "llm-taste-named" }, h("span", { class: "llm-label" }, name), field);
    this.weight = named("KL weight", this.weights);
    this.counted = named("", this.verifiers);
    this.beta = named("DPO’s β", this.betas);
    this.body.append(
      h("div", { class: "llm-taste-prompt" }, this.field),
      split([this.cards.element], [
        named("Judge", this.modes),
        this.counted,
        this.weight,
        h("div", { class: "llm-row" }, this.main, this.one, this.again),
        this.status,
        this.charts.element,
        this.finding.element,
        more(
          "Settings",
          this.beta,
          named("Learning rate", this.rates),
          named("Seed", this.seedField),
        ),
      ], { sticky: false }),
    );
  }

  /** What is chosen that begins anew. */
  get chosen() {
    return `${this.get("seed")} ${this.get("prompt")}`;
  }

  get choosing() {
    return this.get("mode") === "clicks";
  }

  /** @param {Record<string, unknown>} values */
  choose(values) {
    this.running = false;
    this.setAll(values);
    if (!this.busy) this.keep();
    this.paint();
  }

  /** @param {number} place */
  like(place) {
    if (!this.choosing || this.busy) return;
    const liked = this.get("liked");
    this.set(
      "liked",
      liked.includes(place) ? liked.filter((i) => i !== place) : [...liked, place].sort(),
    );
    this.keep();
    this.paint();
  }

  /** Begin with the model as it was. */
  begin() {
    this.key = this.chosen;
    this.running = false;
    this.seed = 1000 * this.get("seed");
    this.drawn = [];
    this.step = null;
    this.learned = [];
    this.setAll({ liked: [], moved: [], round: 0, margin: 0, kl: 0 });
    this.field.show(this.get("prompt"));
    this.seedField.value = String(this.get("seed"));
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
    this.field.show(this.get("prompt"));
    this.seedField.value = String(this.get("seed"));
    this.work(async () => {
      await this.start();
      for (const { type, of } of learned) {
        this.busy = `learning again, ${this.learned.length + 1} of ${learned.length}`;
        this.paint();
        await this.ask(type, of);
        this.learned.push({ type, of });
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

  /** The main button. */
  act() {
    if (this.running) {
      this.running = false;
      this.paint();
    } else this.goOn(this.choosing ? 1 : MOST_ROUNDS);
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
    const others = rows.map((_, i) => i).filter((i) => !liked.includes(i));
    const pairs = liked.flatMap((i) => others.map((j) => /** @type {[number, number]} */ ([i, j])));
    const before = await this.ask("weigh", { rows });
    await this.learn("liked", { rows, pairs, beta, rate });
    const after = await this.ask("weigh", { rows });
    const moved = after.now.map((log, i) => log - before.now[i]);
    const score = after.now.map((log, i) => beta * (log - after.reference[i]));
    const of = (/** @type {number[]} */ values, /** @type {number[]} */ places) =>
      mean(places.map((i) => values[i]));
    const margin = of(score, liked) - of(score, others);
    const parts = [liked, others].map((places) => places.map((i) => moved[i]));
    this.step = { liked: of(moved, liked), others: of(moved, others), parts };
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

  /** @param {string[]} [texts] what is being written */
  paint(texts = this.drawn.at(-1)?.texts ?? []) {
    const { choosing, busy, running } = this;
    const liked = this.get("liked");
    const verifier = this.get("verifier");
    const marks = this.marksOf(texts);
    this.cards.show({ answers: texts, liked, marks, choosing });
    this.modes.show(this.get("mode"));
    this.verifiers.show(verifier);
    this.weights.show(String(this.get("kl_weight")));
    this.weight.hidden = choosing;
    present(this.counted.firstElementChild, "the title of the marks").textContent = choosing
      ? "Count"
      : "It marks";
    this.betas.show(String(this.get("beta")));
    this.beta.hidden = !choosing;
    this.rates.show(String(this.get("learning_rate")));
    this.main.textContent = running ? "Stop" : choosing ? "Learn from my likes" : "Run";
    this.main.disabled = running ? false : Boolean(busy) || !this.canLearn;
    this.one.hidden = choosing;
    this.one.disabled = Boolean(busy) || !this.canLearn;
    this.again.disabled = Boolean(busy) || !this.drawn.length;
    const idle = choosing && this.step ? movedWords(this.step) : "";
    this.status.textContent = busy ? `Step ${this.get("round")}: ${busy} …` : idle;
    const rounds = this.drawn.map(({ texts, kl }) => ({
      mark: mean(this.marksOf(texts)),
      kl,
      variety: mean(texts.map(variety)),
    }));
    this.charts.show(rounds, `${choosing ? "Counted" : "Mean mark"}: ${MARK_WORDS[verifier]}`);
    this.publish("shares", rounds.map(({ mark }) => round6(mark)));
    this.publish("working", Boolean(busy));
    const { step } = this;
    const words = tasteWords({ choosing, verifier, rounds, liked: liked.length, step });
    this.finding.say(this.problem || words, { quiet: running });
  }
}

/**
 * Numbers of which one is chosen.
 * @param {string} name
 * @param {number[]} numbers
 * @param {(number: number) => void} onpick
 */
const choices = (name, numbers, onpick) =>
  segments(name, numbers.map((x) => [String(x), String(x)]), (x) => onpick(Number(x)));

/** @param {Place} place */
function render(place) {
  return showWithModel({
    ...place,
    name: "llm-taste",
    title: "What becomes of a model that learns your taste?",
    tryThis: "Like some answers and let it learn. Or let a program judge: choose it, then Run.",
    build: (parts) => new YourTasteView(parts),
  });
}

export default { initialize: takeFiles, render };
