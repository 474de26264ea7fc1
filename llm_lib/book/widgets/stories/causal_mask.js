// Why there is a causal mask: training at all positions at once, without seeing the answer. The
// traits are described in causal_mask.py.

import { roomFrom, scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { drawLosses } from "./causal_mask/bars.js";
import { drawGrid, drawTargets, drawText, drawTurn, drawUse } from "./causal_mask/pictures.js";
import { choicesOf, factsOf } from "./causal_mask/facts.js";
import { altOf, sayOf } from "./causal_mask/words.js";

/** @import { Story } from "../moving/types.js" */

const SCENES = scenesOf(sayOf, altOf, [
  ["Text", 1, drawText],
  ["Targets", 1, drawTargets],
  ["No mask", 2, (m, room, k) => drawGrid(m, room, m.free[0], k > 0)],
  ["Training", 2, (m, room, k) => drawGrid(m, room, m.free[k + 1])],
  ["In use", 1, (m, room) => drawUse(m, room, m.free[2])],
  ["Mask", 2, (m, room, k) => drawGrid(m, room, m.masked[k])],
  ["In use again", 1, (m, room) => drawUse(m, room, m.masked[1])],
  ["Losses", 1, drawLosses],
  ["Your turn", 1, drawTurn],
]);

/** @type {Story} */
const STORY = {
  title: "Why must a token not look ahead?",
  tryThis: "Play it, or step with the arrow keys. In the last scene, take the mask off.",
  settings: ["words", "mask", "steps"],
  compute: factsOf,
  room: roomFrom(700, { stacked: 400, wide: 350 }),
  scenes: SCENES,
  choices: choicesOf,
  results: ({ yours }) => ({
    weights: yours.weights,
    loss: yours.loss,
    in_use: yours.use.loss,
  }),
  poster: ["In use", 0],
  print: [["Targets", 0], ["Training", 1], ["Mask", 1], ["Losses", 0]],
};

export default { render: showStory(STORY) };
