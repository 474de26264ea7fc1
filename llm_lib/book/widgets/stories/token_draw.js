// From logits to a token: softmax, temperature, a filter, and the draw. The traits are described in
// token_draw.py.

import { roomFrom, scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { choicesOf, factsOf } from "./token_draw/facts.js";
import {
  drawAppend,
  drawDraw,
  drawFilter,
  drawLogits,
  drawRescale,
  drawShares,
  drawText,
  drawTurn,
} from "./token_draw/pictures.js";
import { altOf, sayOf } from "./token_draw/words.js";

/** @import { Story } from "../moving/types.js" */

const SCENES = scenesOf(sayOf, altOf, [
  ["Text", 1, drawText],
  ["Logits", 1, drawLogits],
  ["Softmax", 1, (m, room) => drawShares(m, room, m.plain)],
  ["Temp.", 2, (m, room, k) => drawShares(m, room, k ? m.sharp : m.flat)],
  ["Top-k", 1, (m, room) => drawFilter(m, room, m.topK)],
  ["Top-p", 1, (m, room) => drawFilter(m, room, m.topP)],
  ["Min-p", 1, (m, room) => drawFilter(m, room, m.minP)],
  ["Rescale", 1, drawRescale],
  ["Draw", 1, drawDraw],
  ["Append", 1, drawAppend],
  ["Your turn", 1, drawTurn],
]);

/** @type {Story} */
const STORY = {
  title: "From logits to a token",
  tryThis: "Play it, or step with the arrow keys. In the last scene, choose and drag yourself.",
  settings: ["places", "place", "temperature", "filter", "luck"],
  compute: factsOf,
  room: roomFrom(700, { stacked: 380, wide: 372 }),
  scenes: SCENES,
  choices: choicesOf,
  poster: ["Min-p", 0],
  print: [["Logits", 0], ["Softmax", 0], ["Temp.", 1], ["Min-p", 0], ["Rescale", 0], [
    "Draw",
    0,
  ]],
};

export default { render: showStory(STORY) };
