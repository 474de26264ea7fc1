// All questions as squares, with the letter of the answer that won; and how often each letter did.

import { h, rove } from "../shared/dom.js";
import { LETTERS } from "./values.js";

/** @import { ScoredQuestion } from "./values.js" */

const COLUMNS = 10;

export class QuestionGrid {
  /**
   * @param {ScoredQuestion[]} questions
   * @param {(i: number) => void} onpick
   */
  constructor(questions, onpick) {
    this.squares = questions.map((_, i) =>
      h("button", { type: "button", onclick: () => onpick(i) })
    );
    this.element = h(
      "div",
      { class: "llm-rules-grid", role: "group", "aria-label": "The questions" },
      ...this.squares,
    );
    rove(this.element, () => this.squares, {
      columns: () => COLUMNS,
      onmove: (item) => item.click(),
    });
  }

  /**
   * @param {ScoredQuestion[]} questions
   * @param {number[]} chosen
   * @param {number} shown which one is looked at
   */
  show(questions, chosen, shown) {
    this.squares.forEach((square, i) => {
      const right = chosen[i] === questions[i].answer;
      const letter = LETTERS[chosen[i]];
      square.className = right ? "llm-rules-right" : "llm-rules-wrong";
      square.replaceChildren(letter, h("small", { "aria-hidden": "true" }, right ? "✓" : "✗"));
      square.setAttribute("aria-pressed", String(i === shown));
      square.tabIndex = i === shown ? 0 : -1;
      square.setAttribute(
        "aria-label",
        `Question ${i + 1}, ${questions[i].question} ${letter}, ${right ? "right" : "wrong"}`,
      );
    });
  }
}

export class LetterBars {
  constructor() {
    this.rows = Array.from(LETTERS.slice(0, 4), (letter) => {
      const [fill, number] = [h("span", { class: "llm-rules-fill" }), h("span")];
      const track = h("span", { class: "llm-rules-track" }, fill);
      return { fill, number, element: h("li", {}, h("b", {}, letter), track, number) };
    });
    this.element = h(
      "ul",
      { class: "llm-rules-letters", "aria-label": "How often each place won" },
      ...this.rows.map(({ element }) => element),
    );
  }

  /** @param {number[]} chosen */
  show(chosen) {
    this.rows.forEach(({ fill, number }, k) => {
      const n = chosen.filter((each) => each === k).length;
      fill.style.width = `${100 * n / chosen.length}%`;
      number.textContent = `${n}×`;
    });
  }
}
