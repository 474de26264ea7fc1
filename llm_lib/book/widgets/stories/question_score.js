// How a question becomes a number. The traits are described in question_score.py.

import { roomFrom, scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { choicesOf, factsOf } from "./question_score/facts.js";
import { drawAnswers, drawQuestion, drawScores, drawYours } from "./question_score/pictures.js";
import { altOf, sayOf } from "./question_score/words.js";

/** @import { Story } from "../moving/types.js" */

const SCENES = scenesOf(sayOf, altOf, [
  ["Question", 1, drawQuestion],
  ["Answers", 1, drawAnswers],
  ["Token by token", 3, (m, room, k) => drawScores(m, room, { read: k + 1 })],
  ["Sum", 1, (m, room) => drawScores(m, room, { summed: true })],
  ["Largest", 1, (m, room) => drawScores(m, room, { summed: true, rule: "acc" })],
  ["Per token", 1, (m, room) => drawScores(m, room, { summed: true, rule: "acc_per_token" })],
  ["Per character", 1, (m, room) => drawScores(m, room, { summed: true, rule: "acc_norm" })],
  ["Your turn", 1, drawYours],
]);

/** @type {Story} */
const STORY = {
  title: "How does a question become a number?",
  tryThis:
    "Play it, or step with the arrow keys. In the last scene, choose the question and the rule.",
  settings: ["items", "item", "rule"],
  compute: factsOf,
  room: roomFrom(700, { stacked: 430, wide: 340 }),
  scenes: SCENES,
  choices: choicesOf,
  results: ({ yours }) => ({ chosen: yours.item.choices[yours.best] }),
  poster: ["Sum", 0],
  print: [["Answers", 0], ["Token by token", 2], ["Largest", 0], ["Per token", 0]],
};

export default { render: showStory(STORY) };
