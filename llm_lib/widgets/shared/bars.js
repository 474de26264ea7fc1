// One row of a bar chart, as a button or as plain text. Needs dom.js and tokens.js.

import { h } from "./dom.js";
import { showBlanks } from "./tokens.js";

/**
 * A row: name, bar, number. fill and raw are shares of the track, 0 to 1; raw is drawn as an
 * outline. onclick makes it a button. All that colour says is also in `number` and `label`.
 */
export function barRow({ name, fill, raw, number, label, kind = "", onclick, extra = {} }) {
  const track = h(
    "span",
    { class: "llm-bar-track" },
    h("span", { class: `llm-bar-fill ${kind}`, style: `width:${(100 * fill).toFixed(2)}%` }),
  );
  if (raw !== undefined) {
    track.append(h("span", { class: "llm-bar-raw", style: `width:${(100 * raw).toFixed(2)}%` }));
  }
  const parts = [
    h("span", { class: "llm-bar-name" }, ...showBlanks(name)),
    track,
    h("span", { class: "llm-bar-number" }, number),
  ];
  if (!onclick) return h("li", extra, h("div", { class: "llm-bar" }, ...parts));
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", class: "llm-bar", "aria-label": label, onclick, ...extra },
      ...parts,
    ),
  );
}
