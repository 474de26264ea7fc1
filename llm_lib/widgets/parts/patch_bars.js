// The next tokens of several runs side by side, the same tokens in each.

import { softmax } from "../../engine/functions.js";
import { byProbability } from "../../engine/sampling.js";
import { barRow } from "../shared/bars.js";
import { h } from "../shared/dom.js";
import { percent } from "../shared/words.js";

/** @import { Floats, Tokenizer } from "../../engine/types.js" */

/** @typedef {[name: string, logits: Floats]} NamedLogits */

const SHOWN = 4; // tokens

export class PatchBars {
  /** @param {Tokenizer} tokenizer */
  constructor(tokenizer) {
    this.tokenizer = tokenizer;
    this.element = h("div", { class: "llm-patch-sides" });
  }

  /**
   * @param {NamedLogits[]} sides the last of which is what has been changed, or looked up
   * @param {number[]} answers always among the tokens
   * @param {number} [before] which side the last one is compared with, as an outline
   */
  show(sides, answers, before) {
    const all = sides.map(([, logits]) => softmax(logits));
    const best = all.map((p) => byProbability(p).slice(0, SHOWN));
    const ids = [...new Set([...answers, best.at(-1)[0], ...best.flat()])].slice(0, SHOWN);
    this.element.replaceChildren(
      ...sides.map(([name], side) => {
        const isLast = side === sides.length - 1;
        const rows = ids.map((id) =>
          barRow({
            name: this.tokenizer.label(id),
            fill: all[side][id],
            raw: isLast && before !== undefined ? all[before][id] : undefined,
            number: percent(all[side][id]),
          })
        );
        const list = h("ol", { class: "llm-bars", "aria-label": `Next token, ${name}` }, ...rows);
        const kind = isLast ? "llm-stage-sticky" : "";
        return h("section", { class: kind }, h("p", { class: "llm-label" }, name), list);
      }),
    );
  }
}
