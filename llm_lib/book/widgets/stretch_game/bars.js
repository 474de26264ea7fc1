// The parts of a difference of two scores, as bars to both sides.

import { h } from "../shared/dom.js";
import { localize } from "../shared/localize.js";
import { decimals } from "../shared/words.js";

/** @import { Scheme, ScoreParts } from "../../engine/who_saw.js" */

/** @type {[part: keyof ScoreParts | "score", name: string][]} */
const PART_NAMES = [
  ["tokens", "token · token"],
  ["tokenPlace", "token · position"],
  ["placeToken", "position · token"],
  ["places", "position · position"],
  ["score", "their sum"],
];
const FULL_BAR = 6; // a difference that fills one side

export class PartBars {
  constructor() {
    this.label = h("p", { class: "llm-label" });
    this.list = h("ul", { class: "llm-stretch-parts" });
    this.note = h("p", { class: "llm-stretch-note" });
    this.element = h("div", {}, this.label, this.note, this.list);
  }

  /**
   * @param {Scheme} scheme
   * @param {ScoreParts & { score: number }} apart
   * @param {string} first
   * @param {string} second
   */
  show(scheme, apart, first, second) {
    const name = localize(scheme);
    this.label.textContent = localize`${name}: score of ${first} less score of ${second}`;
    this.note.textContent =
      localize`Its parts: query · key. Right of the middle speaks for ${first}.`;
    const hasPlaces = scheme === "learned" || scheme === "sinusoidal";
    this.list.replaceChildren(
      ...PART_NAMES.map(([part, words]) => {
        const isThere = hasPlaces || part === "tokens" || part === "score";
        const value = apart[part];
        const share = Math.min(1, Math.abs(value) / FULL_BAR);
        const side = value < 0 ? "llm-stretch-minus" : "llm-stretch-plus";
        const fill = h("span", { class: side, style: `width:${(50 * share).toFixed(2)}%` });
        const turned = scheme === "rotary" && part === "tokens";
        return h(
          "li",
          { class: part === "score" ? "llm-stretch-sum" : "" },
          h("span", {}, turned ? localize`token · token, turned` : localize(words)),
          h("span", { class: "llm-stretch-axis" }, ...(isThere ? [fill] : [])),
          h("span", { class: "llm-stretch-number" }, isThere ? decimals(value) : "–"),
        );
      }),
    );
  }
}
