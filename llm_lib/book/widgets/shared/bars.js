// One row of a bar chart, as a button or as plain text.

import { h } from "./dom.js";
import { showBlanks } from "./tokens.js";
import { cssPercent } from "./words.js";

/** @import { Attributes } from "./dom.js" */

// Where the scale of some bars may end.
const ENDS = [0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1];

/**
 * Where the scale of some bars ends: the first round number that the largest fits into.
 * @param {number[]} shares
 */
export function endOfScale(shares) {
  const largest = Math.max(0, ...shares);
  return ENDS.find((end) => largest <= end) ?? 1;
}

/** @param {number} end */
export const scaleInWords = (end) => `bars: 0 to ${Math.round(100 * end)}\u00a0%`;

/**
 * A row: name, bar, number. All that colour says is also in `number` and `label`.
 * @param {object} row
 * @param {string} row.name
 * @param {number} row.fill share of the track, 0 to 1
 * @param {number} [row.raw] another share, drawn as an outline
 * @param {string} row.number
 * @param {string} [row.label] for a screen reader, where the row is a button
 * @param {string} [row.kind]
 * @param {() => void} [row.onclick] makes it a button
 * @param {Attributes} [row.extra]
 */
export function barRow({ name, fill, raw, number, label, kind = "", onclick, extra = {} }) {
  const share = (/** @type {string} */ classes, /** @type {number} */ part) =>
    h("span", { class: classes, style: `width:${cssPercent(part)}` });
  const track = h("span", { class: "llm-bar-track" }, share(`llm-bar-fill ${kind}`, fill));
  if (raw !== undefined) track.append(share("llm-bar-raw", raw));
  const parts = [
    h("span", { class: "llm-bar-name" }, ...showBlanks(name)),
    track,
    h("span", { class: "llm-bar-number" }, number),
  ];
  if (!onclick) return h("li", extra, h("div", { class: "llm-bar" }, ...parts));
  const attributes = { type: "button", class: "llm-bar", "aria-label": label, onclick, ...extra };
  return h("li", {}, h("button", attributes, ...parts));
}
