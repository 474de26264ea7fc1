// The pattern for what is hidden, such as the scores behind a mask.

import { svg } from "../shared/svg.js";

/**
 * A drawing that holds the pattern for a widget; no two of a page may share it.
 * @param {HTMLElement} root of the widget
 */
export function hatchFor(root) {
  const id = `llm-hatch-${Math.random().toString(36).slice(2)}`;
  root.style.setProperty("--llm-walk-hatch", `url(#${id})`);
  return svg(
    "svg",
    { class: "llm-walk-defs", width: 0, height: 0, "aria-hidden": "true" },
    svg(
      "pattern",
      { id, width: 8, height: 8, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      svg("rect", { class: "llm-walk-hatch-ground", width: 8, height: 8 }),
      svg("path", { class: "llm-walk-hatch-line", d: "M0 0V8" }),
    ),
  );
}
