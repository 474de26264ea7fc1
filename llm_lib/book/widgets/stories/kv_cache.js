// The key–value cache: old rows are kept, one new row is made a step. The traits are described in
// kv_cache.py.

import { roomFrom, scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { choicesOf, factsOf, WRITTEN } from "./kv_cache/facts.js";
import { drawCount, drawMask, drawPrompt, drawRows, drawTurn } from "./kv_cache/pictures.js";
import { altOf, sayOf } from "./kv_cache/words.js";

/** @import { Story } from "../moving/types.js" */

const SCENES = scenesOf(sayOf, altOf, [
  ["Text", 1, drawPrompt],
  ["Rows", 1, (m, room) => drawRows(m, room, { n: m.n_prompt, made: 0 })],
  ["Again", WRITTEN, (m, room, k) => drawRows(m, room, { n: m.n_prompt + k + 1, made: 0 })],
  ["Same", 1, (m, room) => drawRows(m, room, { n: m.n, made: m.n, same: m.n_prompt })],
  ["Why?", 2, (m, room, k) => drawMask(m, room, m.n_prompt + k)],
  [
    "Cache",
    WRITTEN,
    (m, room, k) => drawRows(m, room, { n: m.n_prompt + k + 1, made: m.n_prompt + k, kept: true }),
  ],
  ["Count", 1, drawCount],
  ["Your turn", 1, drawTurn],
]);

/** @type {Story} */
const STORY = {
  title: "What does one more token cost?",
  tryThis: "Play it, or step with the arrow keys. In the last scene, replace a token.",
  settings: ["tokens", "swaps", "n_prompt", "rows", "weights", "swapped", "place"],
  compute: factsOf,
  room: roomFrom(700, { stacked: 350, wide: 372 }),
  scenes: SCENES,
  choices: choicesOf,
  poster: ["Again", 2],
  print: [["Rows", 0], ["Again", 2], ["Why?", 1], ["Cache", 2], ["Count", 0]],
};

export default { render: showStory(STORY) };
