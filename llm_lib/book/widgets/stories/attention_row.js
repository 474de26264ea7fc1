// One row of self-attention: the answer gets from a record to the question. How a story is written
// stands in stories/__init__.py; the traits are described in attention_row.py.

import { roomFrom, scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { altOf, sayOf } from "./attention_row/words.js";
import { choicesOf, drawTurn } from "./attention_row/your_turn.js";
import { factsOf } from "./attention_row/facts.js";
import { drawIdea } from "./attention_row/idea.js";
import { drawText, drawVectors } from "./attention_row/text.js";
import { drawMatrices, drawParts } from "./attention_row/parts.js";
import { drawMask, drawProducts, drawScale } from "./attention_row/scores.js";
import { drawMix, drawOutput } from "./attention_row/mix.js";
import { drawSoftmax } from "./attention_row/softmax.js";

/** @import { Story } from "../moving/types.js" */

const SCENES = scenesOf(sayOf, altOf, [
  ["Text", 1, drawText],
  ["Idea", 2, drawIdea],
  ["Vectors", 1, drawVectors],
  ["Matrices", 3, drawMatrices],
  ["q, k, v", 1, drawParts],
  ["Products", 4, drawProducts],
  ["Scale", 2, drawScale],
  ["Mask", 2, drawMask],
  ["Softmax", 2, drawSoftmax],
  ["Mix", 3, drawMix],
  ["Output", 1, drawOutput],
  ["Your turn", 1, drawTurn],
]);

/** @type {Story} */
const STORY = {
  title: "How does a token fetch what it needs?",
  settings: ["tokens", "x", "w_q", "w_k", "w_v", "row", "panel"],
  compute: factsOf,
  room: roomFrom(700, { stacked: 440, wide: 384 }),
  scenes: SCENES,
  choices: choicesOf,
  results: ({ w, output }) => ({ weights: w, output }),
  poster: ["Products", 2],
  print: [["Idea", 1], ["Matrices", 0], ["Products", 1], ["Mask", 1], ["Softmax", 1], ["Mix", 2]],
};

export default { render: showStory(STORY) };
