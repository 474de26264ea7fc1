// Predictions are taken: what follows a question is folded until it is answered. Folded text is
// found by a search in the page, printed, and there without JavaScript; a link into it opens it.

import { h } from "../../llm_lib/book/widgets/shared/dom.js";
import { localize } from "../../llm_lib/book/widgets/shared/localize.js";
import { exerciseNote } from "./store.js";

const QUESTION = ".llm-mount[data-exercise]";
const AFTER = "tag_after-prediction";
const NEXT_CELL = "div.cell, .llm-text-cell"; // see web/text_cells.py

/**
 * What belongs to a question: all up to the last cell after it with the tag `after-prediction`, and
 * the text cell behind that one.
 * @param {Element} cell
 * @returns {HTMLElement[]}
 */
export function whatFollows(cell) {
  const all = [];
  for (let next = cell.nextElementSibling; next; next = next.nextElementSibling) {
    if (next.matches("section, h1, h2, h3, h4") || next.querySelector(QUESTION)) break;
    all.push(/** @type {HTMLElement} */ (next));
  }
  const last = all.findLastIndex((element) => element.classList.contains(AFTER));
  if (last < 0) return [];
  let end = last + 1;
  if (end < all.length && !all[end].matches("div.cell")) end++;
  while (end < all.length && !all[end].matches(NEXT_CELL)) end++;
  return all.slice(0, end);
}

/**
 * Fold what follows a question, unless it was answered before.
 * @param {HTMLElement} box where the question is mounted
 */
function fold(box) {
  const cell = box.closest("div.cell");
  const parts = cell ? whatFollows(cell) : [];
  const before = exerciseNote(box.dataset.exercise);
  if (!parts.length || (before && before.state !== "tried")) return;
  const note = h(
    "p",
    { class: "llm-fold-note" },
    localize`Answer to see what comes next.`,
    " ",
    h("button", { type: "button", onclick: () => open() }, localize`Open it now`),
  );
  const watch = new MutationObserver(() => box.dataset.mounted === "failed" && open());
  const jump = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (parts.some((part) => part.contains(target))) {
      open();
      target.scrollIntoView();
    }
  };
  function open() {
    watch.disconnect();
    removeEventListener("hashchange", jump);
    note.remove();
    for (const part of parts) {
      part.removeAttribute("hidden");
      part.classList.add("llm-unfolded");
    }
    document.dispatchEvent(new Event("llm-unfolded"));
  }
  for (const part of parts) {
    part.setAttribute("hidden", "until-found");
    part.dataset.folded = "";
    part.addEventListener("beforematch", open, { once: true });
  }
  cell.after(note);
  watch.observe(box, { attributeFilter: ["data-mounted"] });
  // A first wrong answer leaves the reader the chance to find the right one alone.
  let wrong = 0;
  box.addEventListener("llm-answered", (event) => {
    const { state } = /** @type {CustomEvent} */ (event).detail;
    if (state !== "tried" || ++wrong > 1) open();
  });
  addEventListener("hashchange", jump);
  jump();
}

/** Fold what follows each question on the page. */
export const foldAll = () => {
  for (const box of document.querySelectorAll(QUESTION)) fold(/** @type {HTMLElement} */ (box));
};
