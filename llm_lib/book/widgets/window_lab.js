// WindowLab: how does a row of tokens become windows and batches? The traits are described in
// window_lab.py.

import { present } from "../engine/present.js";
import { planWindows } from "../engine/windows.js";
import { BatchList } from "./window_lab/batch_list.js";
import { TokenStrip } from "./window_lab/token_strip.js";
import { bytesInWords, WindowForm } from "./window_lab/form.js";
import { TextField } from "./window_lab/text_field.js";
import { WindowTable } from "./window_lab/table.js";
import { windowsInWords } from "./window_lab/words.js";
import { h } from "./shared/dom.js";
import { takeFiles } from "./shared/files.js";
import { Finding, reason, showWidget } from "./shared/frame.js";
import { split, tabs } from "./shared/layout.js";
import { Player } from "./shared/player.js";
import { PlayerControls } from "./shared/player_controls.js";
import { readText } from "./shared/tokens.js";
import { View } from "./shared/view.js";

/** @import { Tabs } from "./shared/layout.js" */
/** @import { Plan, WindowSettings } from "../engine/windows.js" */
/** @import { Place, ViewParts } from "./shared/types.js" */
/** @import { Vocabulary } from "./window_lab/text_field.js" */
/**
 * @typedef {object} OwnTraits
 * @property {string} text
 * @property {string} cut the label of a vocabulary
 * @property {number} step which window is shown, in the order of the epoch
 * @property {boolean} playing
 * @property {Vocabulary[]} vocabularies
 * @property {number[] | null} token_ids
 * @property {Plan} plan
 * @property {Record<string, unknown>} initial
 */
/** @typedef {OwnTraits & WindowSettings} Traits */

/** @type {(keyof WindowSettings)[]} */
const SETTINGS = [
  "context_length",
  "stride",
  "batch_size",
  "shuffle",
  "drop_last",
  "seed",
  "epoch",
];
const PACE = 900; // milliseconds a window
const CALM_PACE = 2200; // the same for readers who want less motion

/** @extends {View<Traits>} */
class WindowView extends View {
  finding = new Finding(this.model, this.signal);
  message = h("p", { class: "llm-problem", role: "status" });
  text = new TextField({
    vocabularies: this.get("vocabularies"),
    chosen: () => this.get("cut"),
    loading: { model: this.model, signal: this.signal, say: (words) => this.showMessage(words) },
    onchange: (values) => this.change(values),
  });
  form = new WindowForm(
    (values) => this.change(values),
    () => this.change({ epoch: this.get("epoch") + 1, step: 0 }),
  );
  bytes = h("p", { class: "llm-note llm-window-bytes" });
  strip = new TokenStrip();
  window = new WindowTable();
  batches = new BatchList((at) => this.player.go(at));
  /** @type {Tabs} */ views;
  /** @type {HTMLDivElement} */ working;
  /** @type {PlayerControls} */ controls;
  /** @type {ReturnType<typeof planWindows>} */ plan;

  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    const { model, signal } = parts;
    /** @type {string[]} */
    this.tokens = [];
    this.settings = /** @type {WindowSettings} */ ({});
    const last = () => (this.plan ? this.last : 0);
    this.player = new Player({
      model,
      signal,
      trait: "step",
      last,
      paint: () => this.mark(),
      pace: PACE,
      calmPace: CALM_PACE,
    });
    this.build();
    this.follow(["text", "cut"], () => this.read());
    this.follow(SETTINGS, () => this.lay());
    this.follow(["step"], () => this.mark());
    this.read();
    if (this.get("playing")) this.player.follow();
  }

  get last() {
    return this.plan.order.length - 1;
  }
  get step() {
    return Math.max(0, Math.min(this.get("step"), this.last));
  }

  // ---- the parts of the page

  build() {
    this.views = tabs("What to look at", [
      ["Window", this.window.element],
      ["Batches", this.batches.element],
    ]);
    this.working = h(
      "div",
      {},
      this.strip.element,
      split(
        [this.buildPlayer(), this.views],
        [this.finding.element, this.form.element, this.bytes],
        { sticky: false },
      ),
    );
    this.offerReset(() => this.change(this.get("initial")));
    this.body.append(this.text.element, this.message, this.working);
  }

  buildPlayer() {
    this.controls = new PlayerControls(this.player, {
      next: "Next window",
      name: "Shown so far",
      from: 1,
    });
    return this.controls.element;
  }

  // ---- from the traits to the page

  /** A new text or tokenizer: cut the text. */
  async read() {
    const text = this.get("text");
    const cut = this.get("cut");
    const entry = present(this.get("vocabularies").find(({ label }) => label === cut), cut);
    this.text.show(text, cut);
    let tokenizer = null;
    if (!entry.ref) this.refuse(entry.problem ?? "");
    else {
      try {
        tokenizer = await this.text.tokenizerOf(entry.ref);
      } catch (error) {
        if (this.signal.aborted) return;
        console.error(error);
        this.refuse(`This vocabulary can't be read. ${reason(error)}`);
      }
    }
    if (this.signal.aborted || !tokenizer || text !== this.get("text") || cut !== this.get("cut")) {
      return;
    }
    const { ids, labels, problem: refusal } = readText(tokenizer, text);
    if (refusal || !text) {
      this.refuse(refusal ?? "Type a text, or choose an example.");
      return;
    }
    this.tokens = labels;
    this.refuse("");
    this.publish("token_ids", ids);
    this.strip.draw(labels);
    this.lay();
    this.root.dataset.loaded = "yes";
  }

  /** @param {string} words "" hides it */
  showMessage(words) {
    this.message.textContent = words;
    this.message.hidden = !words;
  }

  /**
   * Say why there is nothing to show; "" where there is.
   * @param {string} words
   */
  refuse(words) {
    this.showMessage(words);
    this.working.hidden = Boolean(words);
    if (!words) return;
    this.player.stop();
    this.tokens = [];
    this.publish("token_ids", null);
    this.finding.say(words);
    this.root.dataset.loaded = "yes";
  }

  /** The settings have changed, or the text: plan the windows anew. */
  lay() {
    const value = /** @type {WindowSettings} */ (
      Object.fromEntries(SETTINGS.map((name) => [name, this.get(name)]))
    );
    this.form.show(value);
    if (!this.tokens.length) return;
    this.settings = value;
    this.plan = planWindows(this.tokens.length, value);
    this.publish("plan", this.plan);
    if (this.get("step") > Math.max(0, this.last)) this.set("step", Math.max(0, this.last));
    this.bytes.textContent = bytesInWords(this.tokens.length, this.plan);
    this.strip.showCounts(this.plan);
    this.batches.draw(this.plan, value, this.step);
    this.mark();
  }

  /** Show the window of this step: in the row of tokens, on its own, and in its batch. */
  mark() {
    if (!this.plan || !this.tokens.length) return;
    const { order } = this.plan;
    const { context_length: T, stride } = this.settings;
    const k = this.step;
    const window = order[k];
    const start = order.length ? window * stride : -Infinity;
    this.controls.show(`${order.length ? k + 1 : 0} of ${order.length}`);
    this.strip.mark(start, T);
    this.window.show(this.tokens, window, start, T);
    this.batches.mark(k);
    this.say();
  }

  /** The finding in words; not read aloud while the windows play. */
  say() {
    const words = windowsInWords(this.plan, this.settings, this.tokens, this.step);
    this.finding.say(words.join(" "), { quiet: this.get("playing") });
  }

  // ---- what the reader does

  /**
   * Set traits, and end the playing.
   * @param {Partial<Traits> | Traits["initial"]} values
   */
  change(values) {
    this.player.stop();
    this.setAll(values);
  }
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-window",
    title: "How does a text become batches?",
    tryThis: "Press Play. Then make the stride smaller than the context length: what comes twice?",
    build: (parts) => new WindowView(parts),
  });
}

export default { initialize: takeFiles, render };
