// NextTokenLab: what comes next? The traits are described in next_token_lab.py.

import { seededRandom } from "../engine/random.js";
import { sample } from "../engine/sampling.js";
import { expectationInWords, NextBars, nextTokens } from "./next_token_lab/bars.js";
import { EditedPrompt } from "./next_token_lab/edited_prompt.js";
import { NextControls } from "./next_token_lab/controls.js";
import { PromptTokens } from "./next_token_lab/prompt_tokens.js";
import { promptsToBeginWith } from "./shared/prompts_to_begin.js";
import { RecordedNext } from "./next_token_lab/recorded.js";
import { firstLook } from "./next_token_lab/stored_look.js";
import { h, onTraits } from "./shared/dom.js";
import { takeFiles } from "./shared/files.js";
import { Finding } from "./shared/frame.js";
import { split } from "./shared/layout.js";
import { showBesideRecord } from "./shared/recorded_choice.js";
import { spoken } from "./shared/tokens.js";
import { count, roughly, round6 } from "./shared/words.js";
import { WritingView } from "./shared/writing.js";

/** @import { Next } from "./next_token_lab/bars.js" */
/** @import { PastPrompt } from "./next_token_lab/edited_prompt.js" */
/** @import { Floats } from "../engine/types.js" */
/** @import { ModelViewParts, Place } from "./shared/types.js" */

/**
 * @typedef {object} Traits
 * @property {string} prompt
 * @property {number} temperature
 * @property {number} top_k
 * @property {number} top_p
 * @property {number} seed
 * @property {number} n_bars
 * @property {boolean} show_ids
 * @property {boolean} writing
 * @property {number[]} token_ids
 * @property {[label: string, before: number, after: number][]} probabilities of the bars
 * @property {PastPrompt[]} history what Undo goes back to, the latest last
 * @property {{ prompt: string }} initial
 */

const SETTINGS = ["temperature", "top_k", "top_p", "seed", "n_bars", "show_ids"];

/** @extends {WritingView<Traits>} */
class NextTokenView extends WritingView {
  prompt = h("textarea", {
    rows: 2,
    spellcheck: "false",
    "aria-label": "Prompt",
    oninput: () => this.typed(),
  });
  edited = new EditedPrompt(this.model, this.tokenizer);
  finding = new Finding(this.model, this.signal);
  controls = new NextControls({
    ondraw: () => this.draw(),
    onwrite: () => this.set("writing", !this.get("writing")),
    onundo: () => this.undo(),
    onset: (trait, value) => {
      this.note = "";
      this.setAll({ [trait]: value });
    },
  });
  /** @type {PromptTokens} */ tokens;
  /** @type {NextBars} */ bars;
  /** @type {string} */ problem;
  /** @type {number[]} */ all;
  /** @type {Next} */ next;

  /** @param {ModelViewParts} parts */
  constructor(parts) {
    super(parts);
    const { model, signal } = parts;
    this.note = ""; // what the last action did, put before the finding
    this.arriving = /** @type {DOMRect | null} */ (null); // where a new token glides from
    /** @type {(() => number) | null} */
    this.dice = null; // of single draws, from the seed on
    this.build();
    this.follow(["prompt", "token_ids"], () => this.read());
    onTraits(model, SETTINGS, signal, this.repaint);
    onTraits(model, ["seed"], signal, () => this.dice = null);
    this.read();
    this.followWriting();
  }

  /** The reader's settings. */
  get settings() {
    return {
      temperature: this.get("temperature"),
      top_k: this.get("top_k"),
      top_p: this.get("top_p"),
      seed: this.get("seed"),
      show_ids: this.get("show_ids"),
    };
  }

  /**
   * What may come next.
   * @param {Floats} logits
   */
  nextTokens(logits) {
    const { temperature, top_k: topK, top_p: topP } = this.settings;
    return nextTokens(logits, { temperature, topK, topP });
  }

  build() {
    this.offerReset();
    this.tokens = new PromptTokens(this.tokenizer);
    this.bars = new NextBars(
      this.tokenizer,
      (id) => this.append(id),
      (n) => this.set("n_bars", n),
    );
    // Filters that are on from the start are not hidden.
    this.controls.more.open = this.get("top_k") > 0 || this.get("top_p") < 1;
    const examples = promptsToBeginWith(
      this.model.get("model_ref"),
      this.gpt.config,
      (prompt) => this.begins(prompt),
    );
    this.body.append(
      h("div", { class: "llm-next-start" }, examples, this.prompt),
      split([this.tokens.element, this.bars.element], [
        this.finding.element,
        ...this.controls.elements,
      ], { sticky: false }),
    );
  }

  /** Read the prompt: its tokens, and the model's scores for what comes next. */
  read() {
    const { ids, problem } = this.edited.read();
    this.problem = problem;
    this.all = ids;
    this.ask(ids, problem);
    this.paint();
  }

  paint() {
    this.showPrompt(this.prompt);
    this.controls.show({
      ...this.settings,
      writing: this.get("writing"),
      canWrite: this.canWrite,
      canUndo: this.edited.history.length > 0,
    });
    this.paintTokens();
    this.paintBars();
    this.say();
  }

  paintTokens() {
    const room = this.gpt.config.context_length;
    this.tokens.show(this.all, this.window, { room, withIds: this.get("show_ids") });
    if (this.arriving) this.tokens.glide(this.arriving, this.root);
    this.arriving = null;
  }

  paintBars() {
    if (!this.logits) return this.bars.clear();
    this.next = this.nextTokens(this.logits);
    this.bars.show(this.next, this.get("n_bars"));
    const { before, after, order } = this.next;
    if (this.get("writing")) return;
    /** @type {(id: number) => [label: string, before: number, after: number]} */
    const told = (id) => [this.tokenizer.label(id), round6(before[id]), round6(after[id])];
    this.set("probabilities", order.slice(0, this.get("n_bars")).map(told));
  }

  /** The finding in words; while the model writes, none that speaks of the text before. */
  say() {
    this.finding.wait();
    if (this.get("writing")) return this.finding.say("The model writes …", { quiet: true });
    this.finding.element.classList.toggle("llm-problem", Boolean(this.problem));
    this.finding.say(this.problem || [this.note, ...this.words()].filter(Boolean).join(" "));
  }

  words() {
    if (!this.logits) {
      return ["Type a prompt: this model has no token to start an empty text from."];
    }
    return expectationInWords(this.tokenizer, this.next, {
      n: this.all.length,
      window: this.window,
      room: this.gpt.config.context_length,
    });
  }

  /** The reader has typed. */
  typed() {
    this.stop();
    this.note = "";
    this.edited.type(this.prompt.value);
  }

  /**
   * Put a token behind the prompt.
   * @param {number} id
   * @param {string} [note] what to say of it
   */
  append(id, note = "") {
    this.stop();
    this.edited.remember();
    this.note = note;
    this.arriving = this.bars.placeOf(id) ?? this.controls.draw.getBoundingClientRect();
    this.put(id, this.next.after[id]);
  }

  /**
   * @param {number} id
   * @param {number} p its probability as it was drawn from, temperature and all
   */
  put(id, p) {
    this.tokens.note(this.edited.append(id, this.window), p);
  }

  /** Let chance choose the next token. */
  draw() {
    this.dice ??= seededRandom(this.get("seed"));
    const id = sample(this.next.after, this.dice);
    const drawn = `Drawn: ${spoken(this.tokenizer.label(id))}, which had ` +
      `${roughly(this.next.after[id])}.`;
    if (id !== this.tokenizer.endOfText) return this.append(id, drawn);
    this.note = `${drawn} The model would end the text here.`;
    this.say();
  }

  /**
   * Begin with another prompt.
   * @param {string} prompt
   */
  begins(prompt) {
    this.stop();
    this.edited.remember();
    this.note = "";
    this.edited.change(prompt);
  }

  undo() {
    this.note = "";
    this.edited.undo();
  }

  reset() {
    this.stop();
    this.note = "";
    this.dice = null;
    const { prompt, ...settings } = this.get("initial");
    for (const [name, value] of Object.entries(settings)) this.model.set(name, value);
    this.model.set("history", []);
    this.edited.change(prompt);
    this.repaint();
  }

  /** Write token after token behind the prompt, until the text or the context is at its end. */
  begin() {
    this.edited.remember();
    const random = seededRandom(this.get("seed"));
    const cache = this.gpt.newCache();
    let logits = this.gpt.forward(this.window, { cache, lastOnly: true }).logits;
    let n = 0;
    const finish = (/** @type {string} */ note) => {
      this.note = `${count(n, "token")} written. ${note}`;
      this.done();
      this.read();
    };
    const next = () => {
      if (!this.get("writing")) return finish("Stopped.");
      const { after } = this.nextTokens(logits);
      const id = sample(after, random);
      if (id === this.tokenizer.endOfText) return finish("Then the model chose to end the text.");
      n++;
      this.put(id, after[id]);
      if (cache.length >= this.gpt.config.context_length - 1) {
        return finish("Then the model’s context was full.");
      }
      logits = this.gpt.step(id, cache);
      this.timer = setTimeout(next, 60);
    };
    this.repaint();
    next();
  }
}

/** @param {Place} place */
function render(place) {
  return showBesideRecord({
    ...place,
    name: "llm-next",
    title: "What comes next?",
    tryThis:
      "Type the start of a text, and see what the model expects next. Then let it draw a token.",
    tryRecorded: "Choose the start of a text. What would you expect next, and how surely?",
    ...firstLook(place.model.get("first_look"), (parts) => new NextTokenView(parts)),
    recorded: (parts) => new RecordedNext(parts),
  });
}

export default { initialize: takeFiles, render };
