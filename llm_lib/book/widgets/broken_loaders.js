// BrokenLoaders: which fault does a data loader have? The traits are described in
// broken_loaders.py.

import { LoaderChart } from "./broken_loaders/chart.js";
import { LoaderRows } from "./broken_loaders/rows.js";
import { CODE, describe, FAULTS, verdict } from "./broken_loaders/words.js";
import { button, groupName } from "./shared/controls.js";
import { h, rove } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { split } from "./shared/layout.js";
import { localize } from "./shared/localize.js";
import { View } from "./shared/view.js";

/** @import { Place, ViewParts } from "./shared/types.js" */
/** @import { Curve } from "./broken_loaders/chart.js" */
/** @import { Fault, Loader } from "./broken_loaders/words.js" */
/**
 * @typedef {object} Traits
 * @property {Loader[]} loaders
 * @property {Curve} reference
 * @property {number} guess_loss
 * @property {number} loader which one is shown
 * @property {(Fault | "")[]} answers
 * @property {boolean[]} mended
 * @property {number} score
 */

/** @extends {View<Traits>} */
class BrokenLoadersView extends View {
  rows = new LoaderRows();
  finding = new Finding(this.model, this.signal);
  code = h("pre", { class: "llm-loaders-code", tabindex: 0 });
  mend = button(localize`Mend it`, () => this.change("mended", true), "llm-main");
  /** @type {LoaderChart} */ chart;
  /** @type {HTMLButtonElement[]} */ tabs;
  /** @type {{ input: HTMLInputElement; element: HTMLLabelElement; }[]} */ choices;

  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    this.build();
    this.follow(["loader", "answers", "mended"], () => this.paint());
    this.paint();
  }

  build() {
    this.offerReset();
    this.chart = new LoaderChart(this.get("reference"), this.get("guess_loss"));
    const next = () => this.set("loader", (this.get("loader") + 1) % this.get("loaders").length);
    this.body.append(
      this.buildTabs(),
      split([this.chart.element, this.rows.element], [
        this.buildFaults(),
        this.finding.element,
        this.code,
        h("div", { class: "llm-row" }, this.mend, button(localize`Next loader`, next)),
      ], { sticky: false }),
    );
  }

  buildTabs() {
    this.tabs = this.get("loaders").map((_, k) =>
      h("button", { type: "button", onclick: () => this.set("loader", k) })
    );
    const name = { role: "group", "aria-label": localize`Loaders` };
    const tabs = h("div", { class: "llm-row llm-loaders-tabs", ...name }, ...this.tabs);
    rove(tabs, () => this.tabs, { onmove: (tab) => tab.click() });
    return tabs;
  }

  buildFaults() {
    const group = groupName("llm-loaders");
    const what = localize`What is wrong with this loader?`;
    this.choices = Object.entries(FAULTS).map(([fault, { label }]) => {
      const onchange = () => this.change("answers", fault);
      const input = h("input", { type: "radio", name: group, value: fault, onchange });
      return { input, element: h("label", { class: "llm-check" }, input, localize(label)) };
    });
    const list = { class: "llm-loaders-faults", role: "radiogroup", "aria-label": what };
    return h(
      "div",
      {},
      h("p", { class: "llm-label" }, what),
      h("div", list, ...this.choices.map(({ element }) => element)),
    );
  }

  /**
   * Set what is kept of the loader that is shown.
   * @param {"answers" | "mended"} name
   * @param {string | boolean} value
   */
  change(name, value) {
    const values = /** @type {any[]} */ ([...this.get(name)]);
    values[this.get("loader")] = value;
    this.set(name, values);
  }

  paint() {
    const [k, loaders, answers] = [this.get("loader"), this.get("loaders"), this.get("answers")];
    const shown = loaders[k];
    const isRight = (/** @type {number} */ i) => answers[i] === loaders[i].fault;
    const isMended = isRight(k) && this.get("mended")[k];
    const score = loaders.filter((_, i) => isRight(i)).length;
    this.paintTabs(k, isRight);
    for (const { input, element } of this.choices) {
      input.checked = answers[k] === input.value;
      element.classList.toggle("llm-loaders-chosen", input.checked);
    }
    this.chart.show(shown, isMended, describe(shown, isMended));
    this.rows.show((isMended ? shown.mended : shown.broken).sample);
    this.mend.disabled = !isRight(k) || isMended;
    this.code.hidden = !isRight(k);
    this.code.replaceChildren(...codeOf(shown.fault, isMended));
    this.publish("score", score);
    this.finding.say(verdict(shown, answers[k], isMended, { k, score, of: loaders.length }));
  }

  /**
   * @param {number} k which one is shown
   * @param {(i: number) => boolean} isRight
   */
  paintTabs(k, isRight) {
    this.tabs.forEach((tab, i) => {
      const answered = this.get("answers")[i];
      tab.textContent = `${i + 1}${!answered ? "" : isRight(i) ? " ✓" : " ×"}`;
      const name = !answered
        ? localize`Loader ${i + 1}`
        : isRight(i)
        ? localize`Loader ${i + 1}, solved`
        : localize`Loader ${i + 1}, not yet right`;
      tab.setAttribute("aria-label", name);
      tab.setAttribute("aria-pressed", String(i === k));
      tab.tabIndex = i === k ? 0 : -1;
    });
  }
}

/**
 * The line at fault, and once it is mended the line in its place.
 * @param {Fault} fault
 * @param {boolean} isMended
 */
function codeOf(fault, isMended) {
  const { broken, mended } = CODE[fault];
  const was = h(isMended ? "del" : "span", {}, broken);
  return isMended ? [was, "\n", h("ins", {}, mended)] : [was];
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-loaders",
    title: "Five broken loaders: what is wrong with each?",
    tryThis: localize`Look at the losses, and at the windows that were compared. Name the fault,
      then mend it.`,
    build: (parts) => new BrokenLoadersView(parts),
  });
}

export default { render };
