// RankDial: an adapter is turned up and down. The traits are described in rank_dial.py.

import { changeOf, withAdapter } from "../engine/adapter.js";
import { answersRight, questionIds, writeAnswer } from "../engine/answering.js";
import { GPT } from "../engine/gpt.js";
import { readWeights } from "../engine/weights.js";
import { DialAnswer } from "./rank_dial/answers.js";
import { DialChanges } from "./rank_dial/changes.js";
import { DialCurve } from "./rank_dial/curve.js";
import { dialWords } from "./rank_dial/words.js";
import { lineField, segments, slider } from "./shared/controls.js";
import { h } from "./shared/dom.js";
import { fetchFile, takeFiles } from "./shared/files.js";
import { Finding, reason } from "./shared/frame.js";
import { split } from "./shared/layout.js";
import { fetchModel, showWithModel } from "./shared/model.js";
import { Slices } from "./shared/slices.js";
import { ModelView } from "./shared/view.js";
import { percent, round6 } from "./shared/words.js";

/** @import { Segments } from "./shared/controls.js" */
/** @import { Adapter } from "../engine/adapter.js" */
/** @import { TensorPlace } from "../engine/types.js" */
/** @import { Change } from "./rank_dial/changes.js" */
/** @import { Loading, ModelViewParts, Place } from "./shared/types.js" */

/** @typedef {{ r: number, bytes: number, scales: Record<string, number> }} AdapterFacts */
/** @typedef {AdapterFacts & { tensors: TensorPlace[], data: string }} AdapterFile */
/** @typedef {AdapterFacts & Adapter & { learned: number }} Known an adapter that is read */
/** @typedef {[task: string, prompt: string, answer: string]} Asked */
/** @typedef {ModelViewParts & { adapters: Known[] }} DialParts */
/**
 * @typedef {object} Traits
 * @property {string} prompt
 * @property {number} r
 * @property {number} strength
 * @property {Asked[]} prompts
 * @property {string[]} answers
 * @property {[token: string, probability: number][][]} next_tokens
 * @property {number} learned
 * @property {Record<string, number>} changes
 * @property {[strength: number, right: number][]} scores
 */

const MOST_TOKENS = 48; // of an answer
const STRENGTHS = [0, 1, 2, 0.5, 1.5, 0.25, 0.75, 1.25, 1.75]; // in the order of measuring

/** @extends {ModelView<Traits>} */
class RankDialView extends ModelView {
  strength = slider({
    name: "Strength",
    min: 0,
    max: 2,
    step: 0.05,
    oninput: (strength) => this.set("strength", strength),
  });
  facts = h("p", { class: "llm-note llm-dial-facts" });
  finding = new Finding(this.model, this.signal);
  field = lineField("Prompt", (prompt) => this.set("prompt", prompt), { most: 600 });
  /** @type {DialAnswer} */ base;
  /** @type {DialAnswer} */ now;
  /** @type {Segments} */ ranks;
  /** @type {DialCurve} */ curve;
  /** @type {DialChanges} */ picture;
  /** @type {HTMLSelectElement} */ choice;

  /** @param {DialParts} parts */
  constructor({ adapters, ...parts }) {
    super(parts);
    this.adapters = adapters;
    this.weights = this.gpt.weights();
    const another = () => GPT.fromWeights(this.gpt.config, this.weights);
    this.changed = another(); // which answers
    this.scorer = another(); // which is measured in the background
    this.writing = new Slices(this.signal);
    this.measuring = new Slices(this.signal);
    /** @type {Map<string, number>} right answers by r and factor */
    this.known = new Map();
    /** @type {Map<string, Change>} by matrix */
    this.changes = new Map();
    this.problem = ""; // why the prompt can't be asked
    this.baseToo = true; // whether the base has to answer
    /** @type {number[]} */
    this.ids = [];
    this.asked = this.get("prompts").filter(([, , answer]) => answer);
    this.build();
    this.follow(["prompt"], () => this.ask());
    this.follow(["r"], () => this.choose());
    this.follow(["strength"], () => this.write(false));
    this.choose(true);
  }

  build() {
    this.offerReset();
    this.base = new DialAnswer("Base model", this.tokenizer);
    this.now = new DialAnswer("With the change", this.tokenizer);
    this.ranks = segments(
      "Rank r",
      this.adapters.map(({ r }) => [String(r), String(r)]),
      (r) => this.set("r", Number(r)),
    );
    this.curve = new DialCurve(this.asked.length);
    this.picture = new DialChanges(Object.keys(this.adapters[0].scales).map(shortName));
    const named = (/** @type {string} */ name, /** @type {HTMLElement} */ field) =>
      h("div", { class: "llm-dial-named" }, h("span", { class: "llm-label" }, name), field);
    const stage = h("div", { class: "llm-dial-answers" }, this.base.element, this.now.element);
    this.body.append(
      this.buildPrompt(),
      split([stage], [
        named("Rank r", this.ranks),
        this.strength,
        this.facts,
        this.finding.element,
      ]),
      h("div", { class: "llm-dial-below" }, this.curve.element, this.picture.element),
    );
  }

  buildPrompt() {
    const options = this.get("prompts").map(([, prompt]) => h("option", { value: prompt }, prompt));
    this.choice = h(
      "select",
      { "aria-label": "Held-out prompts", onchange: () => this.set("prompt", this.choice.value) },
      h("option", { value: "" }, "your own, or one of these …"),
      ...options,
    );
    return h("div", { class: "llm-dial-prompt" }, this.field, this.choice);
  }

  /** The adapter of the chosen rank. */
  get adapter() {
    const r = this.get("r");
    return this.adapters.find((adapter) => adapter.r === r) ?? this.adapters[0];
  }

  /**
   * Another rank: what it changes, what is known of it, and its answer.
   * @param {boolean} [first]
   */
  choose(first = false) {
    const { adapter } = this;
    for (const name of Object.keys(adapter.scales)) {
      this.changes.set(shortName(name), changeOf(this.weights, adapter, name));
    }
    this.publish("learned", adapter.learned);
    if (first) this.ask();
    else this.write(false);
    this.measuring.start(this.measure());
  }

  /** Another prompt: both write. */
  ask() {
    const prompt = this.get("prompt");
    this.field.show(prompt);
    this.choice.value = this.get("prompts").some(([, known]) => known === prompt) ? prompt : "";
    this.ids = this.read(prompt);
    this.write(true);
  }

  /**
   * The ids of a question; none, and the reason said, where it can't be asked.
   * @param {string} prompt
   * @returns {number[]}
   */
  read(prompt) {
    this.problem = prompt.trim() ? "" : "Type a prompt, or choose one.";
    try {
      const ids = this.problem ? [] : questionIds(this.tokenizer, prompt.trim());
      const most = this.gpt.config.context_length - MOST_TOKENS;
      if (ids.length > most) this.problem = `The prompt has ${ids.length} tokens; ${most} fit.`;
      return this.problem ? [] : ids;
    } catch (error) {
      this.problem = reason(error);
      return [];
    }
  }

  /**
   * Let the changed model answer, and the base where the prompt is another.
   * @param {boolean} both
   */
  write(both) {
    this.baseToo = both || this.baseToo;
    this.writing.stop();
    this.publish("answers", []);
    this.changed.parameters.load(
      withAdapter(this.weights, this.adapter, this.get("strength")),
    );
    this.paint();
    if (!this.problem) return this.writing.start(this.answers());
    for (const answer of [this.base, this.now]) answer.clear();
    this.say();
  }

  /**
   * Both answers, token by token.
   * @returns {Generator<void, void>}
   */
  *answers() {
    const options = { most: MOST_TOKENS, end: this.tokenizer.endOfText };
    for (const { written, first } of writeAnswer(this.changed, this.ids, options)) {
      this.now.show(written, first);
      yield;
    }
    if (this.baseToo) {
      for (const { written, first } of writeAnswer(this.gpt, this.ids, options)) {
        this.base.show(written, first);
        yield;
      }
      this.baseToo = false;
    }
    this.publish("answers", [this.base.text, this.now.text]);
    /** @type {(answer: DialAnswer) => [token: string, probability: number][]} */
    const rounded = ({ next }) => next.map(([token, p]) => [token, round6(p)]);
    this.publish("next_tokens", [this.base, this.now].map(rounded));
    this.say();
  }

  /**
   * Ask the held-out prompts at each strength, as far as that is not known.
   * @returns {Generator<void, void>}
   */
  *measure() {
    const { adapter } = this;
    for (const strength of STRENGTHS) {
      const key = this.keyOf(strength);
      if (this.known.has(key)) continue;
      this.scorer.parameters.load(withAdapter(this.weights, adapter, strength));
      let right = 0;
      for (const [, prompt, answer] of this.asked) {
        const ids = questionIds(this.tokenizer, prompt);
        if (yield* answersRight(this.scorer, this.tokenizer, ids, answer)) right++;
        yield;
      }
      this.known.set(key, right);
      this.paint();
      if (!this.writing.work) this.say();
    }
  }

  /** @param {number} strength */
  keyOf(strength) {
    return strength === 0 ? "base" : `${this.get("r")} ${strength}`;
  }

  /** The curve as far as it is known. @returns {[strength: number, right: number][]} */
  get scores() {
    return [...STRENGTHS].sort((a, b) => a - b).flatMap((x) => {
      const right = this.known.get(this.keyOf(x));
      return right === undefined ? [] : [/** @type {[number, number]} */ ([x, right])];
    });
  }

  paint() {
    const { adapter, scores } = this;
    const strength = this.get("strength");
    this.ranks.show(String(adapter.r));
    this.strength.show(strength, strength.toFixed(2));
    const scale = Object.values(adapter.scales)[0];
    const share = percent(adapter.learned / this.gpt.parameters.count);
    const file = `${Math.round(adapter.bytes / 1000)}\u00a0kB`;
    this.facts.textContent = `${adapter.learned.toLocaleString("en")} numbers learned, ${share} ` +
      `of the model; a file of ${file}. B\u00a0A counts strength × α / r = ${tidy(strength)} × ` +
      `${tidy(scale * adapter.r)} / ${adapter.r} = ${tidy(strength * scale)} times.`;
    this.curve.show(scores, strength, STRENGTHS.length);
    this.picture.show(this.changes, strength);
    this.publish("scores", scores);
    this.publish(
      "changes",
      Object.fromEntries(
        [...this.changes].map(([name, { share }]) => [name, round6(strength * share)]),
      ),
    );
  }

  say() {
    if (this.problem) return this.finding.say(this.problem);
    this.finding.say(dialWords({
      learned: this.adapter.learned,
      parameters: this.gpt.parameters.count,
      strength: this.get("strength"),
      scores: this.scores,
      points: STRENGTHS.length,
      asked: this.asked.length,
      now: this.now,
      base: this.base,
    }));
  }
}

/** "blocks.0.attention.qkv" -> "0.qkv". @param {string} name */
const shortName = (name) => `${name.split(".")[1]}.${name.split(".").at(-1)}`;

/** @param {number} x */
const tidy = (x) => String(Number(x.toFixed(2)));

/**
 * @param {{ adapters: AdapterFile[] }} file
 * @returns {Known[]}
 */
const readAdapters = ({ adapters }) =>
  adapters.map(({ tensors, data, ...facts }) => {
    const weights = readWeights({ tensors, data });
    const learned = Object.values(weights).reduce((sum, { length }) => sum + length, 0);
    return { ...facts, tensors: weights, learned };
  });

/** @param {Loading} view */
async function load(view) {
  const model = await fetchModel(view);
  const adapters = await fetchFile(view, view.model.get("adapters_ref"), readAdapters);
  return { ...model, adapters };
}

/** @param {Place} place */
function render(place) {
  return showWithModel({
    ...place,
    name: "llm-dial",
    title: "How little has to change?",
    tryThis:
      "Base Sprout has read stories alone. Turn the strength from 0 to 2 and watch its answer.",
    load,
    build: (parts) => new RankDialView(parts),
  });
}

export default { initialize: takeFiles, render };
