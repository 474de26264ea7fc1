// The run planner's picture: what one GPU holds, and what a step takes.

import { STEP_PARTS } from "../../engine/run_plan.js";
import { h } from "../shared/dom.js";
import { inUnits, percent } from "../shared/words.js";
import { inDays, inGigabytes, inSeconds } from "./words.js";

/** @import { LargeRun } from "../../engine/run_plan.js" */
/** @import { LargePlan } from "./words.js" */

const MEMORY_NAMES = ["weights", "gradients", "master copy", "moments", "activations"];
const TIME_NAMES = {
  compute: "computing",
  bubble: "bubble",
  sums: "sums in blocks",
  network: "sending",
  update: "updating",
};

export class PlannerPicture {
  constructor() {
    this.total = h("b");
    this.parts = MEMORY_NAMES.map(() => h("i"));
    this.limit = h("span", { class: "llm-planner-limit" });
    this.limitName = h("span", { class: "llm-planner-limit-name" });
    this.bar = h(
      "div",
      { class: "llm-planner-bar", role: "img" },
      h("div", { class: "llm-planner-parts" }, ...this.parts),
      this.limit,
      this.limitName,
    );
    this.numbers = MEMORY_NAMES.map(() => h("b"));
    const legend = MEMORY_NAMES.map((name, i) => h("li", {}, h("i"), `${name} `, this.numbers[i]));
    this.stepName = h("span");
    this.step = h("b");
    this.times = STEP_PARTS.map(([part]) => this.timeRow(TIME_NAMES[part]));
    this.results = h("dl", { class: "llm-planner-results" });
    const result = (/** @type {string} */ name) => {
      const value = h("dd");
      this.results.append(h("div", {}, h("dt", {}, name), value));
      return value;
    };
    this.days = result("The run");
    this.hours = result("GPU hours");
    this.mfu = result("MFU");
    this.element = h(
      "div",
      { class: "llm-planner-picture" },
      h(
        "p",
        { class: "llm-label llm-planner-head" },
        h("span", {}, "Memory of one GPU"),
        this.total,
      ),
      this.bar,
      h("ul", { class: "llm-planner-legend" }, ...legend),
      h("p", { class: "llm-label llm-planner-head" }, this.stepName, this.step),
      h("ul", { class: "llm-bars" }, ...this.times.map(({ element }) => element)),
      this.results,
    );
  }

  /** @param {string} name */
  timeRow(name) {
    const fill = h("span", { class: "llm-bar-fill" });
    const number = h("span", { class: "llm-bar-number" });
    const track = h("span", { class: "llm-bar-track" }, fill);
    const named = h("span", { class: "llm-bar-name" }, name);
    const element = h("li", {}, h("div", { class: "llm-bar" }, named, track, number));
    return { element, fill, number };
  }

  /**
   * @param {LargeRun} run
   * @param {LargePlan} plan
   */
  show(run, plan) {
    const { memory, memory_total, time } = plan;
    const scale = 1.04 * Math.max(memory_total, run.memory);
    const share = (/** @type {number} */ bytes) => `${(100 * bytes / scale).toFixed(3)}%`;
    MEMORY_NAMES.forEach((name, i) => {
      this.parts[i].style.width = share(memory[name]);
      this.numbers[i].textContent = memory[name] ? inGigabytes(memory[name]) : "none";
    });
    this.total.textContent = inGigabytes(memory_total);
    this.limit.style.left = this.limitName.style.left = share(run.memory);
    this.limitName.textContent = `it has ${inGigabytes(run.memory)}`;
    this.limitName.classList.toggle("llm-planner-left", run.memory / scale > 0.5);
    this.bar.classList.toggle("llm-planner-over", !plan.fits);
    const said = MEMORY_NAMES.map((name, i) => `${name} ${this.numbers[i].textContent}`);
    const all = `${this.total.textContent} of ${inGigabytes(run.memory)}`;
    this.bar.setAttribute("aria-label", `Memory of one GPU, ${all}: ${said.join(", ")}`);
    const longest = Math.max(...STEP_PARTS.map(([part]) => time[part]));
    STEP_PARTS.forEach(([part, binding], i) => {
      const { element, fill, number } = this.times[i];
      fill.style.width = `${(100 * time[part] / longest).toFixed(2)}%`;
      number.textContent = time[part] ? inSeconds(time[part]) : "nothing";
      element.hidden = !time[part] && ["bubble", "sums"].includes(part); // nothing is cut
      element.classList.toggle("llm-planner-binds", plan.binds === binding);
    });
    this.stepName.textContent = run.overlap && time.network
      ? "One step (it sends while it computes)"
      : "One step";
    this.step.textContent = plan.fits
      ? inSeconds(time.step)
      : `${inSeconds(time.step)}, if it fitted`;
    this.days.textContent = inDays(plan.days);
    this.hours.textContent = inUnits(plan.gpu_hours);
    this.mfu.textContent = percent(plan.mfu);
  }
}
