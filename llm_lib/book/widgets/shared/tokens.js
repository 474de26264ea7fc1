// Tokens on the page: what is a space must be seen, and heard, as one.

import { h } from "./dom.js";
import { reason } from "./frame.js";

/** @import { Tokenizer } from "../../engine/types.js" */

/** @type {Record<string, string>} */
export const BLANKS = { " ": "·", "\n": "↵", "\t": "⇥", "\r": "␍" };

/**
 * A token's text with its blanks made visible, as nodes.
 * @param {string} label
 * @returns {(Node | string)[]}
 */
export function showBlanks(label) {
  return label.split(/([ \n\t\r])/).filter(Boolean)
    .map((part) => (BLANKS[part] ? h("span", { class: "llm-blank" }, BLANKS[part]) : part));
}

/**
 * The same as plain text, for a canvas.
 * @param {string} label
 */
export const visibleText = (label) => label.replace(/[ \n\t\r]/g, (blank) => BLANKS[blank]);

/**
 * A token in a sentence: “fox”, a space, a line break, the end of the text.
 * @param {string} label
 */
export function spoken(label) {
  if (label === "<|endoftext|>") return "the end of the text";
  if (label.trim()) return `“${label.trim()}”`;
  if (label.includes("\n")) return "a line break";
  return label.length === 1 ? "a space" : `${label.length} spaces`;
}

/**
 * The ids of a text, and what to show for each; or a problem in words where the model can't read
 * it.
 * @param {Tokenizer} tokenizer
 * @param {string} text
 * @returns {{ ids: number[], labels: string[], problem?: string }}
 */
export function readText(tokenizer, text) {
  try {
    const ids = tokenizer.encode(text);
    return { ids, labels: ids.map((id) => tokenizer.label(id)) };
  } catch (error) {
    return { ids: [], labels: [], problem: reason(error) };
  }
}

/**
 * The last words of a text, for a sentence that quotes it.
 * @param {string} text
 * @param {number} [length] in characters
 */
export function tail(text, length = 28) {
  const flat = text.replace(/\s+/g, " ").trimEnd();
  return flat.length <= length ? flat : "…" + flat.slice(-length).replace(/^\S*\s/, "");
}
