// TrainingReplay: how does a model learn? The traits are described in training_replay.py.

import { LossChart } from "./training_replay/chart.js";
import { fromBase64 } from "../engine/base64.js";
import { AttentionMap } from "./shared/attention_map.js";
import { segments } from "./shared/controls.js";
import { eachFrame, h, onResize, onTheme, onTraits } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { Player } from "./shared/player.js";
import { PlayerControls } from "./shared/player_controls.js";
import { spoken } from "./shared/tokens.js";
import { View } from "./shared/view.js";
import { percent, printable } from "./shared/words.js";

/** @import { Segments } from "./shared/controls.js" */
/** @import { Place, ViewParts } from "./shared/types.js" */
/** @import { Snapshot } from "./training_replay/chart.js" */

const PACE = 1600; // milliseconds a snapshot
const CALM_PACE = 3500; // the same for readers who want less motion

/**
 * Bytes in base64 -> weights from 0 to 1.
 * @param {string} text
 */
const decodeWeights = (text) => Float32Array.from(fromBase64(text), (byte) => byte / 255);

/**
 * 2867200 -> "2.9 million".
 * @param {number} n
 */
function large(n) {
  if (n < 1e6) return n.toLocaleString("en");
  return `${(n / 1e6).toLocaleString("en", { maximumFractionDigits: 1 })} million`;
}

/**
 * @typedef {object} Replay
 * @property {Snapshot[]} snapshots
 * @property {number} vocab_size
 * @property {string[]} prompts
 * @property {string[]} tokens that attend
 * @property {[n_layer: number, n_head: number, T: number]} attention_shape
 */
/**
 * @typedef {object} Traits
 * @property {Replay} replay
 * @property {number} snapshot which one is shown
 * @property {number} prompt
 * @property {number} layer
 * @property {number} head
 * @property {number} query the token that looks; -1 for the last
 * @property {boolean} without_map whether the map of where a head looks is left out
 * @property {boolean} playing
 */

/** @extends {View<Traits>} */
class ReplayView extends View {
  finding = new Finding(this.model, this.signal);
  story = h("p", {
    class: "llm-replay-story",
    tabindex: 0,
    role: "group",
    "aria-label": "What the model writes",
  });
  map = new AttentionMap({ onpick: (row) => this.set("query", row), onhover: () => {} });
  rowWords = h("p", { class: "llm-note" });
  /** @type {LossChart} */ chart;
  /** @type {PlayerControls} */ controls;
  /** @type {Segments} */ prompts;
  /** @type {HTMLSelectElement} */ heads;

  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    const { model, body, signal } = parts;
    this.replay = this.get("replay");
    this.rows = this.replay.snapshots;
    this.weights = this.rows.map((row) => decodeWeights(row.attention));
    this.player = new Player({
      model,
      signal,
      trait: "snapshot",
      last: () => this.last,
      paint: () => this.paint(),
      pace: PACE,
      calmPace: CALM_PACE,
    });
    this.build();
    const repaint = eachFrame(() => this.paint(), signal);
    onTraits(model, ["snapshot", "prompt", "layer", "head", "query"], signal, repaint);
    onTheme(signal, repaint);
    onResize([body], signal, repaint);
    this.paint();
    if (this.get("playing")) this.player.follow();
  }

  get last() {
    return this.rows.length - 1;
  }

  build() {
    this.chart = new LossChart(this.rows, this.replay.vocab_size);
    this.controls = new PlayerControls(this.player, { name: "Training steps done" });
    this.offerReset();
    this.body.append(
      this.controls.element,
      h(
        "div",
        { class: "llm-replay-columns" },
        h("div", {}, this.buildStory(), this.buildLoss()),
        ...(this.get("without_map") ? [] : [this.buildAttention()]),
      ),
      this.finding.element,
    );
  }

  buildLoss() {
    return h(
      "section",
      { class: "llm-replay-part", "aria-label": "Loss" },
      h("p", { class: "llm-label" }, "How wrong it is on held-out text (steps on a log scale)"),
      this.chart.element,
    );
  }

  buildStory() {
    const nameOf = (/** @type {string} */ prompt) =>
      prompt.includes("\n") ? "a request" : "an opening";
    this.prompts = segments(
      "It goes on with",
      this.replay.prompts.map((prompt, i) => [String(i), nameOf(prompt)]),
      (i) => this.set("prompt", Number(i)),
    );
    return h(
      "section",
      { class: "llm-replay-part", "aria-label": "What it writes" },
      h(
        "div",
        { class: "llm-row llm-replay-head" },
        h("p", { class: "llm-label" }, "What it writes after"),
        this.prompts,
      ),
      this.story,
    );
  }

  buildAttention() {
    const [nLayer, nHead] = this.replay.attention_shape;
    this.heads = h(
      "select",
      { "aria-label": "Head", onchange: () => this.pickHead(Number(this.heads.value)) },
      ...Array.from(
        { length: nLayer * nHead },
        (_, i) => h("option", { value: i }, `${Math.floor(i / nHead)}.${i % nHead}`),
      ),
    );
    return h(
      "section",
      { class: "llm-replay-part", "aria-label": "Where one head looks" },
      h(
        "div",
        { class: "llm-row llm-replay-head" },
        h("p", { class: "llm-label" }, "Where it looks, by token: a row each"),
        h("label", { class: "llm-check" }, "head", this.heads),
      ),
      this.map.element,
      this.rowWords,
    );
  }

  /** @param {number} i */
  pickHead(i) {
    const nHead = this.replay.attention_shape[1];
    this.model.set("layer", Math.floor(i / nHead));
    this.set("head", i % nHead);
  }

  paint() {
    const k = this.get("snapshot");
    const row = this.rows[k];
    this.controls.show(row.step.toLocaleString("en"));
    this.chart.show(k);
    this.paintStory(row);
    if (!this.get("without_map")) this.paintMap(k);
    this.finding.say(this.words(k), { quiet: this.get("playing") });
  }

  /** @param {Snapshot} row */
  paintStory(row) {
    const i = this.get("prompt");
    this.prompts.show(String(i));
    const written = printable(row.samples[i]);
    this.story.replaceChildren(h("b", {}, this.replay.prompts[i]), ` ${written}`);
  }

  /** @param {number} k */
  paintMap(k) {
    const [, nHead, T] = this.replay.attention_shape;
    const layer = this.get("layer");
    const head = this.get("head");
    const start = (layer * nHead + head) * T * T;
    const weights = this.weights[k].subarray(start, start + T * T);
    const row = this.get("query") < 0 ? T - 1 : this.get("query");
    const labels = this.replay.tokens;
    this.heads.value = String(layer * nHead + head);
    const most = Array.from(labels.keys()).slice(0, row + 1).sort((a, b) =>
      weights[row * T + b] - weights[row * T + a]
    ).slice(0, 2);
    const parts = most.map((i) =>
      `${percent(weights[row * T + i], 0)} at ${spoken(labels[i])}${i === row ? " itself" : ""}`
    );
    const words = `${spoken(labels[row])} (token ${row + 1}) looks ${parts.join(", ")}`;
    this.map.show({ weights, labels, row, words, off: false });
    this.rowWords.textContent = `The marked row: ${words}.`;
  }

  /** @param {number} k */
  words(k) {
    const row = this.rows[k];
    const total = this.rows[this.last].step;
    const read =
      `After ${row.step.toLocaleString("en")} of ${total.toLocaleString("en")} steps the ` +
      `model has read ${large(row.tokens)} tokens.`;
    const p = Math.exp(-row.val_loss);
    const share = p < 0.01 ? `${(100 * p).toFixed(2)}\u00a0%` : percent(p, 0);
    return `${read} Its loss on held-out text is ${row.val_loss.toFixed(2)} nats per token. A ` +
      `model that gave each true next token a probability of ${share} would have the same loss.`;
  }

  reset() {
    this.player.stop();
    super.reset();
  }
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-replay",
    title: "How does a model learn?",
    tryThis: "Press Play: what does it learn first, words, sentences or stories?",
    build: (parts) => new ReplayView(parts),
  });
}

export default { render };
