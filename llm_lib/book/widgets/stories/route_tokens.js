// A mixture of experts routes. The traits are described in route_tokens.py.

import { roomFrom, scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { choicesOf, factsOf } from "./route_tokens/facts.js";
import {
  drawAlone,
  drawBalance,
  drawCost,
  drawRouter,
  drawSentence,
  drawSum,
  drawTopTwo,
  drawWord,
  drawYours,
} from "./route_tokens/pictures.js";
import { altOf, sayOf } from "./route_tokens/words.js";

/** @import { Story } from "../moving/types.js" */

const SCENES = scenesOf(sayOf, altOf, [
  ["Word", 1, drawWord],
  ["Router", 2, drawRouter],
  ["Top two", 1, drawTopTwo],
  ["Sum", 2, drawSum],
  ["Sentence", 1, drawSentence],
  ["Left alone", 3, drawAlone],
  ["Balance", 1, drawBalance],
  ["Cost", 1, drawCost],
  ["Your turn", 1, drawYours],
]);

/** @type {Story} */
const STORY = {
  title: "Which expert reads a word?",
  tryThis: "Play it, or step with the arrow keys. In the last scene, choose the word and how " +
    "many experts read it.",
  settings: [
    "words",
    "vectors",
    "router",
    "outputs",
    "shares",
    "seed",
    "n_hidden",
    "word",
    "k",
  ],
  compute: factsOf,
  room: roomFrom(700, { stacked: 420, wide: 370 }),
  scenes: SCENES,
  choices: choicesOf,
  results: ({ yours }) => ({ chosen: yours.numbers }),
  poster: ["Router", 1],
  print: [["Top two", 0], ["Sum", 1], ["Sentence", 0], ["Balance", 0]],
};

export default { render: showStory(STORY) };
