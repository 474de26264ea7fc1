// ModelSizer: how large is a GPT, and what does it need? The traits are described in
// model_sizer.py; what is counted here is what llm_lib/costs/model_size.py counts.

import {
  countFlops,
  countInference,
  countParameters,
  countTraining,
  faultOf,
  sum,
} from "../engine/model_size.js";
import { present } from "../engine/present.js";
import { KnownModels } from "./model_sizer/known_models.js";
import { CONFIG, configFields, freeFields, USE, useFields } from "./model_sizer/config.js";
import { Bars } from "./shared/sizer_fields.js";
import { Stack } from "./model_sizer/stacks.js";
import { h, problem } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { more, split } from "./shared/layout.js";
import { View } from "./shared/view.js";
import { count, inUnits, roughly } from "./shared/words.js";

/** @import { Place, ViewParts } from "./shared/types.js" */
/** @import { Parts, Use } from "../engine/model_size.js" */
/** @import { Setting } from "./model_sizer/config.js" */

/** What a reader moves first; the rest is folded, and so is memory: later chapters explain it. */
const AT_REST = [
  "n_layer",
  "n_embd",
  "vocab_size",
  "context_length",
  "n_tokens",
];

const PART_NOTES = {
  "token embedding": "a row for each token",
  "position embedding": "a row for each position",
  attention: "queries, keys, values, output",
  "feed-forward": "up and down again",
  norms: "two per block, one at the end",
  head: "its own scores for each token",
};

/**
 * 497759232 -> "498 MB": units of a thousand.
 * @param {number} n
 */
const inBytes = (n) =>
  inUnits(n, [[1e15, "PB"], [1e12, "TB"], [1e9, "GB"], [1e6, "MB"], [1e3, "kB"], [1, "bytes"]]);

/**
 * @typedef {object} Results
 * @property {Record<string, Record<string, any>>} presets known models: their settings by name
 * @property {Parts} parameters
 * @property {Parts} flops
 * @property {Parts} training bytes
 * @property {Parts} inference bytes
 * @property {string} error why there is no such model; "" if there is
 */
/** @typedef {Results & Record<Setting, any>} Traits */

/** @extends {View<Traits>} */
class SizerView extends View {
  stacks = [
    "Parameters",
    "FLOPs per token, forward",
  ].map((title) => new Stack(title));
  parameters = new Bars("Parameters", "Every learned number, counted.");
  flops = new Bars("FLOPs per token, forward", "");
  training = new Bars(
    "Memory to train, in float32",
    "Weights, gradients and the two averages of AdamW: 16 bytes per parameter. Activations are " +
      "what each layer keeps for the backward pass: an estimate, without attention maps and " +
      "dropout.",
  );
  inference = new Bars("Memory to write", "");
  problem = h("div");
  finding = new Finding(this.model, this.signal);
  /** @type {ReturnType<typeof configFields>} */ config;
  /** @type {ReturnType<typeof freeFields>} */ free;
  /** @type {ReturnType<typeof useFields>} */ use;
  /** @type {KnownModels} */ known;
  /** @type {HTMLDivElement} */ results;
  /** @type {Record<string, { follow: (value: any) => void; }>} */ fields;
  /** @type {HTMLDetailsElement} */ parts;

  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    this.presets = Object.entries(this.get("presets")).map(([name, values]) => {
      const n = sum(countParameters(this.resolve({ ...values, n_tokens: null })));
      return { name, values, n };
    });
    this.build();
    this.follow([...CONFIG, ...USE], () => this.paint());
    this.paint();
  }

  /**
   * The settings with every None filled in, as GPTConfig does.
   * @param {Record<string, any>} values
   * @returns {any}
   */
  resolve(values) {
    const c = { ...values };
    c.n_kv_head = c.n_kv_head || c.n_head;
    c.n_hidden = c.n_hidden || 4 * c.n_embd;
    c.n_tokens = c.n_tokens || c.context_length;
    c.head_size = c.n_embd / c.n_head;
    return c;
  }

  build() {
    const get = (/** @type {Setting} */ name) => this.get(name);
    const set = (/** @type {object} */ values) => this.setAll({ ...values });
    this.config = configFields(get, set);
    this.free = freeFields(set);
    this.use = useFields(get, set);
    this.known = new KnownModels(
      this.presets,
      (values) => this.setAll({ ...values, n_tokens: null }),
    );
    this.results = h("div", {}, ...this.stacks.map(({ element }) => element));
    this.offerReset();
    /** @type {Record<string, { follow: (value: any) => void }>} */
    this.fields = { ...this.config, ...this.free, ...this.use };
    this.body.append(
      h("p", { class: "llm-label" }, "Known models: press one to load it; ◆ is this config"),
      this.known.element,
      split([this.problem, this.results], AT_REST.map((name) => this.field(name)), {
        kind: "llm-slim",
      }),
      this.finding.element,
      this.buildMore(),
      this.parts = this.buildParts(),
    );
  }

  /**
   * @param {string} name
   * @returns {HTMLElement}
   */
  field(name) {
    return present({ ...this.config, ...this.free, ...this.use }[name], name);
  }

  /** The settings that are not at rest, and below them those that change no count. */
  buildMore() {
    const grid = (/** @type {string[]} */ names) =>
      h("div", { class: "llm-sizer-fields" }, ...names.map((name) => this.field(name)));
    const others = [...Object.keys(this.config), ...Object.keys(this.use)]
      .filter((name) => !AT_REST.includes(name));
    return more(
      "More settings",
      grid(others),
      h("p", { class: "llm-label" }, "Five fields that change none of these counts"),
      grid(Object.keys(this.free)),
    );
  }

  /** Every part with its number. */
  buildParts() {
    const bars = [this.parameters, this.flops, this.training, this.inference];
    const elements = bars.map(({ element }) => element);
    return more("Every part, counted", h("div", { class: "llm-sizer-results" }, ...elements));
  }

  paint() {
    const raw = Object.fromEntries([...CONFIG, ...USE].map((name) => [name, this.get(name)]));
    const c = this.resolve(raw);
    const error = faultOf(c);
    for (const [name, field] of Object.entries(this.fields)) field.follow(raw[name]);
    this.results.hidden = Boolean(error);
    this.parts.hidden = Boolean(error);
    this.problem.replaceChildren(...(error ? [problem(`There is no such model: ${error}.`)] : []));
    const counted = error
      ? { parameters: {}, flops: {}, training: {}, inference: {} }
      : this.count(c);
    this.setAll({ ...counted, error });
    this.known.show(error ? null : sum(counted.parameters), raw);
    this.finding.say(error ? `There is no such model: ${error}.` : this.words(counted));
  }

  /**
   * Count all that is counted, and show it.
   * @param {Use} c
   */
  count(c) {
    const parameters = countParameters(c);
    const n = sum(parameters);
    const flops = countFlops(c);
    const training = countTraining(c, n);
    const inference = countInference(c, n);
    const plain = (/** @type {number} */ v) => v.toLocaleString("en");
    this.parameters.show(parameters, plain, plain(n), PART_NOTES);
    this.flops.note.textContent =
      `A forward pass, for one token that looks back at ${plain(c.n_tokens)}. Training takes 3 ` +
      "times that.";
    this.flops.show(flops, inUnits, inUnits(sum(flops)));
    this.training.show(training, inBytes, inBytes(sum(training)), { activations: "estimated" });
    this.inference.note.textContent =
      `${count(c.batch_size, "text")} of ${count(c.n_tokens, "token")}, with ` +
      `${count(c.bytes_per_number, "byte")} per number. The cache holds a key and a value for ` +
      "each token, block and key/value head.";
    this.inference.show(inference, inBytes, inBytes(sum(inference)));
    this.stacks[0].show(parameters, plain(n));
    this.stacks[1].show(flops, inUnits(sum(flops)));
    return { parameters, flops, training, inference };
  }

  /**
   * The finding in words.
   * @param {Record<string, Parts>} options
   */
  words({ parameters, flops }) {
    const n = sum(parameters);
    const [part, most] = Object.entries(parameters).reduce((a, b) => (b[1] > a[1] ? b : a));
    const ratio = sum(flops) / n;
    return `${inUnits(n)} parameters, ${roughly(most / n)} of them in ` +
      `${part === "head" ? "the head" : part}. A token takes ${inUnits(sum(flops))} ` +
      `FLOPs, ${ratio.toFixed(2)} per parameter.`;
  }
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-sizer",
    title: "How large is a GPT, and what does it need?",
    tryThis:
      "Double n_layer, then n_embd instead: which costs more? And what does n_tokens change?",
    build: (parts) => new SizerView(parts),
  });
}

export default { render };
