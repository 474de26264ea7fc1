// LoRA: a frozen matrix, and a thin detour beside it that learns. The traits are described in
// thin_detour.py.

import { roomFrom, scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { choicesOf, factsOf, RANKS } from "./thin_detour/facts.js";
import { drawDetour, drawMerged, drawToScale, drawTurn } from "./thin_detour/pictures.js";
import { altOf, sayOf } from "./thin_detour/words.js";

/** @import { Story } from "../moving/types.js" */

const SCENES = scenesOf(sayOf, altOf, [
  ["Frozen", 1, (m, room) => drawDetour(m, room, 0)],
  ["Down", 1, (m, room) => drawDetour(m, room, 1)],
  ["Back up", 1, (m, room) => drawDetour(m, room, 2)],
  ["Learned", 1, (m, room) => drawDetour(m, room, 3)],
  ["Scale", 1, (m, room) => drawDetour(m, room, 4)],
  ["Merged", 1, drawMerged],
  ["To scale", RANKS.length, drawToScale],
  ["Your turn", 1, drawTurn],
]);

/** @type {Story} */
const STORY = {
  title: "How does LoRA change a layer?",
  tryThis: "Play it, or step with the arrow keys. In the last scene, change A and B yourself.",
  settings: ["x", "w", "a", "b", "alpha"],
  compute: factsOf,
  room: roomFrom(700, { stacked: 400, wide: 290 }),
  scenes: SCENES,
  choices: choicesOf,
  results: ({ y }) => ({ output: y }),
  poster: ["To scale", 1],
  print: [["Down", 0], ["Scale", 0], ["Merged", 0], ["To scale", 1]],
};

export default { render: showStory(STORY) };
