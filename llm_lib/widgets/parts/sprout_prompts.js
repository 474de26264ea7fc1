// Prompts of the world that Sprout knows.

import { button } from "../shared/controls.js";
import { h } from "../shared/dom.js";

const SPROUT = "sprout"; // the model_ref of the book's own model
const KNOWS = "Sprout has read nothing but stories and small tasks of its own little world.";
/** @type {[name: string, prompt: string][]} */
const PROMPTS = [
  ["A story", "By the lake lived Mia, a brave fox. Mia had a"],
  ["Happy or sad?", "User: Happy or sad? Tobi sat alone by the well and cried.\nBot:"],
  ["Spam?", "User: Is this spam? Make money fast with this secret puzzle!\nBot:"],
];

/**
 * A row above the field for a prompt: prompts to begin with, where it is known what the model has
 * read.
 * @param {string} ref of the model
 * @param {(prompt: string) => void} onpick
 */
export function promptsToBeginWith(ref, onpick) {
  const name = h("span", { class: "llm-label" }, "Prompt");
  if (ref !== SPROUT) return name;
  const examples = PROMPTS.map(([name, prompt]) => button(name, () => onpick(prompt)));
  return h(
    "div",
    { class: "llm-row llm-next-examples", role: "group", "aria-label": "Prompts to begin with" },
    name,
    ...examples,
    h("p", { class: "llm-note" }, KNOWS),
  );
}
