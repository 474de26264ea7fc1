// From a text to batches: ids in a file, a window, its targets, and three ways to get it wrong. The
// traits are described in file_windows.py.

import { roomFrom, scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { choicesOf, factsOf } from "./file_windows/facts.js";
import {
  drawBatch,
  drawCopy,
  drawEnd,
  drawFile,
  drawIds,
  drawPairs,
  drawPredict,
  drawText,
  drawTurn,
  drawWindow,
} from "./file_windows/pictures.js";
import { drawLarge } from "./file_windows/bytes.js";
import { altOf, sayOf } from "./file_windows/words.js";

/** @import { Room, Scene, Story } from "../moving/types.js" */

const SCENES = scenesOf(sayOf, altOf, [
  ["Text", 1, drawText],
  ["Token ids", 1, drawIds],
  ["File", 1, drawFile],
  ["Window", 1, drawWindow],
  ["x and y", 2, drawPairs],
  ["Predict", 1, drawPredict],
  ["Batch 1", 1, (m, room) => drawBatch(m, room, 0), { asIs: true }],
  ["Batch 2", 1, (m, room) => drawBatch(m, room, 1), { asIs: true }],
  ["Wrong 1", 2, drawCopy],
  ["Wrong 2", 1, drawEnd],
  ["Wrong 3", 1, drawLarge],
  ["Your turn", 1, drawTurn],
]);

/** @type {Story} */
const STORY = {
  title: "How does a text reach a model?",
  tryThis:
    "Play it, or step with the arrow keys. In the last scene, move the window and its target.",
  settings: ["start", "shift", "large_id"],
  compute: factsOf,
  room: roomFrom(760, { stacked: 400, wide: 300 }),
  scenes: SCENES,
  choices: choicesOf,
  results: ({ yours, idsAt, stored }) => ({
    x: idsAt(yours.x),
    y: idsAt(yours.y),
    stored: stored.back,
  }),
  poster: ["Window", 0],
  print: [["File", 0], ["x and y", 1], ["Predict", 0], ["Batch 1", 0], ["Wrong 1", 1], [
    "Wrong 3",
    0,
  ]],
};

export default { render: showStory(STORY) };
