// What the decoding lab is set with: a slider for each knob; how many texts it writes, how long,
// and with which dice.

import { seedField, slider, topKSlider } from "../shared/controls.js";
import { h } from "../shared/dom.js";
import { more } from "../shared/layout.js";
import { capital } from "../shared/words.js";
import { KNOBS, NAMES } from "./stages.js";

/** @import { Slider } from "../shared/controls.js" */
/** @import { Knobs } from "./stages.js" */

/** @typedef {{ seed: number, n_samples: number, n_tokens: number }} Amounts */
/**
 * @typedef {keyof Amounts | "temperature" | "top_k" | "top_p" | "min_p" | "repetition_penalty"}
 *   Name
 */

/** @type {Record<string, string>} */
const MEANINGS = {
  repetition_penalty: "makes tokens that are already in the text less likely.",
  temperature: "divides the logits: low is safe, high is varied.",
  top_k: "keeps this many tokens.",
  top_p: "keeps the fewest tokens that together hold this much probability.",
  min_p: "keeps tokens with at least this share of the top one’s probability.",
};

export class DecodingControls {
  /** @param {(name: Name, value: number) => void} onset told which setting became what */
  constructor(onset) {
    const of = (
      /** @type {Name} */ trait,
      /** @type {string} */ name,
      /** @type {[min: number, max: number, step: number]} */ [min, max, step],
    ) => slider({ name, min, max, step, oninput: (value) => onset(trait, value) });
    const knob = (
      /** @type {Name} */ trait,
      /** @type {[min: number, max: number, step: number]} */ range,
    ) => of(trait, capital(NAMES[trait]), range);
    /** @type {Record<string, Slider>} */
    this.plain = {
      repetition_penalty: knob("repetition_penalty", [1, 2, 0.05]),
      temperature: knob("temperature", [0, 2, 0.05]),
      top_p: knob("top_p", [0.05, 1, 0.05]),
      min_p: knob("min_p", [0, 0.5, 0.01]),
    };
    // on one line above its column
    const head = this.plain.repetition_penalty.querySelector("b");
    if (head) head.textContent = "Repetition";
    this.topK = topKSlider({ most: 100, note: "", oninput: (k) => onset("top_k", k) });
    this.texts = of("n_samples", "Texts", [1, 12, 1]);
    this.tokens = of("n_tokens", "Tokens per text", [5, 150, 5]);
    this.seed = seedField((seed) => onset("seed", seed));
  }

  /** The sliders, each by its knob. */
  get knobs() {
    return { ...this.plain, top_k: this.topK };
  }

  /** How many texts, how long, with which dice; and what each knob does. */
  folded() {
    const seed = h("label", { class: "llm-check" }, "Seed", this.seed);
    return more(
      "More",
      h("div", { class: "llm-decode-many" }, this.texts, this.tokens, seed),
      h(
        "ul",
        { class: "llm-note llm-decode-meanings" },
        ...KNOBS.map((knob) => h("li", {}, h("b", {}, capital(NAMES[knob])), ` ${MEANINGS[knob]}`)),
      ),
    );
  }

  /**
   * @param {Knobs} knobs
   * @param {Amounts} amounts
   */
  show(knobs, { seed, n_samples, n_tokens }) {
    for (const [name, control] of Object.entries(this.plain)) {
      control.show(knobs[name], knobs[name].toFixed(2));
    }
    this.topK.showK(knobs.top_k);
    this.tokens.show(n_tokens, String(n_tokens));
    this.texts.show(n_samples, String(n_samples));
    this.seed.value = String(seed);
  }
}
