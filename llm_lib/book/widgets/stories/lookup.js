// From an id to a place: one-hot times table is a row. The traits are described in lookup.py.

import { roomFrom } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { choicesOf, factsOf } from "./lookup/facts.js";
import { drawLookup } from "./lookup/pictures.js";
import { altOf, sayOf } from "./lookup/words.js";

/** @import { Story } from "../moving/types.js" */

const SCENES = [
  "Token id",
  "One-hot",
  "Product",
  "Sum",
  "Lookup",
  "Place",
  "Neighbours",
  "Your turn",
];

/** @type {Story} */
const STORY = {
  title: "How does an id become a vector?",
  settings: ["word", "table"],
  compute: factsOf,
  room: roomFrom(840, { stacked: 480, wide: 320 }),
  scenes: SCENES.map((name, s) => ({
    name,
    draw: (m, room) => drawLookup(m, room, s),
    say: sayOf[name],
    alt: (m) => altOf(m, s),
    edit: name === "Your turn",
    asIs: name === "Product" || name === "Sum",
  })),
  choices: choicesOf,
  results: ({ nearest, words }) => ({ nearest: [words[nearest.other], nearest.cosine] }),
  poster: ["Neighbours", 0],
  print: [["One-hot", 0], ["Product", 0], ["Sum", 0], ["Neighbours", 0]],
};

export default { render: showStory(STORY) };
