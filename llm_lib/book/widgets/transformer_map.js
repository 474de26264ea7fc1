// TransformerMap: what happens between a text and its next token? The traits are described in
// transformer_map.py.

import { lastOf } from "../engine/present.js";
import { runToy } from "../engine/toy_gpt.js";
import { exampleOf } from "./transformer_map/example.js";
import { MapFigure } from "./transformer_map/figure.js";
import { ORDER, partInWords, PARTS } from "./transformer_map/words.js";
import { h } from "./shared/dom.js";
import { theBook } from "./shared/files.js";
import { Finding, showWidget } from "./shared/frame.js";
import { PlayerControls } from "./shared/player_controls.js";
import { View } from "./shared/view.js";
import { quote } from "./shared/words.js";

/** @import { Toy } from "../engine/toy_gpt.js" */
/** @import { ToyExample } from "./transformer_map/words.js" */
/** @import { Place, ViewParts } from "./shared/types.js" */
/** @typedef {[file: string, title: string]} Chapter */
/**
 * @typedef {object} Traits
 * @property {string} part
 * @property {boolean} playing
 * @property {Toy} toy
 * @property {Record<string, Chapter[]>} chapters where each part is built
 * @property {object} values the last token's vector after each part
 * @property {{ part?: string }} initial
 */

const WALK_PAUSE = 5000; // ms at each part while it walks by itself: time to read two sentences
const NOT_VALUES = ["ids", "place", "weights", "hidden", "logits"]; // of a run

/** @extends {View<Traits>} */
class MapView extends View {
  name = h("p", { class: "llm-map-name" });
  what = h("p", { class: "llm-map-what" });
  shown = h("div", { class: "llm-map-example" });
  chapter = h("p", { class: "llm-map-chapter" });
  finding = new Finding(this.model, this.signal);
  /** @type {PlayerControls} */ controls;
  /** @type {MapFigure} */ figure;
  /** @type {number} */ timer;

  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    const toy = this.get("toy");
    const run = runToy(toy);
    /** @type {[word: string, p: number][]} */
    const words = run.output.map((p, id) => [toy.words[id], p]);
    const best = words.sort((a, b) => b[1] - a[1]);
    /** @type {ToyExample} */
    this.example = { toy, run, word: lastOf(toy.prompt), best };
    const values = Object.entries(run).filter(([name]) => !NOT_VALUES.includes(name));
    this.set("values", Object.fromEntries(values));
    this.build();
    this.signal.addEventListener("abort", () => clearTimeout(this.timer));
    this.follow(["part", "playing"], () => this.paint());
    this.paint();
  }

  // ---- what its controls ask (see Playable)

  /** The last step. */
  last() {
    return ORDER.length - 1;
  }
  get playing() {
    return this.get("playing");
  }
  /** The place of the part that is looked at, in their order. */
  get step() {
    return Math.max(0, ORDER.indexOf(this.get("part")));
  }

  build() {
    this.controls = new PlayerControls(this, { name: "Step", from: 1 });
    this.offerReset();
    const panel = h(
      "div",
      { class: "llm-map-panel" },
      this.controls.element,
      this.name,
      this.what,
      this.shown,
      this.finding.element,
      this.chapter,
    );
    this.figure = new MapFigure(this.example, (part) => this.choose(part));
    this.body.append(h("div", { class: "llm-map-columns" }, this.figure.element, panel));
  }

  // ---- what can be done -------------------------------------------------------------------------

  /**
   * Look at a part; that ends the walk.
   * @param {string} part
   */
  choose(part) {
    if (this.get("playing")) this.set("playing", false);
    this.set("part", part);
  }

  /** @param {number} step */
  go(step) {
    if (ORDER[step] && step !== this.step) this.choose(ORDER[step]);
  }

  /** Walk from part to part, from the start where it rests or if the last was reached; or rest. */
  toggle() {
    const rests = !this.get("playing") && this.get("part") === this.restsOn();
    if (rests || (!this.get("playing") && this.step === this.last())) this.set("part", ORDER[0]);
    this.set("playing", !this.get("playing"));
  }

  /** The part that is seen at first. */
  restsOn() {
    return this.get("initial").part ?? "text";
  }

  reset() {
    this.set("playing", false);
    this.set("part", this.restsOn());
  }

  // ---- what is shown ----------------------------------------------------------------------------

  paint() {
    const { step: at } = this;
    const part = ORDER[at];
    const [name, what] = PARTS[part];
    const playing = this.get("playing");
    this.controls.show(`${at + 1} of ${ORDER.length}`);
    this.name.textContent = name;
    this.what.textContent = what;
    this.shown.replaceChildren(...exampleOf(part, this.example));
    this.chapter.replaceChildren(...this.where(part));
    this.finding.say(partInWords(part, this.example));
    this.figure.show(at);
    clearTimeout(this.timer);
    if (playing) this.timer = setTimeout(() => this.walkOn(), WALK_PAUSE);
  }

  /** The next part of the walk, or its end. */
  walkOn() {
    const next = ORDER[this.step + 1];
    if (next) this.set("part", next);
    else this.set("playing", false);
  }

  /**
   * Where the part is built: links on a page of the book, names in a notebook.
   * @param {string} part
   */
  where(part) {
    const chapters = this.get("chapters")[part];
    const home = theBook() ? document.documentElement.dataset.content_root : undefined;
    const link = (/** @type {Chapter} */ [file, title]) => {
      if (home === undefined) return quote(title);
      if (location.pathname.endsWith(`${file}.html`)) return "this chapter";
      return h("a", { href: `${home}${file}.html` }, title);
    };
    return [
      "Built in ",
      ...chapters.flatMap((chapter, i) => (i ? [" and ", link(chapter)] : [link(chapter)])),
      ".",
    ];
  }
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-map-book",
    title: "From a text to its next token",
    tryThis: "Press Play, or choose any part: what does it make of the last word?",
    build: (parts) => new MapView(parts),
  });
}

export default { render };
