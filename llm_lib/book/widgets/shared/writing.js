// What the views share that write with their model.

import { eachFrame, onTraits } from "./dom.js";
import { ModelView } from "./view.js";

/** @import { Floats } from "../../engine/types.js" */
/** @import { Model, ModelViewParts } from "./types.js" */

/** @typedef {{ prompt: string, writing: boolean }} WritingTraits */

/** @type {WeakSet<Model>} of the views at work: two views of one widget must not both write */
const WRITERS = new WeakSet();

/**
 * A view that writes, in steps, while its trait "writing" is true. A subclass has begin(), which
 * writes, and calls done() at the end; its `window` is what the model reads, `logits` what it says.
 * @template {WritingTraits} [Traits=any]
 * @extends {ModelView<Traits>}
 */
export class WritingView extends ModelView {
  /** @param {ModelViewParts} parts */
  constructor(parts) {
    super(parts);
    this.repaint = eachFrame(() => this.paint(), this.signal);
    this.timer = 0; // of the next step
    this.logits = /** @type {Floats | null} */ (null);
    /** @type {number[]} */
    this.window = [];
    this.signal.addEventListener("abort", () => {
      clearTimeout(this.timer);
      WRITERS.delete(this.model);
    });
  }

  /**
   * Ask the model what comes after a text; an empty one begins with its end-of-text token.
   * @param {number[]} ids
   * @param {string} problem why it can't be read; "" if it can
   */
  ask(ids, problem) {
    const start = this.tokenizer.endOfText;
    const all = ids.length || start === null ? ids : [start];
    this.window = all.slice(-this.gpt.config.context_length);
    this.logits = this.window.length && !problem
      ? this.gpt.forward(this.window, { lastOnly: true }).logits
      : null;
  }

  /** Follow the trait "writing", which may be true already. */
  followWriting() {
    onTraits(this.model, ["writing"], this.signal, () => this.write());
    if (this.get("writing")) this.write();
  }

  /** Whether the model can read the prompt, and has room left behind it. */
  get canWrite() {
    return Boolean(this.logits) && this.window.length < this.gpt.config.context_length;
  }

  /** Start to write, or show that nothing is written any more. */
  write() {
    if (!this.get("writing")) this.repaint();
    else if (WRITERS.has(this.model)) return;
    else if (!this.canWrite) this.stop();
    else {
      WRITERS.add(this.model);
      this.begin();
    }
  }

  /** What was begun is at its end. */
  done() {
    WRITERS.delete(this.model);
    this.stop();
  }

  /** End the writing: the next step will not come. */
  stop() {
    if (this.get("writing")) this.set("writing", false);
  }

  /** Write step by step, as long as the trait "writing" is true. */
  begin() {
    throw new Error("a subclass says how to write");
  }

  /** Show how things stand. */
  paint() {
    throw new Error("a subclass says how to paint");
  }

  /**
   * Show the prompt in its field; the cursor of a reader who typed it there stays where it is.
   * @param {HTMLTextAreaElement} field
   */
  showPrompt(field) {
    const prompt = this.get("prompt");
    if (document.activeElement !== field || field.value !== prompt) field.value = prompt;
  }
}
