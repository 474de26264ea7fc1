// StreamLab: who writes the answer, and who is needed? The traits are described in stream_lab.py.

import { softmax } from "../engine/functions.js";
import { byProbability } from "../engine/sampling.js";
import { partNames, readEarly, runningSums, runParts, splitLogit } from "../engine/stream.js";
import { total } from "../engine/vectors.js";
import { Ledger } from "./stream_lab/ledger.js";
import { Lens } from "./stream_lab/lens.js";
import { Switches } from "./stream_lab/switches.js";
import { findingOf } from "./stream_lab/words.js";
import { button, lineField } from "./shared/controls.js";
import { h } from "./shared/dom.js";
import { takeFiles } from "./shared/files.js";
import { Finding } from "./shared/frame.js";
import { showWithModel } from "./shared/model.js";
import { readText } from "./shared/tokens.js";
import { ModelView } from "./shared/view.js";
import { count, round6 } from "./shared/words.js";

/** @import { ModelViewParts, Place } from "./shared/types.js" */

/**
 * @typedef {object} Traits
 * @property {string} text
 * @property {string[]} off
 * @property {string} answer
 * @property {number[]} lens
 * @property {number[]} ledger
 * @property {{ text: string }} initial
 */

/**
 * A run of the text: the stream read after each part, and the answer's logit split.
 * @typedef {object} Reading
 * @property {string[]} off
 * @property {[id: number, p: number][]} leaders the likeliest token after each part
 * @property {number[]} lens the answer's probability there
 * @property {number[]} ledger what each adds to its logit
 * @property {number} lead the sum: its logit above the mean of all
 */

const MOST_TOKENS = 64; // tokens; a longer text would take too long at each click
/** @type {[name: string, text: string][]} */
const EXAMPLES = [
  ["A kite", 'The fox had a kite. "Where is my'],
  ["Two things", 'Mia had a kite and Tom had a drum. Tom said: "Where is my'],
  ["Any animal", "Once there was a brave"],
];

/** @extends {ModelView<Traits>} */
class StreamView extends ModelView {
  text = lineField("Text", (text) => this.set("text", text));
  about = h("p", { class: "llm-note" });
  finding = new Finding(this.model, this.signal);
  /** @type {Lens} */ lens;
  /** @type {Switches} */ switches;
  /** @type {Ledger} */ ledger;
  /** @type {HTMLDivElement} */ working;
  /** @type {number[]} */ ids;
  /** @type {number} */ answer;
  /** @type {Reading} */ base; // with all parts on

  /** @param {ModelViewParts} parts */
  constructor(parts) {
    super(parts);
    this.names = ["embedding", ...partNames(this.gpt.config.n_layer)];
    this.build();
    this.follow(["text"], () => this.read());
    this.follow(["off"], () => this.paint());
    this.read();
  }

  build() {
    this.offerReset();
    const examples = EXAMPLES.map(([name, text]) =>
      button(name, () => this.setAll({ text, off: [] }))
    );
    const isSprout = this.model.get("model_ref") === "sprout";
    this.lens = new Lens(this.names);
    this.switches = new Switches(this.names, (names, isOn) => this.toggle(names, isOn));
    this.ledger = new Ledger(this.names);
    const columns = `--parts:${this.names.length}`;
    this.working = h(
      "div",
      { class: "llm-stream-columns", style: columns },
      this.lens.element,
      this.switches.element,
      this.ledger.element,
    );
    const group = { class: "llm-row", role: "group", "aria-label": "Texts to choose from" };
    this.body.append(
      h(
        "div",
        { class: "llm-stream-start" },
        this.text,
        isSprout ? h("div", group, ...examples) : "",
        this.about,
      ),
      this.working,
      this.finding.element,
    );
  }

  /** A new text: run the whole model. */
  read() {
    const text = this.get("text");
    const { ids, problem } = readText(this.tokenizer, text);
    this.text.show(text);
    const said = problem ?? (ids.length ? "" : "Type a text: the model needs at least one token.");
    this.working.hidden = Boolean(said);
    this.about.textContent = "";
    if (said) {
      this.finding.say(said);
      this.publish("answer", "");
      return;
    }
    const room = Math.min(MOST_TOKENS, this.gpt.config.context_length);
    this.ids = ids.slice(-room);
    this.about.textContent = ids.length > room
      ? `The last ${room} of ${ids.length} tokens`
      : count(ids.length, "token");
    const whole = runParts(this.gpt, this.ids);
    const end = softmax(readEarly(this.gpt, runningSums(whole)[whole.length - 1]));
    this.answer = byProbability(end)[0];
    this.base = this.reading([]);
    this.paint();
  }

  /**
   * Run the text with some parts off.
   * @param {string[]} off
   * @returns {Reading}
   */
  reading(off) {
    const all = runParts(this.gpt, this.ids, off);
    const read = runningSums(all).map((x) => softmax(readEarly(this.gpt, x)));
    const { entries, shift } = splitLogit(this.gpt, all, this.answer);
    return {
      off,
      leaders: read.map((p) => {
        const [id] = byProbability(p);
        return [id, p[id]];
      }),
      lens: read.map((p) => p[this.answer]),
      ledger: entries,
      lead: total(entries) + shift,
    };
  }

  /**
   * @param {string[]} names
   * @param {boolean} isOn what they shall be
   */
  toggle(names, isOn) {
    const others = this.get("off").filter((name) => !names.includes(name));
    const off = new Set(isOn ? others : [...others, ...names]);
    this.set("off", this.names.filter((name) => off.has(name)));
  }

  paint() {
    if (this.working.hidden) return;
    const { base } = this;
    const off = this.get("off");
    const now = off.length ? this.reading(off) : base;
    const label = (/** @type {number} */ id) => this.tokenizer.label(id);
    const shown = { base, now, answer: label(this.answer), label };
    this.lens.show(shown);
    this.switches.show(off);
    this.ledger.show(shown);
    this.finding.say(findingOf(this.names, shown));
    this.publish("answer", shown.answer);
    this.publish("lens", now.lens.map(round6));
    this.publish("ledger", now.ledger.map(round6));
  }
}

/** @param {Place} place */
function render(place) {
  return showWithModel({
    ...place,
    name: "llm-stream",
    title: "Who writes the answer, and who is needed for it?",
    tryThis: "Switch parts off (at all tokens). Does the answer fall by as much as they wrote?",
    build: (parts) => new StreamView(parts),
  });
}

export default { initialize: takeFiles, render };
