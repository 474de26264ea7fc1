// How to read a logarithmic axis: five measured models, and a power law through them. The traits
// are described in log_axes.py.

import { roomFrom, scenesOf } from "../moving/story.js";
import { showStory } from "../moving/walkthrough.js";
import { choicesOf, factsOf } from "./log_axes/facts.js";
import { drawEdit, drawForecast, drawLine, drawLogs, drawPlain } from "./log_axes/pictures.js";
import { altOf, sayOf } from "./log_axes/words.js";

/** @import { Story } from "../moving/types.js" */

const SCENES = scenesOf(sayOf, altOf, [
  ["Plain axes", 1, drawPlain],
  ["Log axes", 2, drawLogs],
  ["Line", 1, drawLine],
  ["Forecast", 2, drawForecast],
  ["Your turn", 1, drawEdit],
]);

/** @type {Story} */
const STORY = {
  title: "Why is a power law a straight line?",
  settings: ["sizes", "losses", "floor"],
  compute: factsOf,
  room: roomFrom(700, { stacked: 430, wide: 352 }),
  scenes: SCENES,
  choices: choicesOf,
  results: ({ yours }) => ({ a: yours.a, alpha: yours.alpha }),
  poster: ["Plain axes", 0],
  print: [["Plain axes", 0], ["Log axes", 1], ["Line", 0], ["Forecast", 1]],
};

export default { render: showStory(STORY) };
