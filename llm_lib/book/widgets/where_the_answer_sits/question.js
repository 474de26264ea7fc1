// One test question, and what the probe says of it; and which classes are taken for which.

import { barRow } from "../shared/bars.js";
import { button } from "../shared/controls.js";
import { h } from "../shared/dom.js";
import { percent, quote } from "../shared/words.js";

/** @import { AnswerProbes, Verdict } from "../../engine/answer_features.js" */

/** Browses the test questions: all of them, or those that the probe gets wrong. */
export class AnswerQuestion {
  /**
   * @param {AnswerProbes} probes
   * @param {(question: number) => void} onpick
   */
  constructor(probes, onpick) {
    this.probes = probes;
    this.now = { question: 0, said: /** @type {number[]} */ ([]) };
    const go = (/** @type {1 | -1} */ way, /** @type {boolean} */ wrong) =>
      button(
        `${way < 0 ? "← " : ""}${wrong ? "Wrong one" : way < 0 ? "Back" : "Next"}${
          way > 0 ? " →" : ""
        }`,
        () => onpick(this.next(way, wrong)),
      );
    this.wrong = go(1, true);
    this.text = h("p", { class: "llm-answer-text" });
    this.place = h("span", { class: "llm-note" });
    this.verdict = h("p", { class: "llm-answer-verdict" });
    this.bars = h("ul", { class: "llm-bars", "aria-label": "Probabilities of the classes" });
    this.element = h(
      "section",
      { "aria-label": "A test question" },
      h("div", { class: "llm-row" }, go(-1, false), go(1, false), this.wrong, this.place),
      this.text,
      this.verdict,
      this.bars,
    );
  }

  /**
   * The next question in one direction, round in a ring; of the wrong ones, if that is asked.
   * @param {1 | -1} way
   * @param {boolean} wrong
   */
  next(way, wrong) {
    const { truth } = this.probes;
    const { question, said } = this.now;
    const at = (/** @type {number} */ k) => (question + way * k + truth.length) % truth.length;
    let k = 1;
    while (wrong && k < truth.length && said[at(k)] === truth[at(k)]) k++;
    return at(k);
  }

  /**
   * @param {number} question
   * @param {Verdict} verdict
   */
  show(question, { said, probabilities }) {
    const { file, truth } = this.probes;
    const { classes, test } = file;
    this.now = { question, said };
    const right = said[question] === truth[question];
    this.wrong.disabled = said.every((c, i) => c === truth[i]);
    this.place.textContent = `${question + 1} of ${test.length}`;
    this.text.textContent = quote(test[question][0]);
    const [mine, true_] = [classes[said[question]], classes[truth[question]]];
    this.verdict.textContent = right
      ? `✓ asks for: ${true_}`
      : `✗ taken for: ${mine}; asks for: ${true_}`;
    this.verdict.className = `llm-answer-verdict llm-answer-${right ? "right" : "wrong"}`;
    this.bars.replaceChildren(...classes.map((name, c) => {
      const p = probabilities[question][c];
      const kind = c === truth[question] ? "llm-better" : "";
      return barRow({ name, fill: p, number: percent(p, 0), kind });
    }));
  }
}

/** The table of which class was taken for which. */
export class ConfusionTable {
  /** @param {string[]} classes */
  constructor(classes) {
    this.cells = classes.map(() => classes.map(() => h("td")));
    const rows = classes.map((name, i) =>
      h("tr", {}, h("th", { scope: "row" }, name), ...this.cells[i])
    );
    const heads = classes.map((name) =>
      h(
        "th",
        { scope: "col", "aria-label": name },
        h("abbr", { title: name }, `${name.slice(0, 3)}.`),
      )
    );
    this.element = h(
      "table",
      {
        class: "llm-answer-confusion",
        "aria-label": "Rows: what is asked for. Columns: what the probe says",
      },
      h("thead", {}, h("tr", {}, h("td", {}, "asked for ↓"), ...heads)),
      h("tbody", {}, ...rows),
    );
  }

  /** @param {number[][]} counts */
  show(counts) {
    counts.forEach((row, i) => {
      const all = row.reduce((sum, n) => sum + n, 0);
      row.forEach((n, j) => {
        const cell = this.cells[i][j];
        cell.textContent = n ? String(n) : "·";
        const colour = i === j ? "--llm-positive" : "--llm-negative";
        const share = Math.round(35 * n / Math.max(1, all));
        cell.style.background = `color-mix(in srgb, var(${colour}) ${share}%, transparent)`;
      });
    });
  }
}
