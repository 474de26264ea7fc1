// RankDial: an adapter is turned up and down. The traits are described in rank_dial.py.

import { changeOf, withAdapter } from "../engine/adapter.js";
import { questionIds, writeAnswer } from "../engine/answering.js";
import { GPT } from "../engine/gpt.js";
import { readAdapters } from "./rank_dial/adapters.js";
import { DialAnswer } from "./rank_dial/answers.js";
import { DialChanges } from "./rank_dial/changes.js";
import { DialCurve } from "./rank_dial/curve.js";
import { DialScores, STRENGTHS } from "./rank_dial/scores.js";
import { dialWords, factsWords } from "./rank_dial/words.js";
import { lineField, segments, slider } from "./shared/controls.js";
import { h } from "./shared/dom.js";
import { fetchFile, takeFiles } from "./shared/files.js";
import { Finding, reason } from "./shared/frame.js";
import { split } from "./shared/layout.js";
import { fetchModel, showWithModel } from "./shared/model.js";
import { Slices } from "./shared/slices.js";
import { ModelView } from "./shared/view.js";
import { round6 } from "./shared/words.js";

/** @import { Segments } from "./shared/controls.js" */
/** @import { Known } from "./rank_dial/adapters.js" */
/** @import { Change } from "./rank_dial/changes.js" */
/** @import { Score } from "./rank_dial/curve.js" */
/** @import { Loading, ModelViewParts, Place } from "./shared/types.js" */

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
 * @property {Score[]} scores
 */

const MOST_TOKENS = 48; // of an answer

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
    this.writing = new Slices(this.signal);
    this.measuring = new Slices(this.signal);
    /** @type {Map<string, Change>} by matrix */
    this.changes = new Map();
    this.problem = ""; // why the prompt can't be asked
    this.baseToo = true; // whether the base has to answer
    /** @type {number[]} */
    this.ids = [];
    this.asked = this.get("prompts").filter(([, , answer]) => answer);
    this.scores = new DialScores({
      gpt: another(), // which is measured in the background
      weights: this.weights,
      tokenizer: this.tokenizer,
      asked: this.asked,
      onscore: () => this.showScore(),
    });
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
    this.measuring.start(this.scores.measure(adapter));
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

  /** Another strength is measured. */
  showScore() {
    this.paint();
    if (!this.writing.work) this.say();
  }

  paint() {
    const { adapter } = this;
    const scores = this.scores.of(adapter);
    const strength = this.get("strength");
    this.ranks.show(String(adapter.r));
    this.strength.show(strength, strength.toFixed(2));
    this.facts.textContent = factsWords(adapter, strength, this.gpt.parameters.count);
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
      scores: this.scores.of(this.adapter),
      points: STRENGTHS.length,
      asked: this.asked.length,
      now: this.now,
      base: this.base,
    }));
  }
}

/** "blocks.0.attention.qkv" -> "0.qkv". @param {string} name */
const shortName = (name) => `${name.split(".")[1]}.${name.split(".").at(-1)}`;

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
