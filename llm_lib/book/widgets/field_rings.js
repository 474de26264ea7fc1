// FieldRings: what lies inside what? The traits are described in field_rings.py.

import { CardTable } from "./field_rings/card_table.js";
import { scoreInWords } from "./field_rings/card_verdict.js";
import { CARDS, LIES, RINGS } from "./field_rings/cards.js";
import { RingsFigure } from "./field_rings/figure.js";
import { h } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { split } from "./shared/layout.js";
import { View } from "./shared/view.js";

/** @import { Place, ViewParts } from "./shared/types.js" */
/** @import { Answer } from "./field_rings/card_verdict.js" */

/**
 * @typedef {object} Traits
 * @property {string} ring
 * @property {number} card
 * @property {Answer[]} answers
 */

/** @extends {View<Traits>} */
class RingsView extends View {
  finding = new Finding(this.model, this.signal);
  figure = new RingsFigure((ring) => this.choose(ring));
  about = h("div", { class: "llm-rings-about" });
  table = new CardTable(() => this.act());

  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    this.build();
    this.follow(["ring", "card", "answers"], () => this.paint());
    this.paint();
  }

  /** The card on the table: the page goes no further than the first that has no answer. */
  get at() {
    return Math.min(this.get("card"), this.get("answers").length, CARDS.length);
  }

  build() {
    this.offerReset();
    const stage = [this.figure.element, this.about];
    const beside = [this.table.element, this.finding.element];
    this.body.append(split(stage, beside, { sticky: false }));
  }

  // ---- what can be done -------------------------------------------------------------------------

  /**
   * Look at a ring.
   * @param {string} ring
   */
  choose(ring) {
    this.latest = "ring";
    if (ring === this.get("ring")) this.paint();
    else this.set("ring", ring);
  }

  /** The main button: check, go on, or sort again. */
  act() {
    const { at } = this;
    const answers = this.get("answers");
    this.latest = "card";
    if (at === CARDS.length) {
      this.set("card", 0);
      this.set("answers", []);
      this.table.name.focus();
      return;
    }
    if (at < answers.length) {
      this.set("card", at + 1);
      this.table.name.focus({ preventScroll: true });
      return;
    }
    const answer = this.table.chosen();
    if (!answer) return;
    this.model.set("card", at);
    this.set("answers", [...answers, answer]);
  }

  reset() {
    this.latest = undefined;
    super.reset();
    this.table.shown = undefined;
    this.paint();
  }

  // ---- what is shown ----------------------------------------------------------------------------

  paint() {
    const ring = this.get("ring");
    const [name, definition, example, not] = RINGS[ring];
    const line = (/** @type {string} */ label, /** @type {string} */ text) =>
      h("p", {}, h("b", {}, label), " ", text);
    this.about.replaceChildren(
      h("p", { class: "llm-rings-name" }, name),
      h("p", {}, definition),
      line("An example:", example),
      line("Not one:", not),
    );
    this.figure.show(ring, this.get("answers"));
    this.table.show(this.at, this.get("answers"));
    this.finding.say(
      this.latest === "card" || (this.latest !== "ring" && this.get("answers").length)
        ? scoreInWords(this.get("answers"))
        : LIES[ring],
    );
  }
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-rings",
    title: "What lies inside what?",
    tryThis:
      "Choose a shape to see what it means. Then sort ten systems into their innermost ring.",
    build: (parts) => new RingsView(parts),
  });
}

export default { render };
