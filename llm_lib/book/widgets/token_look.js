// TokenLook: with which numbers does one token look back? The traits are described in
// token_look.py.

import { lookBack } from "../engine/look.js";
import { indexOfLargest } from "../engine/vectors.js";
import { RowText } from "./shared/head_row.js";
import { LookCells } from "./token_look/cells.js";
import { LookList } from "./token_look/list.js";
import { colourThings, thingsIn } from "./token_look/things.js";
import { lookWords } from "./token_look/words.js";
import { segments } from "./shared/controls.js";
import { h } from "./shared/dom.js";
import { takeFiles } from "./shared/files.js";
import { Finding } from "./shared/frame.js";
import { showWithModel } from "./shared/model.js";
import { readText } from "./shared/tokens.js";
import { ModelView } from "./shared/view.js";
import { round6 } from "./shared/words.js";

/** @import { Segments } from "./shared/controls.js" */
/** @import { Run } from "../engine/types.js" */
/** @import { ModelViewParts, Place } from "./shared/types.js" */
/**
 * @typedef {object} Traits
 * @property {string} text
 * @property {number} layer
 * @property {number} head
 * @property {number} query
 * @property {number} key
 * @property {number} channel
 * @property {number[]} q
 * @property {number[]} k
 * @property {number[]} v
 * @property {number[]} scores
 * @property {number[]} weights
 * @property {number[]} output
 * @property {string} finding
 */

const MOST_TOKENS = 48; // tokens that are shown

/** @extends {ModelView<Traits>} */
class TokenLookView extends ModelView {
  row = new RowText((t) => this.turn({ query: t === this.labels.length - 1 ? -1 : t }));
  list = new LookList((key) => this.setAll({ key, channel: -1 }));
  finding = new Finding(this.model, this.signal);
  message = h("p", { class: "llm-problem", role: "status" });
  about = h("p", { class: "llm-label" });
  /** @type {Segments} */ layers;
  /** @type {Segments} */ heads;
  /** @type {LookCells} */ cells;
  /** @type {HTMLDivElement} */ working;
  /** @type {Run} */ run;

  /** @param {ModelViewParts} parts */
  constructor(parts) {
    super(parts);
    /** @type {string[]} */
    this.labels = [];
    this.build();
    this.follow(["text"], () => this.read());
    this.follow(["layer", "head", "query", "key", "channel"], () => this.paint());
    this.read();
  }

  build() {
    this.offerReset();
    const { n_layer, n_head } = this.gpt.config;
    this.layers = numbered("Layer", n_layer, (layer) => this.turn({ layer }));
    this.heads = numbered("Head", n_head, (head) => this.turn({ head }));
    this.cells = new LookCells(this.gpt, (channel) => this.set("channel", channel));
    const named = (/** @type {string} */ name, /** @type {Node} */ choice) =>
      h("div", { class: "llm-look-choice" }, h("span", { class: "llm-label" }, name), choice);
    const choices = [named("Layer", this.layers), named("Head", this.heads)];
    this.working = h(
      "div",
      {},
      h(
        "div",
        { class: "llm-row llm-look-top" },
        this.about,
        h("div", { class: "llm-row" }, ...choices),
      ),
      this.row.element,
      this.list.element,
      this.cells.element,
      this.finding.element,
    );
    this.body.append(this.working, this.message);
  }

  /**
   * Another look back: which key and channel are shown begins anew.
   * @param {Partial<Traits>} place
   */
  turn(place) {
    this.setAll({ ...place, key: -1, channel: -1 });
  }

  /** A new text. */
  read() {
    const { ids, labels, problem } = readText(this.tokenizer, this.get("text"));
    const room = Math.min(MOST_TOKENS, this.gpt.config.context_length);
    const nothing = ids.length ? "" : "The text is empty: the model needs at least one token.";
    this.message.textContent = problem ?? nothing;
    this.message.hidden = !this.message.textContent;
    this.working.hidden = !this.message.hidden;
    if (this.working.hidden) return this.set("finding", this.message.textContent);
    this.labels = labels.slice(-room);
    this.run = this.gpt.forward(ids.slice(-room));
    const cut = ids.length > room ? ` (the last ${room} of ${ids.length})` : "";
    this.about.textContent = `Which token looks back?${cut}`;
    this.paint();
  }

  /**
   * A position that a trait gives, or another where the text has none such.
   * @param {"query" | "key"} name
   * @param {number} end
   * @param {number} instead
   */
  at(name, end, instead) {
    const t = this.get(name);
    return t < 0 || t > end ? instead : t;
  }

  paint() {
    if (this.working.hidden) return;
    const { labels, run } = this;
    const [layer, head] = [this.get("layer"), this.get("head")];
    const query = this.at("query", labels.length - 1, labels.length - 1);
    const look = lookBack(this.gpt, run, { layer, head, query });
    const key = this.at("key", query, indexOfLargest(look.weights));
    const shown = { labels, look, query, key, layer, head };
    const weights = new Float32Array(labels.length);
    weights.set(look.weights);
    this.layers.show(String(layer));
    this.heads.show(String(head));
    this.row.show({ labels, weights, row: query, query });
    this.list.show(shown);
    const things = thingsIn(labels);
    for (const { buttons } of [this.row, this.list]) colourThings(buttons, things);
    this.cells.show(shown, this.get("channel"));
    this.finding.say(lookWords(shown));
    this.tell({ ...look, k: look.k[key], v: look.v[key] });
  }

  /** @param {Record<"q" | "k" | "v" | "scores" | "weights" | "output", ArrayLike<number>>} now */
  tell({ q, k, v, scores, weights, output }) {
    for (const [name, row] of Object.entries({ q, k, v, scores, weights, output })) {
      this.publish(/** @type {"q"} */ (name), Array.from(row, round6));
    }
  }
}

/**
 * A choice among things that count from 0.
 * @param {string} name
 * @param {number} n
 * @param {(i: number) => void} onpick
 */
const numbered = (name, n, onpick) =>
  segments(
    name,
    Array.from({ length: n }, (_, i) => [String(i), String(i)]),
    (i) => onpick(Number(i)),
  );

/** @param {Place} place */
function render(place) {
  return showWithModel({
    ...place,
    name: "llm-token-look",
    title: "With which numbers does a token look back?",
    tryThis:
      "Choose a token of the story, then one that it looks at: where does its score come from?",
    build: (parts) => new TokenLookView(parts),
  });
}

export default { initialize: takeFiles, render };
