// Where a trained model looks before it answers. The traits are described in look_back.py.

import { roomFrom } from "../moving/story.js";
import { decimals, percent, quote } from "../shared/words.js";
import { showStory } from "../moving/walkthrough.js";
import { drawLook, drawOutput } from "./relay/pictures.js";
import { choicesOf, factsOf } from "./relay/facts.js";
import { altOf } from "./relay/words.js";

/** @import { Room, Story } from "../moving/types.js" */
/** @import { Facts } from "./relay/facts.js" */

const HOP = 2; // of those that were measured, the one at the last token

/**
 * "0.65 of its weight to “kite”, and 0.16 to “drum”".
 * @param {Facts} m
 */
const weighs = ({ hops: { [HOP]: { weights } }, words, thing, rival }) =>
  `${decimals(weights[thing])} of its weight to ${quote(words[thing])}, and ${
    decimals(weights[rival])
  } to ${quote(words[rival])}`;

/** @param {Facts} m */
const says = ({ likeliest: [{ text, p }] }) => `${quote(text)}, with ${percent(p)}`;

/** @type {Story} */
const STORY = {
  title: "Where does a trained model look?",
  tryThis: "Play it, or step with the arrow keys. In the last scene, ask about the other name.",
  settings: ["n_layer", "questions", "asked", "hop"],
  compute: factsOf,
  room: roomFrom(700, { stacked: 296, wide: 348 }),
  scenes: [
    {
      name: "Text",
      say: (m) =>
        `What follows the last ${quote(m.words[m.last])}? It should be ${m.asked}'s thing. But ` +
        `${quote(m.words[m.pair[0]])} and ${quote(m.words[m.pair[1]])} are both in the text.`,
      alt: altOf.Text,
      draw: (m, room) => drawLook(m, room),
    },
    {
      name: "Look",
      say: (m) =>
        `Before it answers, the last ${quote(m.words[m.last])} looks back. This part of the ` +
        `model gives ${weighs(m)}.`,
      alt: altOf["Hop 3"],
      draw: (m, room) => drawLook(m, room, { weights: m.hops[HOP].weights }),
    },
    {
      name: "Output",
      say: (m) =>
        `And the model says ${says(m)}. Other parts look back, too: whatever this token knows of ` +
        "earlier ones came in this way.",
      alt: altOf.Output,
      draw: drawOutput,
    },
    {
      name: "Your turn",
      say: (m) =>
        "Ask about the other name. The story stays the same, and the weights change sides. Asked " +
        `about ${m.asked}, this part gives ${weighs(m)}; the model says ${says(m)}.`,
      alt: (m) => altOf["Your turn"]({ ...m, hop: HOP }, 0),
      draw: (m, room) =>
        drawLook(m, room, {
          weights: m.hops[HOP].weights,
          answer: m.likeliest[0].text,
          menus: true,
        }),
      edit: true,
    },
  ],
  choices: (m) => choicesOf(m).slice(0, 1),
  poster: ["Look", 0],
  print: [["Text", 0], ["Look", 0]],
};

export default { render: showStory(STORY) };
