// How each kind of tensor is put into its slot: a row of choices for each.

import { button, segments } from "../shared/controls.js";
import { h } from "../shared/dom.js";

/** @import { Choices } from "../../engine/transplant.js" */
/** @import { Part } from "../transplant.js" */

/**
 * @param {{ n_layer: number, n_embd: number, n_hidden: number }} sizes
 * @returns {[part: Part, name: string, about: string, choices: [value: string, label: string][]][]}
 */
const rowsOf = ({ n_layer, n_embd: C, n_hidden }) => [
  ["square", "q, k, v, out", `${C} × ${C}; the file has in × out, ours is out × in`, [
    ["stored", "as stored"],
    ["transposed", "transposed"],
  ]],
  [
    "oblong",
    "up, down",
    `${C} × ${n_hidden} and ${n_hidden} × ${C}; reshaped: cut into other rows`,
    [
      ["transposed", "transposed"],
      ["reshaped", "reshaped"],
    ],
  ],
  ["pairs", "Rotary pairs", "in q and k, the file pairs neighbours, ours halves", [
    ["neighbours", "as stored"],
    ["halves", "reordered"],
  ]],
  ["order", "Joined as", "three tensors in the file; our one slot wants q first", [
    ["q k v", "q k v"],
    ["k q v", "k q v"],
  ]],
  ["head", "Head", "not tied: the file has one of its own", [
    ["table", "token table"],
    ["own", "own"],
  ]],
  ["eps", "Norm eps", "1e-5 in the file’s config", [
    ["1e-5", "1e-5"],
    ["1e-6", "1e-6"],
  ]],
  ["only", "Mistakes in", "the other layers are put in rightly", [
    ["-1", "all layers"],
    ...Array.from(
      { length: n_layer },
      (_, i) => /** @type {[string, string]} */ ([`${i}`, `${i}`]),
    ),
  ]],
];

export class TransplantChoices {
  /**
   * @param {object} parts
   * @param {{ n_layer: number, n_embd: number, n_hidden: number }} parts.sizes
   * @param {(part: Part, value: string | number) => void} parts.onpick
   * @param {() => void} parts.onundo
   */
  constructor({ sizes, onpick, onundo }) {
    this.rows = rowsOf(sizes).map(([part, name, about, choices]) => {
      const pick = (/** @type {string} */ value) =>
        onpick(part, part === "only" ? Number(value) : value);
      const control = segments(`${name}: ${about}`, choices, pick);
      const element = h(
        "div",
        { class: "llm-transplant-row" },
        h("span", { class: "llm-transplant-name" }, name),
        control,
        h("span", { class: "llm-note" }, about),
      );
      return { part, control, element };
    });
    this.undo = button("Undo", onundo);
    this.element = h(
      "section",
      { class: "llm-transplant-choices", "aria-label": "How each kind of tensor is put in" },
      ...this.rows.map(({ element }) => element),
      h("div", { class: "llm-row" }, this.undo),
    );
  }

  /**
   * @param {Choices & { only: number }} choices
   * @param {boolean} canUndo
   */
  show(choices, canUndo) {
    for (const { part, control } of this.rows) control.show(String(choices[part]));
    this.undo.disabled = !canUndo;
  }
}
