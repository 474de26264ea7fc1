// The eight answers, which a reader likes by a click.

import { h, rove } from "../shared/dom.js";
import { decimals, printable } from "../shared/words.js";

export const EIGHT = 8;

export class TasteCards {
  /** @param {(place: number) => void} onlike */
  constructor(onlike) {
    this.cards = Array.from({ length: EIGHT }, (_, place) => {
      const text = h("span", { class: "llm-taste-text" });
      const liked = h("span", { class: "llm-taste-liked", "aria-hidden": "true" });
      const note = h("span", { class: "llm-taste-note" });
      const view = h(
        "button",
        { type: "button", class: "llm-taste-card", onclick: () => onlike(place) },
        text,
        h("span", { class: "llm-taste-foot" }, liked, note),
      );
      return { view, text, liked, note };
    });
    const views = this.cards.map(({ view }) => view);
    views.forEach((view, i) => view.tabIndex = i ? -1 : 0);
    this.element = h(
      "div",
      { class: "llm-taste-cards", role: "group", "aria-label": "Eight answers" },
      ...views,
    );
    const columns = () => getComputedStyle(this.element).gridTemplateColumns.split(" ").length;
    const onmove = (/** @type {HTMLElement} */ view) =>
      // on a phone they stand in one long row
      view.scrollIntoView({ block: "nearest", inline: "center" });
    rove(this.element, () => views, { columns, onmove });
  }

  /**
   * @param {object} shown
   * @param {string[]} shown.answers as far as they are written
   * @param {number[]} shown.liked
   * @param {number[]} shown.marks of each, shown where a program judges
   * @param {boolean} shown.choosing whether a reader may like them
   */
  show({ answers, liked, marks, choosing }) {
    this.cards.forEach(({ view, text, ...card }, i) => {
      const answer = printable(answers[i] ?? "");
      const isLiked = choosing && liked.includes(i);
      text.textContent = answer || "…";
      card.liked.textContent = !choosing ? "" : isLiked ? "♥ liked" : "♡ like";
      const isMarked = !choosing && marks.length > i;
      card.note.textContent = isMarked ? `mark ${decimals(marks[i])}` : "";
      view.title = answer; // whole, where it does not fit
      view.classList.toggle("llm-taste-is-liked", isLiked);
      view.setAttribute("aria-pressed", String(isLiked));
      view.setAttribute("aria-disabled", String(!choosing));
      view.setAttribute("aria-label", `Answer ${i + 1}: ${answer} ${card.note.textContent}`.trim());
    });
  }
}
