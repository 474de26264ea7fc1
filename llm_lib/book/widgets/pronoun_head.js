// PronounHead: what does "he" look at? The traits are described in pronoun_head.py.

import { present } from "../engine/present.js";
import { PronounRows } from "./pronoun_head/rows.js";
import { pronounLimit, pronounWords } from "./pronoun_head/words.js";
import { SentenceArcs } from "./shared/sentence_arcs.js";
import { segments } from "./shared/controls.js";
import { h } from "./shared/dom.js";
import { fetchFile, takeFiles } from "./shared/files.js";
import { Finding, showWidget } from "./shared/frame.js";
import { split } from "./shared/layout.js";
import { readRecorded } from "./shared/recorded_run.js";
import { View } from "./shared/view.js";

/** @import { Segments } from "./shared/controls.js" */
/** @import { RecordedFile, RecordedHead, RecordedRun } from "./shared/recorded_run.js" */
/** @import { Place, ViewParts } from "./shared/types.js" */
/**
 * @typedef {object} Traits
 * @property {string} sentence
 * @property {string} pronoun
 * @property {number[]} scores
 * @property {number[]} weights
 */
/**
 * @typedef {RecordedRun & { heads: Required<RecordedHead>[], people: string[] }} PronounRun people:
 *   the man or the one, then the other
 */

/** @type {[value: string, label: string][]} */
const SENTENCES = [
  ["king", "king and queen"],
  ["farmer", "farmer and hens"],
  ["names", "two names"],
  ["doctor", "two jobs"],
  ["boy", "a boy’s grandmother"],
];

/** @extends {View<Traits>} */
class PronounView extends View {
  sentences = segments("Sentence", SENTENCES, (sentence) => this.choose(sentence));
  pronouns = h("div");
  arcs = new SentenceArcs(this.signal);
  finding = new Finding(this.model, this.signal);
  limit = h("p", { class: "llm-note llm-pronoun-limit" });
  /** @type {PronounRows} */ rows;
  /** @type {string} */ words;
  /** @type {Segments} */ switch;

  /** @param {ViewParts & { file: RecordedFile }} parts */
  constructor(parts) {
    super(parts);
    this.counts = present(parts.file.counts, "the counts of a record");
    this.runs = /** @type {PronounRun[]} */ (parts.file.runs);
    this.build();
    this.follow(["sentence", "pronoun"], () => this.paint());
    this.paint();
  }

  build() {
    this.offerReset();
    this.rows = new PronounRows(this.runs);
    const label = h("p", { class: "llm-label" }, "The last word");
    this.body.append(
      this.sentences,
      this.arcs.element,
      h("div", { class: "llm-row llm-pronoun-switch" }, label, this.pronouns),
      split([this.rows.element], [this.finding.element, this.limit], { sticky: false }),
    );
  }

  /**
   * Another sentence, with the pronoun that it has.
   * @param {string} sentence
   */
  choose(sentence) {
    this.setAll({ sentence, pronoun: this.pair(sentence)[0].name.split(" ")[1] });
  }

  /**
   * Both runs of a sentence.
   * @param {string} sentence
   */
  pair(sentence) {
    return this.runs.filter(({ name }) => name.split(" ")[0] === sentence);
  }

  paint() {
    const sentence = this.get("sentence");
    const pair = this.pair(sentence);
    const run = pair.find(({ name }) => name.endsWith(` ${this.get("pronoun")}`)) ?? pair[0];
    const [other] = pair.filter((each) => each !== run);
    this.paintPronouns(pair, run);
    this.sentences.show(sentence);
    const { scores: [scores], weights: [weights] } = run.heads[0];
    this.arcs.show({ tokens: run.tokens, weights, who: "Head 9.4" });
    this.rows.show(run, other);
    this.finding.say(pronounWords(run));
    this.limit.textContent = pronounLimit(sentence, this.counts);
    this.publish("scores", scores);
    this.publish("weights", weights);
  }

  /**
   * The switch, made anew for each sentence, as its words differ.
   * @param {PronounRun[]} pair
   * @param {PronounRun} run
   */
  paintPronouns(pair, run) {
    const words = pair.map(({ name }) => name.split(" ")[1]);
    if (this.words !== words.join()) {
      this.words = words.join();
      this.switch = segments(
        "The last word",
        words.map((word) => [word, word]),
        (pronoun) => this.set("pronoun", pronoun),
      );
      this.pronouns.replaceChildren(this.switch);
    }
    this.switch.show(run.name.split(" ")[1]);
  }
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-pronoun",
    title: "What does “he” look at?",
    tryThis: "SmolLM2, a real model with 135 million parameters, has read the sentence. " +
      "Switch its last word: where does head 9.4 look now?",
    waiting: "Fetching the record …",
    load: (view) =>
      fetchFile(view, view.model.get("ref"), (file) => ({ file: readRecorded(file) })),
    build: (parts) => new PronounView(parts),
  });
}

export default { initialize: takeFiles, render };
