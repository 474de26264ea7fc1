// Why there is a causal mask: training at all positions at once, without seeing the answer. The
// traits are described in causal_mask.py.

import { showStory } from "../moving/walkthrough.js";
import { drawGrid, drawTargets, drawText, drawUse } from "./causal_mask/pictures.js";
import { choicesOf, factsOf } from "./causal_mask/facts.js";
import { altOf, sayOf } from "./causal_mask/words.js";

/** @import { Place } from "../shared/types.js" */
/** @import { Room, Scene, Story } from "../moving/types.js" */

/** @type {[name: string, steps: number, draw: Scene["draw"]][]} */
const SCENES = [
  ["Text", 1, drawText],
  ["Targets", 1, drawTargets],
  ["No mask", 1, (m, room) => drawGrid(m, room, m.free[0])],
  ["Training", 2, (m, room, k) => drawGrid(m, room, m.free[k + 1])],
  ["In use", 1, drawUse],
  ["Mask", 2, (m, room, k) => drawGrid(m, room, m.masked[k])],
  ["Your turn", 1, (m, room) => drawGrid(m, room, m.yours, true)],
];

/** @type {Story} */
const STORY = {
  title: "Why must a token not look ahead?",
  settings: ["words", "mask", "steps", "scores"],
  compute: factsOf,
  /** @param {number} width */
  room: (width) => ({ W: width, H: width < 700 ? 400 : 350, wide: width >= 700 }),
  scenes: SCENES.map(([name, steps, draw]) => ({
    name,
    steps,
    draw,
    say: sayOf[name],
    alt: altOf[name],
    edit: name === "Your turn",
  })),
  choices: choicesOf,
  results: ({ yours }) => ({ weights: yours.weights, loss: yours.loss }),
  print: [["Targets", 0], ["No mask", 0], ["Training", 1], ["Mask", 1]],
};

/** @param {Place} place */
function render(place) {
  return showStory(place, STORY);
}

export default { render };
