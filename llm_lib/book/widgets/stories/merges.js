// How byte pair encoding learns its merges, and cuts a new word. The traits are described in
// merges.py.

import { roomFrom, scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { drawBytes, drawMerge, drawPairs, drawText } from "./merges/learning.js";
import { drawReplay, drawTurn } from "./merges/replaying.js";
import { choicesOf, factsOf } from "./merges/facts.js";
import { altOf, sayOf } from "./merges/words.js";

/** @import { Story } from "../moving/types.js" */

const SCENES = scenesOf(sayOf, altOf, [
  ["Text", 1, drawText],
  ["Bytes", 1, drawBytes],
  ["Pairs", 1, drawPairs],
  ["Merge 1", 2, (m, room, k) => drawMerge(m, room, 0, k)],
  ["Merge 2", 2, (m, room, k) => drawMerge(m, room, 1, k)],
  ["Merge 3", 2, (m, room, k) => drawMerge(m, room, 2, k)],
  ["Merge 4", 2, (m, room, k) => drawMerge(m, room, 3, k)],
  ["New word", 5, drawReplay],
  ["Your turn", 1, drawTurn],
]);

/** @type {Story} */
const STORY = {
  title: "Where do the tokens come from?",
  tryThis: "Play it, or step with the arrow keys. In the last scene, type your own words.",
  settings: ["text", "new_word"],
  compute: factsOf,
  room: roomFrom(800, { stacked: 436, wide: 346 }),
  scenes: SCENES,
  choices: choicesOf,
  results: ({ hexMerges, ids }) => ({ merges: hexMerges, token_ids: ids }),
  poster: ["Pairs", 0],
  print: [["Bytes", 0], ["Merge 1", 0], ["Merge 2", 1], ["New word", 4]],
};

export default { render: showStory(STORY) };
