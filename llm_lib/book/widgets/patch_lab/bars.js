// The next tokens of several runs side by side, the same tokens in each.

import { softmax } from "../../engine/functions.js";
import { byProbability } from "../../engine/sampling.js";
import { barRow } from "../shared/bars.js";
import { h } from "../shared/dom.js";
import { percent } from "../shared/words.js";

/** @import { Floats, Tokenizer } from "../../engine/types.js" */
/** @import { PatchPair } from "./pair.js" */
/** @import { Which } from "./texts.js" */

const SHOWN = 4; // tokens

export class PatchBars {
  /** @param {Tokenizer} tokenizer */
  constructor(tokenizer) {
    this.tokenizer = tokenizer;
    this.element = h("div", { class: "llm-patch-sides" });
  }

  /**
   * Both texts, and the cell. Until that is worked out, the run that it is put into stands there.
   * @param {PatchPair} pair
   * @param {{ source: Which, isLens: boolean, logits: Floats | undefined }} cell
   */
  show(pair, { source, isLens, logits }) {
    const base = source === "clean" ? "corrupted" : "clean";
    const name = !logits
      ? "working …"
      : isLens
      ? "the stream, read at this cell"
      : `${base} text, this cell patched`;
    /** @type {[name: string, logits: Floats][]} */
    const sides = [
      ["clean text", pair.logits("clean")],
      ["corrupted text", pair.logits("corrupted")],
      [name, logits ?? pair.logits(base)],
    ];
    const all = sides.map(([, each]) => softmax(each));
    const before = isLens ? undefined : all[base === "clean" ? 0 : 1];
    const best = all.map((p) => byProbability(p).slice(0, SHOWN));
    const ids = [...new Set([...pair.answers, best[2][0], ...best.flat()])].slice(0, SHOWN);
    this.element.replaceChildren(
      ...sides.map(([name], side) => {
        const isLast = side === sides.length - 1;
        const rows = ids.map((id) =>
          barRow({
            name: this.tokenizer.label(id),
            fill: all[side][id],
            raw: isLast ? before?.[id] : undefined,
            number: percent(all[side][id]),
          })
        );
        const list = h("ol", { class: "llm-bars", "aria-label": `Next token, ${name}` }, ...rows);
        const kind = isLast ? "llm-stage-sticky" : "";
        const ghost = isLast && before
          ? h("p", { class: "llm-note llm-patch-ghost" }, "line: before the patch")
          : "";
        return h("section", { class: kind }, h("p", { class: "llm-label" }, name), list, ghost);
      }),
    );
  }
}
