// One step of training, number by number, and then many. The traits are described in
// training_step.py.

import { roomFrom, scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import {
  drawAdam,
  drawAgain,
  drawBatch,
  drawClip,
  drawGradient,
  drawLogits,
  drawMove,
  drawTurn,
} from "./training_step/pictures.js";
import { drawLoss } from "./training_step/loss.js";
import { choicesOf, factsOf } from "./training_step/facts.js";
import { altOf, sayOf } from "./training_step/words.js";

/** @import { Story } from "../moving/types.js" */

const SCENES = scenesOf(sayOf, altOf, [
  ["Batch", 1, drawBatch],
  ["Logits", 2, drawLogits],
  ["Loss", 2, drawLoss],
  ["Gradient", 2, drawGradient],
  ["Clip", 1, drawClip],
  ["AdamW", 1, drawAdam],
  ["Weights", 1, drawMove],
  ["Again", 3, drawAgain],
  ["Your turn", 1, drawTurn],
]);

/** @type {Story} */
const STORY = {
  title: "What does one training step do?",
  settings: ["weights", "rate", "limit", "steps"],
  compute: factsOf,
  room: roomFrom(700, { stacked: 420, wide: 372 }),
  scenes: SCENES,
  choices: choicesOf,
  results: ({ yours }) => ({ trained: yours.weights, losses: yours.losses }),
  poster: ["Loss", 1],
  print: [["Batch", 0], ["Logits", 1], ["Loss", 1], ["Gradient", 1], ["AdamW", 0], ["Again", 2]],
};

export default { render: showStory(STORY) };
