// The prompt as it changes: its text and its tokens are set together, and Undo goes back.

import { setTrait } from "../shared/dom.js";
import { readText } from "../shared/tokens.js";

/** @import { Tokenizer } from "../../engine/types.js" */
/** @import { Model } from "../shared/types.js" */
/** @typedef {{ prompt: string, ids: number[] }} PastPrompt */

const MOST_UNDONE = 100;
const RUN = 1500; // milliseconds: keys that follow sooner are undone together

/** The traits "prompt", "token_ids" and "history". */
export class EditedPrompt {
  lastTyped = 0;

  /**
   * @param {Model} model
   * @param {Tokenizer} tokenizer
   */
  constructor(model, tokenizer) {
    this.model = model;
    this.tokenizer = tokenizer;
  }

  /** @returns {PastPrompt[]} what Undo goes back to, the latest last */
  get history() {
    return this.model.get("history");
  }

  /** @returns {number[]} */
  get ids() {
    return this.model.get("token_ids");
  }

  /**
   * The tokens of the prompt, and why it has none. Appending one keeps the ids that the model saw;
   * any other change of the text is read anew.
   * @returns {{ ids: number[], problem: string }}
   */
  read() {
    const { ids, model, tokenizer } = this;
    const prompt = model.get("prompt");
    if (tokenizer.decode(ids) === prompt && (ids.length || !prompt)) return { ids, problem: "" };
    const read = readText(tokenizer, prompt);
    if (String(ids) !== String(read.ids)) setTrait(model, "token_ids", read.ids);
    return { ids: read.ids, problem: read.problem ?? "" };
  }

  /** Let Undo come back to what there is now. */
  remember() {
    const now = { prompt: this.model.get("prompt"), ids: this.ids };
    setTrait(this.model, "history", [...this.history.slice(1 - MOST_UNDONE), now]);
  }

  /**
   * Another text, and its tokens as the model sees them.
   * @param {string} prompt
   * @param {number[]} [ids]
   */
  change(prompt, ids = readText(this.tokenizer, prompt).ids) {
    this.model.set("prompt", prompt);
    setTrait(this.model, "token_ids", ids);
  }

  /**
   * Put a token behind the prompt, and return all ids. An empty one begins as the model reads it.
   * @param {number} id
   * @param {number[]} window what the model reads
   */
  append(id, window) {
    const ids = [...(this.ids.length ? this.ids : window), id];
    this.change(this.tokenizer.decode(ids), ids);
    return ids;
  }

  /**
   * What the reader types: one undo step for a run of typing, not one a letter.
   * @param {string} prompt
   */
  type(prompt) {
    if (Date.now() - this.lastTyped > RUN) this.remember();
    this.lastTyped = Date.now();
    this.change(prompt);
  }

  undo() {
    const last = this.history.at(-1);
    if (!last) return;
    setTrait(this.model, "history", this.history.slice(0, -1));
    this.change(last.prompt, last.ids);
  }
}
