// StretchGame: who still knows who saw whom, when the text moves and stretches? The traits are
// described in stretch_game.py.

import { present } from "../engine/present.js";
import { sumOfParts, WhoSawReader } from "../engine/who_saw.js";
import { PartBars } from "./stretch_game/bars.js";
import { StretchTable } from "./stretch_game/table.js";
import { TextTrack } from "./stretch_game/track.js";
import { gather, WeightCells } from "./stretch_game/weights.js";
import { button, segments, slider } from "./shared/controls.js";
import { h } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { split } from "./shared/layout.js";
import { localize } from "./shared/localize.js";
import { View } from "./shared/view.js";

/** @import { Place, ViewParts } from "./shared/types.js" */
/** @import { ReaderWeights, Scheme, ScoreParts } from "../engine/who_saw.js" */
/** @import { ReadWeights } from "./stretch_game/weights.js" */
/**
 * @typedef {object} StretchData
 * @property {string[]} words the animals, "saw", "who?", and those of the gap
 * @property {number} animals how many they are
 * @property {number} starts of training: below this
 * @property {number} gaps
 * @property {Record<Scheme, ReaderWeights[]>} readers
 */
/**
 * @typedef {object} Traits
 * @property {StretchData} data
 * @property {number} start
 * @property {number} gap
 * @property {boolean} swapped
 * @property {Scheme} scheme
 * @property {number} run
 * @property {Record<string, number>} right
 * @property {Partial<ScoreParts>} parts
 * @property {Partial<ReadWeights>} weights
 */

const STRETCH_SCHEMES = /** @type {Scheme[]} */ (["none", "learned", "sinusoidal", "rotary"]);
const LAST_START = 40;
const WIDEST_GAP = 20;
const TRAININGS = 3;

/** @extends {View<Traits>} */
class StretchView extends View {
  table = new StretchTable(STRETCH_SCHEMES, (scheme) => this.set("scheme", scheme));
  bars = new PartBars();
  cells = new WeightCells();
  start = slider({
    name: localize`Start`,
    min: 0,
    max: LAST_START,
    step: 1,
    note: localize`moves the whole text; 0 to ${this.get("data").starts - 1} in training`,
    oninput: (start) => this.set("start", start),
  });
  gap = slider({
    name: localize`Gap`,
    min: 0,
    max: WIDEST_GAP,
    step: 1,
    note: localize`more words after “saw”; 0 to ${this.get("data").gaps - 1} in training`,
    oninput: (gap) => this.set("gap", gap),
  });
  runs = segments(
    localize`Training run`,
    Array.from({ length: TRAININGS }, (_, i) => [String(i), String(i + 1)]),
    (run) => this.set("run", Number(run)),
  );
  swap = button(
    localize`Swap the animals`,
    () => this.set("swapped", !this.get("swapped")),
  );
  finding = new Finding(this.model, this.signal);
  /** @type {TextTrack} */ track;

  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    this.build();
    this.follow(["start", "gap", "swapped", "scheme", "run"], () => this.paint());
    this.paint();
  }

  build() {
    this.offerReset();
    this.track = new TextTrack(this.get("data"));
    this.body.append(
      split([
        this.track.element,
        h("div", { class: "llm-stretch-sliders" }, this.start, this.gap),
        this.table.element,
        this.cells.element,
      ], [
        this.bars.element,
        h("div", { class: "llm-row" }, this.swap),
        h("div", {}, h("p", { class: "llm-label" }, localize`Training run`), this.runs),
        this.finding.element,
      ], { sticky: false }),
    );
  }

  /**
   * The ids of a text with two animals.
   * @param {number} first
   * @param {number} second
   */
  text(first, second) {
    const { words, animals } = this.get("data");
    const between = words.length - animals - 2;
    const gap = Array.from({ length: this.get("gap") }, (_, i) => animals + 2 + i % between);
    return [first, animals, ...gap, second, animals + 1];
  }

  /**
   * How many of all texts with two different animals a reader gets right.
   * @param {WhoSawReader} reader
   */
  countRight(reader) {
    const { animals } = this.get("data");
    let right = 0;
    for (let first = 0; first < animals; first++) {
      for (let second = 0; second < animals; second++) {
        if (second === first) continue;
        right += reader.answer(this.text(first, second), this.get("start")) === first ? 1 : 0;
      }
    }
    return right;
  }

  paint() {
    const { words, readers, animals } = this.get("data");
    const [start, gap, run] = [this.get("start"), this.get("gap"), this.get("run")];
    const [first, second] = this.get("swapped") ? [1, 0] : [0, 1];
    const text = this.text(first, second);
    const models = STRETCH_SCHEMES.map((name) => new WhoSawReader(name, readers[name][run]));
    const rows = models.map((model) => ({
      scheme: model.scheme,
      answer: words[model.answer(text, start)],
      isRight: model.answer(text, start) === first,
      right: this.countRight(model),
    }));
    const all = animals * (animals - 1);
    const wanted = this.get("scheme");
    const chosen = present(models.find(({ scheme }) => scheme === wanted), wanted);
    const parts = chosen.scoreParts(text, start);
    const weights = gather(chosen.weightsOf(text, start));
    const apart = difference(parts[0], parts[parts.length - 2]);
    this.track.show(text, start);
    this.start.show(start, String(start));
    this.gap.show(gap, String(gap));
    this.runs.show(String(run));
    this.table.show(rows, this.get("scheme"), all);
    this.bars.show(chosen.scheme, apart, words[first], words[second]);
    this.cells.show(chosen.scheme, weights, words[first], words[second], gap);
    this.finding.say(this.words(rows, all));
    this.publish("right", Object.fromEntries(rows.map(({ scheme, right }) => [scheme, right])));
    this.publish("parts", apart);
    this.publish("weights", weights);
  }

  /**
   * What is seen, in words.
   * @param {{ scheme: string, right: number }[]} rows
   * @param {number} all
   */
  words(rows, all) {
    const { starts, gaps } = this.get("data");
    const [isNewStart, isNewGap] = [this.get("start") >= starts, this.get("gap") >= gaps];
    const where = isNewStart && isNewGap
      ? localize`Training showed neither such a start nor such a gap.`
      : isNewStart
      ? localize`Training never showed such a start.`
      : isNewGap
      ? localize`Training never showed such a gap.`
      : localize`Training showed such starts and gaps.`;
    const counts = rows.map(({ scheme, right }) => `${localize(scheme)} ${right}`).join(", ");
    return `${where} ${localize`Right of ${all} texts: ${counts}.`}`;
  }
}

/**
 * The parts of one score, less those of another.
 * @param {ScoreParts} a
 * @param {ScoreParts} b
 */
const difference = (a, b) => ({
  tokens: a.tokens - b.tokens,
  tokenPlace: a.tokenPlace - b.tokenPlace,
  placeToken: a.placeToken - b.placeToken,
  places: a.places - b.places,
  score: sumOfParts(a) - sumOfParts(b),
});

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-stretch",
    title: localize`Who saw? Move the text, and stretch it`,
    tryThis:
      localize`Four small models have learned to name the first animal. Drag the text to where
        training never was; then put it back, and stretch the gap.`,
    build: (parts) => new StretchView(parts),
  });
}

export default { render };
