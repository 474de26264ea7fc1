// A text on its way to a model's numbers, and back. The traits are described in round_trip.py.

import { roomFrom } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { choicesOf, factsOf } from "./round_trip/facts.js";
import { drawTrip } from "./round_trip/pictures.js";
import { altOf, sayOf } from "./round_trip/words.js";

/** @import { Story } from "../moving/types.js" */

/** @type {[name: string, steps: number][]} */
const SCENES = [
  ["Text", 1],
  ["Letters", 1],
  ["Unicode", 1],
  ["Bytes", 1],
  ["Tokens", 1],
  ["Token ids", 1],
  ["Back", 1],
  ["Cut short", 2],
  ["Your turn", 1],
];

/** @type {Story} */
const STORY = {
  title: "How does text become numbers, and text again?",
  tryThis:
    "Play it, or step with the arrow keys. In the last scene, take another text, or fewer ids.",
  settings: ["cuts", "text", "keep"],
  compute: factsOf,
  room: roomFrom(800, { stacked: 250, wide: 262 }),
  scenes: SCENES.map(([name, steps]) => ({
    name,
    steps,
    draw: (m, room, k) => drawTrip(m, room, name, k),
    say: sayOf[name],
    alt: (m, k) => altOf(m, name, k),
    edit: name === "Your turn",
  })),
  choices: choicesOf,
  /** @param {import("./round_trip/facts.js").Facts} m */
  results: (m) => ({
    token_ids: m.tokens.map(({ id }) => id),
    decoded: m.decoded(m.kept).map(({ text }) => text).join(""),
  }),
  poster: ["Letters", 0],
  print: [["Letters", 0], ["Bytes", 0], ["Token ids", 0], ["Cut short", 0]],
};

export default { render: showStory(STORY) };
