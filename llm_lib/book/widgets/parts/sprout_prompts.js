// Prompts of the world that Sprout knows.

import { button } from "../shared/controls.js";
import { h } from "../shared/dom.js";

const ANSWERS = "It has read stories of Sprout’s little world, and learned to answer.";
/** @type {Record<string, string>} what the book's models know, by model_ref */
const KNOWS = {
  sprout: "Sprout has read nothing but stories and small tasks of its own little world.",
  sprout_base: "Base Sprout has read nothing but stories: it continues a question with a story.",
  sprout_tuned: ANSWERS,
  sprout_preferred: ANSWERS,
  sprout_rewarded: ANSWERS,
};
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
  if (!Object.hasOwn(KNOWS, ref)) return name;
  const examples = PROMPTS.map(([name, prompt]) => button(name, () => onpick(prompt)));
  return h(
    "div",
    { class: "llm-row llm-next-examples", role: "group", "aria-label": "Prompts to begin with" },
    name,
    ...examples,
    h("p", { class: "llm-note" }, KNOWS[ref]),
  );
}
