// How a name reaches the answer, through tokens and layers. The traits are described in relay.py.

import { roomFrom, scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { drawHeads, drawHop, drawOutput, drawText, drawTurn } from "./relay/pictures.js";
import { choicesOf, factsOf } from "./relay/facts.js";
import { altOf, sayOf } from "./relay/words.js";

/** @import { Story } from "../moving/types.js" */

const SCENES = scenesOf(sayOf, altOf, [
  ["Text", 1, drawText],
  ["Hop 1", 1, (m, room) => drawHop(m, room, 0)],
  ["Hop 2", 1, (m, room) => drawHop(m, room, 1)],
  ["Hop 3", 1, (m, room) => drawHop(m, room, 2)],
  ["Heads", 1, drawHeads],
  ["Output", 1, drawOutput],
  ["Your turn", 1, drawTurn],
]);

/** @type {Story} */
const STORY = {
  title: "How does a name reach the answer?",
  tryThis: "Play it, or step with the arrow keys. In the last scene, ask about the other name.",
  settings: ["n_layer", "questions", "asked", "hop"],
  compute: factsOf,
  room: roomFrom(700, { stacked: 356, wide: 414 }),
  scenes: SCENES,
  choices: choicesOf,
  poster: ["Hop 1", 0],
  print: [["Hop 1", 0], ["Hop 2", 0], ["Hop 3", 0], ["Output", 0]],
};

export default { render: showStory(STORY) };
