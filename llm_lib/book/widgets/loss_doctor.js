// LossDoctor: what is wrong with this training? The traits are described in loss_doctor.py.

import { TwoCurves } from "./loss_doctor/chart.js";
import { describe, tableOf } from "./loss_doctor/training.js";
import { button, groupName, tickBox } from "./shared/controls.js";
import { h, rove } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { split } from "./shared/layout.js";
import { View } from "./shared/view.js";

/** @import { Training } from "./loss_doctor/training.js" */
/** @import { Place, ViewParts } from "./shared/types.js" */
/** @typedef {Training & { look: string }} Case what to look at, where the answer is wrong */
/** @typedef {{ label: string, looks: string }} Cause its name, and how it shows */
/**
 * @typedef {object} Traits
 * @property {Case[]} cases
 * @property {Record<string, Cause>} causes
 * @property {number} guess_loss
 * @property {number} unigram the loss of knowing only how often each token comes
 * @property {number} case which one is shown
 * @property {string[]} answers a cause for each case; "" where there is none
 * @property {boolean} table
 * @property {boolean} compare
 * @property {Training} reference a healthy run
 * @property {number} score
 */

/** @extends {View<Traits>} */
class DoctorView extends View {
  more = button("", () => this.set("table", !this.get("table")), "llm-quiet");
  compare = tickBox("A healthy run beside it", (isOn) => this.set("compare", isOn));
  words = h("p", { class: "llm-note llm-doctor-words" });
  numbers = h("div", {
    class: "llm-doctor-numbers",
    tabindex: 0,
    role: "region",
    "aria-label": "The numbers",
  });
  finding = new Finding(this.model, this.signal);
  /** @type {HTMLButtonElement[]} */ tabs;
  /** @type {{ input: HTMLInputElement; element: HTMLLabelElement; }[]} */ choices;

  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    this.cases = this.get("cases");
    this.causes = this.get("causes");
    this.guess = this.get("guess_loss");
    this.unigram = this.get("unigram");
    this.chart = new TwoCurves(this.guess, this.unigram);
    this.build();
    this.follow(["case", "answers", "table", "compare"], () => this.paint());
    this.paint();
  }

  build() {
    this.offerReset();
    this.tabs = this.cases.map((_, i) =>
      h("button", { type: "button", class: "llm-doctor-tab", onclick: () => this.set("case", i) })
    );
    const tabs = h("div", {
      class: "llm-row llm-doctor-tabs",
      role: "group",
      "aria-label": "Trainings",
    }, ...this.tabs);
    rove(tabs, () => this.tabs, { onmove: (tab) => tab.click() });
    const next = () => this.set("case", (this.get("case") + 1) % this.cases.length);
    const curves = h(
      "section",
      { "aria-label": "The curves" },
      this.chart.element,
      this.words,
      h("div", { class: "llm-row" }, this.compare, this.more),
      this.numbers,
    );
    this.body.append(
      tabs,
      split([curves], [
        this.buildCauses(),
        h("div", { class: "llm-row" }, button("Next training", next, "llm-main")),
      ], { sticky: false }),
      this.finding.element,
    );
  }

  buildCauses() {
    const group = groupName("llm-doctor");
    const sorted = Object.entries(this.causes).sort(([, a], [, b]) =>
      a.label.localeCompare(b.label)
    ); // a stored page keeps no order
    this.choices = sorted.map(([cause, { label }]) => {
      const input = h("input", {
        type: "radio",
        name: group,
        value: cause,
        onchange: () => this.answer(cause),
      });
      return { input, element: h("label", { class: "llm-check llm-doctor-cause" }, input, label) };
    });
    return h(
      "section",
      { "aria-label": "Your diagnosis" },
      h("p", { class: "llm-label" }, "What happened here?"),
      h("div", {
        class: "llm-doctor-causes",
        role: "radiogroup",
        "aria-label": "What happened here?",
      }, ...this.choices.map((choice) => choice.element)),
    );
  }

  /**
   * Answer the case that is shown.
   * @param {string} cause
   */
  answer(cause) {
    const answers = [...this.get("answers")];
    answers[this.get("case")] = cause;
    this.set("answers", answers);
  }

  paint() {
    const k = this.get("case");
    const shown = this.cases[k];
    const answers = this.get("answers");
    const open = this.get("table");
    const right = (/** @type {number} */ i) => answers[i] === this.cases[i].cause;
    this.tabs.forEach((tab, i) => {
      const mark = !answers[i] ? "" : right(i) ? " ✓" : " ×";
      tab.textContent = `${i + 1}${mark}`;
      tab.setAttribute(
        "aria-label",
        `Training ${i + 1}${answers[i] ? (right(i) ? ", solved" : ", not yet right") : ""}`,
      );
      tab.setAttribute("aria-pressed", String(i === k));
      tab.tabIndex = i === k ? 0 : -1;
    });
    const words = describe(shown, this.guess, this.unigram);
    this.compare.show(this.get("compare"));
    this.chart.show(shown, this.get("compare") ? this.get("reference") : null, words);
    this.words.textContent = words;
    this.numbers.hidden = !open;
    this.more.textContent = open ? "Hide the numbers" : "Show the numbers";
    this.more.setAttribute("aria-expanded", String(open));
    if (open) this.numbers.replaceChildren(tableOf(shown));
    for (const { input, element } of this.choices) {
      input.checked = answers[k] === input.value;
      element.classList.toggle("llm-doctor-right", input.checked && right(k));
      element.classList.toggle("llm-doctor-wrong", input.checked && !right(k));
    }
    const score = answers.filter((_, i) => right(i)).length;
    this.set("score", score);
    this.finding.say(this.verdict(k, answers[k], score));
  }

  /**
   * What an answer is worth, in words.
   * @param {number} k the case
   * @param {string} answer
   * @param {number} score
   */
  verdict(k, answer, score) {
    const { cause, look } = this.cases[k];
    const n = this.cases.length;
    if (!answer) return `Training ${k + 1} of ${n}: what happened here?`;
    if (answer === cause) {
      return `Right: ${this.sentence(cause)} ${this.causes[cause].looks} ${score} of ${n} solved.`;
    }
    return `Not here. ${this.causes[answer].looks} ${look}`;
  }

  /**
   * The name of a cause, as a sentence ends with it.
   * @param {string} cause
   */
  sentence(cause) {
    const { label } = this.causes[cause];
    return `${label[0].toLowerCase()}${label.slice(1)}.`;
  }
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-doctor",
    title: "What is wrong with this training?",
    tryThis:
      "Look at the curves and choose what happened. A wrong choice tells you what to look at.",
    build: (parts) => new DoctorView(parts),
  });
}

export default { render };
