// One layer of several heads, at one token. The traits are described in head_layer.py.

import { roomFrom, scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { choicesOf, factsOf } from "./head_layer/facts.js";
import { drawLooks, drawSlices, drawSplit } from "./head_layer/joined.js";
import { drawMix, drawOff, drawText, drawTurn } from "./head_layer/pictures.js";
import { altOf, sayOf } from "./head_layer/words.js";

/** @import { Story } from "../moving/types.js" */

const AS_IS = { asIs: true }; // the prompt and the heads have one place in all scenes

const SCENES = scenesOf(sayOf, altOf, [
  ["Text", 1, drawText, AS_IS],
  ["Split", 2, drawSplit, AS_IS],
  ["Look", 4, drawLooks, AS_IS],
  ["Side by side", 1, drawSlices, AS_IS],
  ["Mixed", 1, drawMix, AS_IS],
  ["Without", 1, drawOff, AS_IS],
  ["Your turn", 1, drawTurn],
]);

/** @type {Story} */
const STORY = {
  title: "What do four heads do at one token?",
  tryThis: "Play it, or step with the arrow keys. In the last scene, turn a head down or up.",
  settings: [
    "layer",
    "n_layer",
    "tokens",
    "place",
    "answers",
    "queries",
    "weights",
    "outputs",
    "parts",
    "factors",
    "probs",
    "head",
    "factor",
  ],
  compute: factsOf,
  room: roomFrom(700, { stacked: 392, wide: 350 }),
  scenes: SCENES,
  choices: choicesOf,
  poster: ["Side by side", 0],
  print: [["Split", 1], ["Look", 0], ["Look", 1], ["Side by side", 0], ["Mixed", 0], [
    "Without",
    0,
  ]],
};

export default { render: showStory(STORY) };
