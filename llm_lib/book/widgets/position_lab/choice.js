// Radio buttons in a row.

import { groupName } from "../shared/controls.js";
import { h } from "../shared/dom.js";

/**
 * Radio buttons; `show(value)` sets them from outside.
 * @template {string} Value
 * @param {[value: Value, text: string][]} options
 * @param {string} label
 * @param {(value: Value) => void} onpick
 */
export function positionChoice(options, label, onpick) {
  const group = groupName("llm-position");
  const inputs = options.map(([value]) =>
    h("input", { type: "radio", name: group, value, onchange: () => onpick(value) })
  );
  const element = h("div", {
    class: "llm-row llm-position-choice",
    role: "radiogroup",
    "aria-label": label,
  }, ...options.map(([, text], i) => h("label", { class: "llm-check" }, inputs[i], text)));
  return {
    element,
    show: (/** @type {Value} */ value) =>
      inputs.forEach((input) => {
        input.checked = input.value === value;
      }),
  };
}
