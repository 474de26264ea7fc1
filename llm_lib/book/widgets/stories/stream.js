// One token's way through a GPT, along the residual stream. The traits are described in stream.py.

import { roomFrom, scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { choicesOf, factsOf } from "./stream/facts.js";
import {
  drawEmbed,
  drawLogits,
  drawNorm,
  drawPart,
  drawText,
  drawTurn,
} from "./stream/pictures.js";
import { altOf, sayOf } from "./stream/words.js";

/** @import { Scene, Story } from "../moving/types.js" */

/** @type {(block: number) => [name: string, steps: number, draw: Scene["draw"]]} */
const blockScene = (i) => [`Block ${i}`, 2, (m, room, k) => drawPart(m, room, 2 * i + k + 1)];

const SCENES = scenesOf(sayOf, altOf, [
  ["Text", 1, drawText],
  ["Embed", 1, drawEmbed],
  ...[0, 1, 2, 3].map(blockScene),
  ["Norm", 1, drawNorm],
  ["Logits", 2, drawLogits],
  ["Your turn", 1, drawTurn],
]);

/** @type {Story} */
const STORY = {
  title: "How does a GPT get from a token to the next one?",
  tryThis: "Play it, or step with the arrow keys. In the last scene, switch an attention off.",
  settings: [
    "tokens",
    "n_embd",
    "vocab_size",
    "answer",
    "parts",
    "normed",
    "logits",
    "looks",
    "without",
    "off",
  ],
  compute: factsOf,
  room: roomFrom(820, { stacked: 400, wide: 300 }),
  scenes: SCENES,
  choices: choicesOf,
  poster: ["Block 1", 1],
  print: [["Embed", 0], ["Block 0", 0], ["Block 3", 0], ["Logits", 1]],
};

export default { render: showStory(STORY) };
