// ScoringRules: one model, 40 questions, and the scores that each form and rule gives it. The
// traits are described in scoring_rules.py.

import { AnswerRows } from "./scoring_rules/answers.js";
import { LetterBars, QuestionGrid } from "./scoring_rules/grid.js";
import { chooseAll, LETTERS, promptOf, RULE_NAMES } from "./scoring_rules/values.js";
import { rulesWords } from "./scoring_rules/words.js";
import { segments } from "./shared/controls.js";
import { h } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { split } from "./shared/layout.js";
import { View } from "./shared/view.js";

/** @import { Place, ViewParts } from "./shared/types.js" */
/** @import { RuleName, ScoredQuestion, ScoredForm } from "./scoring_rules/values.js" */
/**
 * @typedef {object} Traits
 * @property {{ questions: ScoredQuestion[], forms: Record<string, ScoredForm> }} data
 * @property {string} form
 * @property {RuleName} rule
 * @property {number} question
 * @property {number[]} chosen
 * @property {number} right
 * @property {object} initial
 */

/** @extends {View<Traits>} */
class ScoringRulesView extends View {
  rules = segments(
    "Rule",
    RULE_NAMES,
    (rule) => this.set("rule", /** @type {RuleName} */ (rule)),
  );
  score = h("p", { class: "llm-rules-score" });
  letters = new LetterBars();
  prompt = h("pre", { class: "llm-rules-prompt", tabindex: "0" });
  rows = new AnswerRows();
  finding = new Finding(this.model, this.signal);
  asked = h("p", { class: "llm-label" });
  /** @type {HTMLSelectElement} */ forms;
  /** @type {QuestionGrid} */ grid;

  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    this.build();
    this.follow(["data", "form", "rule", "question"], () => this.paint());
    this.paint();
  }

  build() {
    this.offerReset();
    const { forms, questions } = this.get("data");
    this.forms = h(
      "select",
      { "aria-label": "Form of the question", onchange: () => this.set("form", this.forms.value) },
      ...Object.entries(forms).map(([value, { name }]) => h("option", { value }, name)),
    );
    this.grid = new QuestionGrid(questions, (i) => this.set("question", i));
    const named = (/** @type {string} */ name, /** @type {HTMLElement} */ field) =>
      h("div", {}, h("p", { class: "llm-label" }, name), field);
    this.body.append(
      split([
        this.score,
        this.letters.element,
        this.grid.element,
      ], [
        named("Form", this.forms),
        named("Rule: the largest wins", this.rules),
        this.finding.element,
      ], { sticky: false }),
      h(
        "div",
        { class: "llm-rules-one" },
        h("div", {}, this.asked, this.prompt),
        this.rows.element,
      ),
    );
  }

  paint() {
    const { questions, forms } = this.get("data");
    const [form, rule, i] = [forms[this.get("form")], this.get("rule"), this.get("question")];
    const { values, chosen } = chooseAll(questions, form, rule);
    const right = questions.filter(({ answer }, k) => chosen[k] === answer).length;
    this.forms.value = this.get("form");
    this.rules.show(rule);
    this.score.replaceChildren(h("b", {}, `${right} of ${questions.length}`), " right");
    this.letters.show(chosen);
    this.grid.show(questions, chosen, i);
    this.asked.textContent = `Question ${i + 1}: what the model reads`;
    this.prompt.textContent = promptOf(questions[i], form);
    this.rows.show({ question: questions[i], form, rule, i, values: values[i] });
    this.finding.say(rulesWords({ questions, chosen, right, form, rule }));
    this.publish("chosen", chosen);
    this.publish("right", right);
  }
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-rules",
    title: "One model, 40 questions: how many does it get right?",
    tryThis: `Choose a form and a rule, then a square to see one question. ${
      LETTERS.slice(0, 4)
    } say which answer won.`,
    build: (parts) => new ScoringRulesView(parts),
  });
}

export default { render };
