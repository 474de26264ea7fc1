// One vector in three roles fails; three matrices split it. The traits are described in
// three_roles.py.

import { roomFrom, scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { choicesOf, rolesOf } from "./three_roles/facts.js";
import { drawLook } from "./three_roles/look.js";
import { drawMutual, drawRoles, drawVectors } from "./three_roles/pictures.js";
import { altOf, sayOf } from "./three_roles/words.js";

/** @import { Story } from "../moving/types.js" */

const SCENES = scenesOf(sayOf, altOf, [
  ["Vectors", 1, drawVectors],
  [
    "Scores",
    2,
    (m, room, k) => drawLook(room, m.before, { upTo: k ? "weights" : "scores" }),
    { asIs: true },
  ],
  ["Output", 1, (m, room) => drawLook(room, m.before, { upTo: "output" })],
  ["Fault 1", 1, (m, room) => drawLook(room, m.before, { upTo: "output", faults: 1, framed: 1 })],
  ["Fault 2", 1, drawMutual],
  ["Fault 3", 1, (m, room) => drawLook(room, m.before, { upTo: "output", faults: 3, framed: 3 })],
  ["q, k, v", 3, drawRoles],
  ["Again", 2, (m, room, k) => drawLook(room, m.after, { upTo: k ? "weights" : "scores" })],
  [
    "Result",
    1,
    (m, room) => drawLook(room, m.after, { upTo: "output", faults: 3, before: m.before }),
  ],
  ["Your turn", 1, (m, room) => drawLook(room, m.yours, { upTo: "output", faults: 3, edit: true })],
]);

/** @type {Story} */
const STORY = {
  title: "Why query, key and value, and not one vector?",
  tryThis: "Play it, or step with the arrow keys. In the last scene, choose for each role.",
  settings: ["query", "key", "value"],
  compute: rolesOf,
  room: roomFrom(700, { stacked: 520, wide: 400 }),
  scenes: SCENES,
  choices: choicesOf,
  results: ({ yours }) => ({ weights: yours.w, output: yours.output }),
  poster: ["Scores", 1],
  print: [["Scores", 1], ["Fault 3", 0], ["q, k, v", 2], ["Result", 0]],
};

export default { render: showStory(STORY) };
