// NextTokenLab: what comes next? The traits are described in next_token_lab.py.

import { seededRandom } from "../engine/random.js";
import { reshape, sample } from "../engine/sampling.js";
import { expectationInWords, NextBars, nextTokens } from "./parts/next_bars.js";
import { seedField, slider, topKSlider } from "./shared/controls.js";
import { h, onTraits } from "./shared/dom.js";
import { takeFiles } from "./shared/files.js";
import { Finding } from "./shared/frame.js";
import { showWithModel } from "./shared/model.js";
import { readText, showBlanks } from "./shared/tokens.js";
import { count, round6 } from "./shared/words.js";
import { WritingView } from "./shared/writing.js";

/** @import { ModelViewParts, Place } from "./shared/types.js" */

/**
 * @typedef {object} Traits
 * @property {string} prompt
 * @property {number} temperature
 * @property {number} top_k
 * @property {number} top_p
 * @property {number} seed
 * @property {number} n_bars
 * @property {boolean} show_ids
 * @property {boolean} writing
 * @property {number[]} token_ids
 * @property {[label: string, before: number, after: number][]} probabilities of the bars
 * @property {{ prompt: string, ids: number[] }[]} history what Undo goes back to, the latest last
 * @property {{ prompt: string }} initial
 */

const SETTINGS = ["temperature", "top_k", "top_p", "seed", "n_bars", "show_ids"];

/** @extends {WritingView<Traits>} */
class NextTokenView extends WritingView {
  /** @param {ModelViewParts} parts */
  constructor(parts) {
    super(parts);
    const { model, signal } = parts;
    this.note = ""; // what the last action did, put before the finding
    this.build();
    this.follow(["prompt", "token_ids"], () => this.read());
    onTraits(model, SETTINGS, signal, this.repaint);
    this.read();
    this.followWriting();
  }

  /** The reader's controls. */
  get settings() {
    return {
      temperature: this.get("temperature"),
      topK: this.get("top_k"),
      topP: this.get("top_p"),
    };
  }

  build() {
    const set = (/** @type {keyof Traits} */ name) => (/** @type {number} */ value) => {
      this.note = "";
      this.set(name, value);
    };
    this.prompt = h("textarea", {
      rows: 2,
      spellcheck: "false",
      "aria-label": "Prompt",
      oninput: () => this.typed(),
    });
    this.count = h("p", { class: "llm-label" });
    this.tokens = h("ul", { class: "llm-tokens", "aria-label": "The prompt's tokens" });
    this.ids = h("input", {
      type: "checkbox",
      onchange: () => this.set("show_ids", this.ids.checked),
    });
    this.writeButton = h("button", {
      type: "button",
      class: "llm-main",
      onclick: () => this.set("writing", !this.get("writing")),
    }, "Write on");
    this.undoButton = h("button", { type: "button", onclick: () => this.undo() }, "Undo");
    this.seed = seedField((seed) => this.set("seed", seed));
    this.temperature = slider({
      name: "Temperature",
      min: 0,
      max: 2,
      step: 0.05,
      oninput: set("temperature"),
      note: "Low: safe. High: daring.",
    });
    this.topK = topKSlider({
      most: 50,
      oninput: set("top_k"),
      note: "How many tokens may be chosen.",
    });
    this.topP = slider({
      name: "Top-p",
      min: 0.05,
      max: 1,
      step: 0.05,
      oninput: set("top_p"),
      note: "The fewest tokens that hold this share.",
    });
    this.bars = new NextBars(
      this.tokenizer,
      (id) => this.append(id),
      (n) => this.set("n_bars", n),
    );
    this.finding = new Finding(this.model, this.signal);
    this.body.append(
      h("label", {}, h("span", { class: "llm-label" }, "Prompt"), this.prompt),
      h(
        "div",
        { class: "llm-next-read" },
        h(
          "div",
          { class: "llm-row llm-next-head" },
          this.count,
          h("label", { class: "llm-check" }, this.ids, "Show ids"),
        ),
        this.tokens,
      ),
      h(
        "div",
        { class: "llm-row llm-next-actions" },
        this.writeButton,
        this.undoButton,
        h("button", { type: "button", onclick: () => this.reset() }, "Reset"),
        h("label", { class: "llm-check" }, "Seed", this.seed),
      ),
      this.finding.element,
      h(
        "div",
        { class: "llm-next-columns" },
        h("div", { class: "llm-next-controls" }, this.temperature, this.topK, this.topP),
        this.bars.element,
      ),
    );
  }

  /** Read the prompt: its tokens, and the model's scores for what comes next. */
  read() {
    const prompt = this.get("prompt");
    let ids = this.get("token_ids");
    // Appending a token keeps the ids that the model saw; any other change of the text is read
    // anew.
    if (this.tokenizer.decode(ids) !== prompt || (ids.length === 0 && prompt)) {
      const read = readText(this.tokenizer, prompt);
      this.problem = read.problem;
      if (String(ids) !== String(read.ids)) this.set("token_ids", read.ids);
      ids = read.ids;
    } else this.problem = "";
    this.all = ids;
    this.empty = ids.length === 0;
    this.ask(ids, this.problem);
    this.paint();
  }

  paint() {
    const writing = this.get("writing");
    this.showPrompt(this.prompt);
    this.ids.checked = this.get("show_ids");
    this.temperature.show(this.get("temperature"), this.get("temperature").toFixed(2));
    this.topK.showK(this.get("top_k"));
    this.topP.show(this.get("top_p"), this.get("top_p").toFixed(2));
    this.seed.value = String(this.get("seed"));
    this.writeButton.textContent = writing ? "Stop" : "Write on";
    this.writeButton.disabled = !writing && !this.canWrite;
    this.undoButton.disabled = writing || this.get("history").length === 0;
    this.paintTokens();
    this.paintBars();
    this.say();
  }

  paintTokens() {
    const { context_length } = this.gpt.config;
    const dropped = this.all.length - this.window.length;
    const ids = this.get("show_ids");
    const chips = this.window.map((/** @type {number} */ id) =>
      h(
        "li",
        { class: "llm-token" },
        h("span", {}, ...showBlanks(this.tokenizer.label(id))),
        ...(ids ? [h("small", {}, String(id))] : []),
      )
    );
    if (dropped > 0) {
      chips.unshift(
        h("li", { class: "llm-token llm-unseen" }, `${count(dropped, "earlier token")} not seen`),
      );
    }
    this.tokens.replaceChildren(...chips);
    this.count.textContent =
      `As the model sees it: ${count(this.window.length, "token")} of at most ` +
      `${context_length}`;
  }

  paintBars() {
    if (!this.logits) {
      this.bars.clear();
      return;
    }
    this.next = nextTokens(this.logits, this.settings);
    this.bars.show(this.next, this.get("n_bars"));
    const { before, after, order } = this.next;
    if (this.get("writing")) return;
    /** @type {(id: number) => [label: string, before: number, after: number]} */
    const told = (id) => [this.tokenizer.label(id), round6(before[id]), round6(after[id])];
    this.set("probabilities", order.slice(0, this.get("n_bars")).map(told));
  }

  /** The finding in words; none while the model writes. */
  say() {
    this.finding.wait();
    if (this.get("writing")) return;
    this.finding.element.classList.toggle("llm-problem", Boolean(this.problem));
    this.finding.say(this.problem || [this.note, ...this.words()].filter(Boolean).join(" "));
  }

  words() {
    if (!this.logits) {
      return ["Type a prompt: this model has no token to start an empty text from."];
    }
    return expectationInWords(this.tokenizer, this.next, {
      n: this.all.length,
      window: this.window,
      room: this.gpt.config.context_length,
      isEmpty: this.empty,
    });
  }

  /** Let Undo come back to what there is now. */
  remember() {
    this.set("history", [...this.get("history").slice(-99), {
      prompt: this.get("prompt"),
      ids: this.get("token_ids"),
    }]);
  }

  /**
   * Another prompt, and its tokens as the model sees them.
   * @param {string} prompt
   * @param {number[]} ids
   */
  change(prompt, ids) {
    this.model.set("prompt", prompt);
    this.set("token_ids", ids);
  }

  /** The reader has typed. */
  typed() {
    this.stop();
    this.note = "";
    // One undo step for a run of typing, not one a letter.
    if (Date.now() - (this.lastTyped ?? 0) > 1500) this.remember();
    this.lastTyped = Date.now();
    const prompt = this.prompt.value;
    this.change(prompt, readText(this.tokenizer, prompt).ids);
  }

  /** The ids that the next token is put behind: an empty text begins with its end-of-text token. */
  base() {
    return this.get("token_ids").length ? this.get("token_ids") : this.window;
  }

  /**
   * Put a token behind the prompt.
   * @param {number} id
   */
  append(id) {
    this.stop();
    this.remember();
    this.note = "";
    const ids = [...this.base(), id];
    this.change(this.tokenizer.decode(ids), ids);
  }

  undo() {
    const history = this.get("history");
    const last = history.at(-1);
    if (!last) return;
    this.note = "";
    this.set("history", history.slice(0, -1));
    this.change(last.prompt, last.ids);
  }

  reset() {
    this.stop();
    this.note = "";
    const { prompt, ...settings } = this.get("initial");
    for (const [name, value] of Object.entries(settings)) this.model.set(name, value);
    this.model.set("history", []);
    this.change(prompt, readText(this.tokenizer, prompt).ids);
    this.repaint();
  }

  /** Write token after token behind the prompt, until the text or the context is at its end. */
  begin() {
    this.remember();
    const random = seededRandom(this.get("seed"));
    const cache = this.gpt.newCache();
    let logits = this.gpt.forward(this.window, { cache, lastOnly: true }).logits;
    let n = 0;
    const finish = (/** @type {string} */ note) => {
      this.note = `${count(n, "token")} written. ${note}`;
      this.done();
      this.read();
    };
    const next = () => {
      if (!this.get("writing")) return finish("Stopped.");
      const { p } = reshape(logits, this.settings);
      const id = sample(p, random);
      if (id === this.tokenizer.endOfText) return finish("Then the model chose to end the text.");
      const ids = [...this.base(), id];
      n++;
      this.change(this.tokenizer.decode(ids), ids);
      if (cache.length >= this.gpt.config.context_length - 1) {
        return finish("Then the model’s context was full.");
      }
      logits = this.gpt.step(id, cache);
      this.timer = setTimeout(next, 60);
    };
    this.repaint();
    next();
  }
}

/** @param {Place} place */
function render(place) {
  return showWithModel({
    ...place,
    name: "llm-next",
    title: "What comes next?",
    tryThis:
      "Type the start of a text. The bars show what the model expects next: choose one, or " +
      "let the model write on.",
    build: (parts) => new NextTokenView(parts),
  });
}

export default { initialize: takeFiles, render };
