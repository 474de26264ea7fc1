// The changes, a row each: its switch, what it multiplied, and what is left after it.

import { h } from "../shared/dom.js";
import { localFixed, localize } from "../shared/localize.js";
import { isReplaced, runWith, secondsOf } from "./values.js";
import { factor, inSeconds } from "./words.js";

/** @import { Change, Shown, Trained } from "./values.js" */
/** @typedef {Record<"line" | "steps" | "time" | "cost" | "left", HTMLElement>} Cells */
/** @typedef {Cells & { input: HTMLInputElement }} Row */

export class TimeLedger {
  /**
   * @param {Change[]} changes
   * @param {Trained[]} trained
   * @param {object} how
   * @param {boolean} how.growing whether it shows only what was switched on, without factors
   * @param {(name: string, on: boolean) => void} how.onswitch
   */
  constructor(changes, trained, { growing, onswitch }) {
    this.changes = changes;
    this.trained = trained;
    this.growing = growing;
    const titles = [
      localize`change`,
      localize`steps`,
      localize`step time`,
      localize`together (range)`,
      localize`time left`,
    ];
    this.rows = this.changes.map(({ name }) => makeRow(name, onswitch));
    this.element = h(
      "table",
      {
        class: growing ? "llm-time-growing" : "llm-time-ledger",
        "aria-label": localize`The changes, in the order of the page`,
      },
      h("thead", {}, h("tr", {}, ...titles.map((title) => h("th", { scope: "col" }, title)))),
      h("tbody", {}, ...this.rows.map(({ line }) => line)),
    );
  }

  /** @param {string[]} on */
  show(on) {
    const latest = this.changes.findLastIndex(({ name }) => on.includes(name));
    const whole = secondsOf(this.trained[0]);
    this.element.hidden = this.growing && latest < 0;
    this.changes.forEach((change, k) => {
      const row = this.rows[k];
      row.line.hidden = this.growing && k > latest;
      const isOn = on.includes(change.name);
      row.input.checked = isOn;
      row.line.classList.toggle("llm-time-on", isOn);
      const upTo = this.changes.slice(0, k + 1).map(({ name }) => name);
      const run = runWith(this.changes, this.trained, on.filter((name) => upTo.includes(name)));
      const replaced = isReplaced(change.name, on);
      row.steps.textContent = isOn && !replaced ? factor(change.steps) : "";
      row.time.textContent = isOn && !replaced ? factor(change.time) : "";
      row.cost.replaceChildren(...(isOn ? costCell(change, replaced) : []));
      row.left.replaceChildren(...(isOn ? this.leftCell(run, whole) : []));
    });
  }

  /**
   * A bar, as long as its part of the whole, or in words whether the seconds were measured.
   * @param {Shown} run
   * @param {number} whole
   * @returns {(Node | string)[]}
   */
  leftCell(run, whole) {
    const words = inSeconds(secondsOf(run));
    const style = `--share: ${(secondsOf(run) / whole).toFixed(4)}`;
    if (this.growing) {
      return [h("span", { class: "llm-time-bar", style }), `${run.measured ? "" : "≈ "}${words}`];
    }
    return [`${words} `, h("small", {}, run.measured ? localize`measured` : localize`estimate`)];
  }
}

/** @param {Change} change @param {boolean} replaced @returns {Node[]} */
function costCell({ cost, low, high }, replaced) {
  if (replaced) return [h("small", {}, localize`replaced by Muon`)];
  const range = `${localFixed(low, 2)}–${localFixed(high, 2)}`;
  return [h("b", {}, factor(cost)), h("small", {}, range)];
}

/**
 * @param {string} name
 * @param {(name: string, on: boolean) => void} onswitch
 * @returns {Row}
 */
function makeRow(name, onswitch) {
  const input = h("input", { type: "checkbox", onchange: () => onswitch(name, input.checked) });
  const label = h("label", { class: "llm-check" }, input, h("span", {}, name));
  const [steps, time, cost, left] = [h("td"), h("td"), h("td"), h("td")];
  const line = h("tr", {}, h("th", { scope: "row" }, label), steps, time, cost, left);
  return { line, input, steps, time, cost, left };
}
