// What a reader chooses before and while a model trains: its text, its size, its pace.

import { button, segments, slider } from "../shared/controls.js";
import { h } from "../shared/dom.js";
import { localCount } from "../shared/localize.js";
import { count } from "../shared/words.js";
import { parametersOf, SIZE_CHOICES, TRAIN_SIZES, usualSize } from "./sizes.js";
import { MOST_CHARACTERS, readTextFile, refuseLong } from "./text.js";

/** @import { Segments, Slider } from "../shared/controls.js" */
/** @import { Plan } from "./run.js" */
/** @import { Sizes, SizeTraits } from "./sizes.js" */
/**
 * @typedef {SizeTraits & { text: string, tokens: string, learning_rate: number,
 *   batch_size: number }} SetupTraits
 */
/** @typedef {(values: Record<string, unknown>) => void} SetTraits */

const RATES = [1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 3e-3, 5e-3, 1e-2, 2e-2, 5e-2];
const BATCHES = [1, 2, 4, 8, 16, 32, 64];
const TYPING = 400; // milliseconds without a key after which a text is read

/** @type {Record<keyof Sizes, string>} */
const SIZE_NAMES = {
  n_layer: "layers",
  n_head: "heads in each",
  n_embd: "width",
  context_length: "context, in tokens",
};

/**
 * The place of the nearest of some numbers that grow by factors.
 * @param {number[]} all
 * @param {number} value
 */
const nearest = (all, value) =>
  all.reduce(
    (best, number, i) =>
      Math.abs(Math.log(number / value)) < Math.abs(Math.log(all[best] / value)) ? i : best,
    0,
  );

export class TrainSetup {
  text = h("textarea", {
    rows: 2,
    spellcheck: "false",
    dir: "auto",
    "aria-label": "Your text",
    placeholder: "Type or paste a text, or drop a .txt file here: a song, a diary, some code. " +
      `At most ${localCount(MOST_CHARACTERS)} characters; it stays on this device.`,
    oninput: () => this.readSoon(),
    ondragover: (/** @type {DragEvent} */ event) => event.preventDefault(),
    ondrop: (/** @type {DragEvent} */ event) => {
      const [file] = event.dataTransfer?.files ?? [];
      if (!file) return; // dropped text goes where it falls
      event.preventDefault();
      this.take(() => readTextFile(file));
    },
  });
  facts = h("p", { class: "llm-note" });
  /** @type {Segments} */ data;
  /** @type {Segments} */ tokens;
  /** @type {HTMLDivElement} */ own;
  /** @type {Segments} */ size;
  /** @type {{ key: keyof Sizes; select: HTMLSelectElement; element: HTMLLabelElement; }[]} */
  selects;
  /** @type {HTMLDivElement} */ details;
  /** @type {Slider} */ rate;
  /** @type {Slider} */ batch;

  /**
   * @param {SetTraits} set
   * @param {{ failed: (error: any) => void, signal: AbortSignal }} options
   */
  constructor(set, { failed, signal }) {
    this.set = set;
    this.failed = failed;
    this.timer = 0;
    signal.addEventListener("abort", () => clearTimeout(this.timer));
    this.buildText();
    this.buildSize();
    this.buildPace();
  }

  buildText() {
    const { set } = this;
    this.data = segments("What it reads", [
      ["names", "800 names"],
      ["many names", "8,000 names"],
      ["small world", "Small World"],
      ["own", "A text of yours"],
    ], (data) => set({ data }));
    this.tokens = segments("Tokens", [["characters", "characters"], ["bpe", "pieces of words"]], (
      tokens,
    ) => set({ tokens }));
    const input = h("input", {
      type: "file",
      accept: ".txt,.md,.csv,.py,text/*",
      hidden: true,
      onchange: () => {
        const [file] = input.files ?? [];
        if (file) this.take(() => readTextFile(file));
        input.value = ""; // the same file may be chosen again
      },
    });
    this.own = h(
      "div",
      { class: "llm-train-own" },
      this.text,
      h("div", {}, button("Choose a file", () => input.click()), input),
    );
  }

  /** Take the text over once nothing is typed any more. */
  readSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.take(() => this.text.value), TYPING);
  }

  /**
   * Take a text over, or say why not.
   * @param {() => string | Promise<string>} read
   */
  async take(read) {
    try {
      const text = await read();
      refuseLong(text);
      this.set({ text });
    } catch (error) {
      this.failed(error);
    }
  }

  buildSize() {
    const { set } = this;
    const names = /** @type {[string, string][]} */ (Object.keys(TRAIN_SIZES).map((name) => [
      name,
      `${name.replace("k", ",000")}`,
    ]));
    this.size = segments(
      "Parameters, about",
      names,
      (size) => set({ size, n_layer: 0, n_head: 0, n_embd: 0 }),
    );
    const keys = /** @type {(keyof Sizes)[]} */ (Object.keys(SIZE_CHOICES));
    this.selects = keys.map((key) => {
      const select = h("select", { onchange: () => set({ [key]: Number(select.value) }) });
      return { key, select, element: h("label", { class: "llm-check" }, SIZE_NAMES[key], select) };
    });
    this.details = h(
      "div",
      { class: "llm-row" },
      this.tokens,
      ...this.selects.map((one) => one.element),
    );
  }

  buildPace() {
    const { set } = this;
    this.rate = slider({
      name: "Learning rate",
      min: 0,
      max: RATES.length - 1,
      step: 1,
      oninput: (i) => set({ learning_rate: RATES[i] }),
    });
    this.batch = slider({
      name: "Windows per step",
      min: 0,
      max: BATCHES.length - 1,
      step: 1,
      oninput: (i) => set({ batch_size: BATCHES[i] }),
    });
  }

  /**
   * All of it but the details, as it stands on the page.
   * @param {Element} wrong says why nothing can be trained
   */
  place(wrong) {
    const { data, size, own, facts, rate, batch } = this;
    return h(
      "div",
      { class: "llm-train-setup" },
      pick("It reads", data),
      pick("Parameters", size),
      own,
      wrong,
      h("div", { class: "llm-train-pace" }, facts, rate, batch),
    );
  }

  /**
   * Say what a plan is, in numbers.
   * @param {Plan | null} plan
   * @param {boolean} isWrong whether nothing can be trained
   */
  showFacts(plan, isWrong) {
    this.facts.hidden = isWrong;
    if (plan) this.facts.textContent = planFacts(plan);
  }

  /**
   * @param {SetupTraits} traits
   * @param {Sizes} sizes
   * @param {{ narrow: boolean, isLoaded: boolean }} how
   */
  show(traits, sizes, { narrow, isLoaded }) {
    this.data.show(traits.data);
    this.tokens.show(traits.tokens);
    this.tokens.hidden = traits.data.endsWith("names") || isLoaded;
    this.own.hidden = traits.data !== "own";
    const isTyping = document.activeElement === this.text;
    if (!isTyping && this.text.value !== traits.text) this.text.value = traits.text;
    const name = traits.size || usualSize(traits.data, narrow);
    const isUsual = Object.entries(TRAIN_SIZES[/** @type {"27k"} */ (name)])
      .every(([key, value]) => sizes[/** @type {keyof Sizes} */ (key)] === value);
    this.size.show(isUsual && !isLoaded ? name : "");
    for (const { key, select } of this.selects) {
      const all = [...new Set([...SIZE_CHOICES[key], sizes[key]])].sort((a, b) => a - b)
        .filter((n) =>
          (key === "n_embd" ? n % sizes.n_head : key === "n_head" ? sizes.n_embd % n : 0) === 0
        );
      const written = all.join();
      if (select.dataset.all !== written) {
        select.dataset.all = written;
        select.replaceChildren(...all.map((n) => h("option", { value: n }, String(n))));
      }
      select.value = String(sizes[key]);
      select.disabled = isLoaded;
    }
    this.rate.show(nearest(RATES, traits.learning_rate), String(traits.learning_rate));
    this.batch.show(nearest(BATCHES, traits.batch_size), String(traits.batch_size));
  }
}

/**
 * What is chosen, and the choices.
 * @param {string} name
 * @param {Segments} choices
 */
const pick = (name, choices) =>
  h("div", { class: "llm-train-pick" }, h("span", { class: "llm-label" }, name), choices);

/** @param {Plan} plan */
const planFacts = ({ matter, config }) =>
  `${count(parametersOf(config), "parameter")} · ` +
  `${count(config.vocab_size, "different token")} · ` +
  `${localCount(matter.train.length)} tokens to read, ` +
  `${localCount(matter.heldOut.length)} held out`;
