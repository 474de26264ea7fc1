// What a film says above its picture: a sentence, and which scene of how many is seen.

import { h } from "../shared/dom.js";
import { localize } from "../shared/localize.js";
import { withSubscripts } from "./sentence.js";

export class Speech {
  sentence = h("p", { class: "llm-walk-say", role: "status", "aria-live": "polite" });
  count = h("span", { class: "llm-walk-count" });
  element = h("div", { class: "llm-walk-words" }, this.sentence, this.count);
  said = "";

  /**
   * @param {string} words
   * @param {number} scene the number of the one that is seen, from 1
   * @param {number} all how many there are
   * @param {boolean} isAhead whether it is seen before the film is begun
   */
  show(words, scene, all, isAhead) {
    if (this.said !== words) this.sentence.replaceChildren(...withSubscripts(words));
    this.said = words;
    this.count.textContent = isAhead ? localize`Preview: ${scene} / ${all}` : `${scene} / ${all}`;
  }

  /**
   * While a number is moved, not each on the way is to be read out.
   * @param {boolean} on
   */
  hush(on) {
    this.sentence.setAttribute("aria-live", on ? "off" : "polite");
  }
}
