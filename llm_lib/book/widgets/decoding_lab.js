// DecodingLab: what does each knob do to the next token, and to many texts? The traits are
// described in decoding_lab.py.

import { byProbability } from "../engine/sampling.js";
import { DecodedTexts, textsInWords } from "./decoding_lab/decoded_texts.js";
import { DecodingControls } from "./decoding_lab/controls.js";
import { decodingStages, KNOBS, OFF } from "./decoding_lab/stages.js";
import { RecordedDecoding } from "./decoding_lab/recorded.js";
import { knobText, StagePanels, stagesInWords } from "./decoding_lab/stage_panels.js";
import { TextWriter } from "./decoding_lab/text_writer.js";
import { button, segments } from "./shared/controls.js";
import { h, onTraits } from "./shared/dom.js";
import { takeFiles } from "./shared/files.js";
import { Finding } from "./shared/frame.js";
import { showBesideRecord } from "./shared/recorded_choice.js";
import { readText } from "./shared/tokens.js";
import { count, round6 } from "./shared/words.js";
import { WritingView } from "./shared/writing.js";

/** @import { Batch } from "./decoding_lab/decoded_texts.js" */
/** @import { Knobs, Stage } from "./decoding_lab/stages.js" */
/** @import { Text } from "./decoding_lab/text_writer.js" */
/** @import { ModelViewParts, Place } from "./shared/types.js" */

/** @typedef {[label: string, p: number, cut: string]} ToldToken */
/**
 * @typedef {object} Traits
 * @property {string} prompt
 * @property {number} temperature
 * @property {number} top_k
 * @property {number} top_p
 * @property {number} min_p
 * @property {number} repetition_penalty
 * @property {number} seed
 * @property {number} n_samples
 * @property {number} n_tokens
 * @property {number} n_bars
 * @property {boolean} writing
 * @property {{ name: string, left: number, tokens: ToldToken[] }[]} stages
 * @property {Batch} samples
 * @property {Batch} before
 */

/** @type {[view: string, label: string][]} */
const VIEWS = [["next", "The next token"], ["texts", "The texts"]];
const SLICE = 12; // milliseconds of writing before the page gets its turn

/** @extends {WritingView<Traits>} */
class DecodingLabView extends WritingView {
  finding = new Finding(this.model, this.signal);
  writeButton = button("", () => this.set("writing", !this.get("writing")), "llm-main");
  offButton = button("All off", () => this.turnOff(), "llm-quiet");
  views = segments("What is shown", VIEWS, (view) => {
    this.look(view);
    this.say();
  });
  controls = new DecodingControls((name, value) => this.set(name, value));
  /** @type {HTMLTextAreaElement} */ prompt;
  /** @type {StagePanels} */ panels;
  /** @type {DecodedTexts} */ columns;
  /** @type {string} */ view;

  /** @param {ModelViewParts} parts */
  constructor(parts) {
    super(parts);
    const { model, signal } = parts;
    /** @type {Stage[]} */
    this.stages = [];
    this.problem = "";
    this.note = ""; // what became of the writing
    this.build();
    this.follow(["prompt"], () => this.read());
    onTraits(model, ["seed", "n_samples", "n_tokens", "n_bars"], signal, this.repaint);
    onTraits(model, KNOBS, signal, () => {
      this.look("next"); // where a knob acts
      this.repaint();
    });
    this.read();
    this.followWriting();
  }

  /** @returns {Knobs} */
  knobs() {
    const { model } = this;
    return /** @type {any} */ (Object.fromEntries(KNOBS.map((name) => [name, model.get(name)])));
  }

  build() {
    this.offerReset();
    this.prompt = h("textarea", {
      rows: 1,
      spellcheck: "false",
      "aria-label": "Prompt",
      oninput: () => {
        this.stop();
        this.set("prompt", this.prompt.value);
      },
    });
    this.panels = new StagePanels(this.tokenizer, this.controls.knobs);
    this.columns = new DecodedTexts(this.tokenizer);
    this.body.append(
      h(
        "label",
        { class: "llm-decode-prompt" },
        h("span", { class: "llm-label" }, "Prompt"),
        this.prompt,
      ),
      this.panels.element,
      this.columns.element,
      this.finding.element,
      h(
        "div",
        { class: "llm-row llm-decode-actions" },
        this.writeButton,
        this.offButton,
        this.views,
      ),
      this.controls.folded(),
    );
    this.look("next");
  }

  /**
   * Show the next token, or the texts.
   * @param {string} view
   */
  look(view) {
    this.view = view;
    this.views.show(view);
    this.panels.element.classList.toggle("llm-decode-heads", view === "texts");
    this.columns.element.hidden = view !== "texts";
  }

  /** Leave the next token as the model says. */
  turnOff() {
    this.stop();
    for (const knob of KNOBS) this.set(knob, OFF[knob]);
  }

  /** Read the prompt, and ask the model what comes next. */
  read() {
    const read = readText(this.tokenizer, this.get("prompt"));
    this.problem = read.problem ?? "";
    this.ask(read.ids, this.problem);
    this.paint();
  }

  paint() {
    const writing = this.get("writing");
    this.showPrompt(this.prompt);
    const [seed, n_samples] = [this.get("seed"), this.get("n_samples")];
    this.controls.show(this.knobs(), { seed, n_samples, n_tokens: this.get("n_tokens") });
    this.writeButton.textContent = writing ? "Stop" : `Write ${count(n_samples, "text")}`;
    this.writeButton.disabled = !writing && !this.canWrite;
    this.offButton.disabled = KNOBS.every((knob) => this.get(knob) === OFF[knob]);
    this.paintStages();
    if (!writing) this.columns.show(this.get("samples"), this.get("before"));
    this.views.hidden = !this.get("samples").texts?.length;
    if (this.views.hidden) this.look("next");
    this.say();
  }

  /** Work the stages out, show them, and tell Python of them. */
  paintStages() {
    const knobs = this.knobs();
    this.stages = this.logits ? decodingStages(this.logits, this.window, knobs) : [];
    const shown = this.stages.length
      ? byProbability(this.stages[0].p).slice(0, this.get("n_bars"))
      : [];
    this.panels.show(this.stages, shown);
    if (!this.stages.length || this.get("writing")) return;
    const told = this.stages.map((stage) => ({
      name: stage.name,
      left: stage.p.length - stage.cut.size,
      tokens: shown.map((id) => this.told(stage, id)),
    }));
    this.set("stages", told);
  }

  /**
   * A token at a stage as Python sees it.
   * @param {Stage} stage
   * @param {number} id
   * @returns {ToldToken}
   */
  told({ p, cut }, id) {
    return [this.tokenizer.label(id), round6(p[id]), cut.get(id) ?? ""];
  }

  /** The finding in words; none while the model writes. */
  say() {
    this.finding.wait();
    if (this.get("writing")) return;
    this.finding.element.classList.toggle("llm-problem", Boolean(this.problem));
    const texts = textsInWords(this.get("samples"), this.get("before"), this.note);
    const words = this.view === "texts" && texts.length
      ? texts
      : stagesInWords(this.tokenizer, this.window, this.stages);
    this.finding.say(this.problem || words.join(" "));
  }

  reset() {
    this.stop();
    super.reset();
    this.model.set("samples", {});
    this.set("before", {});
    this.read();
  }

  /** Write the texts in short slices, so that the page stays alive. */
  begin() {
    const n = this.get("n_samples");
    const seed = this.get("seed");
    const knobs = this.knobs();
    /** @type {Text[]} */
    const texts = [];
    const batch = { knobs: this.knobWords(), seed, prompt: this.get("prompt"), texts };
    const startText = () =>
      new TextWriter(this, {
        prompt: this.window,
        room: this.get("n_tokens"),
        knobs,
        seed,
        number: texts.length,
      });
    let writer = /** @type {TextWriter | null} */ (null);
    const slice = () => {
      if (!this.get("writing")) {
        return this.finish(batch, `Stopped after ${count(texts.length, "text")}.`);
      }
      for (const end = performance.now() + SLICE; performance.now() < end;) {
        writer ??= startText();
        if (writer.writeToken()) continue;
        texts.push(writer.result());
        writer = null;
        if (texts.length === n) return this.finish(batch, "");
      }
      this.writeButton.textContent = `Stop (text ${texts.length + 1} of ${n})`;
      this.timer = setTimeout(slice);
    };
    this.repaint();
    this.timer = setTimeout(slice);
  }

  /**
   * Show what was written; what stood there before moves aside.
   * @param {Batch} batch
   * @param {string} note
   */
  finish(batch, note) {
    this.note = note;
    if (batch.texts?.length) {
      if (this.get("samples").texts?.length) this.model.set("before", this.get("samples"));
      this.set("samples", batch);
      this.look("texts");
    }
    this.done();
    this.repaint();
  }

  /** The knobs that do something. */
  knobWords() {
    const knobs = this.knobs();
    const on = KNOBS.filter((knob) => knobs[knob] !== OFF[knob]);
    return on.map((knob) => knobText(knob, knobs[knob])).join(", ") || "all knobs off";
  }
}

/** @param {Place} place */
function render(place) {
  return showBesideRecord({
    ...place,
    name: "llm-decode",
    title: "From scores to text",
    tryThis: "Turn one knob and see what it does to the next token. Write texts before and after.",
    tryRecorded: "Choose a setting: what may be drawn next, and what was written with it?",
    live: (parts) => new DecodingLabView(parts),
    recorded: (parts) => new RecordedDecoding(parts),
  });
}

export default { initialize: takeFiles, render };
