// The changes, a row each: its switch, what it multiplied, and what is left after it.

import { h } from "../shared/dom.js";
import { localFixed, localize } from "../shared/localize.js";
import { isReplaced, runWith, secondsOf } from "./time_values.js";
import { factor, inSeconds } from "./time_words.js";

/** @import { Change, Trained } from "./time_values.js" */
/** @typedef {Record<"line" | "steps" | "time" | "cost" | "left", HTMLElement>} Cells */
/** @typedef {Cells & { input: HTMLInputElement }} Row */

export class TimeLedger {
  /**
   * @param {Change[]} changes
   * @param {Trained[]} trained
   * @param {(name: string, on: boolean) => void} onswitch
   */
  constructor(changes, trained, onswitch) {
    this.changes = changes;
    this.trained = trained;
    const titles = [
      localize`change`,
      localize`steps`,
      localize`step time`,
      localize`together (range)`,
      localize`left`,
    ];
    this.rows = changes.map(({ name }) => makeRow(name, onswitch));
    this.element = h(
      "table",
      { class: "llm-time-ledger", "aria-label": localize`The changes, in the order of the page` },
      h("thead", {}, h("tr", {}, ...titles.map((title) => h("th", { scope: "col" }, title)))),
      h("tbody", {}, ...this.rows.map(({ line }) => line)),
    );
  }

  /** @param {string[]} on */
  show(on) {
    this.changes.forEach((change, k) => {
      const row = this.rows[k];
      const isOn = on.includes(change.name);
      row.input.checked = isOn;
      row.line.classList.toggle("llm-time-on", isOn);
      const upTo = this.changes.slice(0, k + 1).map(({ name }) => name);
      const run = runWith(this.changes, this.trained, on.filter((name) => upTo.includes(name)));
      const replaced = isReplaced(change.name, on);
      row.steps.textContent = isOn && !replaced ? factor(change.steps) : "";
      row.time.textContent = isOn && !replaced ? factor(change.time) : "";
      row.cost.replaceChildren(...(isOn ? costCell(change, replaced) : []));
      row.left.textContent = isOn ? leftWords(secondsOf(run), run.measured) : "";
    });
  }
}

/** @param {Change} change @param {boolean} replaced @returns {Node[]} */
function costCell({ cost, low, high }, replaced) {
  if (replaced) return [h("small", {}, localize`replaced by Muon`)];
  const range = `${localFixed(low, 2)}–${localFixed(high, 2)}`;
  return [h("b", {}, factor(cost)), h("small", {}, range)];
}

/** With a mark where nobody has measured it. @param {number} seconds @param {boolean} measured */
const leftWords = (seconds, measured) => `${measured ? "" : "≈ "}${inSeconds(seconds)}`;

/**
 * @param {string} name
 * @param {(name: string, on: boolean) => void} onswitch
 * @returns {Row}
 */
function makeRow(name, onswitch) {
  const input = h("input", { type: "checkbox", onchange: () => onswitch(name, input.checked) });
  const label = h("label", { class: "llm-check" }, input, name);
  const [steps, time, cost, left] = [h("td"), h("td"), h("td"), h("td")];
  const line = h("tr", {}, h("th", { scope: "row" }, label), steps, time, cost, left);
  return { line, input, steps, time, cost, left };
}
