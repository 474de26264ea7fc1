// How far the rotary pairs have turned at a position, as clocks.

import { frequency } from "../../engine/positions.js";
import { slider } from "../shared/controls.js";
import { find, h } from "../shared/dom.js";
import { svg } from "../shared/svg.js";
import { inPositions, paceInWords } from "./words.js";

/** @import { PositionTable, Shown } from "./words.js" */

const MAX_CLOCKS = 16;

/** A clock for each pair, or for some of many. */
export class ClocksPanel {
  /** @param {(position: number) => void} onpick */
  constructor(onpick) {
    this.hands = slider({
      name: "Position",
      min: 0,
      max: 255,
      step: 1,
      oninput: onpick,
    });
    this.clockNote = h("p", { class: "llm-note" });
    this.clocks = h("ol", { class: "llm-position-clocks" });
    this.element = h(
      "section",
      { "aria-label": "Clocks" },
      this.clocks,
    );
    this.controls = [this.hands, this.clockNote];
  }

  /**
   * @param {PositionTable} table
   * @param {number} t the position
   * @returns {Shown}
   */
  show(table, t) {
    const { n, size, base } = table;
    const pairs = size / 2;
    const many = Math.min(pairs, MAX_CLOCKS);
    find(this.hands, "input").max = String(n - 1);
    this.hands.show(t, `${t}`);
    const shown = Array.from(
      { length: many },
      (_, i) => (many === 1 ? 0 : Math.round((i * (pairs - 1)) / (many - 1))),
    );
    this.clockNote.textContent =
      `${many < pairs ? `${many} of ${pairs} pairs. ` : ""}A hand starts at the right and ` +
      "turns against the clock; shaded is its way since its last full turn. Below each pair " +
      "stands how many positions one turn takes.";
    this.clocks.replaceChildren(
      ...shown.map((j) =>
        clock(j, t * frequency(j, size, base), (2 * Math.PI) / frequency(j, size, base))
      ),
    );
    const turns = Array.from(
      { length: pairs },
      (_, j) => (t * frequency(j, size, base)) / (2 * Math.PI),
    );
    const done = (/** @type {number} */ j) =>
      turns[j] && turns[j] < 0.001
        ? "less than a thousandth of a turn"
        : `${turns[j].toFixed(turns[j] < 1 ? 3 : 2)} turns`;
    const slow = pairs > 1 ? `, and pair ${pairs - 1} has made ${done(pairs - 1)}` : "";
    const words = `At position ${t}, pair 0 has made ${done(0)}${slow}. ${paceInWords(table)}`;
    return { words, traits: { shown: turns } };
  }
}

/**
 * One clock.
 * @param {number} j the pair
 * @param {number} angle of its hand
 * @param {number} turn positions that a whole turn takes
 */
function clock(j, angle, turn) {
  const at = (
    /** @type {number} */ a,
    /** @type {number} */ r,
  ) => [50 + r * Math.cos(a), 50 - r * Math.sin(a)];
  const rest = angle % (2 * Math.PI);
  const [x, y] = at(rest, 44);
  const [px, py] = at(rest, 36);
  const picture = svg("svg", { viewBox: "0 0 100 100", "aria-hidden": "true" });
  picture.append(
    svg("circle", { cx: 50, cy: 50, r: 46, class: "llm-position-face" }),
    svg("path", {
      d: `M50 50L86 50A36 36 0 ${rest > Math.PI ? 1 : 0} 0 ${px} ${py}Z`,
      class: "llm-position-swept",
    }),
    svg("line", { x1: 50, y1: 50, x2: x, y2: y, class: "llm-position-hand" }),
    svg("circle", { cx: 50, cy: 50, r: 4, class: "llm-position-hub" }),
  );
  const degrees = Math.round((rest * 180) / Math.PI) % 360;
  return h(
    "li",
    {
      "aria-label": `Pair ${j}: ${degrees} degrees; one turn takes ${inPositions(turn)} ` +
        "positions",
    },
    picture,
    h("b", {}, `pair ${j}`),
    h("span", { class: "llm-note" }, inPositions(turn), h("i", {}, " per turn")),
  );
}
