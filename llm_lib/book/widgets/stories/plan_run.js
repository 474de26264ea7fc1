// What a budget of operations buys: a size, a number of tokens, a loss. The traits are described in
// plan_run.py.

import { roomFrom, scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import {
  drawBest,
  drawCurve,
  drawLarge,
  drawMore,
  drawPlan,
  drawRatio,
  drawSmall,
} from "./plan_run/pictures.js";
import { choicesOf, factsOf } from "./plan_run/facts.js";
import { altOf, sayOf } from "./plan_run/words.js";

/** @import { Story } from "../moving/types.js" */

const SCENES = scenesOf(sayOf, altOf, [
  ["Too large", 1, drawLarge],
  ["Too small", 1, drawSmall],
  ["All sizes", 1, drawCurve],
  ["Best", 1, drawBest],
  ["Other budgets", 2, drawMore],
  ["Ratio", 1, drawRatio],
  ["Your turn", 1, drawPlan],
]);

/** @type {Story} */
const STORY = {
  title: "How large a model, how many tokens?",
  tryThis: "Play it, or step with the arrow keys. In the last scene, plan a run of your own.",
  settings: ["budget", "law", "size", "gpus", "served"],
  compute: factsOf,
  room: roomFrom(700, { stacked: 400, wide: 372 }),
  scenes: SCENES,
  choices: choicesOf,
  results: ({ yours, days, cost, total, cheapest, least }) => ({
    parameters: yours.N,
    tokens: yours.D,
    loss: yours.loss,
    days,
    cost,
    total,
    cheapest_parameters: cheapest.N,
    cheapest_tokens: cheapest.D,
    cheapest_total: least,
  }),
  poster: ["All sizes", 0],
  print: [["Too large", 0], ["Too small", 0], ["Best", 0], ["Ratio", 0]],
};

export default { render: showStory(STORY) };
