// What is written, what may come next, and the buttons that write it.

import { diceOf } from "../../engine/ngrams.js";
import { barRow } from "../shared/bars.js";
import { button } from "../shared/controls.js";
import { focusedIndex, h, rove } from "../shared/dom.js";
import { showBlanks } from "../shared/tokens.js";
import { percent } from "../shared/words.js";

/** @import { RunCounts } from "../../engine/ngrams.js" */
/** @typedef {[token: string, count: number, p: number]} Counted */

const SHOWN = 8;
const CHIPS = 24;

export class NextToken {
  /**
   * @param {object} options
   * @param {() => number} options.seed of the dice
   * @param {() => string[]} options.written now, even where that is not shown yet
   * @param {(written: string[]) => void} options.onwrite told all that is written
   */
  constructor({ seed, written, onwrite }) {
    this.seed = seed;
    this.written = written;
    this.onwrite = onwrite;
    /** @type {Counted[]} the likeliest first */
    this.order = [];
    this.total = 0; // how often the context came in the text
    this.chips = h("p", { class: "llm-ngram-written" });
    this.bars = h("ul", { class: "llm-bars" });
    this.title = h("p", { class: "llm-label" });
    this.back = button("Take one back", () => this.onwrite(this.written().slice(0, -1)));
    rove(this.bars, () => [...this.bars.querySelectorAll("button")]);
    this.element = h(
      "section",
      { "aria-label": "The next token" },
      h("p", { class: "llm-label" }, "Written so far"),
      this.chips,
      h(
        "div",
        { class: "llm-row llm-ngram-buttons" },
        button("Draw the next", () => this.append(this.drawn()), "llm-main"),
        button("Take the likeliest", () => this.append(this.order[0][0])),
        this.back,
        button("Start again", () => this.onwrite([])),
      ),
      this.title,
      this.bars,
    );
  }

  /**
   * Write a token.
   * @param {string} token
   */
  append(token) {
    this.onwrite([...this.written(), token]);
  }

  /** A token by chance, among those of the text. */
  drawn() {
    const sum = this.order.reduce((all, [, , p]) => all + p, 0);
    let left = sum * diceOf(this.seed(), this.written().length);
    for (const [token, , p] of this.order) if ((left -= p) < 0) return token;
    return this.order[0][0];
  }

  /**
   * @param {RunCounts} counts
   * @param {{ n: number, k: number, interpolate: boolean }} settings
   */
  show(counts, settings) {
    const written = this.written();
    this.showWritten(written, settings.n);
    const rows = counts.rows(written, settings);
    const { next, total } = rows.at(-1);
    /** @type {(token: string) => Counted} */
    const told = (token) => [
      token,
      next.get(token) ?? 0,
      counts.probability(rows, token, settings.k),
    ];
    this.order = counts.vocabulary.map(told);
    this.order.sort((a, b) => b[2] - a[2] || b[1] - a[1]);
    this.total = total;
    this.showBars();
  }

  /**
   * @param {string[]} written
   * @param {number} n
   */
  showWritten(written, n) {
    const shown = written.slice(-CHIPS);
    const from = shown.length - (n - 1);
    const chips = shown.map((token, i) =>
      h(
        "span",
        { class: `llm-token ${i >= from ? "llm-ngram-context" : ""}` },
        h("span", {}, ...showBlanks(token)),
      )
    );
    this.chips.replaceChildren(
      ...(written.length > CHIPS ? ["… "] : []),
      ...chips,
      ...(written.length ? [] : ["nothing yet"]),
    );
    this.back.disabled = !written.length;
  }

  showBars() {
    const most = this.order[0][2];
    const at = focusedIndex(this.bars.querySelectorAll("button"));
    this.bars.replaceChildren(
      ...this.order.slice(0, SHOWN).map(([token, count, p], i) =>
        barRow({
          name: token,
          fill: p / most,
          number: `${percent(p)}, ${count}×`,
          label: `${token.trim() ? token : "a space"}: ${percent(p)}, counted ${count} ` +
            "times; take it",
          onclick: () => this.append(token),
          extra: { tabindex: i ? -1 : 0 },
        })
      ),
    );
    if (at >= 0) this.bars.querySelectorAll("button")[Math.min(at, SHOWN - 1)]?.focus();
    this.title.textContent = `What comes next, and how often it came (context: ${
      this.total.toLocaleString("en")
    }×)`;
  }
}
