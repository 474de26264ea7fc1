// A draft of several tokens, checked in one pass. The traits are described in draft.py.

import { roomFrom, scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { factsOf } from "./draft/facts.js";
import {
  drawCheck,
  drawDraft,
  drawPass,
  drawReplace,
  drawResult,
  drawTurn,
} from "./draft/pictures.js";
import { altOf, sayOf } from "./draft/words.js";

/** @import { Story } from "../moving/types.js" */

const SCENES = scenesOf(sayOf, altOf, [
  ["Text", 1, (m, room) => drawDraft(m, room, false)],
  ["Draft", 1, (m, room) => drawDraft(m, room, true)],
  ["One pass", 1, drawPass],
  ["Check", 4, drawCheck],
  ["Replace", 2, drawReplace],
  ["Result", 1, drawResult],
  ["Your turn", 1, drawTurn],
]);

/** @type {Story} */
const STORY = {
  title: "Four guesses, one pass",
  tryThis: "Play it, or step with the arrow keys. In the last scene, drag a random number up or " +
    "down, or " +
    "press ↑ and ↓ on it.",
  settings: ["text", "drafts", "next", "luck"],
  compute: factsOf,
  room: roomFrom(700, { stacked: 350, wide: 340 }),
  scenes: SCENES,
  poster: ["One pass", 0],
  print: [["Draft", 0], ["One pass", 0], ["Check", 3], ["Replace", 1], ["Result", 0]],
};

export default { render: showStory(STORY) };
