// What is seen of a training: its curve and milestones, its writing or its heads, and a sentence.

import { h } from "../shared/dom.js";
import { Finding } from "../shared/frame.js";
import { split, tabs } from "../shared/layout.js";
import { localCount } from "../shared/localize.js";
import { TrainChart } from "./chart.js";
import { TrainHeads } from "./heads.js";
import { OURS } from "./ours.js";
import { linesToRead, TrainSamples } from "./samples.js";
import { parametersOf } from "./sizes.js";
import { lookedAt } from "./watch.js";
import { milestoneList, tellTraining } from "./words.js";

/** @import { Model } from "../shared/types.js" */
/** @import { LossPoint } from "./curve.js" */
/** @import { TrainRun } from "./run.js" */

const CALM = 700; // milliseconds for which a finding stands while a training runs
const NEWS = 2000; // the same for one that is news

export class TrainBoard {
  /**
   * @param {{ model: Model, signal: AbortSignal, repaint: () => void, small: boolean,
   *   bar: HTMLElement, onlook: (isOpen: boolean) => void }} options bar: the buttons, which stand
   *   above the chart of the whole one; onlook: told whether the heads are looked at
   */
  constructor({ model, signal, repaint, small, bar, onlook }) {
    this.chart = new TrainChart(small);
    this.samples = new TrainSamples();
    this.heads = new TrainHeads(repaint);
    this.milestones = h("ol", { class: "llm-train-milestones" });
    this.finding = new Finding(model, signal);
    this.told = { news: "", until: 0 };
    this.small = small;
    const seen = small ? this.samples.element : tabs("What is shown", [
      ["What it writes", this.samples.element],
      ["Where its heads look", this.heads.element],
    ], (k) => onlook(k === 1));
    const chart = this.chart.element;
    this.ahead = h(
      "p",
      { class: "llm-label llm-train-milestones-title" },
      "Milestones, each named once it is reached",
    );
    const [stage, side] = small
      ? [[chart], [h("div", {}, this.ahead, this.milestones), seen]]
      : [[bar, chart], [seen]];
    const both = split(stage, side, { sticky: false });
    if (!small) both.append(this.milestones);
    const kind = small ? "llm-train-small" : "llm-train-whole";
    this.element = h("div", { class: kind }, both, this.finding.element);
  }

  /**
   * Returns whether the sentence was said anew.
   * @param {TrainRun} run with a plan
   * @param {{ before: LossPoint[], isNames: boolean }} options before: what
   *   another run's held-out losses were
   */
  show(run, { before, isNames }) {
    const { curve, watch, prepared: plan, prepared: { matter } } = run;
    const unit = matter.file.type === "char" ? "letters" : "tokens";
    const isNew = run.phase === "new";
    const ours = this.small && isNew && !before.length ? OURS : undefined;
    this.chart.show({ curve, before, ours, baselines: matter.baselines, counted: unit });
    const toRead = isNew && !this.small ? linesToRead(matter) : [];
    this.samples.show(watch.samples, { isLines: matter.isLines, isNames, toRead });
    if (watch.wantsMaps) {
      this.heads.show(watch.maps, lookedAt(plan).map((id) => matter.tokenizer.label(id)));
    }
    this.element.classList.toggle("llm-train-rest", isNew);
    this.showMilestones(run, unit);
    return this.tell(run, unit);
  }

  /**
   * @param {TrainRun} run
   * @param {string} unit
   */
  showMilestones({ curve, prepared: plan }, unit) {
    this.milestones.hidden = Boolean(plan.fault);
    const list = milestoneList(curve, plan.matter.baselines, unit, this.small);
    this.ahead.hidden = Boolean(plan.fault) || list.every(({ at }) => at !== undefined);
    this.milestones.replaceChildren(...list.map(({ at, words }, i) => {
      if (at === undefined) { // what is to come stays unsaid: a reader may have to predict it
        const rest = h("span", { class: "llm-train-yet" }, ": not reached yet.");
        const ahead = h("span", {}, `Milestone ${i + 1}`, rest);
        return h("li", { class: "llm-train-ahead" }, h("b", {}, "○"), ahead);
      }
      return h("li", {}, h("b", {}, `✓ ${localCount(at)}`), words);
    }));
  }

  /**
   * Say what is seen, not at each step; what is news is said at once, and read out.
   * @param {TrainRun} run
   * @param {string} unit
   */
  tell({ phase, step, curve, prepared: plan }, unit) {
    const now = performance.now();
    const { words, news } = tellTraining({
      phase,
      fault: plan.fault,
      step: phase === "running" ? curve.heldOut.at(-1)?.[0] ?? 0 : step,
      parameters: parametersOf(plan.config),
      curve,
      baselines: plan.matter.baselines,
      unit,
      small: this.small,
      isLoaded: Boolean(plan.weights),
    });
    const isNews = news !== this.told.news;
    if (!isNews && phase === "running" && now < this.told.until) return false;
    this.told = { news, until: now + (isNews ? NEWS : CALM) };
    this.finding.say(words, { quiet: !isNews });
    return true;
  }
}
