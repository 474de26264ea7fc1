// The buttons that steer a training, and how far it is.

import { button } from "../shared/controls.js";
import { h } from "../shared/dom.js";
import { statusWords } from "./words.js";

/** @import { TrainRun } from "./run.js" */

const MAIN_WORDS = { new: "Train", running: "Pause", paused: "Go on", done: "Go on" };

export class TrainBar {
  /** @param {{ main: () => void, again: () => void, best: () => void, before: () => void }} does */
  constructor({ main, again, best, before }) {
    this.main = button("Train", main, "llm-main llm-train-main");
    this.again = button("Start over", again);
    this.best = button("Back to the best", best);
    this.before = button("Back to the run before", before);
    this.status = h("span", { class: "llm-note" });
    const all = [this.main, this.again, this.best, this.before, this.status];
    this.element = h("div", { class: "llm-row llm-train-bar" }, ...all);
  }

  /**
   * @param {TrainRun} run
   * @param {{ small: boolean, hasBefore: boolean }} options hasBefore: whether a run waits
   */
  show(run, { small, hasBefore }) {
    const { phase, plan, step, curve: { best } } = run;
    this.main.textContent = MAIN_WORDS[phase];
    this.main.disabled = !plan;
    this.again.hidden = phase === "new";
    this.best.hidden = small || phase === "new" || !best || best[0] === 0 || best[0] >= step;
    this.before.hidden = !hasBefore || phase === "running" || small;
    this.status.textContent = statusWords(run);
  }
}
