// What two models answer to one problem, written character by character, each step checked.

import { finalAnswer, solution } from "../../engine/shell_game.js";
import { h } from "../shared/dom.js";
import { localize } from "../shared/localize.js";
import { stepChips } from "../shared/thinking_steps.js";
import { WAY_NAMES, WAYS } from "./words.js";

/** @import { Way } from "../../engine/shell_game.js" */

const PACE = 60; // milliseconds a character

export class ThinkingAnswers {
  /** @param {AbortSignal} signal */
  constructor(signal) {
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.timer = 0;
    this.problem = "";
    /** @type {Partial<Record<Way, string>>} */
    this.texts = {};
    this.shown = 0; // characters
    this.rows = WAYS.map((way) => {
      const text = h("div", { class: "llm-thinking-text" });
      const verdict = h("span", { class: "llm-thinking-verdict" });
      const name = h("span", { class: "llm-label" }, localize(WAY_NAMES[way]));
      return {
        way,
        text,
        verdict,
        element: h("div", { class: "llm-thinking-row" }, name, text, verdict),
      };
    });
    this.element = h(
      "div",
      { class: "llm-thinking-answers" },
      ...this.rows.map((row) => row.element),
    );
    signal.addEventListener("abort", () => clearTimeout(this.timer));
  }

  /**
   * Begin to write what the models have answered.
   * @param {string} problem
   * @param {Partial<Record<Way, string>>} texts
   */
  write(problem, texts) {
    clearTimeout(this.timer);
    Object.assign(this, { problem, texts, shown: 0 });
    if (this.calm.matches) this.shown = this.longest;
    this.goOn();
  }

  get longest() {
    return Math.max(0, ...Object.values(this.texts).map((text) => text.length));
  }

  goOn() {
    this.paint();
    if (this.shown >= this.longest) return;
    this.timer = setTimeout(() => {
      this.shown++;
      this.goOn();
    }, PACE);
  }

  paint() {
    for (const { way, text, verdict } of this.rows) {
      const whole = this.texts[way];
      const written = whole?.slice(0, this.shown) ?? "";
      const pieces = stepChips(this.problem, written);
      text.replaceChildren(...(whole === undefined ? [noModel()] : pieces));
      const isOver = whole !== undefined && written.length === whole.length;
      const isRight = finalAnswer(whole ?? "") === solution(this.problem);
      verdict.textContent = !isOver ? "" : isRight ? localize`✓ right` : localize`✗ wrong`;
      verdict.className = `llm-thinking-verdict ${
        isRight ? "llm-thinking-good" : "llm-thinking-bad"
      }`;
    }
  }
}

const noModel = () => h("span", { class: "llm-note" }, localize`no model yet`);
