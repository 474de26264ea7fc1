// One unit of the tiny network: its sum written out, and a slider for each number in it.

import { LARGEST, N_HIDDEN } from "../../engine/small_network.js";
import { segments, slider } from "../shared/controls.js";
import { find, h } from "../shared/dom.js";
import { decimals, inBrackets } from "../shared/words.js";
import { layerOf, namesInto, partName, rowOf, signed, UNITS } from "./names.js";
import { numberInto } from "./numbers.js";

/** @import { Biases, Weights } from "../../engine/small_network.js" */
/** @import { Shown } from "./drawing.js" */

/** The chosen unit: `sum` is how its value comes about, `element` the rest. */
export class UnitPanel {
  /**
   * @param {(unit: number) => void} onpick
   * @param {(unit: number, input: number, value: number) => void} onmove input: -1 for the bias
   */
  constructor(onpick, onmove) {
    this.units = segments(
      "Unit",
      UNITS.map((name, unit) => [String(unit), name]),
      (unit) => onpick(Number(unit)),
    );
    this.how = h("p", { class: "llm-note" });
    this.sum = h("p", { class: "llm-tiny-sum" });
    this.groups = UNITS.map((title, unit) => {
      const inputs = [...namesInto(unit).keys(), -1];
      const sliders = inputs.map((input) =>
        slider({
          name: partName(unit, input),
          min: -LARGEST,
          max: LARGEST,
          step: 0.1,
          note: " ",
          oninput: (v) => onmove(unit, input, v),
        })
      );
      const attributes = {
        class: "llm-tiny-sliders",
        role: "group",
        "aria-label": `Numbers that go into ${title}`,
      };
      return { element: h("div", attributes, ...sliders), inputs, sliders };
    });
    this.group = h("div");
    this.element = h(
      "section",
      { "aria-label": "One unit" },
      h("div", { class: "llm-row" }, h("span", { class: "llm-note" }, "Into"), this.units),
      this.how,
      this.group,
    );
  }

  /**
   * @param {Shown} shown
   * @param {[Weights, Biases]} slopes of the loss, for each number
   */
  show(shown, slopes) {
    const { unit, weights, biases } = shown;
    this.units.show(String(unit));
    this.how.textContent = howInWords(unit);
    this.sum.replaceChildren(...sumOf(shown));
    const { element, inputs, sliders } = this.groups[unit];
    if (this.group.firstChild !== element) this.group.replaceChildren(element);
    inputs.forEach((input, k) => {
      const value = numberInto(weights, biases, unit, input);
      sliders[k].show(value, signed(value));
      const slope = numberInto(...slopes, unit, input);
      find(sliders[k], ".llm-note").textContent = slopeInWords(slope);
    });
  }
}

/**
 * How a unit's value comes about, as lines of text.
 * @param {Shown} shown
 */
function sumOf({ weights, biases, point, unit, run }) {
  const isHidden = unit < N_HIDDEN;
  const values = isHidden ? point : run.hidden;
  const layer = layerOf(unit);
  const row = rowOf(unit);
  const products = weights[layer][row].map((w, i) => `${inBrackets(w)} · ${inBrackets(values[i])}`);
  const squash = isHidden ? "tanh" : "sigmoid";
  const z = decimals(run.z[unit]);
  return [
    h(
      "span",
      {},
      `${[...products, inBrackets(biases[layer][row])].join(" + ")} = `,
      h("b", {}, z),
    ),
    h(
      "span",
      {},
      `${UNITS[unit]} = ${squash}(${z}) = `,
      h("b", {}, decimals(isHidden ? run.hidden[unit] : run.output)),
    ),
  ];
}

/**
 * What a unit does with its inputs.
 * @param {number} unit
 */
function howInWords(unit) {
  const [squash, least] = unit < N_HIDDEN ? ["tanh", "−1"] : ["sigmoid", "0"];
  return "Weight times value for each arrow, all added, plus the bias; " +
    `${squash} squeezes the sum between ${least} and 1.`;
}

/**
 * Which way lowers the loss.
 * @param {number} slope
 */
const slopeInWords = (slope) =>
  Math.abs(slope) < 0.0005
    ? "slope 0.000: a little more or less changes nothing"
    : `slope ${slope < 0 ? "−" : "+"}${Math.abs(slope).toFixed(3)}: ` +
      `${slope < 0 ? "more" : "less"} lowers the loss`;
