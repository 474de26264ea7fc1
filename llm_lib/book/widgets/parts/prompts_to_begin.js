// Prompts to begin with: of the world that Sprout knows, or of the one that SmolLM2 has read about.

import { button } from "../shared/controls.js";
import { h } from "../shared/dom.js";

/** @import { GPT } from "../../engine/gpt.js" */

const ANSWERS = "It has read stories of Sprout’s little world, and learned to answer.";
/** @type {Record<string, string>} what the book's models know, by model_ref */
const KNOWS = {
  sprout: "Sprout has read nothing but stories and small tasks of its own little world.",
  sprout_base: "Base Sprout has read nothing but stories: it continues a question with a story.",
  sprout_tuned: ANSWERS,
  sprout_preferred: ANSWERS,
  sprout_rewarded: ANSWERS,
  smollm2: "SmolLM2 has read the web. The end of a text stands first: heads rest on it.",
};
/** @type {[name: string, prompt: string][]} */
const PROMPTS = [
  ["A story", "By the lake lived Mia, a brave fox. Mia had a"],
  ["Happy or sad?", "User: Happy or sad? Tobi sat alone by the well and cried.\nBot:"],
  ["Spam?", "User: Is this spam? Make money fast with this secret puzzle!\nBot:"],
];

// those that were recorded of it: see llm_lib/book/studies/real_english/next_tokens.py
/** @type {[name: string, prompt: string][]} */
const RECORDED_PROMPTS = [
  ["France", "<|endoftext|>The capital of France is"],
  ["Australia", "<|endoftext|>The capital of Australia is"],
  ["The cake", "<|endoftext|>She put the cake in the"],
  ["Two plus two", "<|endoftext|>Two plus two equals"],
  [
    "A chat",
    "<|endoftext|><|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by " +
    "Hugging Face<|im_end|>\n<|im_start|>user\nWho was the first woman to walk on the moon?" +
    "<|im_end|>\n<|im_start|>assistant\n",
  ],
];

/**
 * The name of a model: its ref, or, of one that the reader has brought, what its sizes say.
 * @param {string} ref
 * @param {GPT["config"]} config
 */
function knownAs(ref, { n_layer, n_embd, vocab_size }) {
  if (Object.hasOwn(KNOWS, ref)) return ref;
  return `${n_layer} ${n_embd} ${vocab_size}` === "30 576 49152" ? "smollm2" : "";
}

/**
 * A row above the field for a prompt: prompts to begin with, where it is known what the model has
 * read.
 * @param {string} ref of the model
 * @param {GPT["config"]} config
 * @param {(prompt: string) => void} onpick
 */
export function promptsToBeginWith(ref, config, onpick) {
  const name = h("span", { class: "llm-label" }, "Prompt");
  const model = knownAs(ref, config);
  if (!model) return name;
  const prompts = model === "smollm2" ? RECORDED_PROMPTS : PROMPTS;
  const examples = prompts.map(([name, prompt]) => button(name, () => onpick(prompt)));
  return h(
    "div",
    { class: "llm-row llm-next-examples", role: "group", "aria-label": "Prompts to begin with" },
    name,
    ...examples,
    h("p", { class: "llm-note" }, KNOWS[model]),
  );
}
