// Where the parts of the tiny network stand.

import { h } from "../shared/dom.js";
import { more } from "../shared/layout.js";

/** @import { Finding } from "../shared/frame.js" */
/** @import { TinyControls } from "./controls.js" */
/** @import { NetworkDrawing } from "./drawing.js" */
/** @import { InputPlane } from "./input_plane.js" */
/** @import { TinyLoss } from "./loss.js" */
/** @import { UnitPanel } from "./unit_panel.js" */

const DRAWING_NOTE = "Thick: large. Dashed: negative. Drag a number up or down; click a unit.";
const PLANE_NOTE = "Line: output 0.5. Click a place to send it through.";

/**
 * A part of the page: its title, maybe a note, and what it shows.
 * @param {string} name
 * @param {[title: string, note?: string]} words
 * @param {Element[]} content
 */
const section = (name, [title, note], ...content) =>
  h(
    "section",
    { class: "llm-tiny-part", "aria-label": name },
    h("p", { class: "llm-label" }, title),
    ...(note ? [h("p", { class: "llm-note" }, note)] : []),
    ...content,
  );

/**
 * All that is on the page, from above: the network beside the plane, the score beside the loss.
 * @param {object} parts
 * @param {TinyControls} parts.controls
 * @param {NetworkDrawing} parts.drawing
 * @param {InputPlane} parts.plane
 * @param {UnitPanel} parts.unit
 * @param {HTMLElement} parts.score
 * @param {Finding} parts.finding
 * @param {TinyLoss} parts.chart
 */
export const partsInPlace = ({ controls, drawing, plane, unit, score, finding, chart }) => [
  controls.element,
  h(
    "div",
    { class: "llm-tiny-columns" },
    section(
      "The network",
      ["The network", DRAWING_NOTE],
      drawing.element,
      unit.sum,
    ),
    section(
      "What it answers",
      ["What it answers, for each pair of inputs", PLANE_NOTE],
      plane.element,
      plane.legend,
    ),
  ),
  h(
    "div",
    { class: "llm-tiny-columns" },
    h("div", {}, score, finding.element),
    section("Loss", ["Loss, step by step"], chart.element),
  ),
  more("More: each number of a unit as a slider, with its slope", unit.element),
];
