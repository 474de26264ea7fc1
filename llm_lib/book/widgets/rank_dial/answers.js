// The rank dial's stage: what the base and the changed model write, and their first tokens.

import { softmax } from "../../engine/functions.js";
import { byProbability } from "../../engine/sampling.js";
import { barRow } from "../shared/bars.js";
import { h } from "../shared/dom.js";
import { percent, printable } from "../shared/words.js";

/** @import { Floats, Tokenizer } from "../../engine/types.js" */

const BARS = 4;

/** One of the two models: its answer, and the likeliest tokens for its first one. */
export class DialAnswer {
  /**
   * @param {string} name
   * @param {Tokenizer} tokenizer
   */
  constructor(name, tokenizer) {
    this.tokenizer = tokenizer;
    this.text = "";
    this.ended = false;
    /** @type {[token: string, probability: number][]} */
    this.next = [];
    this.writing = h("p", { class: "llm-dial-writing" });
    this.bars = h("ul", { class: "llm-bars" });
    this.element = h(
      "div",
      { class: "llm-dial-answer" },
      h("p", { class: "llm-label" }, name),
      this.writing,
      h("p", { class: "llm-note" }, "Likeliest first tokens"),
      this.bars,
    );
  }

  /**
   * @param {number[]} written
   * @param {Floats} first the logits of the first token
   */
  show(written, first) {
    const { tokenizer, writing } = this;
    this.ended = written.at(-1) === tokenizer.endOfText;
    this.text = tokenizer.decode(this.ended ? written.slice(0, -1) : written).trim();
    writing.textContent = printable(this.text);
    if (this.ended) writing.append(h("span", { class: "llm-dial-end" }, "end"));
    if (written.length === 1) this.showNext(first);
  }

  /** Show that nothing was asked. */
  clear() {
    this.text = "";
    this.ended = false;
    this.next = [];
    this.writing.textContent = "…";
    this.bars.replaceChildren();
  }

  /** @param {Floats} first */
  showNext(first) {
    const p = softmax(first);
    this.next = byProbability(p).slice(0, BARS).map((id) => [this.tokenizer.label(id), p[id]]);
    this.bars.replaceChildren(
      ...this.next.map(([name, share]) => barRow({ name, fill: share, number: percent(share) })),
    );
  }
}
