// The switches that break a training on purpose.

import { button } from "../shared/controls.js";
import { h } from "../shared/dom.js";
import { more } from "../shared/layout.js";
import { TRAIN_FAULTS } from "./faults.js";

export class TrainBreak {
  /** @param {(fault: string) => void} onpick told what is to be broken now, or "" */
  constructor(onpick) {
    this.fault = "";
    this.switches = Object.entries(TRAIN_FAULTS).map(([fault, { name }]) => ({
      fault,
      element: button(name, () => onpick(this.fault === fault ? "" : fault), "llm-train-switch"),
    }));
    this.words = h("p", { class: "llm-note" });
    const row = h("div", { class: "llm-row" }, ...this.switches.map(({ element }) => element));
    this.element = more("Break it on purpose", row, this.words);
  }

  /**
   * @param {string} fault
   * @param {boolean} hasHealthy whether a run without a fault can come back
   */
  show(fault, hasHealthy) {
    this.fault = fault;
    for (const one of this.switches) {
      one.element.setAttribute("aria-pressed", String(one.fault === fault));
    }
    const back = hasHealthy ? "the healthy run is back" : "you can train without it";
    this.words.textContent = fault
      ? `Press the switch again, and ${back}.`
      : "Each trains a new model with one thing broken; the healthy run stays, in grey.";
  }
}
