// What each of the four models answers, and how often it is right.

import { h } from "../shared/dom.js";
import { localize } from "../shared/localize.js";

/** @import { Scheme } from "../../engine/who_saw.js" */
/** @typedef {{ scheme: Scheme, answer: string, isRight: boolean, right: number }} StretchRow */

export class StretchTable {
  /**
   * @param {Scheme[]} schemes
   * @param {(scheme: Scheme) => void} onpick
   */
  constructor(schemes, onpick) {
    this.rows = schemes.map((scheme) => {
      const answer = h("span", { class: "llm-stretch-answer" });
      const fill = h("span", { class: "llm-stretch-fill" });
      const number = h("span", { class: "llm-stretch-number" });
      const row = h(
        "button",
        { type: "button", onclick: () => onpick(scheme) },
        h("span", { class: "llm-stretch-name" }, localize(scheme)),
        answer,
        h("span", { class: "llm-stretch-bar" }, fill),
        number,
      );
      return { row, answer, fill, number };
    });
    const words = localize`Choose a model: its answer here, and how many of 90 are right`;
    this.element = h(
      "div",
      { class: "llm-stretch-rows" },
      h("p", { class: "llm-label" }, words),
      ...this.rows.map(({ row }) => row),
    );
  }

  /**
   * @param {StretchRow[]} rows
   * @param {Scheme} chosen
   * @param {number} all texts
   */
  show(rows, chosen, all) {
    rows.forEach(({ scheme, answer, isRight, right }, i) => {
      const part = this.rows[i];
      part.answer.textContent = `${isRight ? "✓" : "✕"} ${answer}`;
      part.answer.classList.toggle("llm-stretch-wrong", !isRight);
      part.fill.style.width = `${100 * right / all}%`;
      part.number.textContent = String(right);
      part.row.setAttribute("aria-pressed", String(scheme === chosen));
    });
  }
}
