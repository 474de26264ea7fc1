// What a model expects with all heads normal, and with the reader's changes, side by side.

import { softmax } from "../../engine/functions.js";
import { logitsAt } from "../../engine/loss.js";
import { byProbability } from "../../engine/sampling.js";
import { barRow } from "../shared/bars.js";
import { segments } from "../shared/controls.js";
import { h } from "../shared/dom.js";
import { spoken } from "../shared/tokens.js";
import { count, percent, roughly } from "../shared/words.js";

/** @import { Floats, Run, Tokenizer } from "../../engine/types.js" */

/**
 * Two runs of a text, and the place at which their next tokens are compared.
 * @typedef {object} Compared
 * @property {Run} base with all heads normal
 * @property {Run} now with the reader's changes
 * @property {number} place
 * @property {"last" | "query"} at which place that is
 * @property {string[]} labels
 * @property {number[] | null} losses of the whole text, of both runs; null: nobody knows them
 */

export class Comparison {
  /**
   * @param {Tokenizer} tokenizer
   * @param {(at: "last" | "query") => void} onpick is told where the reader wants to compare
   */
  constructor(tokenizer, onpick) {
    this.tokenizer = tokenizer;
    this.places = segments(
      "Compare at",
      [["last", "at the end"], ["query", "at the query token"]],
      (at) => onpick(/** @type {"last" | "query"} */ (at)),
    );
    this.where = h("p", { class: "llm-label" });
    this.before = h("ol", { class: "llm-bars" });
    this.after = h("ol", { class: "llm-bars" });
    this.actual = h("p", { class: "llm-note" });
    this.loss = h("p", { class: "llm-note llm-loss" });
    this.sides = h(
      "div",
      { class: "llm-sides" },
      h("div", {}, h("p", { class: "llm-note" }, "all heads normal"), this.before),
      h("div", {}, h("p", { class: "llm-note" }, "now; line: before"), this.after),
    );
    this.element = this.build();
  }

  build() {
    return h(
      "section",
      { class: "llm-compare llm-stage-sticky", "aria-label": "What the heads change" },
      this.where,
      this.places,
      this.sides,
      this.actual,
    );
  }

  /** @param {Compared} compared */
  show(compared) {
    const { base, now, place, at, labels } = compared;
    const before = softmax(logitsAt(base, place));
    const after = softmax(logitsAt(now, place));
    const truth = base.ids[place + 1];
    const changed = now.headScale.flat().some((factor) => factor !== 1);
    this.places.show(at);
    this.where.textContent = `The next token after ${spoken(labels[place])}`;
    this.before.replaceChildren(...this.rows(before, truth));
    this.after.replaceChildren(...this.rows(after, truth, before));
    this.sides.classList.toggle("llm-unchanged", !changed); // then one list says it all
    this.actual.textContent = this.truthWords(before, after, truth) +
      (changed ? " In brackets: the change in points." : "");
    this.loss.textContent = compared.losses ? lossWords(compared.losses, base.T) : "";
  }

  /**
   * The most likely tokens; with `old`, what each had before, and the change in points.
   * @param {Floats} p
   * @param {number | undefined} truth the token that really follows
   * @param {Floats} [old]
   */
  rows(p, truth, old) {
    return byProbability(p).slice(0, 7).map((id) => {
      const points = old ? 100 * (p[id] - old[id]) : 0;
      const size = Math.abs(points).toFixed(1);
      const isChanged = Math.abs(points) >= 0.05;
      return barRow({
        name: this.tokenizer.label(id) + (id === truth ? " ◆" : ""),
        fill: p[id],
        raw: isChanged && old ? old[id] : undefined,
        number: percent(p[id]) + (isChanged ? ` (${points > 0 ? "+" : "−"}${size})` : ""),
      });
    });
  }

  /**
   * @param {Floats} before
   * @param {Floats} after
   * @param {number | undefined} truth
   */
  truthWords(before, after, truth) {
    if (truth === undefined) return "The text ends: no true next token.";
    return `◆ In the text, ${this.nameOf(truth)} follows: ${percent(before[truth])} → ` +
      `${percent(after[truth])}.`;
  }

  /**
   * What the changes did, for the finding.
   * @param {Compared} compared
   * @param {number} changed how many heads are not normal
   */
  words({ base, now, place, labels }, changed) {
    const [before, after] = [base, now].map((run) => softmax(logitsAt(run, place)));
    const [a, b] = [before, after].map((p) => byProbability(p)[0]);
    const [were, are] = [before[a], after[b]].map(roughly);
    const where = `after ${spoken(labels[place])}`;
    const expected = a === b
      ? `${this.nameOf(b)} is still first ${where}: ${were} → ${are}`
      : `${where} the model expects ${this.nameOf(b)} (${are}) instead of ${this.nameOf(a)} ` +
        `(${were})`;
    return `With ${count(changed, "head")} changed, ${expected}.`;
  }

  /** @param {Run} run which says how its text goes on */
  likeliest(run) {
    const p = softmax(logitsAt(run, run.T - 1));
    const id = byProbability(p)[0];
    return { name: this.tokenizer.label(id), p: p[id] };
  }

  /** @param {number} id */
  nameOf(id) {
    return spoken(this.tokenizer.label(id));
  }
}

/**
 * How much better or worse the whole text is foreseen.
 * @param {number[]} losses before and after, in nats a token
 * @param {number} T
 */
function lossWords([before, after], T) {
  if (T < 2) return "Loss needs at least two tokens: each is judged by the one that follows.";
  if (before === after) {
    return `Loss of the whole text: ${before.toFixed(2)} nats a token. That is as if each true ` +
      `next token got ${percent(Math.exp(-before))}.`;
  }
  const now = `Loss of the whole text: ${before.toFixed(2)} → ${after.toFixed(2)} nats a token.`;
  const difference = after - before;
  if (Math.abs(difference) < 0.005) return `${now} That is as good as no change.`;
  const ratio = Math.exp(Math.abs(difference));
  const part = difference > 0 ? 1 - 1 / ratio : ratio - 1;
  const size = ratio < 1.1
    ? `${(100 * part).toFixed(1)}\u00a0%`
    : `${ratio.toFixed(ratio < 10 ? 1 : 0)} times`;
  return `${now} That is as if each true next token got ${size} ` +
    `${difference > 0 ? "less" : "more"} probability.`;
}
