// A trained translator at work, inside the drawing of its architecture. The traits are described in
// translate.py.

import { roomFrom, scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { choicesOf, factsOf, LONGEST } from "./translate/facts.js";
import { drawMap, drawTurn } from "./translate/map.js";
import { drawMachine } from "./translate/machine.js";
import { drawPuzzle } from "./translate/puzzle.js";
import { altOf, sayOf } from "./translate/words.js";

/** @import { Story } from "../moving/types.js" */

const SCENES = scenesOf(sayOf, altOf, [
  ["Text", 1, drawPuzzle],
  ["Encode", 3, (m, room, k) => drawMachine(m, room, { read: k, rows: 0 })],
  ["Start", 1, (m, room) => drawMachine(m, room, { read: 2, rows: 1 })],
  ["Look", 1, (m, room) => drawMachine(m, room, { read: 2, rows: 1, looks: true })],
  ["Choose", 1, (m, room) => drawMachine(m, room, { read: 2, rows: 1, looks: true, says: true })],
  ["Feed back", 1, (m, room) => drawMachine(m, room, { read: 2, rows: 2 })],
  [
    "Go on",
    LONGEST - 2,
    (m, room, k) =>
      drawMachine(m, room, { read: 2, rows: Math.min(k + 2, m.n), looks: true, says: true }),
  ],
  ["Map", 1, drawMap],
  ["Your turn", 1, drawTurn],
]);

/** @type {Story} */
const STORY = {
  title: "How does it write what it has read?",
  tryThis:
    "Play it, or step with the arrow keys. In the last scene, choose a sentence, or a token.",
  settings: ["texts", "gloss", "n_layer", "n_embd", "vocab_size", "text", "pin"],
  compute: factsOf,
  room: roomFrom(700, { stacked: 522, wide: 426 }),
  scenes: SCENES,
  choices: choicesOf,
  results: ({ words }) => ({ written: words }),
  poster: ["Look", 0],
  print: [["Encode", 2], ["Look", 0], ["Choose", 0], ["Go on", 2], ["Map", 0]],
};

export default { render: showStory(STORY) };
