// ZeRO: what four ranks hold, and a step in which each layer is gathered when it is needed. The
// traits are described in sharded_step.py.

import { roomFrom, scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { choicesOf, factsOf } from "./sharded_step/facts.js";
import {
  drawBackward,
  drawCount,
  drawForward,
  drawStage,
  drawTurn,
  drawUpdate,
} from "./sharded_step/pictures.js";
import { altOf, sayOf } from "./sharded_step/words.js";

/** @import { Story } from "../moving/types.js" */

const SCENES = scenesOf(sayOf, altOf, [
  ["Plain", 1, drawStage(0)],
  ["ZeRO-1", 1, drawStage(1)],
  ["ZeRO-2", 1, drawStage(2)],
  ["ZeRO-3", 1, drawStage(3)],
  ["Forward", 4, drawForward],
  ["Backward", 4, drawBackward],
  ["Update", 1, drawUpdate],
  ["Count", 1, drawCount],
  ["Your turn", 1, drawTurn],
]);

/** @type {Story} */
const STORY = {
  title: "What does each rank hold, and when?",
  tryThis: "Play it, or step with the arrow keys. In the last scene, change ranks and stage.",
  settings: ["weights", "grads", "ranks", "stage"],
  compute: factsOf,
  room: roomFrom(700, { stacked: 456, wide: 330 }),
  scenes: SCENES,
  choices: choicesOf,
  results: ({ yours }) => ({ held: yours.held, sent: yours.sent }),
  poster: ["Forward", 0],
  print: [["Plain", 0], ["ZeRO-1", 0], ["ZeRO-3", 0], ["Forward", 0], ["Backward", 0], [
    "Backward",
    1,
  ]],
};

export default { render: showStory(STORY) };
