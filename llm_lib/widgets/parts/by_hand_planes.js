// The two planes of AttentionByHand: who matches, and what is mixed.

import { h } from "../shared/dom.js";
import { ArrowPlane } from "./arrow_plane.js";

/** @import { Point, Steps } from "../../engine/hand_attention.js" */
/** @import { ByHandState } from "./by_hand_examples.js" */

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
    const figure = (/** @type {string} */ caption, /** @type {ArrowPlane} */ plane) =>
      h("figure", {}, h("figcaption", { class: "llm-label" }, caption), plane.picture);
    this.element = h(
      "div",
      { class: "llm-byhand-planes" },
      figure("Who matches? The query and the keys", this.match),
      figure("What is mixed? The values and the output", this.mix),
    );
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
    this.match.show([...side("k", k), {
      id: "q",
      kind: "q",
      name: `query of ${tokens[focus]}`,
      label: `q ${tokens[focus]}`,
      at: q[focus],
      width: 3,
    }], arrow);
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
