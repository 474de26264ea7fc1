// CrossAttentionMap: which word of the source does a translator look at? The traits are described
// in cross_attention_map.py.

import { CrossMap } from "./cross_attention_map/map.js";
import { looksInWords, named, quoted, share } from "./cross_attention_map/words.js";
import { segments } from "./shared/controls.js";
import { h, rove } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { split } from "./shared/layout.js";
import { View } from "./shared/view.js";
import { capital } from "./shared/words.js";

/** @import { Example } from "./cross_attention_map/words.js" */
/** @import { Place, ViewParts } from "./shared/types.js" */

const LEGEND =
  "In the map, a row is a word of the translation, a column a word of the source. The " +
  "stronger the colour, the larger the weight. A ring marks the word that it stands for.";
/**
 * The mean of some maps (T, S) of equal size.
 * @param {number[][][]} maps
 */
const meanOf = (maps) =>
  maps[0].map((row, t) =>
    row.map((_, s) => maps.reduce((sum, map) => sum + map[t][s], 0) / maps.length)
  );

/**
 * @typedef {object} Traits
 * @property {Example[]} examples
 * @property {number} example
 * @property {number} layer -1 for the mean
 * @property {number} head -1 for the mean
 * @property {number} word of the translation
 * @property {number[]} shown
 */

/** @extends {View<Traits>} */
class CrossView extends View {
  target = h("div", {
    class: "llm-tokens",
    role: "group",
    "aria-label": "Translation: choose the word that looks",
  });
  source = h("ul", { class: "llm-tokens llm-cross-source" });
  note = h("p", { class: "llm-note" });
  map = new CrossMap((word) => this.set("word", word));
  finding = new Finding(this.model, this.signal);
  /** @type {HTMLSelectElement} */ sentences;
  /** @type {{ element: HTMLDivElement; show: (value: number) => void; }} */ layers;
  /** @type {{ element: HTMLDivElement; show: (value: number) => void; }} */ heads;

  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    this.painted = /** @type {Example | null} */ (null);
    this.hovered = /** @type {number | null} */ (null);
    this.build();
    this.follow(["example", "layer", "head", "word", "examples"], () => this.paint());
    this.paint();
  }

  build() {
    this.offerReset();
    const [n_layer, n_head] = [
      this.get("examples")[0].weights.length,
      this.get("examples")[0].weights[0].length,
    ];
    this.sentences = h(
      "select",
      { "aria-label": "Sentence", onchange: () => this.choose(Number(this.sentences.value)) },
      ...this.get("examples").map((example, i) =>
        h("option", { value: i }, example.source.map(named).join(" ").replace(/ ([.,!?])/g, "$1"))
      ),
    );
    this.layers = this.choice("layer", n_layer);
    this.heads = this.choice("head", n_head);
    rove(this.target, () => [...this.target.querySelectorAll("button")], {
      onmove: (button) => button.click(),
    });
    this.target.addEventListener("pointerleave", () => this.hover(null));
    const side = [this.finding.element, this.note, h("p", { class: "llm-note" }, LEGEND)];
    this.body.append(
      h("label", { class: "llm-cross-sentence" }, h("b", {}, "Sentence"), this.sentences),
      split(this.seen(), side, { sticky: false }),
    );
  }

  /** What changes: where one word looks, and where all do. */
  seen() {
    return [
      h("p", { class: "llm-label" }, "The translation: which word looks?"),
      this.target,
      h("p", { class: "llm-label" }, "The source: where it looks, in percent"),
      this.source,
      h("div", { class: "llm-cross-choices" }, this.layers.element, this.heads.element),
      h("p", { class: "llm-label" }, "All words at once"),
      this.map.element,
    ];
  }

  /**
   * Choices for "layer" or "head": the mean of all, and each.
   * @param {"layer" | "head"} name
   * @param {number} n
   */
  choice(name, n) {
    const title = capital(name);
    /** @type {[string, string][]} */
    const choices = [-1, ...Array(n).keys()].map((k) => [`${k}`, k < 0 ? "mean" : `${k}`]);
    const group = segments(title, choices, (value) => this.set(name, Number(value)));
    const element = h(
      "div",
      { class: "llm-cross-choice" },
      h("b", { "aria-hidden": "true" }, title),
      group,
    );
    return { element, show: (/** @type {number} */ value) => group.show(`${value}`) };
  }

  /**
   * Show a sentence, from its first word.
   * @param {number} example
   */
  choose(example) {
    this.model.set("word", 0);
    this.set("example", example);
  }

  /**
   * The mouse is over a word: show where that one looks.
   * @param {number | null} word
   */
  hover(word) {
    if (this.hovered === word) return;
    this.hovered = word;
    this.paint({ quiet: true });
  }

  /** The weights (T, S) of the chosen layer and head, or the mean. */
  weights() {
    const { weights } = this.get("examples")[this.get("example")];
    const layer = this.get("layer");
    const head = this.get("head");
    const layers = layer < 0 ? weights : [weights[layer]];
    return meanOf(layers.flatMap((heads) => (head < 0 ? heads : [heads[head]])));
  }

  paint({ quiet = false } = {}) {
    const example = this.get("examples")[this.get("example")];
    const map = this.weights();
    const chosen = Math.min(this.get("word"), example.target.length - 1);
    const word = Math.min(this.hovered ?? chosen, example.target.length - 1);
    this.sentences.value = String(this.get("example"));
    this.layers.show(this.get("layer"));
    this.heads.show(this.get("head"));
    this.paintTarget(example, chosen, word);
    this.paintSource(example, map[word], word);
    this.map.show(example, map, word);
    this.note.textContent = example.note ?? "";
    if (this.hovered === null) this.set("shown", map[word]);
    const [layer, head] = [this.get("layer"), this.get("head")];
    this.finding.say(looksInWords(example, map, { word, layer, head }), { quiet });
  }

  /**
   * @param {Example} example
   * @param {number} chosen
   * @param {number} word
   */
  paintTarget(example, chosen, word) {
    if (this.painted !== example) {
      this.painted = example;
      this.target.replaceChildren(...example.target.map((token, t) => {
        const button = h("button", {
          type: "button",
          class: "llm-token",
          onclick: () => {
            this.hovered = null;
            this.set("word", t);
          },
        }, named(token));
        const gloss = example.gloss?.[t];
        if (gloss) button.append(h("small", {}, gloss));
        button.addEventListener("pointerenter", (event) => {
          if (event.pointerType === "mouse") this.hover(t);
        });
        return button;
      }));
    }
    this.target.querySelectorAll("button").forEach((button, t) => {
      button.setAttribute("aria-pressed", String(t === chosen));
      button.classList.toggle("llm-cross-looks", t === word);
      button.tabIndex = t === chosen ? 0 : -1;
    });
  }

  /**
   * @param {Example} example
   * @param {number[]} row
   * @param {number} word
   */
  paintSource(example, row, word) {
    const origin = example.origin?.[word];
    this.source.setAttribute("aria-label", `Where ${quoted(example.target[word])} looks`);
    this.source.replaceChildren(...example.source.map((token, s) => {
      const item = h(
        "li",
        { class: "llm-token" },
        h("span", {}, named(token)),
        h("small", {}, share(row[s])),
      );
      // 40 %: the words stay readable on the darkest, in both themes
      item.style.setProperty("--weight", `${Math.round(40 * row[s] ** 0.7)}%`);
      item.classList.toggle("llm-cross-ring", s === origin);
      return item;
    }));
  }
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-cross",
    title: "Where does the translator look?",
    tryThis:
      "Choose a word of the translation, then a layer and head. Which one finds the right word?",
    build: (parts) => new CrossView(parts),
  });
}

export default { render };
