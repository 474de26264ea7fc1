// Ring all-reduce: every rank gets the sum of all gradients, and sends to its neighbour only. The
// traits are described in ring.py.

import { roomFrom, scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { choicesOf, factsOf, N } from "./ring/facts.js";
import {
  drawCount,
  drawGather,
  drawHalfway,
  drawMean,
  drawOne,
  drawQuestion,
  drawReduce,
  drawRing,
} from "./ring/pictures.js";
import { altOf, sayOf } from "./ring/words.js";
import { drawTurn } from "./ring/your_turn.js";

/** @import { Story } from "../moving/types.js" */

const SCENES = scenesOf(sayOf, altOf, [
  ["Question", 1, drawQuestion],
  ["All to one", 2, drawOne],
  ["Ring", 1, drawRing],
  ["Reduce", N - 1, drawReduce],
  ["Halfway", 1, drawHalfway],
  ["Gather", N - 1, drawGather],
  ["Mean", 1, drawMean],
  ["Count", 1, drawCount],
  ["Your turn", 1, drawTurn],
]);

/** @type {Story} */
const STORY = {
  title: "How do four processes add up their gradients?",
  tryThis: "Play it, or step with the arrow keys. In the last scene, change the ranks or a number.",
  settings: ["grads", "ranks"],
  compute: factsOf,
  room: roomFrom(700, { stacked: 350, wide: 356 }),
  scenes: SCENES,
  choices: choicesOf,
  results: ({ yours }) => ({ means: yours.means }),
  poster: ["Reduce", 0],
  print: [["All to one", 0], ["Reduce", 0], ["Halfway", 0], ["Gather", 2], [
    "Count",
    0,
  ]],
};

export default { render: showStory(STORY) };
