// Why attention needs positions: two orders of the same words. The traits are described in
// word_order.py.

import { roomFrom } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { choicesOf, factsOf } from "./word_order/facts.js";
import { drawTexts } from "./word_order/pictures.js";
import { altOf, sayOf } from "./word_order/words.js";

/** @import { Story } from "../moving/types.js" */

const SCENES = ["Two texts", "Vectors", "Weights", "Sum", "Positions", "Sum again", "Your turn"];

/** @type {Story} */
const STORY = {
  title: "Who saw whom?",
  settings: ["x", "p", "positions", "order"],
  compute: factsOf,
  room: roomFrom(840, { stacked: 400, wide: 310 }),
  scenes: SCENES.map((name, s) => ({
    name,
    draw: (m, room) => drawTexts(m, room, s),
    say: sayOf[name],
    alt: (m) => altOf(m, s),
    edit: name === "Your turn",
  })),
  choices: choicesOf,
  /** @param {import("./word_order/facts.js").Facts} m */
  results: (m) => ({ outputs: m.yours.map((text) => text.output) }),
  poster: ["Sum", 0],
  print: [["Vectors", 0], ["Sum", 0], ["Positions", 0], ["Sum again", 0]],
};

export default { render: showStory(STORY) };
