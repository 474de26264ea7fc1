// The ground of the plane of inputs: what the network answers everywhere on it.

import { forwardPass } from "../../engine/small_network.js";
import { h, penOf } from "../shared/dom.js";

/** @import { Biases, Weights } from "../../engine/small_network.js" */
/** @import { Colour } from "../shared/types.js" */

export const EDGE = 2; // the plane reaches from -EDGE to EDGE
const SIDE = 65; // points of its grid each way

/**
 * The outputs at all points of the grid, row by row from the top.
 * @param {Weights} weights
 * @param {Biases} biases
 */
export function outputsOver(weights, biases) {
  const along = Array.from({ length: SIDE }, (_, i) => (2 * i / (SIDE - 1) - 1) * EDGE);
  const answers = along.flatMap((down) =>
    along.map((x1) => forwardPass(weights, biases, [x1, -down]).output)
  );
  return Float32Array.from(answers);
}

/** One colour where the output is near 0, the other where it is near 1, none at 0.5. */
export class Ground {
  small = h("canvas"); // a pixel for each point

  /**
   * @param {CanvasRenderingContext2D} context of the canvas that it fills
   * @param {Float32Array} outputs
   * @param {{ zero: Colour, one: Colour, ground: Colour }} colours
   */
  shade(context, outputs, { zero, one, ground }) {
    const { small } = this;
    small.width = small.height = SIDE;
    const image = new ImageData(SIDE, SIDE);
    outputs.forEach((p, i) => {
      const far = 0.34 * Math.abs(2 * p - 1);
      const rgb = p > 0.5 ? one : zero;
      for (let c = 0; c < 3; c++) image.data[4 * i + c] = ground[c] + far * (rgb[c] - ground[c]);
      image.data[4 * i + 3] = 255;
    });
    penOf(small).putImageData(image, 0, 0);
    context.imageSmoothingEnabled = true;
    const { width, height } = context.canvas;
    context.drawImage(small, 0.5, 0.5, SIDE - 1, SIDE - 1, 0, 0, width, height);
  }
}

/**
 * The line along which the outputs have one level, cell by cell (marching squares).
 * @param {Float32Array} outputs
 * @param {number} level
 * @param {number} size of the plane, in pixels
 */
export function contour(outputs, level, size) {
  const path = new Path2D();
  const cell = size / (SIDE - 1);
  for (let r = 0; r + 1 < SIDE; r++) {
    for (let c = 0; c + 1 < SIDE; c++) {
      const corners = [[r, c], [r, c + 1], [r + 1, c + 1], [r + 1, c]];
      const v = corners.map(([i, j]) => outputs[i * SIDE + j] - level);
      const cuts = [];
      for (let k = 0; k < 4; k++) {
        const n = (k + 1) % 4;
        const t = v[k] / (v[k] - v[n]);
        if (v[k] < 0 !== v[n] < 0) {
          cuts.push([
            corners[k][1] + t * (corners[n][1] - corners[k][1]),
            corners[k][0] + t * (corners[n][0] - corners[k][0]),
          ]);
        }
      }
      for (let k = 0; k + 1 < cuts.length; k += 2) {
        path.moveTo(cuts[k][0] * cell, cuts[k][1] * cell);
        path.lineTo(cuts[k + 1][0] * cell, cuts[k + 1][1] * cell);
      }
    }
  }
  return path;
}
