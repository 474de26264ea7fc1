// Transplant: which tensor went into its slot wrongly? The traits are described in transplant.py.

import { softmax } from "../engine/functions.js";
import { GPT } from "../engine/gpt.js";
import { logitsAt, textLoss } from "../engine/loss.js";
import { entryOf } from "../engine/present.js";
import { exported, putIn, receive, relativeError, runPlaces } from "../engine/transplant.js";
import { indexOfLargest } from "../engine/vectors.js";
import { TransplantChoices } from "./transplant/choices.js";
import { NextTokens, Texts } from "./transplant/results.js";
import { Places } from "./transplant/places.js";
import { findingOf, findJump, INSIDE } from "./transplant/words.js";
import { lineField } from "./shared/controls.js";
import { h } from "./shared/dom.js";
import { takeFiles } from "./shared/files.js";
import { Finding } from "./shared/frame.js";
import { split } from "./shared/layout.js";
import { showWithModel } from "./shared/model.js";
import { readText } from "./shared/tokens.js";
import { ModelView } from "./shared/view.js";
import { round6 } from "./shared/words.js";

/** @import { Choices } from "../engine/transplant.js" */
/** @import { Floats, Run } from "../engine/types.js" */
/** @import { ModelViewParts, Place } from "./shared/types.js" */

/**
 * @typedef {Choices & { text: string, only: number, errors: Record<string, number>,
 *   first_wrong: string, jump: string, loss: number[], written: string[], finding: string }} Traits
 */

/**
 * What one of the two models makes of the text.
 * @typedef {object} Patient
 * @property {Run} run
 * @property {Map<string, Floats>} places
 * @property {number} loss
 * @property {Floats} next probabilities of the next token
 * @property {string} written what it goes on with
 */

/** @typedef {keyof Choices | "only"} Part what a reader chooses */

const MOST_TOKENS = 48; // of the text: longer ones would take too long at each click
const WRITTEN = 24; // tokens
/** @type {Part[]} */
const PARTS = ["square", "oblong", "pairs", "order", "head", "eps", "only"];

/** @extends {ModelView<Traits>} */
class TransplantView extends ModelView {
  text = lineField("Text that both models read", (text) => this.set("text", text));
  texts = new Texts();
  next = new NextTokens((id) => this.tokenizer.label(id));
  finding = new Finding(this.model, this.signal);
  /** @type {TransplantChoices} */ choices;
  /** @type {Places} */ places;
  /** @type {string} */ problem;
  /** @type {number[]} */ ids;
  /** @type {Patient} */ healthy;

  /** @param {ModelViewParts} parts */
  constructor(parts) {
    super(parts);
    const { config } = this.gpt;
    const weights = this.gpt.weights();
    this.file = exported(config, weights);
    this.other = GPT.fromWeights(config, weights); // in which all is put anew
    /** @type {Record<string, unknown>[]} what was chosen before, for Undo */
    this.before = [];
    this.build();
    this.follow(["text"], () => this.read());
    this.follow(PARTS, () => this.paint());
    this.read();
  }

  build() {
    this.offerReset();
    const { n_layer, n_embd, n_hidden } = this.gpt.config;
    this.choices = new TransplantChoices({
      sizes: { n_layer, n_embd, n_hidden },
      onpick: (part, value) => this.pick(part, value),
      onundo: () => this.undo(),
    });
    this.places = new Places(n_layer);
    this.body.append(
      h(
        "label",
        { class: "llm-transplant-text" },
        h("span", { class: "llm-label" }, "Text"),
        this.text,
      ),
      split(
        // the finding stands beside the place that it speaks of
        [this.places.element, this.finding.element, this.texts.element],
        [this.choices.element, this.next.element],
        { sticky: false },
      ),
    );
  }

  /**
   * The reader chooses how one kind of tensor is put in.
   * @param {Part} part
   * @param {string | number} value
   */
  pick(part, value) {
    this.before.push({ [part]: this.get(part) });
    this.setAll({ [part]: value });
  }

  undo() {
    this.setAll(this.before.pop() ?? {});
  }

  reset() {
    this.before = [];
    super.reset();
  }

  /** A new text: run the healthy model. */
  read() {
    const text = this.get("text");
    const { ids, problem } = readText(this.tokenizer, text);
    this.text.show(text);
    const short = ids.length > 1 ? "" : "Type a text: the model needs at least two tokens.";
    this.problem = problem ?? short;
    for (const { element } of [this.places, this.texts, this.next]) {
      element.hidden = Boolean(this.problem);
    }
    if (this.problem) {
      this.finding.say(this.problem);
      return;
    }
    this.ids = ids.slice(-MOST_TOKENS);
    this.healthy = this.examine(this.gpt);
    this.paint();
  }

  /**
   * Let a model read the text, and go on with it.
   * @param {GPT} gpt
   * @returns {Patient}
   */
  examine(gpt) {
    const { ids } = this;
    const { run, places } = runPlaces(gpt, ids);
    const room = Math.min(WRITTEN, gpt.config.context_length - ids.length);
    const cache = gpt.newCache();
    let { logits } = gpt.forward(ids, { cache, lastOnly: true });
    /** @type {number[]} */
    const said = [];
    while (said.length < room) {
      said.push(indexOfLargest(logits));
      if (said.length < room) logits = gpt.step(said[said.length - 1], cache);
    }
    return {
      run,
      places,
      loss: textLoss(run),
      next: /** @type {Floats} */ (softmax(logitsAt(run, ids.length - 1))),
      written: this.tokenizer.decode(said),
    };
  }

  /** Put all in as it is chosen, run the model, and compare it with the healthy one. */
  paint() {
    const choices = /** @type {Choices & { only: number }} */ (
      Object.fromEntries(PARTS.map((part) => [part, this.get(part)]))
    );
    this.choices.show(choices, this.before.length > 0);
    if (this.problem) return;
    const { healthy } = this;
    const weights = putIn(this.gpt.config, this.file, choices, choices.only);
    receive(this.other, weights, Number(choices.eps), choices.only);
    const now = this.examine(this.other);
    const errors = Object.fromEntries(
      [...healthy.places].map((
        [place, x],
      ) => [place, relativeError(entryOf(now.places, place), x)]),
    );
    const firstWrong = Object.keys(errors).find((place) => errors[place] > 0) ?? "";
    const jump = findJump(errors);
    const inside = insideOf(firstWrong, now, healthy);
    const shown = { healthy, now, errors, firstWrong, jump, inside };
    this.places.show(shown);
    this.texts.show(shown);
    this.next.show(shown);
    this.finding.say(findingOf(shown));
    this.publish("errors", rounded(errors));
    this.publish("first_wrong", firstWrong);
    this.publish("jump", jump);
    this.publish("loss", [healthy.loss, now.loss].map(round6));
    this.publish("written", [healthy.written, now.written]);
  }
}

/**
 * Numbers for Python: six digits that count.
 * @param {Record<string, number>} errors
 */
const rounded = (errors) =>
  Object.fromEntries(
    Object.entries(errors).map(([place, error]) => [place, Number(error.toPrecision(6))]),
  );

/**
 * What is wrong inside of a part, by the names of its activations.
 * @param {string} place
 * @param {Patient} now
 * @param {Patient} healthy
 * @returns {[name: string, error: number][]}
 */
function insideOf(place, now, healthy) {
  const [kind, layer] = place.split(" ");
  return (INSIDE[kind] ?? []).map(([name, activation]) => {
    const [a, b] = [now, healthy].map(({ run }) =>
      entryOf(run.activations, `blocks.${layer}.${activation}`)
    );
    return [name, relativeError(a, b)];
  });
}

/** @param {Place} place */
function render(place) {
  return showWithModel({
    ...place,
    name: "llm-transplant",
    title: "Which tensor went in wrongly?",
    tryThis: "All tensors are put in as a careless loader does it, and the model babbles. " +
      "Make it speak.",
    build: (parts) => new TransplantView(parts),
  });
}

export default { initialize: takeFiles, render };
