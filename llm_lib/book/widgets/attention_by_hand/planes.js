// The two planes of AttentionByHand: who matches, and what is mixed.

import { dot } from "../../engine/vectors.js";
import { h } from "../shared/dom.js";
import { ArrowPlane } from "./arrow_plane.js";

/** @import { Point, Steps } from "../../engine/hand_attention.js" */
/** @import { ByHandState } from "./examples.js" */

/** @type {Record<string, string>} */
export const ARROW_NAMES = { q: "query", k: "key", v: "value" };

/** The query among the keys, and the values with the output that they are mixed to. */
export class ByHandPlanes {
  /**
   * @param {(id: string, at: Point) => void} onmove
   * @param {(id: string) => void} onpick
   */
  constructor(onmove, onpick) {
    this.match = new ArrowPlane({ title: "Plane of the query and the keys", onmove, onpick });
    this.mix = new ArrowPlane({ title: "Plane of the values and the output", onmove, onpick });
    this.note = h("p", { class: "llm-note" });
    const dashed = h("p", { class: "llm-note" }, "Dashed: values times weights, end to end.");
    const figure = (
      /** @type {string} */ caption,
      /** @type {ArrowPlane} */ plane,
      /** @type {Node} */ note,
    ) => h("figure", {}, h("figcaption", { class: "llm-label" }, caption), plane.picture, note);
    this.figures = [
      figure("Who matches? Query and keys", this.match, this.note),
      figure("What is mixed? Values and output", this.mix, dashed),
    ];
  }

  /**
   * @param {ByHandState} state
   * @param {Steps} steps
   */
  show({ tokens, q, k, v, focus, arrow }, { weights, hidden, output }) {
    const row = weights[focus];
    const wide = (/** @type {number} */ w) => 1.5 + 6 * w;
    const side = (/** @type {string} */ kind, /** @type {Point[]} */ lists) =>
      tokens.map((token, s) => ({
        id: `${kind}${s}`,
        kind,
        name: `${ARROW_NAMES[kind]} of ${token}`,
        label: `${kind} ${token}`,
        at: lists[s],
        width: wide(row[s]),
        hidden: hidden(focus, s),
      }));
    const key = arrow[0] === "k" ? k[Number(arrow[1])] : null;
    this.note.textContent = key
      ? "Dashed: how far this key reaches along q."
      : "A thick arrow has a large weight.";
    this.match.show(
      [...side("k", k), {
        id: "q",
        kind: "q",
        name: `query of ${tokens[focus]}`,
        label: `q ${tokens[focus]}`,
        at: q[focus],
        width: 3,
      }],
      arrow,
      key ? shadow(key, q[focus]) : [],
    );
    let at = [0, 0];
    const chain = [at, ...row.map((w, s) => (at = [at[0] + w * v[s][0], at[1] + w * v[s][1]]))];
    this.mix.show(
      [...side("v", v), {
        id: "out",
        kind: "out",
        name: "output",
        label: "output",
        at: output[focus],
        width: 3,
        fixed: true,
      }],
      arrow,
      chain,
    );
  }
}

/**
 * How far a key reaches along a query, as a line: all that their score depends on. From the middle
 * along the query, then at right angles to the key's tip.
 * @param {Point} key
 * @param {Point} query
 * @returns {Point[]}
 */
function shadow(key, query) {
  const length = dot(query, query);
  if (length === 0) return [];
  const share = dot(query, key) / length;
  return [[0, 0], [share * query[0], share * query[1]], key];
}
