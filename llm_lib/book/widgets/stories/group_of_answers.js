// A group of answers to one prompt, marked and learned from. The traits are described in
// group_of_answers.py.

import { roomFrom, scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { factsOf } from "./group_of_answers/facts.js";
import {
  drawAdvantages,
  drawAlike,
  drawDraw,
  drawMarks,
  drawQuestion,
  drawStep,
  drawTurn,
} from "./group_of_answers/pictures.js";
import { altOf, sayOf } from "./group_of_answers/words.js";

/** @import { Story } from "../moving/types.js" */

const SCENES = scenesOf(sayOf, altOf, [
  ["Question", 1, drawQuestion],
  ["Draw", 1, drawDraw],
  ["Marks", 1, drawMarks],
  ["Advantages", 2, drawAdvantages],
  ["One step", 2, drawStep],
  ["All alike", 2, drawAlike],
  ["Your turn", 1, drawTurn],
]);

/** @type {Story} */
const STORY = {
  title: "How do you learn from a mark alone?",
  tryThis:
    "Play it, or step with the arrow keys. In the last scene, the marks are yours: drag one " +
    "up or down, or press ↑ and ↓ on it.",
  settings: ["passage", "question", "answers", "draws", "right", "marks", "after", "easy"],
  compute: factsOf,
  room: roomFrom(700, { stacked: 450, wide: 300 }),
  scenes: SCENES,
  poster: ["Question", 0],
  print: [["Draw", 0], ["Advantages", 1], ["One step", 1], ["All alike", 1]],
};

export default { render: showStory(STORY) };
