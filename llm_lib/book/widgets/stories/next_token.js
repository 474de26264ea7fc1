// How a language model writes, token by token. The traits are described in next_token.py.

import { roomFrom, scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { choicesOf, factsOf } from "./next_token/facts.js";
import { drawModel, drawText, drawTokens } from "./next_token/pictures.js";
import { drawTurn, drawYours } from "./next_token/turn.js";
import { altOf, sayOf } from "./next_token/words.js";

/** @import { Story } from "../moving/types.js" */

const SCENES = scenesOf(sayOf, altOf, [
  ["Text", 1, drawText],
  ["Tokens", 1, drawTokens],
  ["Model", 1, drawModel, { asIs: true }],
  ["Probabilities", 1, (m, room) => drawTurn(m, room, 0)],
  ["Draw", 1, (m, room) => drawTurn(m, room, 0, { drawn: true })],
  ["Append", 1, (m, room) => drawTurn(m, room, 0, { drawn: true, put: true })],
  ["Again", 3, (m, room, k) => drawTurn(m, room, k + 1, { drawn: true, put: true }), {}],
  ["Your turn", 1, drawYours],
]);

/** @type {Story} */
const STORY = {
  title: "How does a language model write?",
  tryThis: "Play it, or step with the arrow keys. In the last scene, the draw is yours.",
  settings: ["model_name", "parameters", "vocab_size", "tokens", "turns", "draw", "choose"],
  compute: factsOf,
  room: roomFrom(840, { stacked: 516, wide: 416 }),
  scenes: SCENES,
  choices: choicesOf,
  results: ({ yours }) => ({ picked: yours.picked }),
  poster: ["Probabilities", 0],
  print: [["Tokens", 0], ["Probabilities", 0], ["Draw", 0], ["Append", 0]],
};

export default { render: showStory(STORY) };
