// Dot products of two positions, by how far they lie apart.

import { randomVector, rotary, sinusoid } from "../../engine/positions.js";
import { dot } from "../../engine/vectors.js";
import { button, slider } from "../shared/controls.js";
import { find, h } from "../shared/dom.js";
import { Curve } from "./curve.js";
import { positionChoice } from "./choice.js";

/** @import { PositionTable, Shown } from "./words.js" */

/** @type {[scheme: string, text: string][]} */
const SCHEMES = [
  ["sinusoidal", "two sinusoidal positions"],
  ["rotary, k = q", "rotary, key like query"],
  ["rotary", "rotary, random query and key"],
];

/** The dot product over the distance, as a curve. */
export class DistancesPanel {
  /**
   * @param {object} told
   * @param {(scheme: string) => void} told.onscheme
   * @param {(position: number) => void} told.onstart
   * @param {() => void} told.onother wanted are other random vectors
   */
  constructor({ onscheme, onstart, onother }) {
    this.schemes = positionChoice(SCHEMES, "What is multiplied", onscheme);
    this.first = slider({
      name: "First position",
      min: 0,
      max: 255,
      step: 1,
      note: "the second lies behind it, by the distance",
      oninput: onstart,
    });
    this.curve = new Curve();
    this.another = button("Other random numbers", onother);
    this.element = h(
      "section",
      { class: "llm-position-far", "aria-label": "Distances" },
      h("p", { class: "llm-label" }, "Dot product of the two, by distance"),
      this.curve.element,
    );
    this.controls = [this.schemes.element, this.first, this.another];
  }

  /**
   * @param {PositionTable} table
   * @param {{ scheme: string, start: number, seed: number }} what start: the first position
   * @returns {Shown}
   */
  show(table, { scheme, start, seed }) {
    const { n, size, base } = table;
    const turned = scheme !== "sinusoidal";
    this.schemes.show(scheme);
    find(this.first, "input").max = String(n - 1);
    this.first.show(start, `${start}`);
    this.another.disabled = !turned;
    const q = turned ? randomVector(size, 2 * seed) : [];
    const k = !turned ? [] : scheme === "rotary" ? randomVector(size, 2 * seed + 1) : q;
    const values = Array.from(
      { length: n },
      (_, d) =>
        turned
          ? dot(rotary(q, start + d, base), rotary(k, start, base))
          : dot(sinusoid(start + d, size, base), sinusoid(start, size, base)),
    );
    const largest = Math.max(...values.map(Math.abs));
    const unit = 10 ** Math.floor(Math.log10(largest));
    const limit = [1, 2, 2.5, 5, 10].map((f) => f * unit).find((f) => f >= largest * 0.999) ??
      largest;
    const best = values.indexOf(Math.max(...values));
    const words =
      `Largest at distance ${best}: ${values[best].toFixed(2)}. At distance ${n - 1} it is ` +
      `${values[n - 1].toFixed(2)}.`.replaceAll("-", "−");
    this.curve.show({
      values,
      at: best,
      limit,
      from: Math.min(...values) < 0 ? -limit : 0,
      xName: "distance",
      words: `Dot products for distances 0 to ${n - 1}. ${words}`,
    });
    /** @type {Record<string, string>} */
    const schemes = {
      sinusoidal: `at distance 0 each of the ${size / 2} pairs adds 1, its most`,
      "rotary, k = q": "a key like the query fits best at distance 0",
      rotary: "for two random vectors no distance is special, but each has its own value",
    };
    const what = schemes[scheme];
    const finding = `${words} Move the first position: the curve stays, for only the distance ` +
      `counts; ${what}.`;
    return { words: finding, traits: { q, k, shown: values } };
  }
}
