// A text of the shell game as chips: its steps, each held against the rules, and what follows them.

import { checkThought } from "../../engine/shell_game.js";
import { h } from "./dom.js";
import { localize } from "./localize.js";

/**
 * @param {string} problem
 * @param {string} written
 */
export function stepChips(problem, written) {
  const steps = checkThought(problem, written);
  const size = steps.reduce((sum, { pair, balls }) => sum + pair.length + balls.length, 0);
  const rest = written.slice(size);
  const chips = steps.map(stepChip);
  return rest ? [...chips, h("span", { class: "llm-steps-plain" }, rest)] : chips;
}

/** @param {import("../../engine/shell_game.js").Thought} step */
function stepChip({ pair, balls, copied, follows }) {
  const good = copied && follows;
  const words = good
    ? localize`right`
    : copied
    ? localize`not where this swap leads`
    : localize`not the swap whose turn it is`;
  return h(
    "span",
    { class: `llm-token llm-steps-step ${good ? "" : "llm-steps-slip"}`, title: words },
    h("small", {}, pair),
    h("span", {}, balls, h("b", { "aria-hidden": "true" }, good ? " ✓" : " ✗")),
    h("span", { class: "llm-steps-unseen" }, words),
  );
}
