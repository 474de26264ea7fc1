// NgramLab: what do counts of the last few words say about the next one? The traits are described
// in ngram_lab.py.

import { cutText, LONGEST, RunCounts } from "../engine/ngrams.js";
import { NextToken } from "./ngram_lab/next_token.js";
import { countsInWords, nicely } from "./ngram_lab/words.js";
import { barRow } from "./shared/bars.js";
import { segments, slider, tickBox } from "./shared/controls.js";
import { find, h, rove } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { more } from "./shared/layout.js";
import { View } from "./shared/view.js";

/** @import { Counted } from "./ngram_lab/next_token.js" */
/** @import { Place, ViewParts } from "./shared/types.js" */

/**
 * @typedef {object} Traits
 * @property {string} text
 * @property {string} held_out
 * @property {"words" | "characters"} unit
 * @property {number} n
 * @property {number} k what smoothing adds to each count
 * @property {boolean} interpolate
 * @property {string[]} written
 * @property {number} seed
 * @property {Counted[]} prediction
 * @property {number[]} perplexities
 * @property {number[]} known
 */

/** @extends {View<Traits>} */
class NgramView extends View {
  units = segments(
    "Count",
    [["words", "Words"], ["characters", "Characters"]],
    (unit) => this.setAll({ unit, written: [] }),
  );
  finding = new Finding(this.model, this.signal);
  message = h("p", { class: "llm-problem", role: "status" });
  k = slider({
    name: "Smoothing: k",
    min: -4,
    max: 0,
    step: 0.1,
    note: "extra counts for each token of the vocabulary",
    oninput: (v) => this.set("k", Number((10 ** v).toPrecision(3))),
  });
  share = tickBox(
    "share them as the shorter context predicts (interpolation)",
    (on) => this.set("interpolate", on),
  );
  curve = h("ul", { class: "llm-bars", "aria-label": "Perplexity of the held-out line" });
  next = new NextToken({
    seed: () => this.get("seed"),
    written: () => this.get("written"),
    onwrite: (written) => this.set("written", written),
  });
  /** @type {HTMLTextAreaElement} */ text;
  /** @type {HTMLTextAreaElement} */ heldOut;
  /** @type {HTMLDivElement} */ working;
  /** @type {HTMLDetailsElement} */ texts;
  /** @type {string[]} */ line;
  /** @type {string[]} */ tokens;
  /** @type {RunCounts} */ counts;
  /** @type {number[]} */ perplexities;
  /** @type {number[]} */ known;

  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    this.build();
    this.follow(["text", "unit", "held_out"], () => this.count());
    this.follow(["n", "k", "interpolate", "written"], () => this.paint());
    this.count();
  }

  get settings() {
    return { n: this.get("n"), k: this.get("k"), interpolate: this.get("interpolate") };
  }
  get noun() {
    return this.get("unit") === "words" ? "word" : "character";
  }

  build() {
    const area = (
      /** @type {"text" | "held_out"} */ name,
      /** @type {number} */ rows,
      /** @type {number} */ maxlength,
      /** @type {string} */ label,
    ) => {
      const element = h("textarea", {
        rows,
        maxlength,
        spellcheck: "false",
        dir: "auto",
        "aria-label": label,
        oninput: () => this.set(name, element.value),
      });
      return element;
    };
    this.text = area("text", 4, 20000, "Text to count");
    this.heldOut = area("held_out", 2, 500, "Held-out line");
    this.working = h(
      "div",
      {},
      h("div", { class: "llm-ngram-two" }, this.buildModel(), this.next.element),
      this.finding.element,
    );
    this.texts = more(
      "More: count words or characters, the text that is counted, the line to test on",
      h("div", { class: "llm-row" }, h("span", { class: "llm-note" }, "Count"), this.units),
      h("label", {}, h("span", { class: "llm-label" }, "Text to count"), this.text),
      h("label", {}, h("span", { class: "llm-label" }, "A held-out line to test on"), this.heldOut),
    );
    this.offerReset();
    this.body.append(this.message, this.working, this.texts);
  }

  /** Which n, with what it is worth, and the smoothing. */
  buildModel() {
    rove(this.curve, () => [...this.curve.querySelectorAll("button")]);
    return h(
      "section",
      { "aria-label": "n and smoothing" },
      h(
        "div",
        { class: "llm-stage-sticky" },
        h("p", { class: "llm-label" }, "Choose n: perplexity of the held-out line"),
        this.curve,
        h("p", { class: "llm-note" }, "Bars are logarithmic: shorter is better."),
      ),
      this.k,
      this.share,
    );
  }

  /** A new text: count it. */
  count() {
    const unit = this.get("unit");
    const text = this.get("text");
    const line = this.get("held_out");
    if (this.text.value !== text) this.text.value = text;
    if (this.heldOut.value !== line) this.heldOut.value = line;
    const tokens = cutText(text, unit);
    this.line = cutText(line, unit);
    const missing = !tokens.length
      ? "There is no text to count. Write one, or press Reset."
      : !this.line.length
      ? "There is no held-out line. Write one, or press Reset."
      : "";
    this.message.textContent = missing;
    this.message.hidden = !missing;
    this.working.hidden = Boolean(missing);
    if (missing) {
      this.texts.open = true;
      this.finding.say(missing);
      return;
    }
    this.tokens = tokens;
    this.counts = new RunCounts(tokens);
    this.paint();
  }

  paint() {
    if (!this.counts || this.working.hidden) return;
    const { n, k, interpolate } = this.settings;
    this.units.show(this.get("unit"));
    this.k.show(Math.log10(k), String(Number(k.toPrecision(2))));
    this.share.show(interpolate);
    this.perplexities = Array.from(
      { length: LONGEST },
      (_, i) => this.counts.perplexity(this.line, { n: i + 1, k, interpolate }),
    );
    this.known = Array.from({ length: LONGEST }, (_, i) => this.counts.known(this.line, i + 1));
    this.paintCurve(n);
    this.next.show(this.counts, this.settings);
    this.model.set("perplexities", this.perplexities);
    this.model.set("known", this.known);
    this.set("prediction", this.next.order);
    this.finding.say(this.words());
  }

  /** @param {number} n */
  paintCurve(n) {
    const most = Math.log(Math.max(this.counts.size, ...this.perplexities));
    const focused = this.curve.contains(document.activeElement);
    this.curve.replaceChildren(...this.perplexities.map((value, i) =>
      barRow({
        name: `n\u00a0=\u00a0${i + 1}`,
        fill: Math.max(0.01, Math.log(value) / most),
        number: nicely(value),
        label: `n = ${i + 1}: perplexity ${nicely(value)}`,
        onclick: () => this.set("n", i + 1),
        extra: { "aria-pressed": i + 1 === n, tabindex: i + 1 === n ? 0 : -1 },
      })
    ));
    if (focused) find(this.curve, /** @type {"button"} */ ("[aria-pressed=true]")).focus();
  }

  /** The finding in words. */
  words() {
    const { n, interpolate } = this.settings;
    const written = this.get("written");
    const between = this.get("unit") === "words" ? " " : "";
    return countsInWords({
      n,
      interpolate,
      context: (n > 1 ? written.slice(-(n - 1)) : []).join(between),
      total: this.next.total,
      noun: this.noun,
      all: this.line.length,
      known: this.known,
      perplexities: this.perplexities,
    });
  }
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-ngram",
    title: "What do counts of the last few words say about the next?",
    tryThis: "Draw words at n = 1, then at 2 and 4. What happens to a line that was not counted?",
    build: (parts) => new NgramView(parts),
  });
}

export default { render };
