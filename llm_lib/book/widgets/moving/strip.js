// On paper, a walkthrough is a strip of its key scenes.

import { h } from "../shared/dom.js";
import { stateOf } from "./motion.js";
import { withSubscripts } from "./sentence.js";
import { Stage } from "./stage.js";
import { firstStep } from "./story.js";

/** @import { Stop, Story } from "./types.js" */

const WIDTH = 330; // of one picture, in pixels

/**
 * Keep a strip ready for when the page is printed, with the pictures as they are then.
 * @param {Story} story
 * @param {Stop[]} stops
 * @param {() => any} facts what the scenes show
 * @param {AbortSignal} signal
 */
export function printedStrip(story, stops, facts, signal) {
  const strip = h("div", { class: "llm-walk-strip", "aria-hidden": "true" });
  const fill = () => strip.replaceChildren(...story.print.map(figure));
  const figure = (/** @type {[name: string, step: number]} */ [name, step]) => {
    const { scene, s, k } = stops[firstStep(stops, name) + step];
    const room = story.room(WIDTH);
    const stage = new Stage();
    stage.size(room);
    stage.paint(stateOf(scene.draw(facts(), room, k)));
    const words = `${s + 1}. ${scene.say(facts(), k)}`;
    return h("figure", {}, h("figcaption", {}, ...withSubscripts(words)), stage.svg);
  };
  const paper = matchMedia("print");
  paper.addEventListener("change", () => paper.matches && fill(), { signal });
  addEventListener("beforeprint", fill, { signal });
  return strip;
}
