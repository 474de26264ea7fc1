// Four skills over the looks at a model during its tuning.

import { h } from "../shared/dom.js";
import { localize } from "../shared/localize.js";
import { polyline, stretched, svg } from "../shared/svg.js";

/**
 * @typedef {object} Look
 * @property {"fine-tuning" | "preference tuning"} training
 * @property {number} step
 * @property {Record<string, string>} says answers by the name of the prompt
 * @property {number} right of the new words
 * @property {number} full of the new words
 * @property {number} passage of the old questions
 * @property {number} mood of the old questions
 */
/**
 * @typedef {object} Tunings
 * @property {Look[]} looks
 * @property {Record<string, string>} asked
 * @property {number} n_words
 * @property {number} n_old
 */
/** @typedef {"right" | "full" | "passage" | "mood"} Skill */

/** @type {Skill[]} */
const SKILLS = ["right", "full", "passage", "mood"];

/** The looks stand at equal distances, as on the time line above; their steps are written below. */
export class SkillChart {
  /** @param {Tunings} record */
  constructor({ looks, n_words, n_old }) {
    this.looks = looks;
    this.most = { right: n_words, full: n_words, passage: n_old, mood: n_old };
    const names = {
      right: localize`new: right about an unseen word`,
      full: localize`new: right, in a full sentence`,
      passage: localize`old: a question on a passage`,
      mood: localize`old: happy or sad?`,
    };
    this.turn = looks.findLastIndex(({ training }) => training === "fine-tuning");
    const lines = SKILLS.map((skill) =>
      polyline(
        `llm-tuning-${skill}`,
        looks.map((look, k) => [this.x(k), 100 - 100 * look[skill] / this.most[skill]]),
      )
    );
    this.now = h("span", { class: "llm-tuning-now" });
    this.plot = h("div", { class: "llm-tuning-plot", role: "img" });
    this.plot.append(
      h("span", { class: "llm-tuning-turn", style: `left:${this.x(this.turn)}%` }),
      stretched(...lines),
      this.now,
    );
    this.values = SKILLS.map(() => h("b"));
    const row = (/** @type {Skill} */ skill, /** @type {number} */ i) =>
      h("li", {}, key(skill), h("span", {}, names[skill]), this.values[i]);
    this.element = h(
      "div",
      {},
      h("p", { class: "llm-label" }, localize`Right answers, in percent, after so many steps`),
      h("div", { class: "llm-tuning-frame" }, this.buildY(), this.plot, this.buildX()),
      h("ul", { class: "llm-tuning-skills" }, ...SKILLS.map(row)),
    );
  }

  /** @param {number} k which look */
  x(k) {
    return 100 * k / (this.looks.length - 1);
  }

  buildY() {
    const marks = [100, 50, 0].map((share) => h("span", {}, String(share)));
    return h("div", { class: "llm-tuning-y" }, ...marks);
  }

  buildX() {
    const marks = this.looks.map(({ step }, k) =>
      h("span", { style: `left:${this.x(k)}%` }, String(step))
    );
    const name = (
      /** @type {string} */ words,
      /** @type {number} */ from,
      /** @type {number} */ to,
    ) => h("span", { class: "llm-tuning-name", style: `left:${(from + to) / 2}%` }, words);
    const middle = this.x(this.turn);
    return h(
      "div",
      { class: "llm-tuning-x", "aria-hidden": "true" },
      ...marks,
      name(localize`fine-tuning`, 0, middle),
      name(localize`preference tuning`, middle, 100),
    );
  }

  /**
   * @param {number} k which look
   * @param {string} words what is there, for a screen reader
   */
  show(k, words) {
    this.now.style.left = `${this.x(k)}%`;
    SKILLS.forEach((skill, i) => {
      this.values[i].textContent = localize`${this.looks[k][skill]} of ${this.most[skill]}`;
    });
    this.plot.setAttribute("aria-label", words);
  }
}

/** @param {Skill} skill */
const key = (skill) =>
  svg(
    "svg",
    { viewBox: "0 0 28 4", "aria-hidden": "true" },
    svg("line", { x1: 0, y1: 2, x2: 28, y2: 2, class: `llm-tuning-${skill}` }),
  );
