// Prompts to begin with: of the world that Sprout knows, or of the one that SmolLM2 was trained on.

import { button } from "./controls.js";
import { h } from "./dom.js";

/** @import { GPT } from "../../engine/gpt.js" */

const ANSWERS = "It was trained on stories of Sprout’s little world, and then to answer.";
/** @type {Record<string, string>} what the book's models know, by model_ref */
const KNOWS = {
  sprout: "Sprout was trained on nothing but stories and small tasks of its own little world.",
  sprout_base: "Base Sprout was trained on stories alone: it continues a question with a story.",
  sprout_tuned: ANSWERS,
  sprout_preferred: ANSWERS,
  sprout_rewarded: ANSWERS,
  smollm2: "SmolLM2 was trained on the web. The end of a text stands first: heads rest on it.",
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

// what was recorded of six of its heads, with one of them for each text: see
// llm_lib/book/studies/real_english/heads.py
/** @type {[name: string, text: string, layer: number, head: number][]} */
const RECORDED_HEADS = [
  ["He", "<|endoftext|>The king and the queen sat in the garden, and he", 9, 4],
  ["France", "<|endoftext|>The capital of France is", 23, 4],
  [
    "Mary",
    "<|endoftext|>When Mary and John went to the store, John gave a drink to",
    23,
    3,
  ],
  ["Zarbingle", "<|endoftext|>I met Mrs Zarbingle today. Tomorrow I will see Mrs", 18, 6],
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
 * A row above the field for a prompt: prompts to begin with, where it is known what the model was
 * trained on.
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
  return rowOf("Prompts to begin with", [name, ...examples, note(KNOWS[model])]);
}

/**
 * A row of texts, each with a head that does something in it; "" for all models but SmolLM2.
 * @param {string} ref of the model
 * @param {GPT["config"]} config
 * @param {(text: string, layer: number, head: number) => void} onpick
 */
export function headsToBeginWith(ref, config, onpick) {
  if (knownAs(ref, config) !== "smollm2") return "";
  const examples = RECORDED_HEADS.map(([name, ...picked]) => button(name, () => onpick(...picked)));
  return rowOf("Texts to begin with", [...examples, note(KNOWS.smollm2)]);
}

/** @param {string} words */
const note = (words) => h("p", { class: "llm-note" }, words);

/**
 * @param {string} called
 * @param {Node[]} parts
 */
const rowOf = (called, parts) =>
  h("div", { class: "llm-row llm-to-begin", role: "group", "aria-label": called }, ...parts);
