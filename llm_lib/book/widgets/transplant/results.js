// What the healthy model and the transplant write, and what each expects next.

import { byProbability } from "../../engine/sampling.js";
import { barRow } from "../shared/bars.js";
import { h } from "../shared/dom.js";
import { percent, printable } from "../shared/words.js";

/** @import { Patient } from "../transplant.js" */
/** @import { Shown } from "./words.js" */

const LIKELIEST = 3;

export class Texts {
  constructor() {
    this.panels = ["Healthy", "Transplant"].map((name) => {
      const loss = h("span", { class: "llm-note" });
      const text = h("p", { class: "llm-transplant-writing" });
      return {
        loss,
        text,
        element: h(
          "section",
          { "aria-label": `${name}: goes on with` },
          h("p", {}, h("span", { class: "llm-label" }, `${name} writes`), " ", loss),
          text,
        ),
      };
    });
    this.element = h(
      "div",
      { class: "llm-transplant-texts" },
      ...this.panels.map(({ element }) => element),
    );
  }

  /** @param {Shown} shown */
  show({ healthy, now }) {
    [healthy, now].forEach(({ loss, written }, i) => {
      this.panels[i].loss.textContent = `loss ${loss.toFixed(2)} on the text`;
      this.panels[i].text.textContent = `… ${printable(written).trim()}`;
    });
  }
}

export class NextTokens {
  /** @param {(id: number) => string} label */
  constructor(label) {
    this.label = label;
    this.lists = ["healthy", "transplant"].map((name) =>
      h("ol", { class: "llm-bars", "aria-label": `Likeliest next tokens, ${name}` })
    );
    this.element = h(
      "section",
      { class: "llm-transplant-next", "aria-label": "Next token" },
      h("p", { class: "llm-label" }, "Next token, healthy"),
      h("p", { class: "llm-label" }, "Transplant"),
      ...this.lists,
    );
  }

  /** @param {Shown} shown */
  show({ healthy, now }) {
    [healthy, now].forEach(({ next }, i) => this.lists[i].replaceChildren(...this.rows(next)));
  }

  /** @param {Patient["next"]} p */
  rows(p) {
    return byProbability(p).slice(0, LIKELIEST).map((id) =>
      barRow({ name: this.label(id), fill: p[id], number: percent(p[id], 0) })
    );
  }
}
