// How a class is read at the last token. The traits are described in last_token.py.

import { roomFrom, scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { choicesOf, factsOf } from "./last_token/facts.js";
import {
  drawHead,
  drawLast,
  drawPadding,
  drawText,
  drawTurn,
  drawVectors,
} from "./last_token/pictures.js";
import { altOf, sayOf } from "./last_token/words.js";

/** @import { Story } from "../moving/types.js" */

const SCENES = scenesOf(sayOf, altOf, [
  ["Text", 1, drawText],
  ["Vectors", 1, drawVectors],
  ["Last token", 1, drawLast],
  ["Head", 1, (m, room) => drawHead(m, room, m.zero)],
  ["One step", 1, (m, room) => drawHead(m, room, m.step)],
  ["Trained", 1, (m, room) => drawHead(m, room, m.trained)],
  ["Padding", 2, drawPadding],
  ["Your turn", 1, drawTurn],
]);

/** @type {Story} */
const STORY = {
  title: "Where does a model say what kind of text this is?",
  tryThis: "Play it, or step with the arrow keys. In the last scene, read another column.",
  settings: ["classes", "texts", "head", "rate", "text", "column"],
  compute: factsOf,
  room: roomFrom(700, { stacked: 350, wide: 310 }),
  scenes: SCENES,
  choices: choicesOf,
  poster: ["One step", 0],
  print: [["Vectors", 0], ["Head", 0], ["One step", 0], ["Padding", 0]],
};

export default { render: showStory(STORY) };
