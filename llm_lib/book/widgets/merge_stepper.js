// MergeStepper: how does byte pair encoding build its vocabulary? The traits are described in
// merge_stepper.py.

import { BPETokenizer, toHex } from "../engine/bpe.js";
import { idsOfText, learnMerges } from "../engine/bpe_training.js";
import { MergeChart } from "./merge_stepper/chart.js";
import { PairList, tokenFrame, VocabularyList } from "./merge_stepper/lists.js";
import { mergeInWords, sizeInWords } from "./merge_stepper/words.js";
import { segments } from "./shared/controls.js";
import { h } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { Player } from "./shared/player.js";
import { PlayerControls } from "./shared/player_controls.js";
import { View } from "./shared/view.js";
import { count } from "./shared/words.js";

/** @import { Place, ViewParts } from "./shared/types.js" */
/** @import { State } from "../engine/bpe_training.js" */
/**
 * @typedef {object} Traits
 * @property {string} text
 * @property {string} pattern
 * @property {number} max_merges
 * @property {number} step how many merges are done
 * @property {boolean} playing
 * @property {[left: string, right: string][]} merges in hex
 * @property {number[]} token_ids
 */

/** @type {[string, string][]} */
const SPLITS = [["gpt2", "GPT-2"], ["cl100k", "GPT-4 (cl100k)"], ["o200k", "GPT-4o (o200k)"]];
const PACE = 1100; // milliseconds a merge
const CALM_PACE = 2500; // the same for readers who want less motion

/** @extends {View<Traits>} */
class MergeView extends View {
  finding = new Finding(this.model, this.signal);
  message = h("p", { class: "llm-problem", role: "status" });
  splits = segments("Cut into chunks as in", SPLITS, (name) => this.change("pattern", name));
  pairs = new PairList();
  vocabulary = new VocabularyList();
  chart = new MergeChart();
  textTitle = h("p", { class: "llm-label" });
  textNote = h("p", { class: "llm-note" });
  tokens = h("ul", {
    class: "llm-merge-text",
    "aria-label": "The text as tokens, an item for each chunk",
  });
  sizes = h("p", { class: "llm-merge-why" });
  /** @type {HTMLTextAreaElement} */ text;
  /** @type {HTMLDivElement} */ working;
  /** @type {PlayerControls} */ controls;
  /** @type {ReturnType<typeof learnMerges>} */ training;
  /** @type {[left: string, right: string][]} */ hexMerges;
  /** @type {string[]} */ labels;
  /** @type {{ place: number; element: HTMLElement; ids?: number[]; mark?: boolean; }[]} */ cells;
  /** @type {number} */ newest;

  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    const { model, signal } = parts;
    this.player = new Player({
      model,
      signal,
      trait: "step",
      last: () => this.last,
      paint: () => this.paint(),
      pace: PACE,
      calmPace: CALM_PACE,
    });
    this.publishedStep = -1;
    this.build();
    this.follow(["text", "pattern", "max_merges"], () => this.read());
    this.follow(["step"], () => this.paint());
    this.read();
    if (this.get("playing")) this.player.follow();
  }

  get last() {
    return this.training.merges.length;
  }
  get step() {
    return Math.min(this.get("step"), this.last);
  }

  build() {
    this.offerReset();
    this.text = h("textarea", {
      rows: 1,
      maxlength: 5000,
      spellcheck: "false",
      "aria-label": "Text to learn from",
      oninput: () => this.change("text", this.text.value),
    });
    this.working = h(
      "div",
      {},
      this.buildText(),
      this.buildControls(),
      this.finding.element,
      h(
        "div",
        { class: "llm-merge-columns" },
        this.pairs.element,
        this.vocabulary.element,
        this.buildSizes(),
      ),
    );
    this.body.append(
      h(
        "div",
        { class: "llm-merge-start" },
        h("label", {}, h("span", { class: "llm-label" }, "Text to learn from"), this.text),
        h("div", {}, h("p", { class: "llm-label" }, "Cut into chunks as in"), this.splits),
      ),
      this.working,
      this.message,
    );
  }

  buildControls() {
    this.controls = new PlayerControls(this.player, {
      next: "Next merge",
      name: "Merges done",
    });
    return this.controls.element;
  }

  buildText() {
    return h(
      "section",
      { class: "llm-merge-part", "aria-label": "The text as tokens" },
      this.textTitle,
      this.tokens,
      this.textNote,
    );
  }

  buildSizes() {
    return h(
      "section",
      { class: "llm-merge-part", "aria-label": "Compression" },
      h("p", { class: "llm-label" }, "How much shorter the text gets"),
      this.sizes,
      this.chart.element,
    );
  }

  /** A new text or pattern: learn all its merges, and lay out its chunks. */
  read() {
    const text = this.get("text");
    const pattern = this.get("pattern");
    if (document.activeElement !== this.text || this.text.value !== text) this.text.value = text;
    this.splits.show(pattern);
    this.training = learnMerges(text, { pattern, nMerges: this.get("max_merges") });
    this.hexMerges = mergesInHex(this.training.merges);
    const tokenizer = new BPETokenizer({ pattern, merges: this.hexMerges });
    this.labels = Array.from(tokenizer.vocab.keys(), (id) => tokenizer.label(id));
    /** @type {{ place: number, element: HTMLElement, ids?: number[], mark?: boolean }[]} */
    this.cells = this.training.order.map((place) => ({
      place,
      element: h("li", { class: "llm-merge-chunk" }),
    }));
    this.tokens.replaceChildren(
      ...this.cells.flatMap(({ place, element }) =>
        this.training.states[0].chunks[place].includes(10)
          ? [element, h("li", { class: "llm-merge-break", "aria-hidden": "true" })]
          : [element]
      ),
    );
    this.message.textContent = text ? "" : "Type a text: there is nothing to learn merges from.";
    this.message.hidden = Boolean(text);
    this.working.hidden = !text;
    if (this.get("step") > this.last) this.set("step", this.last);
    this.publishedStep = -1;
    this.paint();
  }

  paint() {
    const k = this.step;
    const state = this.training.states[k];
    this.newest = k > 0 ? 255 + k : -1;
    this.controls.show(`${k} of ${this.last}`);
    this.paintText(state);
    this.pairs.show(state, this.labels, k, k === this.get("max_merges"));
    this.vocabulary.show(this.training, this.labels, k);
    this.sizes.textContent = sizeInWords(this.training.nBytes, state.nTokens);
    this.chart.show(this.training.states.map(({ nTokens }) => nTokens), k);
    const words = this.message.textContent || mergeInWords(this.training, this.labels, k);
    this.finding.say(words, { quiet: this.get("playing") });
    if (k === this.publishedStep) return;
    this.publishedStep = k;
    this.model.set("merges", this.hexMerges.slice(0, k));
    this.set("token_ids", idsOfText(this.training, state));
  }

  /**
   * Only chunks whose tokens or marks changed are drawn again.
   * @param {State} state
   */
  paintText(state) {
    for (const cell of this.cells) {
      const ids = state.chunks[cell.place];
      const mark = ids.includes(this.newest);
      if (cell.ids === ids && !cell.mark && !mark) continue;
      Object.assign(cell, { ids, mark });
      const frame = (/** @type {number} */ id) => tokenFrame(this.labels[id], id === this.newest);
      cell.element.replaceChildren(...ids.map(frame));
    }
    this.textTitle.textContent = `The text now: ${count(state.nTokens, "token")} in ` +
      `${count(this.cells.length, "chunk")}`;
    const marked = this.newest < 0 ? "" : " Thick frame, bold letters: the newest token.";
    this.textNote.textContent =
      "A frame is a chunk; lines cut it into tokens. No merge reaches across frames. · is a " +
      `space.${marked}`;
    this.scrollToNewest();
  }

  /** Where the text is longer than its box, the newest token must be in sight. */
  scrollToNewest() {
    const box = this.tokens;
    // a box that scrolls must be in reach of the keyboard
    box.toggleAttribute("tabindex", false);
    if (box.scrollHeight > box.clientHeight) box.tabIndex = 0;
    const marks = [...box.querySelectorAll("mark")];
    const seen = (/** @type {HTMLElement} */ mark) =>
      mark.offsetTop >= box.scrollTop &&
      mark.offsetTop + mark.offsetHeight <= box.scrollTop + box.clientHeight;
    if (marks.length && !marks.some(seen)) box.scrollTop = marks[0].offsetTop - 16;
  }

  /**
   * Set what is learned from; that ends the playing.
   * @param {"text" | "pattern"} name
   * @param {string} value
   */
  change(name, value) {
    this.player.stop();
    this.set(name, value);
  }

  reset() {
    this.player.stop();
    super.reset();
  }
}

/**
 * Merges as a tokenizer's JSON file has them: the bytes of both parts in hex.
 * @param {{ left: number, right: number }[]} merges
 * @returns {[left: string, right: string][]}
 */
function mergesInHex(merges) {
  const pieces = Array.from({ length: 256 }, (_, byte) => toHex([byte]));
  return merges.map(({ left, right }) => {
    pieces.push(pieces[left] + pieces[right]);
    return [pieces[left], pieces[right]];
  });
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-merge",
    title: "How does a vocabulary grow?",
    tryThis: "Press Next merge: the most frequent pair of neighbours becomes one token.",
    build: (parts) => new MergeView(parts),
  });
}

export default { render };
