// A problem of the shell game that the reader makes: drawn, or by pressing two cups after another.

import { BALLS, CUPS, PAIRS, solution, swapsOf } from "../../engine/shell_game.js";
import { MOST_SWAPS } from "../../engine/thinking_session.js";
import { button, slider } from "../shared/controls.js";
import { find, h, rove } from "../shared/dom.js";
import { localize } from "../shared/localize.js";

/**
 * @typedef {object} ProblemActions
 * @property {(swaps: number) => void} draw a problem
 * @property {(problem: string) => void} make one
 */

export class ThinkingProblem {
  /** @param {ProblemActions} actions */
  constructor({ draw, make }) {
    this.make = make;
    this.problem = "";
    this.held = -1; // the first cup of a swap that is being made
    this.cups = Array.from(CUPS, (_, i) => button("", () => this.press(i), "llm-thinking-cup"));
    const table = h(
      "div",
      { class: "llm-thinking-table", role: "group", "aria-label": localize`The cups` },
      ...this.cups,
    );
    rove(table, () => this.cups);
    this.cups.forEach((cup, i) => cup.tabIndex = i ? -1 : 0);
    this.swaps = slider({
      name: localize`Swaps`,
      min: 1,
      max: MOST_SWAPS,
      step: 1,
      oninput: draw,
    });
    this.another = button(localize`Another problem`, () => draw(Number(this.field.value)));
    this.none = button(localize`No swaps`, () => this.clear());
    this.text = h("p", { class: "llm-thinking-reads" });
    this.element = h(
      "div",
      { class: "llm-thinking-problem" },
      table,
      h("div", { class: "llm-row" }, this.swaps, this.another, this.none),
      this.text,
    );
  }

  get field() {
    return find(this.swaps, "input");
  }

  /** Take all swaps away: the next two cups that are pressed are the first. */
  clear() {
    this.make(`${this.problem.slice(0, BALLS)}=`);
  }

  /** @param {number} cup */
  press(cup) {
    if (this.held < 0 && swapsOf(this.problem).length >= MOST_SWAPS) return;
    const first = this.held;
    this.held = first < 0 ? cup : -1;
    if (first >= 0 && first !== cup) {
      const two = [first, cup].sort((a, b) => a - b);
      const pair = two.map((i) => CUPS[i].toUpperCase()).join("");
      if (PAIRS.includes(pair)) this.make(`${this.problem.slice(0, -1)}${pair}=`);
    }
    this.show(this.problem);
  }

  /** @param {string} problem */
  show(problem) {
    if (problem !== this.problem) this.held = -1;
    this.problem = problem;
    const start = problem.slice(0, BALLS);
    const swaps = swapsOf(problem);
    const isFull = swaps.length >= MOST_SWAPS;
    this.cups.forEach((cup, i) => {
      const ball = start.indexOf(CUPS[i]) + 1;
      const under = ball ? localize`ball ${ball}` : localize`empty`;
      cup.replaceChildren(
        h("b", {}, CUPS[i]),
        h("span", { class: ball ? "llm-thinking-ball" : "" }, ball ? String(ball) : ""),
      );
      cup.setAttribute("aria-label", `${CUPS[i]}, ${under}`);
      cup.setAttribute("aria-pressed", String(this.held === i));
      cup.setAttribute("aria-disabled", String(isFull));
    });
    const n = Math.max(1, swaps.length);
    this.swaps.show(n, String(swaps.length));
    this.text.replaceChildren(
      localize`Both read `,
      h("code", {}, problem),
      swaps.length ? localize` and should end with ` : localize`. Press two cups to swap them.`,
      ...(swaps.length ? [h("code", {}, `${solution(problem)}.`)] : []),
    );
  }
}
