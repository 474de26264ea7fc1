// Where the last word looks: arcs as wide as the weights, one head above the words, one below.

import { svg } from "../shared/svg.js";

const LETTER = 13.2; // of a word in 22 pixels
const PAD = 22;
const APART = 12; // between two words
const TALL = 46; // of a word's box
const HIGH = 56; // of the arcs, on either side
const WIDEST = 20; // of an arc with the whole weight
const LEAST = 0.02; // less has no arc

/**
 * The table beside it has the same as numbers, so it is hidden from a screen reader.
 * @param {string[]} words the last one looks
 * @param {number[][]} weights of two heads
 */
export function lookArcs(words, weights) {
  let x = 1;
  const boxes = words.map((word) => {
    const w = word.length * LETTER + PAD;
    x += w + APART;
    return { word, x: x - w - APART, w };
  });
  const last = boxes[boxes.length - 1];
  const arcs = weights.flatMap((row, head) =>
    row.flatMap((weight, i) =>
      weight < LEAST || i === boxes.length - 1 ? [] : [arc(boxes[i], last, weight, head)]
    )
  );
  const drawn = boxes.map(({ word, x, w }, i) =>
    svg(
      "g",
      { class: i === boxes.length - 1 ? "llm-map-asks" : "" },
      svg("rect", { x, y: HIGH, width: w, height: TALL, rx: 7 }),
      svg("text", { x: x + w / 2, y: HIGH + 30.5, "text-anchor": "middle" }, word),
    )
  );
  return svg(
    "svg",
    {
      class: "llm-map-arcs",
      viewBox: `0 0 ${x - APART + 1} ${2 * HIGH + TALL}`,
      "aria-hidden": "true",
    },
    ...arcs,
    ...drawn,
  );
}

/**
 * @param {{ x: number, w: number }} to
 * @param {{ x: number, w: number }} from
 * @param {number} weight
 * @param {number} head the first looks from above, the second from below
 */
function arc(to, from, weight, head) {
  const [start, end] = [from.x + from.w / 2, to.x + to.w / 2];
  const [foot, way] = head ? [HIGH + TALL, 1] : [HIGH, -1];
  const top = foot + way * Math.min(HIGH * 1.05, 22 + (start - end) * 0.25);
  return svg("path", {
    class: `llm-map-head${head}`,
    d: `M${start} ${foot}C${start} ${top} ${end} ${top} ${end} ${foot}`,
    "stroke-width": (WIDEST * weight).toFixed(1),
  });
}
