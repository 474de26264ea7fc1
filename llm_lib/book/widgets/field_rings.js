// FieldRings: what lies inside what? The traits are described in field_rings.py.

import { present } from "../engine/present.js";
import { judge } from "./field_rings/card_verdict.js";
import { CARDS, LIES, PLACES, RINGS } from "./field_rings/cards.js";
import { RingsFigure } from "./field_rings/figure.js";
import { groupName } from "./shared/controls.js";
import { find, h } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { split } from "./shared/layout.js";
import { View } from "./shared/view.js";
import { count } from "./shared/words.js";

/** @import { Place, ViewParts } from "./shared/types.js" */
/** @import { Answer } from "./field_rings/card_verdict.js" */
/** @import { Card } from "./field_rings/cards.js" */

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
  id = groupName("llm-rings");
  count = h("p", { class: "llm-note" });
  name = h("p", { class: "llm-rings-name", tabindex: -1 });
  action = h("button", { type: "button", class: "llm-main", onclick: () => this.act() });
  why = h("p", { class: "llm-rings-why", role: "status" });
  debate = h("p", { class: "llm-note" });
  list = h("ol", { class: "llm-rings-list" });
  /** @type {HTMLFieldSetElement} */ places;
  /** @type {HTMLFieldSetElement} */ kinds;
  /** @type {HTMLDivElement} */ form;
  /** @type {HTMLDivElement} */ table;

  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    this.shown = /** @type {string | undefined} */ (undefined);
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
    this.buildCard();
    const stage = [this.figure.element, this.about, this.finding.element];
    this.body.append(split(stage, [this.table], { sticky: false }));
  }

  buildCard() {
    const radio = (
      /** @type {string} */ name,
      /** @type {string} */ value,
      /** @type {string} */ text,
    ) => {
      const input = h("input", {
        type: "radio",
        name: `${this.id}-${name}`,
        value,
        onchange: () => this.chose(),
      });
      return h("label", { class: "llm-rings-choice" }, input, h("span", {}, text));
    };
    this.places = h(
      "fieldset",
      {},
      h("legend", {}, "Its innermost ring"),
      ...Object.entries(PLACES).map(([place, text]) => radio("place", place, text)),
    );
    this.kinds = h(
      "fieldset",
      {},
      h("legend", {}, "Is it generative?"),
      h(
        "div",
        { class: "llm-rings-kinds" },
        radio("generative", "true", "Yes, it makes new content"),
        radio("generative", "false", "No"),
      ),
    );
    this.form = h("div", { class: "llm-rings-form" }, this.places, this.kinds);
    this.table = h(
      "div",
      { class: "llm-rings-table" },
      this.count,
      this.name,
      this.form,
      this.why,
      this.debate,
      this.list,
      h("div", { class: "llm-row llm-rings-action" }, this.action),
    );
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

  /**
   * What is chosen among radio buttons.
   * @param {Element} box
   */
  picked(box) {
    return box.querySelector(/** @type {"input"} */ ("input:checked"))?.value;
  }

  /** A radio was chosen: "Check" needs both. */
  chose() {
    this.action.setAttribute(
      "aria-disabled",
      String(!(this.picked(this.places) && this.picked(this.kinds))),
    );
  }

  /** The main button: check, go on, or sort again. */
  act() {
    const { at } = this;
    const answers = this.get("answers");
    this.latest = "card";
    if (at === CARDS.length) {
      this.set("card", 0);
      this.set("answers", []);
      this.name.focus();
      return;
    }
    if (at < answers.length) {
      this.set("card", at + 1);
      this.name.focus({ preventScroll: true });
      return;
    }
    const place = this.picked(this.places);
    const kind = this.picked(this.kinds);
    if (!place || !kind) {
      this.why.textContent = "Choose " +
        `${place ? "yes or no" : kind ? "a ring" : "a ring, and yes or no"} ` + "first.";
      return;
    }
    this.model.set("card", at);
    this.set("answers", [...answers, [place, kind === "true"]]);
  }

  reset() {
    this.latest = undefined;
    super.reset();
    this.shown = undefined;
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
    this.paintCard();
    this.finding.say(
      this.latest === "card" || (this.latest !== "ring" && this.get("answers").length)
        ? this.score()
        : LIES[ring],
    );
  }

  paintCard() {
    const { at } = this;
    const answers = this.get("answers");
    const answer = answers[at];
    const card = CARDS[at];
    const done = !card;
    for (const element of [this.form, this.why]) element.hidden = done;
    this.debate.hidden = done || !answer || !card.debate;
    this.list.hidden = !done;
    this.count.textContent = done
      ? "All cards are sorted"
      : `Sort it yourself: Card ${at + 1} of ${CARDS.length}`;
    this.name.textContent = done ? `${this.right()} of ${CARDS.length} right` : card.name;
    this.action.textContent = done
      ? "Sort again"
      : !answer
      ? "Check"
      : at + 1 < CARDS.length
      ? "Next card"
      : "See the score";
    this.action.removeAttribute("aria-disabled");
    if (done) {
      this.list.replaceChildren(...CARDS.map((other, i) => this.summary(other, answers[i])));
      this.shown = undefined;
      return;
    }
    this.paintForm(card, answer, at);
    this.why.textContent = answer ? judge(card, answer).words : "";
    this.debate.textContent = answer && card.debate ? `Debatable: ${card.debate}` : "";
  }

  /**
   * Radios as the answer says; empty for a card that has just come.
   * @param {Card} card
   * @param {Answer} answer
   * @param {number} at
   */
  paintForm(card, answer, at) {
    const state = `${at} ${answer ?? ""}`;
    if (this.shown === state && !answer) return this.chose();
    this.shown = state;
    const fill = (
      /** @type {HTMLElement} */ box,
      /** @type {string} */ value,
      /** @type {string[]} */ right,
    ) => {
      for (const label of box.querySelectorAll("label")) {
        const input = find(label, "input");
        const good = answer && right.includes(input.value);
        input.checked = answer ? input.value === value : false;
        input.disabled = Boolean(answer);
        label.classList.toggle("llm-rings-good", Boolean(good));
        label.classList.toggle("llm-rings-bad", Boolean(answer && input.checked && !good));
        const words = present(label.lastChild, "the words of a choice");
        words.textContent = (words.textContent ?? "").replace(/ [✓✗]$/, "") +
          (good ? " ✓" : answer && input.checked ? " ✗" : "");
      }
    };
    fill(this.places, answer?.[0], [card.place, ...(card.also ?? [])]);
    fill(this.kinds, String(answer?.[1]), [String(card.generative)]);
    if (!answer) this.chose();
  }

  /**
   * @param {Card} card
   * @param {Answer} answer
   */
  summary(card, answer) {
    const { placed, kind } = judge(card, answer);
    const good = placed && kind;
    return h(
      "li",
      { class: good ? "" : "llm-rings-missed" },
      h("b", {}, card.short),
      `: ${PLACES[card.place]}${card.generative ? ", generative" : ""}. `,
      h(
        "span",
        { class: "llm-note" },
        good ? "✓ right" : `✗ ${placed ? "the ring was right" : "not this ring"}, ` +
          `${kind ? "generative right" : "generative wrong"}`,
      ),
    );
  }

  /**
   * How many of the answers fit a test; without one, how many are right on both.
   * @param {(verdict: ReturnType<typeof judge>) => boolean} [test]
   */
  right(test = (v) => v.placed && v.kind) {
    return this.get("answers").filter((answer, i) => test(judge(CARDS[i], answer))).length;
  }

  score() {
    const answers = this.get("answers");
    const both = this.right();
    if (answers.length < CARDS.length) {
      return `${both} of ${count(answers.length, "card")} right so far.`;
    }
    return `${both} of ${CARDS.length} cards right: the ring ${this.right((v) => v.placed)} ` +
      `times, generative or not ${this.right((v) => v.kind)} times.`;
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
