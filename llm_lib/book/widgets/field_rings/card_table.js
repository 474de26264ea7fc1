// The card on the table of FieldRings: what is asked of it, what the answer was worth, and all
// answers at the end.

import { present } from "../../engine/present.js";
import { groupName } from "../shared/controls.js";
import { find, h } from "../shared/dom.js";
import { judge, rightOf } from "./card_verdict.js";
import { CARDS, PLACES } from "./cards.js";

/** @import { Answer } from "./card_verdict.js" */
/** @import { Card } from "./cards.js" */

export class CardTable {
  id = groupName("llm-rings");
  count = h("p", { class: "llm-note" });
  name = h("p", { class: "llm-rings-name", tabindex: -1 });
  why = h("p", { class: "llm-rings-why", role: "status" });
  debate = h("p", { class: "llm-note" });
  list = h("ol", { class: "llm-rings-list" });
  /** @type {string | undefined} */ shown; // the card and the answer that the radios show

  /** @param {() => void} onact the main button was pressed */
  constructor(onact) {
    this.action = h("button", { type: "button", class: "llm-main", onclick: onact });
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
    this.element = h(
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

  /**
   * The answer that is chosen; null without a whole one, and what is missing is said.
   * @returns {Answer | null}
   */
  chosen() {
    const place = this.picked(this.places);
    const kind = this.picked(this.kinds);
    if (place && kind) return [place, kind === "true"];
    this.why.textContent = "Choose " +
      `${place ? "yes or no" : kind ? "a ring" : "a ring, and yes or no"} ` + "first.";
    return null;
  }

  /**
   * Show a card, or the list of all behind the last one.
   * @param {number} at
   * @param {Answer[]} answers
   */
  show(at, answers) {
    const answer = answers[at];
    const card = CARDS[at];
    const done = !card;
    for (const element of [this.form, this.why]) element.hidden = done;
    this.debate.hidden = done || !answer || !card.debate;
    this.list.hidden = !done;
    this.count.textContent = done
      ? "All cards are sorted"
      : `Sort it yourself: Card ${at + 1} of ${CARDS.length}`;
    this.name.textContent = done ? `${rightOf(answers)} of ${CARDS.length} right` : card.name;
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
    this.showForm(card, answer, at);
    this.why.textContent = answer ? judge(card, answer).words : "";
    this.debate.textContent = answer && card.debate ? `Debatable: ${card.debate}` : "";
  }

  /**
   * Radios as the answer says; empty for a card that has just come.
   * @param {Card} card
   * @param {Answer} answer
   * @param {number} at
   */
  showForm(card, answer, at) {
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
}
