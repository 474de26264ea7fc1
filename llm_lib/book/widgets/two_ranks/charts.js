// The two ranks' charts: held-out losses, and how far apart the weights are.

import { lastOf } from "../../engine/present.js";
import { h } from "../shared/dom.js";
import { polyline, stretched } from "../shared/svg.js";
import { decimals } from "../shared/words.js";
import { spread } from "../shared/spread_labels.js";

/**
 * What was measured after a step: the losses of rank 0, rank 1 and the one process.
 * @typedef {{ step: number, losses: number[], distance: number, fromAlone: number }} RanksPoint
 */

const NAMES_OF_LINES = ["rank 0", "rank 1", "one process"];
const KINDS = ["llm-ranks-0", "llm-ranks-1", "llm-ranks-one"];
const LOWEST_LOSS = 1.6; // where the loss chart begins: no model of this size gets there

export class RanksCharts {
  constructor() {
    this.losses = KINDS.map((kind) => polyline(kind));
    this.distance = polyline("llm-ranks-distance");
    const [first, second, one] = this.losses;
    // the dashed line on the solid one, and both on the broad one: all are seen where they agree
    this.loss = chart("Held-out loss, nats per letter", [one, first, second]);
    this.apart = chart("Distance between the ranks' weights, ‖w₀ − w₁‖", [this.distance], "small");
    this.element = h("div", {}, this.loss.element, this.apart.element);
  }

  /**
   * @param {RanksPoint[]} points
   * @param {number} steps of the whole run
   * @param {number} vocab_size
   */
  show(points, steps, vocab_size) {
    const last = lastOf(points);
    const even = Math.log(vocab_size);
    const top = Math.max(1.08 * even, 1.02 * Math.max(...points[0].losses));
    const x = (/** @type {number} */ step) => 100 * step / steps;
    const y = (/** @type {number} */ loss) =>
      Number.isFinite(loss)
        ? Math.min(100, 100 * (top - Math.min(loss, top)) / (top - LOWEST_LOSS))
        : 0;
    this.losses.forEach((line, i) =>
      drawLine(line, points.map(({ step, losses }) => [x(step), y(losses[i])]))
    );
    this.loss.scale(decimals(top), decimals(LOWEST_LOSS), steps);
    this.loss.name(last.losses.map((loss, i) => ({
      at: y(loss),
      text: `${NAMES_OF_LINES[i]} ${lossWords(loss)}`,
      kind: KINDS[i],
    })));
    const said = NAMES_OF_LINES.map((name, i) => `${name} ${lossWords(last.losses[i])}`);
    const start = decimals(points[0].losses[0]);
    this.loss.say(
      `Held-out loss after ${last.step} steps: ${said.join(", ")}. It began at ${start}.`,
    );
    const most = Math.max(1, ...points.map(({ distance }) => finite(distance)));
    const up = (/** @type {number} */ distance) => 100 - 100 * finite(distance) / (1.1 * most);
    drawLine(this.distance, points.map(({ step, distance }) => [x(step), up(distance)]));
    this.apart.scale(decimals(1.1 * most), "0", steps);
    const now = distanceWords(last.distance);
    this.apart.name([{ at: up(last.distance), text: `${now} apart`, kind: "llm-ranks-distance" }]);
    this.apart.say(`Distance between the weights after ${last.step} steps: ${now}.`);
  }
}

/** @param {number} loss */
export const lossWords = (loss) => loss < 1000 ? decimals(loss) : "without end";

/** @param {number} x */
const finite = (x) => Number.isFinite(x) ? Math.min(x, 1e6) : 1e6;

/**
 * "0", "5.21", "3 · 10⁻⁴": what is exactly nothing is told from what is little.
 * @param {number} distance
 */
export function distanceWords(distance) {
  if (distance === 0) return "0";
  if (!(distance < 1e6)) return "without end";
  if (distance >= 0.005) return decimals(distance);
  const power = Math.floor(Math.log10(distance));
  const digits = Array.from(String(-power), (d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(d)]).join("");
  return `${Math.floor(distance / 10 ** power)}\u00a0·\u00a010⁻${digits}`;
}

/**
 * @param {SVGElement} line
 * @param {number[][]} points
 */
function drawLine(line, points) {
  line.setAttribute("points", points.map((point) => point.map((v) => v.toFixed(2))).join(" "));
}

/**
 * An empty chart with its title.
 * @param {string} title
 * @param {SVGElement[]} lines
 * @param {string} [size]
 */
function chart(title, lines, size = "large") {
  const [high, low] = [h("span"), h("span")];
  const names = h("div", { class: "llm-ranks-names" });
  const end = h("span");
  const picture = h(
    "div",
    { class: `llm-ranks-chart llm-ranks-${size}`, role: "img" },
    h("div", { class: "llm-ranks-y" }, high, low),
    h("div", { class: "llm-ranks-plot" }, stretched(...lines)),
    names,
    h("div", { class: "llm-ranks-x" }, h("span", {}, "0"), end),
  );
  return {
    element: h("div", {}, h("p", { class: "llm-label" }, title), picture),
    scale: (
      /** @type {string} */ top,
      /** @type {string} */ bottom,
      /** @type {number} */ steps,
    ) => {
      high.textContent = top;
      low.textContent = bottom;
      end.textContent = `${steps} steps`;
    },
    name: (/** @type {import("../shared/spread_labels.js").Label[]} */ labels) =>
      names.replaceChildren(
        ...spread(labels, size === "large" ? 11 : 20).map(({ at, text, kind }) =>
          h("span", { class: kind, style: `top:${at.toFixed(1)}%` }, text)
        ),
      ),
    say: (/** @type {string} */ words) => picture.setAttribute("aria-label", words),
  };
}
