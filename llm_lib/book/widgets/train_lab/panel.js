// All that is on the page of a training, and where it stands.

import { h } from "../shared/dom.js";
import { more } from "../shared/layout.js";
import { TrainBar } from "./bar.js";
import { TrainBoard } from "./board.js";
import { TrainBreak } from "./break.js";
import { TrainFiles } from "./files.js";
import { TrainSetup } from "./setup.js";
import { sizesOf } from "./sizes.js";
import { safeWords } from "./words.js";

/** @import { Model } from "../shared/types.js" */
/** @import { TrainBefore } from "./before.js" */
/** @import { Loaded, Settings } from "./plan.js" */
/** @import { TrainRun } from "./run.js" */
/** @import { SetTraits } from "./setup.js" */
/**
 * What its buttons do.
 * @typedef {object} Does
 * @property {SetTraits} set
 * @property {() => void} main
 * @property {() => void} again
 * @property {() => void} best
 * @property {() => void} before
 * @property {(fault: string) => void} breakIt
 * @property {(isOpen: boolean) => void} look at the heads, or no longer
 * @property {() => Promise<void>} save
 * @property {(loaded: Loaded | null) => void} load
 * @property {(error: any) => void} failed
 */
/**
 * @typedef {object} TrainShown
 * @property {TrainRun} run
 * @property {TrainBefore} before
 * @property {Settings} settings
 * @property {Loaded | null} loaded
 * @property {boolean} narrow whether the device is a small one
 * @property {string} problem
 * @property {boolean} isKept whether the browser keeps anything
 * @property {string} fault why the last steps could not be kept
 */

export class TrainPanel {
  wrong = h("p", { class: "llm-problem", role: "alert", hidden: true });
  safe = h("p", { class: "llm-note llm-train-safe" });

  /**
   * @param {Does} does
   * @param {{ model: Model, signal: AbortSignal, repaint: () => void, small: boolean }} options
   */
  constructor(does, { model, signal, repaint, small }) {
    const { failed } = does;
    this.small = small;
    this.bar = new TrainBar(does);
    this.setup = new TrainSetup(does.set, { failed, signal });
    const { element } = this.bar;
    this.board = new TrainBoard({ model, signal, repaint, small, bar: element, onlook: does.look });
    this.breaks = new TrainBreak(does.breakIt);
    this.files = new TrainFiles(does);
    const { bar, board, wrong, safe } = this;
    this.elements = small
      ? [bar.element, wrong, board.element, safe]
      : [this.setup.place(wrong), board.element, this.buildMore()];
  }

  buildMore() {
    const details = more("Sizes and tokens", this.setup.details);
    const { breaks, files, safe } = this;
    return h("div", { class: "llm-train-more" }, breaks.element, details, files.element, safe);
  }

  /**
   * Returns whether the finding was said anew.
   * @param {TrainShown} shown
   */
  show(shown) {
    const { run, before, settings, problem, isKept, fault } = shown;
    this.bar.show(run, { small: this.small, hasBefore: before.parked !== null });
    this.wrong.hidden = !problem;
    this.wrong.textContent = problem;
    if (!this.small) this.showChoice(shown);
    this.safe.textContent = safeWords(isKept, this.small, fault);
    return run.plan !== null && this.board.show(run, {
      before: before.lossesOn(run.plan.textKey),
      isNames: settings.data.endsWith("names"),
    });
  }

  /** @param {TrainShown} shown */
  showChoice({ run, before, settings, loaded, narrow, problem }) {
    const sizes = loaded?.config ?? sizesOf(settings, narrow);
    this.setup.show(settings, sizes, { narrow, isLoaded: Boolean(loaded) });
    this.setup.showFacts(run.plan, Boolean(problem));
    this.breaks.show(settings.fault, before.healthy !== null);
    this.files.show(run.live, Boolean(loaded));
  }
}
