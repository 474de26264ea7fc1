// The heads that can be exchanged, a row each: a switch, and where the head looks.

import { entryOf } from "../../engine/present.js";
import { button } from "../shared/controls.js";
import { h } from "../shared/dom.js";

/** @import { NamesRun } from "../four_switches.js" */
/** @import { RecordedHead } from "../shared/recorded_run.js" */
/** @typedef {Record<"line" | "toggle" | "look" | "where", HTMLElement>} Row */

/**
 * Where a head looks most, the start of the text left out.
 * @param {string[]} tokens
 * @param {number[]} weights
 * @returns {{ place: number, weight: number, words: string }}
 */
export function lookedAt(tokens, weights) {
  const places = [...weights.keys()].slice(1).sort((a, b) => weights[b] - weights[a]);
  const place = places[0];
  const same = tokens.flatMap((token, t) => token.trim() === tokens[place].trim() ? [t] : []);
  const isLast = place === weights.length - 1;
  const nth = isLast
    ? "itself, "
    : same.length > 1
    ? ["the first ", "the second "][same.indexOf(place)]
    : "";
  return { place, weight: weights[place], words: `${nth}“${tokens[place].trim()}”` };
}

export class SwitchList {
  /**
   * @param {object} options
   * @param {(head: string) => void} options.ontoggle
   * @param {(head: string) => void} options.onlook
   */
  constructor({ ontoggle, onlook }) {
    this.ontoggle = ontoggle;
    this.onlook = onlook;
    /** @type {Map<string, Row>} */
    this.rows = new Map();
    this.element = h("div", { class: "llm-switches-list" });
  }

  /** @param {RecordedHead[]} heads */
  make(heads) {
    for (const { layer, head } of heads) {
      const name = `${layer}.${head}`;
      const toggle = h(
        "button",
        {
          type: "button",
          role: "switch",
          class: "llm-on-off",
          "aria-label": `Exchange head ${name}`,
          onclick: () => this.ontoggle(name),
        },
        "its own",
      );
      const look = button(name, () => this.onlook(name), "llm-switches-look");
      look.setAttribute("aria-label", `Draw where head ${name} looks`);
      const where = h("span", { class: "llm-switches-where" });
      const line = h("li", {}, look, toggle, where);
      this.rows.set(name, { line, toggle, look, where });
    }
    const lines = [...this.rows.values()].map(({ line }) => line);
    this.element.replaceChildren(
      h("p", { class: "llm-label" }, "Head, and where it looks most from “to”"),
      h("ul", {}, ...lines),
    );
  }

  /** @param {{ run: NamesRun, exchanged: string[], look: string }} shown */
  show({ run, exchanged, look }) {
    if (!this.rows.size) this.make(run.heads);
    run.heads.forEach(({ layer, head, weights: [weights] }) => {
      const name = `${layer}.${head}`;
      const row = entryOf(this.rows, name);
      const { words, weight } = lookedAt(run.tokens, weights);
      const isExchanged = exchanged.includes(name);
      const isAlone = run.heads.length === 1; // then there is room to say what it gives instead
      const instead = isExchanged && isAlone
        ? `; its vector comes from ${run.names[0]}’s sentence`
        : "";
      row.where.textContent = `${words}, ${weight.toFixed(2)}${instead}`;
      row.toggle.setAttribute("aria-checked", String(isExchanged));
      row.toggle.textContent = isExchanged ? "exchanged" : "its own";
      row.look.setAttribute("aria-pressed", String(name === look));
      row.line.classList.toggle("llm-switches-chosen", name === look);
    });
  }
}
