// Time to quality as an area: steps times seconds per step. The traits are described in
// training_race.py.

import { scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { choicesOf, factsOf } from "./training_race/facts.js";
import {
  drawArea,
  drawChange,
  drawParts,
  drawPasses,
  drawResult,
  drawTurn,
} from "./training_race/pictures.js";
import { altOf, sayOf } from "./training_race/words.js";

/** @import { Place } from "../shared/types.js" */
/** @import { Story } from "../moving/types.js" */

const SCENES = scenesOf(sayOf, altOf, [
  ["One step", 1, drawPasses],
  ["Parts", 1, drawParts],
  ["Area", 1, drawArea],
  ["Change", 8, drawChange],
  ["Result", 1, drawResult],
  ["Your turn", 1, drawTurn],
]);

/** @type {Story} */
const STORY = {
  title: "Where does a training run's time go?",
  tryThis: "Play it, or step with the arrow keys. In the last scene, switch changes on and off.",
  settings: ["passes", "parts", "changes", "switched"],
  compute: factsOf,
  /** @param {number} width */
  room: (width) => ({
    W: width,
    H: width < 700 ? 400 : width < 850 ? 372 : 330, // menus take two lines in the middle widths
    wide: width >= 700,
  }),
  scenes: SCENES,
  choices: choicesOf,
  results: ({ yours }) => ({ steps: yours.steps, seconds: yours.seconds }),
  poster: ["Change", 2],
  print: [["One step", 0], ["Parts", 0], ["Area", 0], ["Change", 0], ["Change", 2], ["Result", 0]],
};

/** @param {Place} place */
function render(place) {
  return showStory(place, STORY);
}

export default { render };
