// How the text goes on, behind its last token: what the model says there, at each change anew.

import { h } from "../shared/dom.js";
import { showBlanks, spoken } from "../shared/tokens.js";
import { roughly } from "../shared/words.js";

/**
 * The likeliest token, and its probability.
 * @typedef {{ name: string, p: number }} Likeliest
 */

export class Ending {
  said = ""; // the token that is shown
  element = h("span", { class: "llm-head-ending" });

  /**
   * @param {Likeliest} before with all heads normal
   * @param {Likeliest} now
   */
  show(before, now) {
    const isAnother = now.name !== before.name;
    const token = h("b", {}, ...showBlanks(now.name.trim() || now.name));
    const was = isAnother ? h("small", {}, `not ${spoken(before.name)}`) : "";
    this.element.replaceChildren(token, h("small", {}, roughly(now.p)), was);
    this.element.classList.toggle("llm-head-turned", isAnother);
    this.element.title = "The likeliest next token of the text";
    if (this.said && this.said !== now.name) this.pulse();
    this.said = now.name;
  }

  /** Catch the eye: the model says something else now. */
  pulse() {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    this.element.animate?.([{ scale: 1 }, { scale: 1.18 }, { scale: 1 }], 420);
  }
}
