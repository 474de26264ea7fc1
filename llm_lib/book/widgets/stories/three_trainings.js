// How a model is made: random numbers, three trainings, and one question after each. The traits are
// described in three_trainings.py.

import { lastOf } from "../../engine/present.js";
import { roomFrom, scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { choicesOf, factsOf, STOPS } from "./three_trainings/facts.js";
import {
  drawExamples,
  drawFirsts,
  drawPairs,
  drawQuestion,
  drawText,
  drawTurn,
  drawWholes,
} from "./three_trainings/pictures.js";
import { altOf, sayOf } from "./three_trainings/words.js";

/** @import { Room, Scene, Story } from "../moving/types.js" */

const SCENES = scenesOf(sayOf, altOf, [
  ["Question", 1, drawQuestion],
  ["Random", 1, (m, room) => drawFirsts(m, room, "random")],
  ["Text", 1, drawText],
  ["Base", 1, (m, room) => drawFirsts(m, room, "base")],
  ["Examples", 1, drawExamples],
  ["Tuned", STOPS.length, (m, room, k) => drawFirsts(m, room, STOPS[k])],
  ["Pairs", 1, drawPairs],
  ["Preferred", 2, (m, room, k) => drawWholes(m, room, k ? "preferred" : lastOf(STOPS))],
  ["Your turn", 1, drawTurn],
]);

/** @type {Story} */
const STORY = {
  title: "One question, three trainings",
  tryThis: "Play it, or step with the arrow keys. In the last scene, ask at any moment.",
  settings: ["parameters", "vocab_size", "texts", "stages", "asked", "moment"],
  compute: factsOf,
  room: roomFrom(700, { stacked: 392, wide: 312 }),
  scenes: SCENES,
  choices: choicesOf,
  poster: ["Base", 0],
  print: [["Random", 0], ["Base", 0], ["Tuned", 3], ["Preferred", 1]],
};

export default { render: showStory(STORY) };
