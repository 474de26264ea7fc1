// Which head matters for a text: each is switched off in turn, and the damage measured.

import { softmax } from "../../engine/functions.js";
import { logitsAt, textLoss } from "../../engine/loss.js";
import { byProbability } from "../../engine/sampling.js";
import { barRow } from "../shared/bars.js";
import { button } from "../shared/controls.js";
import { h, rove } from "../shared/dom.js";
import { headName } from "../shared/heads.js";
import { spoken } from "../shared/tokens.js";

/** @import { GPT } from "../../engine/gpt.js" */
/** @import { Run, Tokenizer } from "../../engine/types.js" */
/** @import { Attributes } from "../shared/dom.js" */

/** @typedef {[layer: number, head: number, change: number]} Ranked what changes without a head */

/**
 * What is measured where: the loss of the text, or the probability of the token after a place.
 * @typedef {object} Measured
 * @property {Run} base with all heads normal
 * @property {"loss" | "probability"} by
 * @property {number} query that place
 */

const HOW = "Switches off each head in turn, with all others normal, and ranks them by what that " +
  "changes.";

/**
 * What a ranking holds for: while this is the same, so is the ranking.
 * @param {Measured} measured
 */
export const rankingKey = ({ base, by, query }) =>
  JSON.stringify([base.ids, by, by === "probability" ? query : ""]);

/**
 * Without each head in turn, all others normal: how much the measure changes. The page gets its
 * turn after each; the answer is null if it is no longer wanted.
 * @param {GPT} gpt
 * @param {Measured} measured
 * @param {(done: number, all: number) => boolean} goOn is told how far it is
 * @returns {Promise<Ranked[] | null>} the largest change first
 */
export async function rankHeads(gpt, measured, goOn) {
  const { base, by } = measured;
  const { n_layer, n_head } = gpt.config;
  const target = targetOf(measured);
  const measure = (/** @type {Run} */ run) =>
    by === "loss" ? textLoss(run) : softmax(logitsAt(run, measured.query))[target];
  const normal = measure(base);
  /** @type {Ranked[]} */
  const found = [];
  for (let layer = 0; layer < n_layer; layer++) {
    for (let head = 0; head < n_head; head++) {
      const headScale = base.headScale.map((row) => row.map(() => 1));
      headScale[layer][head] = 0;
      const without = gpt.forward(base.ids, { headScale, reuse: base });
      found.push([layer, head, measure(without) - normal]);
      await new Promise((done) => setTimeout(done)); // let the page breathe
      if (!goOn(found.length, n_layer * n_head)) return null;
    }
  }
  return found.sort((a, b) => Math.abs(b[2]) - Math.abs(a[2]));
}

/**
 * The token that follows the query in the text; after the last one, the one that the model thinks
 * likeliest.
 * @param {Measured} measured
 */
const targetOf = ({ base, query }) =>
  base.ids[query + 1] ?? byProbability(logitsAt(base, query))[0];

/** The question, the measure, and the answer as a list of heads. */
export class Ranking {
  /**
   * @param {object} options
   * @param {Tokenizer} options.tokenizer
   * @param {() => void} options.onrank
   * @param {(by: "loss" | "probability") => void} options.onmeasure
   * @param {(layer: number, head: number) => void} options.onpick
   */
  constructor({ tokenizer, onrank, onmeasure, onpick }) {
    this.tokenizer = tokenizer;
    this.onpick = onpick;
    this.ask = button("Which head matters here?", onrank, "llm-main");
    this.byProbability = h("input", {
      type: "checkbox",
      onchange: () => onmeasure(this.byProbability.checked ? "probability" : "loss"),
    });
    this.note = h("p", { class: "llm-note", role: "status" });
    const attributes = { "aria-label": "Heads by how much they matter" };
    this.list = h("ol", { class: "llm-bars llm-ranking", ...attributes });
    rove(this.list, () => [...this.list.querySelectorAll("button")]);
    const measure = h(
      "label",
      { class: "llm-check" },
      this.byProbability,
      "only for the token whose bars are shown",
    );
    this.element = h(
      "section",
      { class: "llm-rank", "aria-label": "Which head matters" },
      h("div", { class: "llm-row" }, this.ask, measure),
      this.note,
      this.list,
    );
  }

  /**
   * @param {number} done
   * @param {number} all
   */
  showProgress(done, all) {
    this.note.textContent = `Switching off each head in turn: ${done} of ${all}`;
  }

  /**
   * @param {Ranked[]} ranking empty if none holds for what is measured
   * @param {Measured} measured
   * @param {object} shown
   * @param {string[]} shown.labels
   * @param {number[]} shown.chosen the head that is shown large
   * @param {boolean} shown.isWorking
   */
  show(ranking, measured, { labels, chosen, isWorking }) {
    this.byProbability.checked = measured.by === "probability";
    this.ask.disabled = measured.by === "loss" && measured.base.T < 2;
    if (isWorking && !ranking.length) return;
    this.note.textContent = ranking.length ? this.words(ranking[0], measured, labels) : HOW;
    const buttons = () => [...this.list.querySelectorAll("button")];
    const focused = buttons().findIndex((each) => each === document.activeElement);
    const top = Math.abs(ranking[0]?.[2] ?? 1) || 1;
    this.list.replaceChildren(
      ...ranking.map(([layer, head, change], i) => {
        const isChosen = layer === chosen[0] && head === chosen[1];
        return this.row([layer, head, change], measured.by === "loss", top, {
          tabindex: i === 0 ? 0 : -1,
          "aria-pressed": isChosen,
        });
      }),
    );
    if (focused >= 0) buttons()[focused]?.focus();
  }

  /**
   * @param {Ranked} ranked
   * @param {boolean} byLoss
   * @param {number} top the largest change of all
   * @param {Attributes} extra
   */
  row([layer, head, change], byLoss, top, extra) {
    const isWorse = byLoss ? change > 0 : change < 0;
    const size = byLoss
      ? `${Math.abs(change).toFixed(3)}\u00a0nats`
      : `${(100 * Math.abs(change)).toFixed(1)}\u00a0points`;
    const sign = /[1-9]/.test(size) ? (change < 0 ? "−" : "+") : "";
    const number = `${sign}${size}`;
    return barRow({
      name: headName(layer, head),
      fill: Math.abs(change) / top,
      kind: isWorse ? "llm-worse" : "llm-better",
      number,
      label: `Show head ${headName(layer, head)}: without it ${number}, ` +
        (isWorse ? "worse" : "better"),
      onclick: () => this.onpick(layer, head),
      extra,
    });
  }

  /**
   * @param {Ranked} ranked
   * @param {Measured} measured
   * @param {string[]} labels
   */
  words([layer, head, change], measured, labels) {
    const name = `Head ${headName(layer, head)} matters most`;
    if (measured.by === "loss") {
      return `${name}: without it, the loss ${change > 0 ? "rises" : "falls"} by ` +
        `${Math.abs(change).toFixed(3)} nats a token. Striped bars: worse without the head. ` +
        "Plain bars: better without it.";
    }
    const target = spoken(this.tokenizer.label(targetOf(measured)));
    return `${name}: without it, the probability of ${target} after ` +
      `${spoken(labels[measured.query])} ${change < 0 ? "falls" : "rises"} by ` +
      `${(100 * Math.abs(change)).toFixed(1)} points. Striped bars: worse without the head.`;
  }
}
