// What a model learns of a question with its answer: which targets count. The traits are described
// in answer_mask.py.

import { roomFrom, scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { choicesOf, factsOf, STOPS } from "./answer_mask/facts.js";
import { drawBase, drawLosses, drawTargets, drawText, drawTurn } from "./answer_mask/pictures.js";
import { altOf, sayOf } from "./answer_mask/words.js";

/** @import { Story } from "../moving/types.js" */

const SCENES = scenesOf(sayOf, altOf, [
  ["Text", 1, drawText],
  ["Base", 1, drawBase],
  ["Targets", 1, (m, room) => drawTargets(m, room, false)],
  ["Mask", 1, (m, room) => drawTargets(m, room, true)],
  ["Losses", 1, (m, room) => drawLosses(m, room, m.of(true, true, 0))],
  ["Steps", 3, (m, room, k) => drawLosses(m, room, m.of(true, true, STOPS[k + 1]))],
  ["No end", 1, (m, room) => drawLosses(m, room, m.of(true, false, STOPS[3]))],
  ["Your turn", 1, drawTurn],
]);

/** @type {Story} */
const STORY = {
  title: "Which tokens teach a model to answer?",
  tryThis: "Play it, or step with the arrow keys. In the last scene, say what counts.",
  settings: ["tokens", "first", "runs", "mask", "stop", "steps"],
  compute: factsOf,
  room: roomFrom(700, { stacked: 452, wide: 344 }),
  scenes: SCENES,
  choices: choicesOf,
  results: ({ yours }) => ({ loss: yours.mean, says: yours.says }),
  poster: ["Base", 0],
  print: [["Base", 0], ["Mask", 0], ["Losses", 0], ["Steps", 2]],
};

export default { render: showStory(STORY) };
