// The pairs that may be merged next, and the vocabulary that the merges have made.

import { barRow } from "../shared/bars.js";
import { find, h } from "../shared/dom.js";
import { showBlanks } from "../shared/tokens.js";
import { count, times } from "../shared/words.js";
import { brief, nextInWords, pairInWords } from "./words.js";

/** @import { State } from "../../engine/bpe_training.js" */
/** @import { MergeTraining } from "./words.js" */

/**
 * A token in a frame; the newest one is marked.
 * @param {string} label
 * @param {boolean} isNewest
 */
export const tokenFrame = (label, isNewest) =>
  h(isNewest ? "mark" : "span", { class: "llm-merge-token" }, ...showBlanks(label));

/** The most frequent pairs. */
export class PairList {
  constructor() {
    this.why = h("p", { class: "llm-merge-why" });
    this.pairs = h("ol", { class: "llm-bars", "aria-label": "The most frequent pairs" });
    this.others = h("p", { class: "llm-note" });
    this.element = h(
      "section",
      { class: "llm-merge-part llm-merge-pairs", "aria-label": "What will be merged next" },
      h("p", { class: "llm-label" }, "What will be merged next"),
      this.why,
      this.pairs,
      this.others,
    );
  }

  /**
   * @param {State} state
   * @param {string[]} labels of all tokens
   * @param {number} step how many merges are done
   * @param {boolean} isLimit whether no more were asked for
   */
  show(state, labels, step, isLimit) {
    const top = state.pairs[0]?.count;
    const token = (/** @type {number} */ id) =>
      tokenFrame(brief(labels[id]), step > 0 && id === 255 + step);
    this.why.textContent = nextInWords(state, labels, step, isLimit);
    this.pairs.replaceChildren(...state.pairs.map(({ left, right, count: n }, i) => {
      const words = `${pairInWords(labels, { left, right })}: ${times(n)}, ids ${left} and ` +
        `${right}${i === 0 ? ", merged next" : ""}`;
      const row = barRow({
        name: "",
        fill: n / top,
        number: n.toLocaleString("en"),
        extra: { "aria-label": words, class: i === 0 ? "llm-merge-first" : null },
      });
      find(row, ".llm-bar-name").append(
        token(left),
        "+",
        token(right),
        h("small", {}, `${left}, ${right}`),
      );
      return row;
    }));
    const others = state.nPairs - state.pairs.length;
    const more = others > 0 ? `and ${count(others, "other pair")}; ` : "";
    this.others.textContent = `${more}beside each pair its ids, and how often it comes`;
    this.others.hidden = !state.nPairs;
  }
}

/** All tokens, the newest first. */
export class VocabularyList {
  constructor() {
    this.title = h("p", { class: "llm-label" });
    this.list = h("ol", {
      class: "llm-merge-vocabulary",
      tabindex: 0,
      "aria-label": "The vocabulary, newest token first",
    });
    this.element = h(
      "section",
      { class: "llm-merge-part", "aria-label": "The vocabulary" },
      this.title,
      this.list,
    );
  }

  /**
   * @param {MergeTraining} training
   * @param {string[]} labels of all tokens
   * @param {number} k how many merges are done
   */
  show({ merges }, labels, k) {
    const token = (/** @type {number} */ id) =>
      tokenFrame(brief(labels[id]), k > 0 && id === 255 + k);
    this.title.textContent = `Vocabulary: 256 bytes + ${count(k, "merge")} = ${256 + k}`;
    const rows = merges.slice(0, k).reverse().map(({ left, right, id, count: n }) =>
      h(
        "li",
        {},
        h("span", { class: "llm-merge-id" }, String(id)),
        h("span", {}, token(id)),
        h("span", { class: "llm-merge-parts" }, token(left), "+", token(right)),
        h("span", { class: "llm-note" }, times(n)),
      )
    );
    this.list.replaceChildren(
      ...rows,
      h(
        "li",
        {},
        h("span", { class: "llm-merge-id" }, "0–255"),
        h("span", { class: "llm-note llm-merge-bytes" }, "every possible byte; “a” is 97"),
      ),
    );
    this.list.scrollTop = 0;
  }
}
