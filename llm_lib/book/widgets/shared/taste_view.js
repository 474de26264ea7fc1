// A view whose model writes eight answers and learns from them, in a worker: one thing at a time.

import { TasteClient } from "../../engine/taste_client.js";
import { reason } from "./frame.js";
import { ModelView } from "./view.js";

/** @import { ModelViewParts } from "./types.js" */

/**
 * @template {object} Traits
 * @extends {ModelView<Traits>}
 */
export class TasteView extends ModelView {
  /** @param {ModelViewParts} parts */
  constructor(parts) {
    super(parts);
    this.client = new TasteClient();
    this.signal.addEventListener("abort", () => this.client.stop());
    this.turn = 0; // what was begun in another turn is dropped
    this.running = false;
    this.busy = ""; // what is being done, in words
    this.problem = "";
    /** @type {number[]} */
    this.prompt = []; // its ids
    /** @type {number[][]} */
    this.written = []; // ids of the answers
  }

  /** Show what there is. */
  paint() {}

  /** What the model learns from. */
  get rows() {
    return this.written.map((answer) => ({ prompt: this.prompt, answer }));
  }

  /**
   * Do something that takes a while; what was begun before is dropped.
   * @param {() => Promise<void>} f
   * @param {string} busy what is done first, in words
   */
  async work(f, busy) {
    const turn = ++this.turn;
    this.busy = busy;
    this.problem = "";
    this.paint();
    try {
      await f();
    } catch (error) {
      if (turn === this.turn) this.problem = reason(error);
    }
    if (turn !== this.turn || this.signal.aborted) return;
    this.busy = "";
    this.running = false;
    this.paint();
  }

  /**
   * Ask the worker; an answer that comes in another turn ends what asked.
   * @type {TasteClient["ask"]}
   */
  async ask(type, of) {
    const { turn } = this;
    const answer = await this.client.ask(type, of);
    if (turn !== this.turn || this.signal.aborted) throw new Error("Something else was begun.");
    return answer;
  }
}
