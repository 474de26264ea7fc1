// A row for each token: its score as a number and a bar, and the weight that softmax makes of it.

import { find, h } from "../shared/dom.js";
import { showBlanks } from "../shared/tokens.js";
import { cssPercent } from "../shared/words.js";

/** @import { PronounRun } from "../pronoun_head.js" */

const COLUMNS = ["token", "score", "bar", "weight", "bar"];

export class PronounRows {
  /** @param {PronounRun[]} runs all that may be shown: they share one scale */
  constructor(runs) {
    const all = runs.flatMap(({ heads }) => heads[0].scores[0]);
    this.most = Math.max(...all);
    this.body = h("tbody");
    this.other = h("span", { class: "llm-note" });
    this.element = h(
      "div",
      {},
      h(
        "table",
        { class: "llm-pronoun-rows" },
        h("caption", {}, "Lines at the two people: their bars with the other word."),
        h("colgroup", {}, ...COLUMNS.map((kind) => h("col", { class: `llm-pronoun-${kind}` }))),
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, "token"),
            h("th", { scope: "col", colspan: 2 }, "score: q · k / √64"),
            h("th", { scope: "col", colspan: 2 }, "weight, by softmax"),
          ),
        ),
        this.body,
      ),
    );
  }

  /**
   * @param {PronounRun} run
   * @param {PronounRun} [other] the same sentence with its other pronoun: lines at the two people
   */
  show(run, other) {
    const head = run.heads[0];
    find(this.element, "caption").hidden = !other;
    this.body.replaceChildren(...run.tokens.map((token, t) => {
      const isNamed = run.people.includes(token.trim());
      const cells = (/** @type {"scores" | "weights"} */ part, /** @type {number} */ most) => {
        const value = head[part][0][t];
        const before = isNamed && other ? other.heads[0][part][0][t] / most : undefined;
        const bar = track(value / most, before);
        return [h("td", {}, value.toFixed(part === "scores" ? 1 : 2)), h("td", {}, bar)];
      };
      return h(
        "tr",
        { class: isNamed ? "llm-pronoun-named" : "" },
        h("th", { scope: "row" }, ...showBlanks(token.trim())),
        ...cells("scores", this.most),
        ...cells("weights", 1),
      );
    }));
  }
}

/**
 * A bar, and a line where another ends.
 * @param {number} share
 * @param {number} [other]
 */
function track(share, other) {
  const part = (/** @type {string} */ kind, /** @type {number} */ width) =>
    h("span", { class: kind, style: `width:${cssPercent(Math.max(0, width))}` });
  const bar = h("span", { class: "llm-bar-track" }, part("llm-bar-fill", share));
  if (other !== undefined) bar.append(part("llm-bar-raw", other));
  return bar;
}
