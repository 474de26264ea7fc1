// SurpriseText: which tokens of a text surprise a model? The traits are described in
// surprise_text.py.

import { softmax } from "../engine/functions.js";
import { logitsAt, tokenLosses } from "../engine/loss.js";
import { present } from "../engine/present.js";
import { byProbability } from "../engine/sampling.js";
import { mean } from "../engine/vectors.js";
import { RecordedSurprise } from "./surprise_text/recorded.js";
import { SurprisePanel } from "./surprise_text/panel.js";
import { button } from "./shared/controls.js";
import { h } from "./shared/dom.js";
import { takeFiles } from "./shared/files.js";
import { Finding } from "./shared/frame.js";
import { split } from "./shared/layout.js";
import { showBesideRecord } from "./shared/recorded_choice.js";
import { readText } from "./shared/tokens.js";
import { ModelView } from "./shared/view.js";
import { capital, count, round6 } from "./shared/words.js";

/** @import { Run } from "../engine/types.js" */
/** @import { Expected, Reading } from "./surprise_text/panel.js" */
/** @import { ModelViewParts, Place } from "./shared/types.js" */
/**
 * @typedef {object} Traits
 * @property {string} model_ref
 * @property {string} text
 * @property {number} place
 * @property {number[]} surprises
 * @property {number} loss
 */

const BARS = 5;
const KITE = "By the lake lived Mia, a brave fox. Mia had a kite that she loved very much.";
/** @type {[name: string, text: string][]} */
const EXAMPLES = [
  ["A story", KITE],
  ["Told on", `${KITE} One morning, the kite was gone.`],
  ["A slip", `${KITE} One morning, the drum was gone.`],
  ["Another world", "The capital of France is Paris."],
];

/** @extends {ModelView<Traits>} */
class SurpriseView extends ModelView {
  finding = new Finding(this.model, this.signal);
  /** @type {HTMLTextAreaElement} */ field;
  /** @type {number} */ left;
  /** @type {string} */ problem;
  /** @type {string[]} */ labels;
  /** @type {Run | null} */ run;
  /** @type {number[]} */ surprises;

  /** @param {ModelViewParts} parts */
  constructor(parts) {
    super(parts);
    const ref = this.get("model_ref");
    const who = /^[a-z]+$/.test(ref) ? capital(ref) : "The model";
    this.panel = new SurprisePanel(who, (at) => this.set("place", at));
    this.build();
    this.follow(["text"], () => this.read());
    this.follow(["place"], () => this.paint());
    this.read();
  }

  build() {
    this.offerReset();
    const examples = EXAMPLES.map(([name, text]) => button(name, () => this.take(text)));
    this.field = h("textarea", {
      rows: 2,
      spellcheck: "false",
      "aria-label": "Text",
      oninput: () => this.take(this.field.value),
    });
    const { tokens, scale, where, bars } = this.panel;
    this.body.append(
      h(
        "div",
        { class: "llm-row llm-surprise-examples", role: "group", "aria-label": "Texts" },
        h("span", { class: "llm-label" }, "Text"),
        ...examples,
      ),
      this.field,
      split([tokens, scale], [this.finding.element, h("div", {}, where, bars)], {
        sticky: false,
      }),
    );
  }

  /** @param {string} text */
  take(text) {
    this.setAll({ text, place: -1 });
  }

  /** Read the text: its tokens, and what the model made of each. */
  read() {
    const text = this.get("text");
    if (document.activeElement !== this.field || this.field.value !== text) {
      this.field.value = text;
    }
    const { ids, labels, problem } = readText(this.tokenizer, text);
    const room = this.gpt.config.context_length;
    this.left = Math.max(0, ids.length - room);
    this.problem = problem ?? "";
    this.labels = labels.slice(0, room);
    this.run = this.labels.length > 1 ? this.gpt.forward(ids.slice(0, room)) : null;
    this.surprises = this.run ? tokenLosses(this.run) : [];
    this.publish("surprises", this.surprises.map(round6));
    this.publish("loss", this.run ? round6(mean(this.surprises)) : 0);
    this.paint();
  }

  /** @returns {Reading} */
  get reading() {
    const { labels, surprises } = this;
    return { labels, surprises, expected: (at) => this.expectedAt(at) };
  }

  /**
   * @param {number} at
   * @returns {Expected[]}
   */
  expectedAt(at) {
    const run = present(this.run, "the reading of a text");
    const came = run.ids[at];
    const p = softmax(logitsAt(run, at - 1));
    const top = byProbability(p).slice(0, BARS);
    const shown = top.includes(came) ? top : [...top, came];
    return shown.map((id) => ({ label: this.tokenizer.label(id), p: p[id], came: id === came }));
  }

  paint() {
    this.panel.show(this.reading, this.get("place"));
    this.finding.element.classList.toggle("llm-problem", Boolean(this.problem));
    if (this.problem) this.finding.say(this.problem);
    else if (!this.run) this.finding.say("Type at least two tokens: the first is never guessed.");
    else this.finding.say([...this.panel.words(), ...this.leftWords()].join(" "));
  }

  leftWords() {
    if (!this.left) return [];
    return [`The last ${count(this.left, "token")} did not fit, and are left out.`];
  }
}

/** @param {Place} place */
function render(place) {
  return showBesideRecord({
    ...place,
    name: "llm-surprise",
    title: "What surprises the model?",
    tryThis:
      "The higher a token’s column, the less the model expected it. Choose one, or type a text.",
    tryRecorded: "The higher a token’s column, the less the model expected it. Choose one.",
    live: (parts) => new SurpriseView(parts),
    recorded: (parts) => new RecordedSurprise(parts),
  });
}

export default { initialize: takeFiles, render };
