// What a reader of YourTaste sets and presses: who judges, how it learns, and when.

import { present } from "../../engine/present.js";
import { button, seedField, segments } from "../shared/controls.js";
import { h } from "../shared/dom.js";
import { more } from "../shared/layout.js";

/** @import { Verifier } from "./marks.js" */
/** @typedef {"clicks" | "verifier"} Judge */
/**
 * @typedef {object} TasteSettings
 * @property {Judge} mode
 * @property {Verifier} verifier
 * @property {number} kl_weight
 * @property {number} beta
 * @property {number} learning_rate
 */
/**
 * What happens when the reader acts.
 * @typedef {object} TasteActs
 * @property {(values: Record<string, unknown>) => void} choose
 * @property {() => void} act the main button
 * @property {() => void} oneStep
 * @property {() => void} drawAgain
 * @property {(seed: number) => void} reseed
 */

const WEIGHTS = [0, 0.3, 1];
const BETAS = [0.01, 0.1, 1];
const RATES = [0.0001, 0.0005, 0.002];

/**
 * Numbers of which one is chosen.
 * @param {string} name
 * @param {number[]} numbers
 * @param {(number: number) => void} onpick
 */
const choices = (name, numbers, onpick) =>
  segments(name, numbers.map((x) => [String(x), String(x)]), (x) => onpick(Number(x)));

/**
 * @param {string} name
 * @param {HTMLElement} field
 */
const named = (name, field) =>
  h("div", { class: "llm-taste-named" }, h("span", { class: "llm-label" }, name), field);

export class TasteForm {
  status = h("p", { class: "llm-note", role: "status" });

  /** @param {TasteActs} acts */
  constructor({ choose, act, oneStep, drawAgain, reseed }) {
    this.modes = segments("Judge", [
      ["clicks", "you"],
      ["verifier", "a program"],
    ], (mode) => choose({ mode }));
    this.verifiers = segments("What is counted", [
      ["speech", "speech"],
      ["short", "short sentences"],
      ["facts", "facts"],
    ], (verifier) => choose({ verifier }));
    this.weights = choices(
      "Weight of the KL divergence",
      WEIGHTS,
      (weight) => choose({ kl_weight: weight }),
    );
    this.betas = choices("DPO’s β", BETAS, (beta) => choose({ beta }));
    this.rates = choices("Learning rate", RATES, (rate) => choose({ learning_rate: rate }));
    this.seed = seedField(reseed);
    this.main = button("", act, "llm-main llm-taste-main");
    this.one = button("One step", oneStep);
    this.again = button("Eight others", drawAgain);
    this.counted = named("", this.verifiers);
    this.weight = named("KL weight", this.weights);
    this.beta = named("DPO’s β", this.betas);
    this.elements = [
      named("Judge", this.modes),
      this.counted,
      this.weight,
      h("div", { class: "llm-row" }, this.main, this.one, this.again),
      this.status,
    ];
    this.settings = more(
      "Settings",
      this.beta,
      named("Learning rate", this.rates),
      named("Seed", this.seed),
    );
  }

  /** @param {TasteSettings} settings */
  show({ mode, verifier, kl_weight, beta, learning_rate }) {
    const choosing = mode === "clicks";
    this.modes.show(mode);
    this.verifiers.show(verifier);
    this.weights.show(String(kl_weight));
    this.betas.show(String(beta));
    this.rates.show(String(learning_rate));
    this.weight.hidden = choosing;
    this.beta.hidden = !choosing;
    this.one.hidden = choosing;
    const title = present(this.counted.firstElementChild, "the title of the marks");
    title.textContent = choosing ? "Count" : "It marks";
  }

  /**
   * @param {object} now
   * @param {boolean} now.choosing whether the reader judges
   * @param {boolean} now.running
   * @param {boolean} now.canLearn
   * @param {boolean} now.canDraw
   */
  showButtons({ choosing, running, canLearn, canDraw }) {
    this.main.textContent = running ? "Stop" : choosing ? "Learn from my likes" : "Run";
    this.main.disabled = !running && !canLearn;
    this.one.disabled = !canLearn;
    this.again.disabled = !canDraw;
  }
}
