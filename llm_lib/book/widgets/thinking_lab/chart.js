// How many fresh problems two models get right, by their number of swaps.

import { lastOf } from "../../engine/present.js";
import { GUESSES, TRAINED } from "../../engine/shell_game.js";
import { MOST_SWAPS } from "../../engine/thinking_session.js";
import { h } from "../shared/dom.js";
import { localize } from "../shared/localize.js";
import { polyline, stretched } from "../shared/svg.js";
import { spread } from "../shared/spread_labels.js";
import { WAY_NAMES, WAYS } from "./words.js";

/** @import { Tally } from "../../engine/thinking_session.js" */
/** @import { Way } from "../../engine/shell_game.js" */
/** @import { Label } from "../shared/spread_labels.js" */
/** @typedef {Partial<Record<Way, Tally>>} Tallies */

/** Where a number of swaps stands, in percent of the width. @param {number} swaps */
const across = (swaps) => (100 * (swaps - 0.5)) / MOST_SWAPS;

/** Where a share stands, in percent from the top. @param {number} share */
const down = (share) => 100 - 100 * share;

/** Thinking is solid, at once dashed, chance dotted; what was trained on is shaded. */
export class ThinkingChart {
  constructor() {
    const chance = polyline("llm-thinking-chance", [[0, down(1 / GUESSES)], [
      100,
      down(1 / GUESSES),
    ]]);
    this.lines = {
      "at once": polyline("llm-thinking-direct"),
      "thinking": polyline("llm-thinking-written"),
    };
    this.dots = h("div", { class: "llm-thinking-dots" });
    this.names = h("div", { class: "llm-thinking-names" });
    const width = `width:${(100 * TRAINED) / MOST_SWAPS}%`;
    const trained = h(
      "div",
      { class: "llm-thinking-trained", style: width },
      h("span", {}, localize`trained on 1 to ${TRAINED} swaps`),
    );
    const marks = Array.from(
      { length: MOST_SWAPS },
      (_, i) => h("span", { style: `left:${across(i + 1)}%` }, String(i + 1)),
    );
    this.element = h(
      "div",
      { class: "llm-thinking-chart", role: "img" },
      h("div", { class: "llm-thinking-y" }, h("span", {}, "100\u00a0%"), h("span", {}, "0")),
      h(
        "div",
        { class: "llm-thinking-plot" },
        trained,
        stretched(chance, ...Object.values(this.lines)),
        this.dots,
      ),
      this.names,
      h("div", { class: "llm-thinking-x" }, ...marks),
      h("div", { class: "llm-thinking-x-name" }, localize`swaps of a problem`),
    );
  }

  /** @param {Tallies} tallies */
  show(tallies) {
    /** @type {Label[]} */
    const labels = [{
      at: down(1 / GUESSES),
      text: localize`a guess: 1 in ${GUESSES}`,
      kind: "llm-thinking-chance-name",
    }];
    const dots = [];
    for (const way of WAYS) {
      const points = pointsOf(tallies[way]);
      this.lines[way].setAttribute("points", points.map((point) => point.join(",")).join(" "));
      const kind = way === "thinking" ? "llm-thinking-is-written" : "llm-thinking-is-direct";
      for (const [x, y] of points) {
        dots.push(h("span", { class: kind, style: `left:${x}%;top:${y}%` }));
      }
      if (points.length) {
        labels.push({ at: lastOf(points)[1], text: localize(WAY_NAMES[way]), kind });
      }
    }
    this.dots.replaceChildren(...dots);
    this.names.replaceChildren(
      ...spread(labels, 9).map(({ at, text, kind }) =>
        h("span", { class: kind, style: `top:${at}%` }, text)
      ),
    );
    this.element.setAttribute("aria-label", chartWords(tallies));
  }
}

/**
 * Where the line of a tally goes.
 * @param {Tally | undefined} tally
 */
function pointsOf(tally) {
  if (!tally) return [];
  return tally.of.flatMap((n, i) => n ? [[across(i + 1), down(tally.right[i] / n)]] : []);
}

/** @param {Tallies} tallies */
function chartWords(tallies) {
  const each = WAYS.flatMap((way) => {
    const tally = tallies[way];
    if (!tally?.of.some(Boolean)) return [];
    const shares = tally.of.flatMap((n, i) =>
      n ? [`${i + 1}: ${Math.round(100 * tally.right[i] / n)}\u00a0%`] : []
    );
    return [`${localize(WAY_NAMES[way])}: ${shares.join(", ")}`];
  });
  const title = localize`Right answers by the number of swaps.`;
  return each.length
    ? `${title} ${each.join(". ")}.`
    : `${title} ${localize`Nothing is measured yet.`}`;
}
