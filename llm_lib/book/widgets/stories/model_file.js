// A model file, byte by byte. The traits are described in model_file.py.

import { roomFrom, scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { choicesOf, factsOf } from "./model_file/facts.js";
import { drawBytes, drawOffsets, drawTable } from "./model_file/bytes.js";
import { drawFloat, drawTurn } from "./model_file/floats.js";
import { drawGrid, drawSlots, drawTranspose } from "./model_file/grids.js";
import { altOf, sayOf } from "./model_file/words.js";

/** @import { Story } from "../moving/types.js" */

const SCENES = scenesOf(sayOf, altOf, [
  ["File", 1, (m, room) => drawBytes(m, room, "")],
  ["Length", 1, (m, room) => drawBytes(m, room, "length")],
  ["Header", 1, (m, room) => drawBytes(m, room, "header")],
  ["Table", 1, drawTable],
  ["Offsets", 2, drawOffsets],
  ["F32", 2, (m, room, k) => drawFloat(m, room, m.float32, k)],
  ["Grid", 2, drawGrid],
  ["F16", 1, (m, room) => drawFloat(m, room, m.float16, 1)],
  ["Transpose", 2, drawTranspose],
  ["Slots", 1, drawSlots],
  ["Your turn", 1, drawTurn],
]);

/** @type {Story} */
const STORY = {
  title: "What is in a model file?",
  tryThis: "Play it, or step with the arrow keys. In the last scene, change a byte or flip a bit.",
  settings: ["hex", "four"],
  compute: factsOf,
  room: roomFrom(760, { stacked: 420, wide: 310 }),
  scenes: SCENES,
  choices: choicesOf,
  results: ({ yours }) => ({ number: yours.written }),
  poster: ["Length", 0],
  print: [["Length", 0], ["Header", 0], ["F32", 1], ["Grid", 1], ["Transpose", 1], ["Slots", 0]],
};

export default { render: showStory(STORY) };
