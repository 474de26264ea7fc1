// Rotary positions: two arrows that turn, and a score that sees their distance alone. The traits
// are described in rotary.py.

import { roomFrom } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { choicesOf, factsOf } from "./rotary/facts.js";
import { drawPose } from "./rotary/pictures.js";
import { altOf, sayOf } from "./rotary/words.js";

/** @import { Story } from "../moving/types.js" */

/** @type {[name: string, steps: number][]} */
const SCENES = [
  ["Arrows", 1],
  ["Turn", 1],
  ["Score", 1],
  ["Move both", 3],
  ["Move one", 2],
  ["Value", 1],
  ["Your turn", 1],
];

/** @type {Story} */
const STORY = {
  title: "How can a score know the distance, but not the places?",
  tryThis: "Play it, or step with the arrow keys. In the last scene, drag an arrow round.",
  settings: ["q", "k", "places", "angle"],
  compute: factsOf,
  room: roomFrom(840, { stacked: 450, wide: 340 }),
  scenes: SCENES.map(([name, steps]) => ({
    name,
    steps,
    draw: (m, room, k) => drawPose(m, room, { ...m.poses[name][k], name }),
    say: sayOf[name],
    alt: (m, k) => altOf(m.poses[name][k], name),
    edit: name === "Your turn",
  })),
  choices: choicesOf,
  results: ({ poses }) => ({ score: poses["Your turn"][0].score }),
  poster: ["Turn", 0],
  print: [["Turn", 0], ["Score", 0], ["Move both", 2], ["Move one", 1]],
};

export default { render: showStory(STORY) };
