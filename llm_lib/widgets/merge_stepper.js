// MergeStepper: how does byte pair encoding build its vocabulary? The traits are described in
// merge_stepper.py.

import { BPETokenizer, toHex } from "../engine/bpe.js";
import { idsOfText, learnMerges } from "../engine/bpe_training.js";
import { barRow } from "./shared/bars.js";
import { count, eachFrame, h, onTraits, setTrait, slider } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { Player } from "./shared/player.js";
import { showBlanks, visibleText } from "./shared/tokens.js";

const SPLITS = [["gpt2", "GPT-2"], ["cl100k", "GPT-4 (cl100k)"], ["o200k", "GPT-4o (o200k)"]];
const PACE = 1100;
const CALM_PACE = 2500; // milliseconds a merge, and for readers who want less motion
let mergeViews = 0; // the radio buttons of each view need a group name of their own

const times = (n) => (n === 1 ? "once" : n === 2 ? "twice" : `${n.toLocaleString("en")} times`);
// Unlike spoken(), with its blanks: “·low” is not “low”
const quoted = (label) => `“${visibleText(brief(label))}”`;

const share = (part, whole) => `${whole ? ((100 * part) / whole).toFixed(2) : 0}%`; // for a style

/** A label that fits into a sentence or a list: of a long one its two ends. */
function brief(label) {
  const characters = Array.from(label);
  return characters.length <= 24
    ? label
    : `${characters.slice(0, 11).join("")}…${characters.slice(-11).join("")}`;
}

class MergeView {
  constructor({ model, body, signal }) {
    Object.assign(this, { model, body, signal });
    this.player = new Player({
      model,
      signal,
      trait: "step",
      last: () => this.last,
      paint: () => this.paint(),
      pace: PACE,
      calmPace: CALM_PACE,
    });
    this.build();
    onTraits(
      model,
      ["text", "pattern", "max_merges"],
      signal,
      eachFrame(() => this.read(), signal),
    );
    onTraits(model, ["step"], signal, eachFrame(() => this.paint(), signal));
    this.read();
    if (this.get("playing")) this.player.follow();
  }

  get(name) {
    return this.model.get(name);
  }
  set(name, value) {
    setTrait(this.model, name, value);
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
    const name = `llm-merge-split-${mergeViews++}`;
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
    const button = (text, onclick, kind = null) =>
      h("button", { type: "button", class: kind, onclick }, text);
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
    this.back.setAttribute("aria-disabled", k === 0);
    this.next.setAttribute("aria-disabled", k === this.last);
    this.playButton.textContent = playing ? "Pause" : "Play";
    this.playButton.disabled = this.last === 0;
    const range = this.jump.querySelector("input");
    range.max = Math.max(1, this.last);
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

  token(id, label = brief(this.labels[id])) {
    return h(
      id === this.newest ? "mark" : "span",
      { class: "llm-merge-token" },
      ...showBlanks(label),
    );
  }

  /** Only chunks whose tokens or marks changed are drawn again. */
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
    const seen = (mark) =>
      mark.offsetTop >= box.scrollTop &&
      mark.offsetTop + mark.offsetHeight <= box.scrollTop + box.clientHeight;
    if (marks.length && !marks.some(seen)) box.scrollTop = marks[0].offsetTop - 16;
  }

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

  pairWords({ left, right }) {
    return `${quoted(this.labels[left])} + ${quoted(this.labels[right])}`;
  }

  /** The next pair, and why that one. */
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

  sizeWords({ nTokens }) {
    const { nBytes } = this.training;
    const each = `${(nBytes / nTokens).toFixed(2)} bytes a token`;
    return nTokens === nBytes
      ? `${count(nBytes, "byte")}, ${count(nTokens, "token")}: ${each}.`
      : `${count(nBytes, "token")} at the start, ${nTokens.toLocaleString("en")} now: ${each}.`;
  }

  /** The finding in words. */
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

  change(name, value) {
    this.player.stop();
    this.set(name, value);
  }

  reset() {
    this.player.stop();
    for (const [name, value] of Object.entries(this.get("initial"))) this.model.set(name, value);
    this.model.save_changes();
  }
}

/**
 * How many tokens the text has after each merge: solid so far, dotted still to come, a dot for now.
 */
class MergeChart {
  constructor() {
    const line = (kind) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
      element.setAttribute("class", kind);
      element.setAttribute("vector-effect", "non-scaling-stroke");
      return element;
    };
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 100 100");
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    this.done = line("llm-merge-done");
    this.ahead = line("llm-merge-ahead");
    svg.append(this.ahead, this.done);
    this.dot = h("span", { class: "llm-merge-dot" });
    this.high = h("span", { class: "llm-merge-high" });
    this.right = h("span");
    this.element = h(
      "div",
      { class: "llm-merge-chart", role: "img" },
      h("div", { class: "llm-merge-y" }, this.high, h("span", {}, "0")),
      h("div", { class: "llm-merge-plot" }, svg, this.dot),
      h("div", { class: "llm-merge-x" }, h("span", {}, "0"), h("span", {}, "merges"), this.right),
    );
  }

  /** sizes: tokens in the text after 0, 1, 2, ... merges; k: where we are. */
  show(sizes, k) {
    const last = sizes.length - 1;
    const top = sizes[0] || 1;
    const points = (from, to) =>
      sizes.slice(from, to + 1).map((n, i) =>
        `${(100 * (from + i)) / (last || 1)},${100 - (100 * n) / top}`
      ).join(" ");
    this.done.setAttribute("points", points(0, k));
    this.ahead.setAttribute("points", points(k, last));
    this.dot.style.left = share(k, last);
    this.dot.style.top = share(top - sizes[k], top);
    this.high.textContent = `${top.toLocaleString("en")} tokens`;
    this.right.textContent = String(last);
    this.element.setAttribute(
      "aria-label",
      `Tokens in the text after each merge: ${sizes[0]} at the start, ${sizes[k]} after ` +
        `${count(k, "merge")}${k < last ? `, ${sizes[last]} after ${last}` : ""}.`,
    );
  }
}

/** Merges as a tokenizer's JSON file has them: the bytes of both parts in hex. */
function mergesInHex(merges) {
  const pieces = Array.from({ length: 256 }, (_, byte) => toHex([byte]));
  return merges.map(({ left, right }) => {
    pieces.push(pieces[left] + pieces[right]);
    return [pieces[left], pieces[right]];
  });
}

function render({ model, el }) {
  return showWidget({
    model,
    el,
    name: "llm-merge",
    title: "How does a vocabulary grow?",
    tryThis: "Press Next merge and watch the most frequent pair of neighbours become one token. " +
      "Then try a text of your own.",
    build: (parts) => new MergeView(parts),
  });
}

export default { render };
