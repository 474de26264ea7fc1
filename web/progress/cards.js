// How each exercise on the page stands, at the head of its card.

import { h } from "../../llm_lib/book/widgets/shared/dom.js";
import { localize } from "../../llm_lib/book/widgets/shared/localize.js";
import { exerciseNote, noteExercise, onProgress } from "./store.js";

/** @import { Note } from "../../llm_lib/book/widgets/shared/types.js" */

/**
 * How an exercise stands, in words.
 * @param {Note | null} note
 */
export function inWords(note) {
  if (!note) return localize`Not tried`;
  if (note.state === "solved") return localize`✓ Solved`;
  if (note.state === "shown") return localize`Solution seen`;
  return note.total ? localize`✕ ${note.passed} of ${note.total} cases` : localize`✕ Not yet`;
}

/**
 * The exercises of this page: the card, and its name.
 * @returns {{ card: Element, name: string }[]}
 */
export const cardsOfPage = () =>
  [...document.querySelectorAll(".llm-exercise")].flatMap((card) => {
    const named = /** @type {HTMLElement} */ (card.querySelector("[data-exercise]"));
    return named ? [{ card, name: named.dataset.exercise ?? "" }] : [];
  });

/** Show how the exercises stand, and note which solutions are opened. */
export function showCards() {
  for (const { card, name } of cardsOfPage()) {
    const chip = h("span", { class: "llm-state" });
    card.querySelector(".llm-level")?.after(chip);
    onProgress(() => {
      const note = exerciseNote(name);
      chip.textContent = inWords(note);
      chip.dataset.state = note?.state ?? "";
    });
    for (const solution of card.querySelectorAll("details.hide")) {
      solution.addEventListener("toggle", () => {
        const { open } = /** @type {HTMLDetailsElement} */ (solution);
        const note = exerciseNote(name);
        const isSeen = open && !("paper" in document.documentElement.dataset); // and not printed
        if (isSeen && note?.state !== "solved") noteExercise(name, { ...note, state: "shown" });
      });
    }
  }
}

/** Remember the answers that are given on the page. */
export function keepAnswers() {
  document.addEventListener("llm-answered", (event) => {
    const { name, state, answer } = /** @type {CustomEvent} */ (event).detail;
    if (name) noteExercise(name, state ? { state, ...(answer === null ? {} : { answer }) } : null);
  });
}
