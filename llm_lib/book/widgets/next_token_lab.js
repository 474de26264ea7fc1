// NextTokenLab: what comes next? The traits are described in next_token_lab.py.

import { seededRandom } from "../engine/random.js";
import { sample } from "../engine/sampling.js";
import { expectationInWords, NextBars, nextTokens } from "./next_token_lab/bars.js";
import { NextControls } from "./next_token_lab/controls.js";
import { PromptTokens } from "./next_token_lab/prompt_tokens.js";
import { promptsToBeginWith } from "./shared/prompts_to_begin.js";
import { RecordedNext } from "./next_token_lab/recorded.js";
import { storedModel, untilTouched } from "./next_token_lab/stored_look.js";
import { h, onTraits } from "./shared/dom.js";
import { takeFiles, theBook } from "./shared/files.js";
import { Finding } from "./shared/frame.js";
import { split } from "./shared/layout.js";
import { showBesideRecord } from "./shared/recorded_choice.js";
import { readText, spoken } from "./shared/tokens.js";
import { count, roughly, round6 } from "./shared/words.js";
import { WritingView } from "./shared/writing.js";

/** @import { Next } from "./next_token_lab/bars.js" */
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
 * @property {{ prompt: string, ids: number[] }[]} history what Undo goes back to, the latest last
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
  finding = new Finding(this.model, this.signal);
  controls = new NextControls({
    ondraw: () => this.draw(),
    onwrite: () => this.set("writing", !this.get("writing")),
    onundo: () => this.undo(),
    onset: (trait, value) => {
      this.note = "";
      this.model.set(trait, value);
      this.model.save_changes();
    },
  });
  /** @type {PromptTokens} */ tokens;
  /** @type {NextBars} */ bars;
  /** @type {string} */ problem;
  /** @type {number[]} */ all;
  /** @type {boolean} */ empty;
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
    onTraits(model, ["seed"], signal, () => {
      this.dice = null;
    });
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
      ]),
    );
  }

  /** Read the prompt: its tokens, and the model's scores for what comes next. */
  read() {
    const prompt = this.get("prompt");
    let ids = this.get("token_ids");
    // Appending a token keeps the ids that the model saw; any other change of the text is read
    // anew.
    if (this.tokenizer.decode(ids) !== prompt || (ids.length === 0 && prompt)) {
      const read = readText(this.tokenizer, prompt);
      this.problem = read.problem ?? "";
      if (String(ids) !== String(read.ids)) this.set("token_ids", read.ids);
      ids = read.ids;
    } else this.problem = "";
    this.all = ids;
    this.empty = ids.length === 0;
    this.ask(ids, this.problem);
    this.paint();
  }

  paint() {
    this.showPrompt(this.prompt);
    this.controls.show({
      ...this.settings,
      writing: this.get("writing"),
      canWrite: this.canWrite,
      canUndo: this.get("history").length > 0,
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
    if (!this.logits) {
      this.bars.clear();
      return;
    }
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
      isEmpty: this.empty,
    });
  }

  /** Let Undo come back to what there is now. */
  remember() {
    this.set("history", [...this.get("history").slice(-99), {
      prompt: this.get("prompt"),
      ids: this.get("token_ids"),
    }]);
  }

  /**
   * Another prompt, and its tokens as the model sees them.
   * @param {string} prompt
   * @param {number[]} ids
   */
  change(prompt, ids) {
    this.model.set("prompt", prompt);
    this.set("token_ids", ids);
  }

  /** The reader has typed. */
  typed() {
    this.stop();
    this.note = "";
    // One undo step for a run of typing, not one a letter.
    if (Date.now() - (this.lastTyped ?? 0) > 1500) this.remember();
    this.lastTyped = Date.now();
    const prompt = this.prompt.value;
    this.change(prompt, readText(this.tokenizer, prompt).ids);
  }

  /** The ids that the next token is put behind: an empty text begins with its end-of-text token. */
  base() {
    return this.get("token_ids").length ? this.get("token_ids") : this.window;
  }

  /**
   * Put a token behind the prompt.
   * @param {number} id
   * @param {string} [note] what to say of it
   */
  append(id, note = "") {
    this.stop();
    this.remember();
    this.note = note;
    this.arriving = this.bars.placeOf(id) ?? this.controls.draw.getBoundingClientRect();
    this.put(id, this.next.before[id]);
  }

  /**
   * @param {number} id
   * @param {number} p how likely the model held it
   */
  put(id, p) {
    const ids = [...this.base(), id];
    this.tokens.note(ids, p);
    this.change(this.tokenizer.decode(ids), ids);
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
    this.remember();
    this.note = "";
    this.change(prompt, readText(this.tokenizer, prompt).ids);
  }

  undo() {
    const history = this.get("history");
    const last = history.at(-1);
    if (!last) return;
    this.note = "";
    this.set("history", history.slice(0, -1));
    this.change(last.prompt, last.ids);
  }

  reset() {
    this.stop();
    this.note = "";
    this.dice = null;
    const { prompt, ...settings } = this.get("initial");
    for (const [name, value] of Object.entries(settings)) this.model.set(name, value);
    this.model.set("history", []);
    this.change(prompt, readText(this.tokenizer, prompt).ids);
    this.repaint();
  }

  /** Write token after token behind the prompt, until the text or the context is at its end. */
  begin() {
    this.remember();
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
      const { before, after } = this.nextTokens(logits);
      const id = sample(after, random);
      if (id === this.tokenizer.endOfText) return finish("Then the model chose to end the text.");
      n++;
      this.put(id, before[id]);
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
  const look = place.model.get("first_look");
  const isStored = Boolean(theBook() && look.prompt);
  return showBesideRecord({
    ...place,
    name: "llm-next",
    title: "What comes next?",
    tryThis:
      "Type the start of a text, and see what the model expects next. Then let it draw a token.",
    ...(isStored ? { load: () => Promise.resolve(storedModel(look)) } : {}),
    tryRecorded: "Choose the start of a text. What would you expect next, and how surely?",
    live: (parts) =>
      isStored
        ? untilTouched(parts, (parts) => new NextTokenView(parts))
        : new NextTokenView(parts),
    recorded: (parts) => new RecordedNext(parts),
  });
}

export default { initialize: takeFiles, render };
