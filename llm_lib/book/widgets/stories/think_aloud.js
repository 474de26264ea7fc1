// Why writing helps: one pass, or one for each character. The traits are described in
// think_aloud.py.

import { roomFrom, scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { choicesOf, factsOf } from "./think_aloud/facts.js";
import {
  drawAnswer,
  drawAtOnce,
  drawProblem6,
  drawReadBack,
  drawSteps,
  drawTurn,
  drawWrite,
} from "./think_aloud/pictures.js";
import { altOf, sayOf } from "./think_aloud/words.js";

/** @import { Story } from "../moving/types.js" */

const SCENES = scenesOf(sayOf, altOf, [
  ["Problem", 1, drawProblem6],
  ["One pass", 2, drawAtOnce],
  ["Write", 1, drawWrite],
  ["Read it back", 1, drawReadBack],
  ["Step by step", 5, drawSteps],
  ["Answer", 1, drawAnswer],
  ["Your turn", 1, drawTurn],
]);

/** @type {Story} */
const STORY = {
  title: "Why does writing the steps down help?",
  tryThis: "Play it, or step with the arrow keys. In the last scene, choose the number of swaps.",
  settings: ["problem", "shares", "seeds", "swaps"],
  compute: factsOf,
  room: roomFrom(700, { stacked: 360, wide: 330 }),
  scenes: SCENES,
  choices: choicesOf,
  results: ({ yours }) => ({ passes: yours.passes }),
  poster: ["Step by step", 1],
  print: [["Problem", 0], ["One pass", 1], ["Step by step", 2], ["Answer", 0]],
};

export default { render: showStory(STORY) };
