// Why writing helps: one pass, or one for each character. The traits are described in
// think_aloud.py.

import { scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { choicesOf, factsOf } from "./think_aloud/facts.js";
import {
  drawAnswer,
  drawAtOnce,
  drawProblem6,
  drawReadBack,
  drawSteps,
  drawTurn,
  drawWrite,
} from "./think_aloud/pictures.js";
import { altOf, sayOf } from "./think_aloud/words.js";

/** @import { Place } from "../shared/types.js" */
/** @import { Story } from "../moving/types.js" */

const SCENES = scenesOf(sayOf, altOf, [
  ["Problem", 1, drawProblem6],
  ["One pass", 2, drawAtOnce],
  ["Write", 1, drawWrite],
  ["Read it back", 1, drawReadBack],
  ["Step by step", 5, drawSteps],
  ["Answer", 1, drawAnswer],
  ["Your turn", 1, drawTurn],
]);

/** @type {Story} */
const STORY = {
  title: "Why does writing the steps down help?",
  tryThis: "Play it, or step with the arrow keys. In the last scene, choose the number of swaps.",
  settings: ["problem", "shares", "seeds", "swaps"],
  compute: factsOf,
  /** @param {number} width */
  room: (width) => ({ W: width, H: width < 700 ? 360 : 330, wide: width >= 700 }),
  scenes: SCENES,
  choices: choicesOf,
  results: ({ yours }) => ({ passes: yours.passes }),
  poster: ["Step by step", 1],
  print: [["Problem", 0], ["One pass", 1], ["Step by step", 2], ["Answer", 0]],
};

/** @param {Place} place */
function render(place) {
  return showStory(place, STORY);
}

export default { render };
