// The fields and bar charts of the model sizer.

import { sum } from "../../engine/model_size.js";
import { segments, slider } from "./controls.js";
import { find, h } from "./dom.js";
import { roughly } from "./words.js";

/** @import { Parts } from "../../engine/model_size.js" */

/**
 * A slider over a list of values that may change: index by index, so that each key press moves it.
 * @param {{ name: string, note: string, values: () => (number | null)[],
 *   show: (value: number) => string, onpick: (value: any) => void }} options
 */
export function pick({ name, note, values, show, onpick }) {
  const element = slider({
    name,
    min: 0,
    max: 1,
    step: 1,
    note,
    oninput: (i) => onpick(now[i]),
  });
  let now = values();
  const input = find(element, "input");
  const follow = (/** @type {any} */ value) => {
    now = values();
    input.max = String(now.length - 1);
    const far = (/** @type {number | null} */ v) =>
      v === value ? -1 : v === null || value === null ? Infinity : Math.abs(Math.log(v / value));
    const distances = now.map(far);
    element.show(distances.indexOf(Math.min(...distances)), show(value));
  };
  return Object.assign(element, { follow });
}

/**
 * A choice of two or three.
 * @param {{ label: string, options: [value: any, text: string][], onpick: (value: any) => void }}
 *   options
 */
export function choose({ label, options, onpick }) {
  const choice = segments(
    label,
    options.map(([, text], i) => [String(i), text]),
    (i) => onpick(options[Number(i)][0]),
  );
  const element = h("div", { class: "llm-sizer-choice" }, h("b", {}, label), choice);
  const follow = (/** @type {any} */ value) =>
    choice.show(String(options.findIndex(([own]) => own === value)));
  return Object.assign(element, { follow });
}

/** A heading with its total, and a row of name, bar and number for each part. */
export class Bars {
  /**
   * @param {string} title
   * @param {string} note
   */
  constructor(title, note) {
    this.total = h("span", { class: "llm-sizer-total" });
    this.note = h("p", { class: "llm-note" }, note);
    this.rows = h("ul", { class: "llm-bars" });
    this.element = h(
      "section",
      { "aria-label": title },
      h("p", { class: "llm-label llm-sizer-head" }, h("span", {}, title), this.total),
      this.note,
      this.rows,
    );
  }

  /**
   * @param {Parts} parts
   * @param {(n: number) => string} write
   * @param {string} total
   * @param {Record<string, string>} [notes]
   */
  show(parts, write, total, notes = {}) {
    const all = sum(parts);
    const largest = Math.max(...Object.values(parts), 1);
    this.total.textContent = total;
    this.rows.replaceChildren(
      ...Object.entries(parts).map(([name, n]) =>
        h(
          "li",
          {},
          h(
            "div",
            { class: "llm-bar" },
            h(
              "span",
              { class: "llm-bar-name" },
              name,
              notes[name] ? h("small", {}, notes[name]) : "",
            ),
            h(
              "span",
              { class: "llm-bar-track" },
              h("span", {
                class: "llm-bar-fill",
                style: `width:${((100 * n) / largest).toFixed(2)}%`,
              }),
            ),
            h(
              "span",
              { class: "llm-bar-number" },
              write(n),
              h("small", {}, n ? roughly(n / all) : "none"),
            ),
          ),
        )
      ),
    );
  }
}
