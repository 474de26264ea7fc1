// Drawings that can be clicked and walked with the keyboard.

/** @import { Attributes } from "./dom.js" */

/**
 * The same as h(), for what stands in an <svg>.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {(Node | string)[]} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/**
 * A line through points that keeps its width however the drawing is stretched.
 * @param {string} kind its class
 * @param {number[][]} [points] of [x, y]
 */
export function polyline(kind, points = []) {
  const line = svg("polyline", { class: kind, "vector-effect": "non-scaling-stroke" });
  line.setAttribute("points", pointList(points));
  return line;
}

/**
 * Points of [x, y] as the attribute of a polyline has them.
 * @param {number[][]} points
 */
const pointList = (points) => points.map((point) => point.join(",")).join(" ");

/**
 * Curves in a drawing from 0 to 100 both ways, which its box stretches. What it shows must be said
 * in words beside it.
 * @param {SVGElement[]} curves
 */
export const stretched = (...curves) =>
  svg(
    "svg",
    { viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" },
    ...curves,
  );

/**
 * A group of shapes that is a button: click, tap, Enter and Space call onpress. rove() gives it a
 * tab stop.
 * @param {Attributes} attributes
 * @param {() => void} onpress
 * @param {(Node | string)[]} children
 */
export function svgButton(attributes, onpress, ...children) {
  const onkeydown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    onpress();
  };
  return svg(
    "g",
    { role: "button", tabindex: -1, onclick: onpress, onkeydown, ...attributes },
    ...children,
  );
}

/**
 * Show which button of a group is chosen; it is also where Tab comes in.
 * @param {Element[]} buttons
 * @param {number} chosen
 * @param {string} name the class of the chosen one
 */
export function markChosen(buttons, chosen, name) {
  buttons.forEach((button, i) => {
    button.classList.toggle(name, i === chosen);
    button.setAttribute("aria-pressed", String(i === chosen));
    button.setAttribute("tabindex", i === chosen ? "0" : "-1");
  });
}
