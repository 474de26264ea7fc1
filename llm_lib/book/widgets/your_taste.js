// YourTaste: a model learns from what is said of its answers. The traits: see your_taste.py.

import { mean } from "../engine/vectors.js";
import { TasteCards } from "./your_taste/cards.js";
import { TasteCharts } from "./your_taste/charts.js";
import { TasteForm } from "./your_taste/form.js";
import { isTaste } from "./your_taste/kept.js";
import { TasteLearning } from "./your_taste/learning.js";
import { MARK_WORDS, variety } from "./your_taste/marks.js";
import { movedWords, tasteWords } from "./your_taste/words.js";
import { lineField } from "./shared/controls.js";
import { h } from "./shared/dom.js";
import { takeFiles } from "./shared/files.js";
import { Finding } from "./shared/frame.js";
import { split } from "./shared/layout.js";
import { showWithModel } from "./shared/model.js";
import { round6 } from "./shared/words.js";

/** @import { LineField } from "./shared/controls.js" */
/** @import { ModelViewParts, Place } from "./shared/types.js" */

const MOST_ROUNDS = 60; // of a run: long before, there is nothing left to see

class YourTasteView extends TasteLearning {
  cards = new TasteCards((place) => this.like(place));
  form = new TasteForm({
    choose: (values) => this.choose(values),
    act: () => this.act(),
    oneStep: () => this.goOn(1),
    drawAgain: () => this.drawAgain(),
    reseed: (seed) => this.set("seed", seed),
  });
  charts = new TasteCharts();
  finding = new Finding(this.model, this.signal);
  /** @type {LineField} */ field;

  /** @param {ModelViewParts} parts */
  constructor(parts) {
    super(parts);
    this.build();
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
    this.body.append(
      h("div", { class: "llm-taste-prompt" }, this.field),
      split([this.cards.element], [
        ...this.form.elements,
        this.charts.element,
        this.finding.element,
        this.form.settings,
      ], { sticky: false }),
    );
  }

  showChosen() {
    this.field.show(this.get("prompt"));
    this.form.seed.value = String(this.get("seed"));
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

  /** The main button. */
  act() {
    if (this.running) {
      this.running = false;
      this.paint();
    } else this.goOn(this.choosing ? 1 : MOST_ROUNDS);
  }

  /** @param {string[]} [texts] what is being written */
  paint(texts = this.drawn.at(-1)?.texts ?? []) {
    const { choosing, busy, running } = this;
    const liked = this.get("liked");
    const verifier = this.get("verifier");
    const marks = this.marksOf(texts);
    this.cards.show({ answers: texts, liked, marks, choosing });
    this.form.show({
      mode: this.get("mode"),
      verifier,
      kl_weight: this.get("kl_weight"),
      beta: this.get("beta"),
      learning_rate: this.get("learning_rate"),
    });
    const canLearn = !busy && this.canLearn;
    const canDraw = !busy && this.drawn.length > 0;
    this.form.showButtons({ choosing, running, canLearn, canDraw });
    const idle = choosing && this.step ? movedWords(this.step) : "";
    this.form.status.textContent = busy ? `Step ${this.get("round")}: ${busy} …` : idle;
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
