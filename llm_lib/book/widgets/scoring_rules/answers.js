// One question: what each answer got, what the rule makes of it, and which one wins.

import { h } from "../shared/dom.js";
import { decimals } from "../shared/words.js";
import { LETTERS, measureOf, scoredTexts } from "./values.js";

/** @import { RuleName, ScoredForm, ScoredQuestion } from "./values.js" */

/** @type {Record<RuleName, string>} */
const MEASURES = {
  acc: "",
  acc_per_token: "÷ tokens",
  acc_norm: "÷ characters",
  acc_bytes: "÷ bytes",
  acc_mutual_info: "− unasked",
};

export class AnswerRows {
  constructor() {
    this.head = h("tr");
    this.body = h("tbody");
    this.element = h(
      "table",
      { class: "llm-rules-answers", "aria-label": "The answers and their values" },
      h("thead", {}, this.head),
      this.body,
    );
  }

  /**
   * @param {{ question: ScoredQuestion, form: ScoredForm, rule: RuleName, i: number,
   *   values: number[] }} shown
   */
  show({ question, form, rule, i, values }) {
    const best = values.indexOf(Math.max(...values));
    const texts = scoredTexts(question, form);
    const titles = ["", "answer", "log p", ...(MEASURES[rule] ? [MEASURES[rule], "value"] : [])];
    this.head.replaceChildren(...titles.map((title) => h("th", { scope: "col" }, title)));
    this.body.replaceChildren(...question.choices.map((choice, k) => {
      const measure = measureOf(form, rule, i, k, texts[k]);
      const shown = rule === "acc_mutual_info" ? decimals(measure) : String(measure);
      const cells = [decimals(form.sums[i][k])];
      if (MEASURES[rule]) cells.push(shown, decimals(values[k]));
      const marks = [k === best ? "wins" : "", k === question.answer ? "right" : ""];
      return h(
        "tr",
        { class: k === best ? "llm-rules-best" : "" },
        h("th", { scope: "row" }, LETTERS[k]),
        h("td", {}, choice, h("small", {}, marks.filter(Boolean).join(", "))),
        ...cells.map((text) => h("td", {}, text)),
      );
    }));
  }
}
