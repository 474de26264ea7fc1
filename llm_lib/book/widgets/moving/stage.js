// Draws states into an <svg>: one group an element, kept for as long as its key is there.

import { entryOf } from "../../engine/present.js";
import { svg } from "../shared/svg.js";
import { outlineOf } from "./links.js";
import { rounded, textOf } from "./ruler.js";

/** @import { Element as Piece, State } from "./types.js" */
/**
 * @typedef {object} Drawn the nodes of an element, and what their attributes are
 * @property {SVGGElement} group
 * @property {SVGRectElement | SVGPathElement} shape
 * @property {SVGTextElement} words
 * @property {Map<Element, Map<string, string | null>>} was
 * @property {string} [text]
 */

const ARIA_SPIN = [
  "role",
  "tabindex",
  "aria-label",
  "aria-valuenow",
  "aria-valuemin",
  "aria-valuemax",
];

// What waits: so pale, and still with a contrast of 4.5 in its words.
const PALER = 0.38;
const PALER_WORDS = 0.3;

export class Stage {
  constructor() {
    this.svg = svg("svg", { class: "llm-walk-svg", role: "img" });
    /** @type {Map<string, Drawn>} */
    this.nodes = new Map();
  }

  /**
   * Make room for pictures of this size, or for a part of one.
   * @param {{ x?: number, y?: number, W: number, H: number }} room
   */
  size({ x = 0, y = 0, W, H }) {
    this.svg.setAttribute("viewBox", `${x} ${y} ${W} ${H}`);
  }

  /** @param {State} state */
  paint(state) {
    for (const [key, { group }] of this.nodes) {
      if (state.has(key)) continue;
      group.remove();
      this.nodes.delete(key);
    }
    const before = this.nodes.size;
    let isNew = false;
    for (const [key, e] of state) {
      const known = this.nodes.get(key);
      const node = known ?? build(e);
      if (!known) {
        this.nodes.set(key, node);
        isNew = true;
      }
      draw(node, e);
    }
    if (!isNew && before === state.size) return;
    const inOrder = [...state.values()].sort((a, b) => a.z - b.z);
    this.order(inOrder.map((e) => entryOf(this.nodes, e.key).group));
  }

  /**
   * Put groups in order, and move none that stands right: one that has the focus would lose it.
   * @param {SVGGElement[]} groups
   */
  order(groups) {
    /** @type {ChildNode | null} */
    let next = this.svg.firstChild;
    for (const group of groups) {
      if (next && group === next) next = next.nextSibling;
      else this.svg.insertBefore(group, next);
    }
  }
}

/**
 * @param {Piece} e
 * @returns {Drawn}
 */
function build({ key, kind }) {
  const group = svg("g", { "data-key": key });
  const shape = kind === "link" ? svg("path") : svg("rect");
  const words = svg("text");
  if (kind !== "label") group.append(shape);
  if (kind !== "link") group.append(words);
  return { group, shape, words, was: new Map() };
}

/**
 * Set an attribute where it is another than before; null takes it away.
 * @param {Drawn} node
 * @param {Element} target
 * @param {string} name
 * @param {string | number | null} value
 */
function set(node, target, name, value) {
  let was = node.was.get(target);
  if (!was) {
    was = new Map();
    node.was.set(target, was);
  }
  const text = value === null ? null : String(value);
  if ((was.get(name) ?? null) === text) return;
  was.set(name, text);
  if (text === null) target.removeAttribute(name);
  else target.setAttribute(name, text);
}

/**
 * @param {Drawn} node
 * @param {Piece} e
 */
function draw(node, e) {
  const { group, shape } = node;
  set(node, group, "class", `llm-walk-${e.kind} llm-walk-${e.role} ${looks(e.look)}`.trim());
  set(node, group, "opacity", rounded(e.opacity));
  set(node, shape, "opacity", rounded(1 - PALER * e.dim));
  set(node, node.words, "opacity", rounded(e.ink * (1 - PALER_WORDS * e.dim)));
  set(node, group, "data-grip", e.grip ?? null);
  set(node, group, "style", `--level: ${rounded(e.level * 100)}%`);
  drawSpin(node, e);
  if (e.kind === "link") set(node, shape, "d", outlineOf(e));
  else {
    set(node, group, "transform", `translate(${rounded(e.x)} ${rounded(e.y)})`);
    if (e.kind === "cell") drawBox(node, e);
    drawWords(node, e);
  }
}

/** @param {string} [names] */
const looks = (names = "") =>
  names.split(" ").filter(Boolean).map((name) => `llm-walk-${name}`).join(" ");

/**
 * @param {Drawn} node
 * @param {Piece} e
 */
function drawBox(node, e) {
  set(node, node.shape, "width", rounded(Math.max(0, e.w)));
  set(node, node.shape, "height", rounded(Math.max(0, e.h)));
  set(node, node.shape, "rx", rounded(Math.max(0, Math.min(e.r, e.h / 2, e.w / 2))));
}

/**
 * @param {Drawn} node
 * @param {Piece} e
 */
function drawWords(node, e) {
  const { words } = node;
  const text = textOf(e);
  const x = e.anchor === "middle" ? e.w / 2 : e.anchor === "end" ? e.w : 0;
  set(node, words, "text-anchor", e.anchor);
  set(node, words, "font-size", rounded(e.size));
  set(node, words, "transform", `translate(${rounded(x)} ${rounded(e.h / 2)})`);
  if (node.text === text) return;
  node.text = text;
  words.replaceChildren(...linesOf(text));
}

/**
 * Lines of text, their middle at the origin; "W_Q" has its Q below the line, and a name such as
 * "ln_f" stays as it is.
 * @param {string} text
 */
function linesOf(text) {
  const lines = text.split("\n");
  return lines.map((line, i) => {
    const dy = i ? "1.2em" : `${rounded(0.36 - 0.6 * (lines.length - 1))}em`;
    const parts = line.split(/(?<!\w\w)(_\w\b)/).map((part) =>
      part[0] === "_" && part.length === 2
        ? svg("tspan", { dy: "0.25em", "font-size": "78%" }, part.slice(1))
        : part
    );
    return svg("tspan", { x: 0, dy }, ...parts);
  });
}

/**
 * A number that can be changed is a spinbutton, and has a place in the order of Tab.
 * @param {Drawn} node
 * @param {Piece} e
 */
function drawSpin(node, e) {
  const { group } = node;
  if (!e.spin) {
    for (const name of ARIA_SPIN) set(node, group, name, null);
    return;
  }
  const { label, min, max } = e.spin;
  if (!group.hasAttribute("tabindex")) set(node, group, "tabindex", -1);
  set(node, group, "role", "spinbutton");
  set(node, group, "aria-label", label);
  set(node, group, "aria-valuenow", rounded(e.value ?? 0));
  set(node, group, "aria-valuemin", min);
  set(node, group, "aria-valuemax", max);
}
