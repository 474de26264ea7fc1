// The eight answers, each with its mark and with what was wanted and is there.

import { h } from "../shared/dom.js";
import { localize } from "../shared/localize.js";
import { decimals, printable } from "../shared/words.js";

export const EIGHT = 8;

/** @typedef {{ text: string, mark: number, wanted: [name: string, isThere: boolean][] }} Marked */

export class HackCards {
  constructor() {
    this.cards = Array.from({ length: EIGHT }, () => {
      const text = h("p", { class: "llm-hack-text" });
      const mark = h("b");
      const wanted = h("span", { class: "llm-hack-wanted" });
      const foot = h("p", { class: "llm-hack-foot" }, mark, wanted);
      return { view: h("li", {}, text, foot), text, mark, wanted };
    });
    this.element = h(
      "ol",
      { class: "llm-hack-cards", "aria-label": localize`Eight answers`, tabindex: "0" },
      ...this.cards.map(({ view }) => view),
    );
  }

  /** @param {Marked[]} answers as far as they are written */
  show(answers) {
    this.cards.forEach(({ text, mark, wanted }, i) => {
      const answer = answers[i];
      text.textContent = answer ? printable(answer.text) || "–" : "…";
      text.title = answer ? printable(answer.text) : ""; // whole, where it does not fit
      mark.textContent = answer ? localize`mark ${decimals(answer.mark)}` : "";
      wanted.replaceChildren(...(answer?.wanted ?? []).map(asFound));
    });
  }
}

/** @param {[name: string, isThere: boolean]} found */
function asFound([name, isThere]) {
  const words = localize(name);
  return isThere ? h("span", {}, words) : h("s", { "aria-label": localize`no ${words}` }, words);
}
