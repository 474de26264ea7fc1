// The map of a GPT as a drawing: its parts are buttons, and the ways between them arrows.

import { h, rove } from "../shared/dom.js";
import { markChosen, svg, svgButton } from "../shared/svg.js";
import { ORDER, PARTS } from "./words.js";

/** @import { ToyExample } from "./words.js" */

/**
 * Where each part is, and what is written on it.
 * @type {Record<string, [x: number, y: number, width: number, height: number, name: string]>}
 */
const BOXES = {
  text: [44, 4, 272, 32, "Text"],
  tokens: [44, 52, 272, 32, "Tokens"],
  embedding: [44, 100, 130, 32, "Token embedding"],
  positions: [206, 100, 110, 32, "Positions"],
  norm_1: [160, 184, 144, 28, "Layer norm"],
  attention: [160, 224, 144, 34, "Multi-head attention"],
  residual_1: [95, 267, 28, 28, "+"],
  norm_2: [160, 304, 144, 28, "Layer norm"],
  feed_forward: [160, 344, 144, 34, "Feed-forward"],
  residual_2: [95, 387, 28, 28, "+"],
  repeat: [52, 387, 32, 28, "× N"],
  final_norm: [44, 442, 130, 32, "Final norm"],
  output: [44, 490, 272, 32, "Output, softmax"],
  next_token: [44, 538, 272, 32, "Next token"],
  loop: [6, 226, 28, 120, "once again"],
};

/**
 * The ways that lead to each part.
 * @type {Record<string, string>}
 */
const WAYS = {
  tokens: "M109 36V52",
  embedding: "M109 84V100",
  positions: "M261 84V100 M261 132V152H118 M109 132V143",
  norm_1: "M109 161V198H160",
  attention: "M232 212V224",
  residual_1: "M232 258V281H123 M109 198V267",
  norm_2: "M109 295V318H160",
  feed_forward: "M232 332V344",
  residual_2: "M232 378V401H123 M109 318V387",
  repeat: "M95 401H84 M68 387V174H103",
  final_norm: "M109 415V442",
  output: "M109 474V490",
  next_token: "M109 522V538",
  loop: "M44 554H20V346 M20 226V20H38",
};

/**
 * The heads of those arrows: x, y, and where they point, in degrees.
 * @type {Record<string, number[][]>}
 */
const ARROW_HEADS = {
  tokens: [[109, 52, 90]],
  embedding: [[109, 100, 90]],
  positions: [[261, 100, 90], [118, 152, 180], [109, 143, 90]],
  norm_1: [[160, 198, 0]],
  attention: [[232, 224, 90]],
  residual_1: [[123, 281, 180], [109, 267, 90]],
  norm_2: [[160, 318, 0]],
  feed_forward: [[232, 344, 90]],
  residual_2: [[123, 401, 180], [109, 387, 90]],
  repeat: [[84, 401, 180], [106, 174, 0]],
  final_norm: [[109, 442, 90]],
  output: [[109, 490, 90]],
  next_token: [[109, 538, 90]],
  loop: [[44, 20, 0]],
};

/** The drawing, with one part marked as the one that is looked at. */
export class MapFigure {
  /**
   * @param {ToyExample} example
   * @param {(part: string) => void} onpick
   */
  constructor(example, onpick) {
    this.example = example;
    this.onpick = onpick;
    /** @type {Record<string, SVGElement>} */
    this.ways = {};
    this.buttons = ORDER.map((part) => this.button(part));
    this.element = h("div", { class: "llm-map-figure" }, this.draw());
  }

  draw() {
    const drawing = svg("svg", {
      viewBox: "0 0 320 574",
      role: "group",
      "aria-label": "Map of a GPT: choose a part",
    });
    drawing.append(
      svg("rect", { class: "llm-map-block", x: 44, y: 166, width: 272, height: 262, rx: 10 }),
      mapLabel(304, 414, "one block", { "text-anchor": "end" }),
      mapLabel(0, 0, "residual stream", {
        transform: "translate(97 228) rotate(-90)",
        "text-anchor": "middle",
      }),
    );
    for (const [part, d] of Object.entries(WAYS)) {
      const heads = ARROW_HEADS[part].map(([x, y, turn]) =>
        svg("path", {
          class: "llm-map-head",
          d: "M0 0L-7 -3.5V3.5Z",
          transform: `translate(${x} ${y}) rotate(${turn})`,
        })
      );
      this.ways[part] = svg(
        "g",
        { class: "llm-map-way", "aria-hidden": "true" },
        svg("path", { d }),
        ...heads,
      );
      drawing.append(this.ways[part]);
    }
    drawing.append(
      svg("circle", { class: "llm-map-plus", cx: 109, cy: 152, r: 9 }),
      svg("path", { class: "llm-map-sign", d: "M105 152h8M109 148v8" }),
    );
    const group = svg("g", {}, ...this.buttons);
    rove(group, () => this.buttons, {
      onmove: (element) => this.onpick(element.dataset.part ?? ""),
    });
    drawing.append(group);
    return drawing;
  }

  /** @param {string} part */
  button(part) {
    const [x, y, width, height, name] = BOXES[part];
    const round = width === 28 && height === 28;
    const twin = part.endsWith("_1") ? ", first" : part.endsWith("_2") ? ", second" : "";
    const content = this.content(part, x, y);
    const middle = y + height / 2 + 4.5;
    const place = part === "loop"
      ? {
        transform: `translate(${x + 18.5} ${y + height / 2}) rotate(-90)`,
        "text-anchor": "middle",
      }
      : content.length
      ? { x: x + 12, y: middle }
      : { x: x + width / 2, y: middle, "text-anchor": "middle" };
    return svgButton(
      { class: "llm-map-part", "data-part": part, "aria-label": PARTS[part][0] + twin },
      () => this.onpick(part),
      svg("rect", { x, y, width, height, rx: round ? 14 : 6 }),
      svg("text", place, name),
      ...content,
    );
  }

  /**
   * What stands in the box of a part besides its name.
   * @param {string} part
   * @param {number} x of the box
   * @param {number} y
   * @returns {SVGElement[]}
   */
  content(part, x, y) {
    const { toy, best } = this.example;
    const right = x + 262;
    if (part === "text") return [monoText(toy.prompt.join(" "), right, y, "end")];
    if (part === "tokens") return wordChips(toy.prompt, right, y);
    if (part === "output") return probabilityBars(best.slice(0, 4).map(([, p]) => p), x, y);
    return part === "next_token" ? wordChips([best[0][0]], right, y) : [];
  }

  /** @param {number} at the part that is looked at, in their order */
  show(at) {
    const part = ORDER[at];
    markChosen(this.buttons, at, "llm-map-here");
    for (const [key, way] of Object.entries(this.ways)) {
      way.classList.toggle("llm-map-here", key === part);
    }
  }
}

/**
 * A name on the map itself.
 * @param {number} x
 * @param {number} y
 * @param {string} text
 * @param {Record<string, unknown>} attributes
 */
const mapLabel = (x, y, text, attributes) =>
  svg("text", { class: "llm-map-label", x, y, ...attributes }, text);

/**
 * @param {string} text
 * @param {number} x
 * @param {number} y of the box
 * @param {"middle" | "end"} anchor
 */
const monoText = (text, x, y, anchor) =>
  svg("text", { class: "llm-map-mono", x, y: y + 20.5, "text-anchor": anchor }, text);

/**
 * Words as blocks.
 * @param {string[]} words
 * @param {number} right where the last one ends
 * @param {number} y of the box
 */
function wordChips(words, right, y) {
  return [...words].reverse().flatMap((word) => {
    const width = 10 + 7.3 * word.length;
    const left = right - width;
    right = left - 4;
    return [
      svg("rect", { class: "llm-map-chip", x: left, y: y + 7, width, height: 18, rx: 3 }),
      monoText(word, left + width / 2, y, "middle"),
    ];
  });
}

/**
 * @param {number[]} shares
 * @param {number} x of the box
 * @param {number} y
 */
const probabilityBars = (shares, x, y) =>
  shares.map((p, i) => {
    const height = Math.max(1.5, 20 * p);
    const place = { x: x + 222 + 10 * i, y: y + 26 - height, width: 7, height };
    return svg("rect", { class: "llm-map-bar", ...place });
  });
