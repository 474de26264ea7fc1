// A text on its positions: where the animals stand, and which positions training has seen.

import { h } from "../shared/dom.js";
import { localize } from "../shared/localize.js";

/** @import { StretchData } from "../stretch_game.js" */

const POSITIONS = 64;
const SHOWN_OF_GAP = 3;

export class TextTrack {
  /** @param {StretchData} data */
  constructor(data) {
    this.data = data;
    this.line = h("p", { class: "llm-stretch-text" });
    this.cells = Array.from(
      { length: POSITIONS },
      (_, t) => h("span", { class: t < this.trained ? "llm-stretch-trained" : "" }),
    );
    this.strip = h("div", { class: "llm-stretch-strip", role: "img" }, ...this.cells);
    this.note = h(
      "p",
      { class: "llm-stretch-scale" },
      h("span", {}, localize`position 0`),
      h("span", {}, localize`underlined: seen in training`),
      h("span", {}, "63"),
    );
    this.element = h("div", {}, this.line, this.strip, this.note);
  }

  /** How many positions training has seen. */
  get trained() {
    return this.data.starts + this.data.gaps + 2;
  }

  /**
   * @param {number[]} text
   * @param {number} start
   */
  show(text, start) {
    const { words } = this.data;
    const last = text.length - 1;
    this.cells.forEach((cell, t) => {
      const i = t - start;
      const isThere = i >= 0 && i <= last;
      cell.dataset.word = !isThere ? "" : i === 0 || i === last - 1 ? "animal" : "other";
    });
    const said = text.map((id) => words[id]);
    const gap = said.slice(2, -2);
    const short = gap.length > SHOWN_OF_GAP
      ? [...gap.slice(0, SHOWN_OF_GAP - 1), `… (${gap.length})`]
      : gap;
    this.line.replaceChildren(
      h("b", {}, said[0]),
      ` saw ${short.join(" ")} `,
      h("b", {}, said[said.length - 2]),
      " who?",
    );
    const [first, second] = [start, start + last - 1];
    this.strip.setAttribute(
      "aria-label",
      localize`${said[0]} stands at position ${first}, ${said.at(-2)} at ${second}.`,
    );
  }
}
