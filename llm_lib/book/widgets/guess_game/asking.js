// One question of the guessing game: the words on offer, and how sure one is of them.

import { groupName } from "../shared/controls.js";
import { h } from "../shared/dom.js";
import { capital, percent } from "../shared/words.js";
import { belief, CONFIDENCES, priceInWords } from "./answers.js";
import { OptionRow } from "./board.js";
import { N_OPTIONS } from "./questions.js";

/** @import { Answer, Question } from "./answers.js" */

export class Asking {
  passage = h("p", { class: "llm-guess-text" });
  price = h("p", { class: "llm-note" });
  covered = h("p", { class: "llm-note" });

  /**
   * @param {string} who the model's name
   * @param {object} listeners
   * @param {(word: string) => void} listeners.onword
   * @param {(confidence: number) => void} listeners.onsure
   * @param {(event: KeyboardEvent) => void} listeners.onenter
   */
  constructor(who, { onword, onsure, onenter }) {
    this.who = who;
    const names = groupName("llm-guess");
    /** @type {string[]} */
    this.words = []; // on offer
    this.options = Array.from(
      { length: N_OPTIONS },
      (_, i) => new OptionRow(`${names}-word`, who, () => onword(this.words[i])),
    );
    this.sure = CONFIDENCES.map(([value]) =>
      h("input", { type: "radio", name: `${names}-sure`, value, onchange: () => onsure(value) })
    );
    for (const input of [...this.options.map((option) => option.input), ...this.sure]) {
      input.addEventListener("keydown", (event) => {
        if (event.key === "Enter") onenter(event);
      });
    }
    this.which = this.buildWhich();
    this.surely = this.buildSurely();
  }

  buildWhich() {
    const words = "Which word comes next?";
    return h(
      "div",
      {},
      this.passage,
      h("p", { class: "llm-label llm-guess-ask" }, words),
      h(
        "div",
        { class: "llm-guess-options", role: "radiogroup", "aria-label": words },
        ...this.options.map((option) => option.element),
      ),
      this.covered,
    );
  }

  buildSurely() {
    const words = "How sure are you?";
    return h(
      "div",
      { class: "llm-guess-surely" },
      h("p", { class: "llm-label" }, words),
      h(
        "div",
        { class: "llm-guess-sure", role: "radiogroup", "aria-label": words },
        ...this.sure.map((input, i) => h("label", {}, input, h("span", {}, CONFIDENCES[i][1]))),
      ),
      this.price,
    );
  }

  /**
   * @param {Question} question
   * @param {object} how
   * @param {Answer | null} how.answer
   * @param {Answer | null} how.pending the answer that would be given now
   * @param {string} how.guess the word that is chosen; "" for none
   * @param {number} how.confidence
   */
  show(question, { answer, pending, guess, confidence }) {
    this.words = question.words;
    const said = answer ?? pending;
    const gap = answer
      ? h("mark", { class: "llm-guess-word" }, question.true)
      : h("span", { class: "llm-guess-gap" }, "?");
    this.passage.replaceChildren(question.text.trimEnd(), " ", gap);
    const believed = said ? belief(question, said) : null;
    const evenly = said?.[1] === CONFIDENCES[0][0];
    this.options.forEach((option, i) =>
      option.show({
        word: question.words[i],
        you: believed?.[i],
        model: answer ? question.model[i] : null,
        isTrue: Boolean(answer) && question.words[i] === question.true,
        chosen: question.words[i] === (answer ? !evenly && answer[0] : guess),
        locked: Boolean(answer),
      })
    );
    const sureness = answer ? answer[1] : confidence;
    this.sure.forEach((input, i) => {
      input.checked = CONFIDENCES[i][0] === sureness;
      input.disabled = Boolean(answer);
    });
    this.price.textContent = priceInWords(sureness);
    this.covered.textContent = answer
      ? `Of all its tokens, ${this.who} gave these five words ${percent(question.covered)} ` +
        "together. To play on equal terms, that is scaled up to 100\u00a0% here."
      : `${capital(this.who)} has made its guess. It is shown once you have made yours.`;
  }

  /** Go to the first word on offer. */
  focus() {
    this.options[0].input.focus({ preventScroll: true });
  }
}
