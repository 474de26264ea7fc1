// MergeStepper: how does byte pair encoding build its vocabulary? The traits are described in
// merge_stepper.py.

import { BPETokenizer, toHex } from "../engine/bpe.js";
import { idsOfText, learnMerges } from "../engine/bpe_training.js";
import { MergeChart } from "./parts/merge_chart.js";
import { barRow } from "./shared/bars.js";
import { button, groupName, slider } from "./shared/controls.js";
import { h } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { Player } from "./shared/player.js";
import { showBlanks, visibleText } from "./shared/tokens.js";
import { View } from "./shared/view.js";
import { count, times } from "./shared/words.js";

/** @import { Place, ViewParts } from "./shared/types.js" */
/** @import { State } from "../engine/bpe_training.js" */

const SPLITS = [["gpt2", "GPT-2"], ["cl100k", "GPT-4 (cl100k)"], ["o200k", "GPT-4o (o200k)"]];
const PACE = 1100;
const CALM_PACE = 2500; // milliseconds a merge, and for readers who want less motion

// Unlike spoken(), with its blanks: “·low” is not “low”

/** @param {string} label */
const quoted = (label) => `“${visibleText(brief(label))}”`;

/**
 * A label that fits into a sentence or a list: of a long one its two ends.
 * @param {string} label
 */
function brief(label) {
  const characters = Array.from(label);
  return characters.length <= 24
    ? label
    : `${characters.slice(0, 11).join("")}…${characters.slice(-11).join("")}`;
}

class MergeView extends View {
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
    this.text = h("textarea", {
      rows: 3,
      maxlength: 5000,
      spellcheck: "false",
      "aria-label": "Text to learn from",
      oninput: () => this.change("text", this.text.value),
    });
    this.finding = new Finding(this.model, this.signal);
    this.message = h("p", { class: "llm-problem", role: "status" });
    this.chart = new MergeChart();
    this.working = h(
      "div",
      {},
      this.buildControls(),
      this.finding.element,
      this.buildText(),
      h(
        "div",
        { class: "llm-merge-columns" },
        this.buildPairs(),
        this.buildVocabulary(),
        this.buildSizes(),
      ),
    );
    this.body.append(
      h("label", {}, h("span", { class: "llm-label" }, "Text to learn from"), this.text),
      this.buildSplits(),
      this.working,
      this.message,
    );
  }

  buildSplits() {
    const name = groupName("llm-merge-split");
    this.splits = SPLITS.map(([value]) =>
      h("input", { type: "radio", name, value, onchange: () => this.change("pattern", value) })
    );
    return h(
      "div",
      {
        class: "llm-row llm-merge-splits",
        role: "radiogroup",
        "aria-label": "Cut into chunks as in",
      },
      h("span", { class: "llm-note" }, "Cut into chunks as in"),
      ...this.splits.map((input, i) => h("label", { class: "llm-check" }, input, SPLITS[i][1])),
    );
  }

  buildControls() {
    this.back = button("Back", () => this.player.go(this.step - 1));
    this.next = button("Next merge", () => this.player.go(this.step + 1), "llm-main");
    this.playButton = button("Play", () => this.player.toggle(), "llm-merge-play");
    this.jump = slider({
      name: "Merges done",
      min: 0,
      max: 1,
      step: 1,
      oninput: (k) => this.player.go(k),
    });
    return h(
      "div",
      { class: "llm-merge-controls" },
      h(
        "div",
        { class: "llm-row" },
        this.back,
        this.next,
        this.playButton,
        button("Reset", () => this.reset()),
      ),
      this.jump,
    );
  }

  buildText() {
    this.textTitle = h("p", { class: "llm-label" });
    this.textNote = h("p", { class: "llm-note" });
    this.tokens = h("ul", {
      class: "llm-merge-text",
      tabindex: 0,
      "aria-label": "The text as tokens, an item for each chunk",
    });
    return h(
      "section",
      { class: "llm-merge-part", "aria-label": "The text as tokens" },
      this.textTitle,
      this.tokens,
      this.textNote,
    );
  }

  buildPairs() {
    this.why = h("p", { class: "llm-merge-why" });
    this.pairs = h("ol", { class: "llm-bars", "aria-label": "The most frequent pairs" });
    this.otherPairs = h("p", { class: "llm-note" });
    return h(
      "section",
      { class: "llm-merge-part llm-merge-pairs", "aria-label": "What will be merged next" },
      h("p", { class: "llm-label" }, "What will be merged next"),
      this.why,
      this.pairs,
      this.otherPairs,
    );
  }

  buildVocabulary() {
    this.vocabularyTitle = h("p", { class: "llm-label" });
    this.vocabulary = h("ol", {
      class: "llm-merge-vocabulary",
      tabindex: 0,
      "aria-label": "The vocabulary, newest token first",
    });
    return h(
      "section",
      { class: "llm-merge-part", "aria-label": "The vocabulary" },
      this.vocabularyTitle,
      this.vocabulary,
    );
  }

  buildSizes() {
    this.sizes = h("p", { class: "llm-merge-why" });
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
    for (const radio of this.splits) radio.checked = radio.value === pattern;
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
    const playing = this.get("playing");
    const state = this.training.states[k];
    this.newest = k > 0 ? 255 + k : -1;
    this.back.setAttribute("aria-disabled", String(k === 0));
    this.next.setAttribute("aria-disabled", String(k === this.last));
    this.playButton.textContent = playing ? "Pause" : "Play";
    this.playButton.disabled = this.last === 0;
    const range = this.jump.querySelector("input");
    range.max = String(Math.max(1, this.last));
    range.disabled = this.last === 0;
    this.jump.show(k, `${k} of ${this.last}`);
    this.paintText(state);
    this.paintPairs(state);
    this.paintVocabulary(k);
    this.sizes.textContent = this.sizeWords(state);
    this.chart.show(this.training.states.map(({ nTokens }) => nTokens), k);
    this.finding.say(this.message.textContent || this.words(state), { quiet: playing });
    if (k === this.publishedStep) return;
    this.publishedStep = k;
    this.model.set("merges", this.hexMerges.slice(0, k));
    this.set("token_ids", idsOfText(this.training, state));
  }

  /**
   * @param {number} id
   * @param {string} [label]
   */
  token(id, label = brief(this.labels[id])) {
    return h(
      id === this.newest ? "mark" : "span",
      { class: "llm-merge-token" },
      ...showBlanks(label),
    );
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
      cell.element.replaceChildren(...ids.map((id) => this.token(id, this.labels[id])));
    }
    this.textTitle.textContent = `The text now: ${count(state.nTokens, "token")} in ` +
      `${count(this.cells.length, "chunk")}`;
    const marked = this.newest < 0 ? "" : " A thick frame and bold letters mark the newest token.";
    this.textNote.textContent =
      "Each frame is a chunk; lines cut it into tokens. No merge reaches across frames. · " +
      `is a space.${marked}`;
    this.scrollToNewest();
  }

  /** Where the text is longer than its box, the newest token must be in sight. */
  scrollToNewest() {
    const box = this.tokens;
    const marks = [...box.querySelectorAll("mark")];
    const seen = (/** @type {HTMLElement} */ mark) =>
      mark.offsetTop >= box.scrollTop &&
      mark.offsetTop + mark.offsetHeight <= box.scrollTop + box.clientHeight;
    if (marks.length && !marks.some(seen)) box.scrollTop = marks[0].offsetTop - 16;
  }

  /** @param {State} state */
  paintPairs(state) {
    const top = state.pairs[0]?.count;
    this.why.textContent = this.whyNext(state);
    this.pairs.replaceChildren(...state.pairs.map(({ left, right, count: n }, i) => {
      const words = `${this.pairWords({ left, right })}: ${times(n)}, ids ${left} and ` +
        `${right}${i === 0 ? ", merged next" : ""}`;
      const row = barRow({
        name: "",
        fill: n / top,
        number: n.toLocaleString("en"),
        extra: { "aria-label": words, class: i === 0 ? "llm-merge-first" : null },
      });
      row.querySelector(".llm-bar-name").append(
        this.token(left),
        "+",
        this.token(right),
        h("small", {}, `${left}, ${right}`),
      );
      return row;
    }));
    const others = state.nPairs - state.pairs.length;
    this.otherPairs.textContent = others > 0
      ? `and ${count(others, "other pair")}. Beside each pair stand its ids; the number ` +
        "counts how often it comes."
      : "Beside each pair stand its ids; the number counts how often it comes.";
    this.otherPairs.hidden = !state.nPairs;
  }

  /** @param {{ left: number, right: number }} options */
  pairWords({ left, right }) {
    return `${quoted(this.labels[left])} + ${quoted(this.labels[right])}`;
  }

  /**
   * The next pair, and why that one.
   * @param {State} state
   */
  whyNext({ pairs: [next], ties }) {
    if (!next) return "No chunk has two tokens left, so there is nothing more to merge.";
    const pair = this.pairWords(next);
    const limit = this.step === this.get("max_merges")
      ? ` (${count(this.step, "merge")} are done, as many as were asked for.)`
      : "";
    if (ties === 1) {
      return `${pair}: it comes ${times(next.count)}, more often than any other pair.${limit}`;
    }
    return `${pair}: it comes ${times(next.count)}, as ` +
      `${ties === 2 ? "does one other pair" : `do ${ties - 1} other pairs`}. Of equals the ` +
      `smallest pair of ids goes first: (${next.left}, ${next.right}).${limit}`;
  }

  /** @param {number} k */
  paintVocabulary(k) {
    this.vocabularyTitle.textContent = `Vocabulary: 256 bytes + ${count(k, "merge")} = ${256 + k}`;
    const rows = this.training.merges.slice(0, k).reverse().map(({ left, right, id, count: n }) =>
      h(
        "li",
        {},
        h("span", { class: "llm-merge-id" }, String(id)),
        h("span", {}, this.token(id)),
        h("span", { class: "llm-merge-parts" }, this.token(left), "+", this.token(right)),
        h("span", { class: "llm-note" }, times(n)),
      )
    );
    this.vocabulary.replaceChildren(
      ...rows,
      h(
        "li",
        {},
        h("span", { class: "llm-merge-id" }, "0–255"),
        h("span", { class: "llm-note llm-merge-bytes" }, "every possible byte; “a” is 97"),
      ),
    );
    this.vocabulary.scrollTop = 0;
  }

  /** @param {State} state */
  sizeWords({ nTokens }) {
    const { nBytes } = this.training;
    const each = `${(nBytes / nTokens).toFixed(2)} bytes a token`;
    return nTokens === nBytes
      ? `${count(nBytes, "byte")}, ${count(nTokens, "token")}: ${each}.`
      : `${count(nBytes, "token")} at the start, ${nTokens.toLocaleString("en")} now: ${each}.`;
  }

  /**
   * The finding in words.
   * @param {State} state
   */
  words(state) {
    const k = this.step;
    const [next] = state.pairs;
    const said = [];
    if (k === 0) {
      said.push(
        `At the start each byte is a token: ${count(state.nTokens, "token")}, ` +
          `${count(256, "token")} in the vocabulary.`,
      );
    } else {
      const { left, right, id, count: n } = this.training.merges[k - 1];
      const before = this.training.states[k - 1].nTokens;
      const made = before - state.nTokens;
      said.push(
        `Merge ${k}: ${this.pairWords({ left, right })} came ${times(n)} and became ` +
          `${quoted(this.labels[id])}, token ${id}.`,
      );
      if (made < n) {
        said.push(
          "Where such pairs overlapped, the left one was taken: " +
            `${made === 1 ? "one was" : `${made.toLocaleString("en")} were`} merged.`,
        );
      }
      said.push(
        `The text went from ${before.toLocaleString("en")} to ${count(state.nTokens, "token")}.`,
      );
    }
    if (!next) said.push("Nothing is left to merge.");
    else if (k < this.last) said.push(`Next comes ${this.pairWords(next)}.`);
    else said.push("This is the last merge that was asked for.");
    return said.join(" ");
  }

  /**
   * @param {string} name
   * @param {unknown} value
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
    tryThis: "Press Next merge and watch the most frequent pair of neighbours become one token. " +
      "Then try a text of your own.",
    build: (parts) => new MergeView(parts),
  });
}

export default { render };
