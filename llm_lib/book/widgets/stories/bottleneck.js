// A sentence through one vector, and with a look back at all states. The traits are described in
// bottleneck.py.

import { roomFrom, scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { drawFade, drawHandOver, drawRead, drawText, drawWrite } from "./bottleneck/one_state.js";
import { drawKeep, drawLook, drawTurn, drawWeights } from "./bottleneck/all_states.js";
import { choicesOf, factsOf, LONGEST } from "./bottleneck/facts.js";
import { altOf, sayOf } from "./bottleneck/words.js";

/** @import { Story } from "../moving/types.js" */

const SCENES = scenesOf(sayOf, altOf, [
  ["Text", 1, drawText],
  ["Read", LONGEST, drawRead],
  ["Fade", 1, drawFade],
  ["Hand over", 1, drawHandOver],
  ["Write", LONGEST, drawWrite],
  ["Keep all", 1, drawKeep],
  ["Look back", LONGEST, drawLook],
  ["Weights", 1, drawWeights],
  ["Your turn", 1, drawTurn],
]);

/** @type {Story} */
const STORY = {
  title: "Can one vector hold a sentence?",
  tryThis:
    "Play it, or step with the arrow keys. In the last scene, type your own sentence of its words.",
  settings: ["words", "english", "lumi", "one_state", "attention"],
  compute: factsOf,
  room: roomFrom(700, { stacked: 420, wide: 392 }),
  scenes: SCENES,
  choices: choicesOf,
  results: ({ plain, look, fade }) => ({
    written: plain.words,
    looked: look.words,
    weights: look.weights,
    fade,
  }),
  poster: ["Hand over", 0],
  print: [["Read", 1], ["Fade", 0], ["Write", LONGEST - 1], ["Look back", 0], ["Weights", 0]],
};

export default { render: showStory(STORY) };
