// What LoRA adds to one layer. The traits are described in low_rank.py.

import { scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { choicesOf, factsOf } from "./low_rank/facts.js";
import { drawLayer, drawMerge, drawTurn } from "./low_rank/pictures.js";
import { altOf, sayOf } from "./low_rank/words.js";

/** @import { Place } from "../shared/types.js" */
/** @import { Story } from "../moving/types.js" */

const SCENES = scenesOf(sayOf, altOf, [
  ["Frozen", 1, (m, room) => drawLayer(room, m.trained, "frozen")],
  ["Down", 1, (m, room) => drawLayer(room, m.trained, "down")],
  ["Up", 1, (m, room) => drawLayer(room, m.trained, "up")],
  ["Scale", 1, (m, room) => drawLayer(room, m.trained, "scale")],
  ["Add", 1, (m, room) => drawLayer(room, m.trained, "add")],
  ["At zero", 1, (m, room) => drawLayer(room, m.atZero, "add")],
  ["Merge", 1, drawMerge],
  ["Your turn", 1, drawTurn],
]);

/** @type {Story} */
const STORY = {
  title: "What does LoRA add to a layer?",
  tryThis: "Play it, or step with the arrow keys. In the last scene, change x, A, B or α.",
  settings: ["x", "w", "a", "b", "alpha"],
  compute: factsOf,
  /** @param {number} width */
  room: (width) => ({ W: width, H: 330, wide: width >= 880 }),
  scenes: SCENES,
  choices: choicesOf,
  results: ({ trained }) => ({ y: trained.y }),
  print: [["Frozen", 0], ["Add", 0], ["At zero", 0], ["Merge", 0]],
};

/** @param {Place} place */
function render(place) {
  return showStory(place, STORY);
}

export default { render };
