// The batches of an epoch, a row of windows each.

import { h, rove } from "../shared/dom.js";
import { batchesOf } from "./words.js";

/** @import { Plan, WindowSettings } from "../../engine/windows.js" */

const ROWS_DRAWN = 60;

/** The batches; the buttons in them are the windows, in the order in which they are shown. */
export class BatchList {
  /** @param {(at: number) => void} onpick told which place in that order */
  constructor(onpick) {
    this.title = h("p", { class: "llm-label" });
    this.list = h("ul", { class: "llm-window-batches", "aria-label": "The batches of this epoch" });
    this.note = h("p", { class: "llm-note" });
    rove(this.list, () => this.buttons);
    this.list.addEventListener("click", (event) => {
      const target = /** @type {Element} */ (event.target);
      const at = target.closest("[data-at]")?.getAttribute("data-at");
      if (at) onpick(Number(at));
    });
    this.element = h(
      "section",
      { class: "llm-window-part", "aria-label": "The batches" },
      this.title,
      this.list,
      this.note,
    );
  }

  get buttons() {
    return [...this.list.querySelectorAll("button")];
  }

  /**
   * @param {Plan} plan
   * @param {WindowSettings} settings
   * @param {number} step the window that gets the focus back, if one had it
   */
  draw({ batches, left_out: out, order }, { shuffle, epoch }, step) {
    const focused = this.list.contains(document.activeElement);
    let at = 0;
    const row = (/** @type {string} */ name, /** @type {number[]} */ windows, kind = "") =>
      h(
        "li",
        { class: kind },
        h("span", { class: "llm-window-name" }, name),
        h("span", { class: "llm-window-row" }, ...windows.map((n) => windowButton(n, at++))),
      );
    const rows = batches.slice(0, ROWS_DRAWN).map((windows, i) => row(`Batch ${i}`, windows));
    const more = batches.length - rows.length;
    if (more > 0) rows.push(moreRow(more));
    else if (out?.length) rows.push(row("Left out", out, "llm-window-out"));
    this.list.replaceChildren(...rows);
    this.title.textContent =
      `Epoch ${epoch}: the windows ${shuffle ? "in random order" : "in order"}, in ` +
      `${batchesOf(batches.length)}`;
    this.note.textContent = order.length
      ? "The numbers are those of the windows, from the left of the text. Choose one to look at it."
      : "There is no window: the text is too short.";
    if (focused) this.buttons[step]?.focus();
  }

  /** @param {number} step the place of the window that is shown */
  mark(step) {
    for (const button of this.buttons) {
      const chosen = Number(button.dataset.at) === step;
      if (chosen) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
      button.tabIndex = chosen ? 0 : -1;
    }
  }
}

/**
 * @param {number} window
 * @param {number} at its place in the epoch
 */
const windowButton = (window, at) =>
  h(
    "button",
    { type: "button", "data-at": at, tabindex: -1, "aria-label": `Window ${window}` },
    String(window),
  );

/** @param {number} n batches that are not drawn */
const moreRow = (n) =>
  h(
    "li",
    {},
    h(
      "span",
      { class: "llm-window-name llm-window-more" },
      `and ${n === 1 ? "1 more batch" : `${n.toLocaleString("en")} more batches`}, not drawn`,
    ),
  );
