// The form in which the reader writes a marker: points for each part, and the KL weight.

import { segments } from "../shared/controls.js";
import { h } from "../shared/dom.js";
import { localize } from "../shared/localize.js";
import { EXAMPLES, PARTS } from "./marker.js";

/** @import { Marker, PartName } from "./marker.js" */

const LARGEST = 5; // points
const WEIGHTS = ["0", "0.3", "1"];

/** @returns {Record<PartName, string>} */
const names = () => ({
  quote: localize`each quote (")`,
  speech: localize`somebody says 3 words`,
  word: localize`each time it says`,
  request: localize`each of Mia, fox, kite`,
  length: localize`each word`,
  repeat: localize`each repeated word`,
});

export class MarkerForm {
  /** @param {(marker: Marker) => void} onchange */
  constructor(onchange) {
    this.onchange = onchange;
    this.marker = EXAMPLES.speech;
    const said = names();
    this.fields = PARTS.map((part) =>
      h("input", {
        type: "number",
        min: -LARGEST,
        max: LARGEST,
        step: "any",
        "aria-label": localize`Points: ${said[part]}`,
        onchange: () => this.read(),
      })
    );
    this.word = h("input", {
      type: "text",
      maxlength: 20,
      spellcheck: "false",
      autocomplete: "off",
      "aria-label": localize`The word that is paid for`,
      onchange: () => this.read(),
    });
    this.weights = segments(
      localize`KL weight`,
      WEIGHTS.map((w) => [w, w]),
      (w) => onchange({ ...this.marker, kl_weight: Number(w) }),
    );
    this.examples = segments(
      localize`An example to begin with`,
      Object.keys(EXAMPLES).map((name) => [name, localize(name)]),
      (name) => onchange(EXAMPLES[name]),
    );
    const rows = PARTS.map((part, i) =>
      h(
        "label",
        { class: "llm-hack-part" },
        h("span", {}, said[part], ...(part === "word" ? [this.word] : [])),
        this.fields[i],
      )
    );
    this.element = h(
      "div",
      { class: "llm-hack-form" },
      named(localize`Marker`, this.examples),
      ...rows,
      named(localize`KL weight`, this.weights),
    );
  }

  /** Tell what stands in the fields. */
  read() {
    const value = (/** @type {HTMLInputElement} */ { value }) =>
      Math.max(-LARGEST, Math.min(LARGEST, Number(value) || 0));
    const points = Object.fromEntries(PARTS.map((part, i) => [part, value(this.fields[i])]));
    this.onchange({ ...this.marker, points: /** @type {any} */ (points), word: this.word.value });
  }

  /** @param {Marker} marker */
  show(marker) {
    this.marker = marker;
    PARTS.forEach((part, i) => {
      const value = String(marker.points[part]);
      if (this.fields[i].value !== value) this.fields[i].value = value;
      const label = this.fields[i].parentElement;
      label?.classList.toggle("llm-hack-pays", marker.points[part] !== 0);
    });
    if (this.word.value !== marker.word) this.word.value = marker.word;
    this.weights.show(String(marker.kl_weight));
    const found = Object.keys(EXAMPLES).find((name) => isSame(EXAMPLES[name], marker));
    this.examples.show(found ?? "");
  }
}

/**
 * @param {Marker} a
 * @param {Marker} b
 */
export const isSame = (a, b) =>
  PARTS.every((part) => a.points[part] === b.points[part]) && a.kl_weight === b.kl_weight &&
  (a.word === b.word || !a.points.word);

/**
 * @param {string} name
 * @param {HTMLElement} field
 */
const named = (name, field) =>
  h("div", { class: "llm-hack-named" }, h("span", { class: "llm-label" }, name), field);
