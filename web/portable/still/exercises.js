// Predictions as text, exercises without their solutions, and what is folded, open.

import { make, words } from "./elements.js";

/** Open all that is folded. What an exercise folds goes to the solutions. */
export function openFolds(still) {
  for (const fold of [...still.querySelectorAll("details")].reverse()) {
    const summary = fold.querySelector(":scope > summary");
    if (fold.matches(".llm-my-gpt *")) { // as before: not once more on paper
      fold.replaceWith(make("p", {}, summary.textContent));
      continue;
    }
    const isTitled = fold.matches(".sd-dropdown");
    const title = isTitled && make("p", { class: "still-title" }, summary.textContent.trim());
    summary?.remove();
    const open = make("div", { class: isTitled ? "still-open" : "still-fold" }, title);
    open.append(...fold.childNodes);
    fold.replaceWith(open);
  }
}

export function stillQuestion(box, isExercise) {
  const answer = box.querySelector("details");
  answer.querySelector("summary").remove();
  const parts = [...answer.childNodes];
  answer.remove();
  box.className = "still-question";
  box.removeAttribute("data-model");
  const [right, ...why] = parts;
  const before = make("strong", {}, "Answer: ");
  right.prepend(before);
  const given = make("div", { class: "still-answer" }, right, ...why);
  if (!isExercise) box.append(given);
  return given;
}

const isSolution = (cell) =>
  [...cell.querySelectorAll("summary")].some((summary) =>
    /the solution/i.test(summary.textContent)
  );

/** Take hints and solution out of an exercise; return them. */
function takeSolution(card) {
  const parts = [];
  for (const box of card.querySelectorAll(".llm-question")) parts.push(stillQuestion(box, true));
  const hints = [...card.querySelectorAll(".llm-check details")].map((hint) =>
    [...hint.childNodes].filter((node) => !/^(SUMMARY|DETAILS)$/.test(node.nodeName))
      .map((node) => node.cloneNode(true))
  );
  card.querySelectorAll(".llm-check > details").forEach((hint) => hint.remove());
  if (hints.length) {
    const items = hints.map((hint) => make("li", {}, ...hint));
    const title = make("p", { class: "still-hints" }, hints.length > 1 ? "Hints" : "Hint");
    parts.unshift(title, make("ul", {}, ...items));
  }
  for (const cell of card.querySelectorAll("div.cell")) {
    if (!isSolution(cell)) continue;
    cell.remove();
    parts.push(cell);
  }
  return parts;
}

export function takeSolutions(still) {
  const box = make("div", {});
  for (const card of still.querySelectorAll("section.llm-exercise")) {
    const parts = takeSolution(card);
    if (!parts.length) continue;
    const number = words(card, ".llm-exercise-number");
    const title = card.querySelector(".llm-exercise-title");
    const name = `${card.id}-solution`;
    const back = make("a", { href: `#${card.id}` }, number);
    const heading = make("h3", {}, back, " ", ...title.cloneNode(true).childNodes);
    box.append(make("section", { class: "still-solution", id: name }, heading, ...parts));
    const what = parts.length && parts.some((part) => part.matches(".cell, .still-answer"))
      ? "Solution"
      : "Hints";
    card.append(
      make(
        "p",
        { class: "still-to-solution" },
        make("a", { href: `#${name}` }, `${what} at the end of the book`),
      ),
    );
  }
  openFolds(box);
  return box;
}
