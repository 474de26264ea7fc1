// Prediction: what do you expect? The traits are described in prediction.py.

import { answerField } from "./prediction/fields.js";
import { agree, judge } from "./prediction/judge.js";
import { button } from "./shared/controls.js";
import { h, onAnswersShown } from "./shared/dom.js";
import { theBook } from "./shared/files.js";
import { showWidget } from "./shared/frame.js";
import { localize, localPoint } from "./shared/localize.js";
import { marked, unmarked } from "./shared/marked.js";
import { View } from "./shared/view.js";

/** @import { Place, ViewParts } from "./shared/types.js" */
/**
 * @typedef {object} Traits
 * @property {string} name
 * @property {string} question
 * @property {string} kind
 * @property {[key: string, words: string][]} choices
 * @property {string[][]} places
 * @property {any} right
 * @property {[answer: any, words: string][]} feedback
 * @property {string[]} hints
 * @property {string[][]} item_hints
 * @property {string} why
 * @property {number} tolerance
 * @property {any} answer
 * @property {string} state
 * @property {boolean} passed
 * @property {string} finding
 */

/** @extends {View<Traits>} */
class PredictionView extends View {
  field = answerField((name) => this.get(name), (answer) => this.answer(answer));
  verdict = h("div", { class: "llm-predict-verdict", role: "status" });
  hints = h("ul", { class: "llm-predict-hints" });
  main = h("button", { type: "submit", class: "llm-main" }, localize`Check`);
  hint = button(localize`Hint`, () => this.showHint());
  reveal = button(localize`Show me`, () => this.settle("shown"), "llm-predict-show");
  again = button(localize`Try again`, () => this.reset());

  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    this.hintsShown = 0;
    /** @type {any[]} */
    this.wrong = []; // what was tried, and is not right
    this.build();
    this.recall();
    this.follow(["answer", "state"], () => this.paint());
    onAnswersShown(this.signal, () => this.paint());
    this.paint();
  }

  /**
   * How the question stands for the eye: when the reader of a page has asked to see all answers,
   * it shows its own, and forgets nothing. An exercise keeps its answer: it has a button for it.
   */
  get look() {
    const state = this.get("state");
    const areShown = document.documentElement.dataset.answers === "shown";
    const isAsked = areShown && !this.root.closest(".llm-exercise");
    return isAsked && state !== "solved" ? "shown" : state;
  }

  get task() {
    const get = (/** @type {any} */ name) => this.get(name);
    return {
      kind: get("kind"),
      right: get("right"),
      feedback: get("feedback"),
      hints: get("hints"),
      item_hints: get("item_hints"),
      tolerance: get("tolerance"),
    };
  }

  build() {
    // what a click answers has its button for the keyboard alone, in the line of the title
    const isClicked = ["choice", "place"].includes(this.get("kind"));
    const form = h(
      "form",
      { class: "llm-predict-form", novalidate: true, onsubmit: (event) => this.check(event) },
      h("p", { class: "llm-predict-question" }, ...marked(localize(this.get("question")))),
      h(
        "div",
        { class: "llm-predict-answer" },
        this.field.element,
        ...isClicked ? [] : [this.main],
      ),
      h(
        "div",
        { class: "llm-row" },
        ...isClicked ? [this.main] : [],
        this.hint,
        this.reveal,
        this.again,
      ),
    );
    this.body.append(form, this.verdict, this.hints);
  }

  /** Take up what the reader's browser remembers, on a page of the book. */
  recall() {
    const kept = theBook()?.progress?.exercise(this.get("name"));
    if (!kept || this.get("state")) return;
    const fits = "answer" in kept && (kept.state !== "solved" || this.isRight(kept.answer));
    if (!fits && kept.state !== "shown") return; // answered elsewhere, or the question has changed
    this.setAll({
      answer: kept.answer ?? null,
      state: kept.state,
      passed: kept.state === "solved",
    });
  }

  /** @param {any} answer */
  isRight(answer) {
    return agree(this.get("right"), answer, this.get("tolerance"));
  }

  /** @param {Event} event */
  check(event) {
    event.preventDefault();
    const answer = this.field.read();
    if (answer === null) this.verdict.replaceChildren(this.field.missing);
    else this.answer(answer);
  }

  /** @param {any} answer */
  answer(answer) {
    if (!this.isRight(answer)) this.wrong.push(answer);
    this.settle(this.isRight(answer) ? "solved" : "tried", { answer });
  }

  /**
   * Set how it stands, and with it other traits: in one message, so that Python never sees an
   * answer that is not judged yet.
   * @param {string} state
   * @param {Record<string, unknown>} [also]
   */
  settle(state, also = {}) {
    this.setAll({ ...also, state, passed: state === "solved" });
    this.paint();
    this.tell();
  }

  /** Tell the page, which remembers it and lifts its veils. */
  tell() {
    const detail = {
      name: this.get("name"),
      state: this.get("state"),
      answer: this.get("answer"),
    };
    this.root.dispatchEvent(new CustomEvent("llm-answered", { bubbles: true, detail }));
  }

  showHint() {
    this.hintsShown++;
    this.paint();
  }

  reset() {
    this.wrong = [];
    this.hintsShown = 0;
    this.setAll({ answer: null, state: "", passed: false });
    this.paint();
    this.tell();
  }

  paint() {
    const state = this.look;
    const done = state === "solved" || state === "shown";
    const answer = this.get("answer");
    this.root.dataset.state = state;
    if (state || answer !== null) {
      this.field.show(state === "shown" ? this.get("right") : answer, done, this.wrong);
    } else this.field.show(null, false, []);
    const judged = state === "tried" ? judge(this.task, answer) : null;
    const hints = judged?.hints ?? this.get("hints");
    if (judged && !judged.hidden) this.hintsShown = Math.max(1, this.hintsShown);
    const shown = done ? [] : hints.slice(0, this.hintsShown);
    this.hints.replaceChildren(
      ...shown.map((/** @type {string} */ said) =>
        h("li", {}, h("b", {}, localize`Hint`, " "), ...marked(localize(said)))
      ),
    );
    this.main.hidden = this.reveal.hidden = done;
    this.hint.hidden = done || this.hintsShown >= hints.length;
    this.hint.textContent = this.hintsShown ? localize`Another hint` : localize`Hint`;
    this.again.hidden = !["solved", "shown"].includes(this.get("state"));
    this.say(judged?.said ?? "");
  }

  /** @param {string} reason */
  say(reason) {
    const why = localize(this.get("why"));
    const [head, rest] = {
      solved: [localize`✓ Right.`, why],
      tried: [localize`✕ Not yet.`, localize(reason)],
      shown: [`${this.rightInWords()}`, why],
    }[this.look] ?? ["", ""];
    const words = `${head} ${rest}`.trim();
    if (this.verdict.dataset.said !== words) {
      this.verdict.dataset.said = words;
      this.verdict.replaceChildren(...(head ? [h("b", {}, head), " ", ...marked(rest)] : []));
    }
    this.publish("finding", unmarked(words));
  }

  /** What is right, as the head of a sentence. */
  rightInWords() {
    const { kind, right } = this.task;
    if (kind === "choice" || kind === "place" || Array.isArray(right)) {
      return localize`Here is the answer.`;
    }
    const isRounded = typeof right === "number" && !Number.isInteger(right);
    const value = isRounded ? Number(right.toPrecision(4)) : right;
    return localize`The answer is ${localPoint(String(value))}.`;
  }
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-predict",
    title: localize(place.model.get("title")),
    tryThis: "",
    build: (parts) => new PredictionView(parts),
  });
}

export default { render };
