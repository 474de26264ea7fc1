// FourSwitches: which heads decide between two names? The traits are described in four_switches.py.

import { present } from "../engine/present.js";
import { SentenceArcs } from "./shared/sentence_arcs.js";
import { SwitchList } from "./four_switches/list.js";
import { switchLimit, switchWords } from "./four_switches/words.js";
import { barRow } from "./shared/bars.js";
import { segments } from "./shared/controls.js";
import { find, h } from "./shared/dom.js";
import { fetchFile, takeFiles } from "./shared/files.js";
import { Finding, showWidget } from "./shared/frame.js";
import { split } from "./shared/layout.js";
import { readRecorded } from "./shared/recorded_run.js";
import { View } from "./shared/view.js";
import { percent } from "./shared/words.js";

/** @import { RecordedFile, RecordedRun } from "./shared/recorded_run.js" */
/** @import { Place, ViewParts } from "./shared/types.js" */
/**
 * @typedef {object} Traits
 * @property {string} sentence
 * @property {string[]} exchanged
 * @property {string} look
 * @property {boolean} [one] whether 23.3 and one sentence are shown alone
 * @property {Record<string, number>} next
 */
/**
 * @typedef {RecordedRun & Required<Pick<RecordedRun, "heads" | "off">>
 *   & { names: string[] }} NamesRun names: the right one, then the repeated one
 */

/** @type {[value: string, label: string][]} */
const SENTENCES = [
  ["John", "a drink"],
  ["Tom", "a book"],
  ["secret", "a secret"],
];

const TRY_ONE =
  "SmolLM2 has read the sentence. Exchange head 23.3: at “to” it then gives what it " +
  "gave where Mary was the giver. Who gets the drink now?";
const TRY_ALL =
  "SmolLM2 has read the sentence. Exchange a head: at “to” it then gives what it gave " +
  "where the other one was the giver. Can you turn the answer round?";

/** @extends {View<Traits>} */
class SwitchesView extends View {
  sentences = segments("Sentence", SENTENCES, (sentence) => this.set("sentence", sentence));
  arcs = new SentenceArcs(this.signal);
  list = new SwitchList({
    ontoggle: (head) => this.toggle(head),
    onlook: (look) => this.set("look", look),
  });
  bars = h("ul", { class: "llm-bars", "aria-label": "Both names, as the next word" });
  finding = new Finding(this.model, this.signal);
  limit = h("p", { class: "llm-note llm-switches-limit" });
  /** @type {HTMLElement} */ before; // what the lines on the bars are

  /** @param {ViewParts & { file: RecordedFile }} parts */
  constructor(parts) {
    super(parts);
    this.counts = present(parts.file.counts, "the counts of a record");
    this.runs = /** @type {NamesRun[]} */ (parts.file.runs);
    this.build();
    this.follow(["sentence", "exchanged", "look"], () => this.paint());
    this.paint();
  }

  build() {
    this.offerReset();
    const named = (/** @type {string} */ name, /** @type {HTMLElement} */ field) =>
      h("div", {}, h("p", { class: "llm-label" }, name), field);
    if (!this.get("one")) {
      this.body.append(h("div", { class: "llm-switches-sentences" }, this.sentences));
    }
    const bars = named("The next word", this.bars);
    this.before = h("span", { class: "llm-switches-before" }, "line: before");
    find(bars, ".llm-label").append(this.before);
    const [left, right] = this.get("one") // a single row leaves room below it
      ? [[this.list.element, this.finding.element], [bars]]
      : [[this.list.element], [bars, this.finding.element, this.limit]];
    this.body.append(this.arcs.element, split(left, right, { sticky: false }));
  }

  /** Exchange a head, or put its own output back. @param {string} head */
  toggle(head) {
    const now = this.get("exchanged");
    const others = now.filter((each) => each !== head);
    this.setAll({ exchanged: now.includes(head) ? others : [...others, head], look: head });
  }

  get run() {
    const sentence = this.get("sentence");
    return present(this.runs.find(({ name }) => name === sentence), sentence);
  }

  /** What comes next with these heads exchanged: both names, the right one first. */
  chances(exchanged = this.get("exchanged")) {
    const { off, names, tokens } = this.run;
    const wanted = [...exchanged].sort().join();
    const entry = off.find(({ heads }) =>
      heads.map((head) => head.join(".")).sort().join() === wanted
    );
    const rows = present(entry, "the run with these heads exchanged").next[tokens.length - 1];
    return names.map((name) => present(rows.find(([, token]) => token.trim() === name), name)[2]);
  }

  paint() {
    const { run } = this;
    const exchanged = this.get("exchanged");
    const look = this.get("look");
    const [chances, before] = [this.chances(), this.chances([])];
    const row = present(run.heads.find(({ layer, head }) => `${layer}.${head}` === look), look);
    this.sentences.show(run.name);
    this.arcs.show({ tokens: run.tokens, weights: row.weights[0], who: `Head ${look}` });
    const heads = this.get("one") ? run.heads.slice(0, 1) : run.heads;
    this.arcs.element.classList.toggle("llm-switches-unused", exchanged.includes(look));
    this.list.show({ run: { ...run, heads }, exchanged, look });
    this.bars.replaceChildren(
      ...run.names.map((name, i) =>
        barRow({
          name,
          fill: chances[i],
          raw: exchanged.length ? before[i] : undefined,
          number: percent(chances[i]),
        })
      ),
    );
    this.before.hidden = !exchanged.length;
    const shown = { names: run.names, exchanged, chances, before };
    this.finding.say(switchWords(shown, this.counts));
    this.limit.textContent = switchLimit(run.name, this.counts);
    this.limit.hidden = !this.limit.textContent;
    this.publish("next", Object.fromEntries(run.names.map((name, i) => [name, chances[i]])));
  }
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-switches",
    title: "Who gets the drink?",
    tryThis: place.model.get("one") ? TRY_ONE : TRY_ALL,
    waiting: "Fetching the record …",
    load: (view) =>
      fetchFile(view, view.model.get("ref"), (file) => ({ file: readRecorded(file) })),
    build: (parts) => new SwitchesView(parts),
  });
}

export default { initialize: takeFiles, render };
