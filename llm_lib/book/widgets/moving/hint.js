// What to try with a film, and how its picture is read.

import { h } from "../shared/dom.js";
import { isForFingers } from "../shared/finger.js";
import { localize } from "../shared/localize.js";
import { textOf } from "./ruler.js";

/** @import { State, Story } from "./types.js" */

const TRY = "Play it, or step with the arrow keys. In the last scene, drag any number up or down.";

/**
 * Without the keys where there are none: the first sentence speaks of them.
 * @param {Story} story
 */
function hintOf({ tryThis = TRY }) {
  const words = localize(tryThis);
  return isForFingers() ? words.replace(/^.*?[.!?]\s+/u, "") : words;
}

export class Hint {
  signs = h(
    "span",
    { class: "llm-walk-signs", hidden: true },
    localize`A dashed cell: below zero.`,
  );

  /** @param {Story} story */
  constructor(story) {
    this.element = h("p", { class: "llm-try llm-walk-try" }, hintOf(story), " ", this.signs);
  }

  /**
   * Say how a number below zero looks, where one stands in the picture without its digits. Once it
   * was said, its room stays: nothing below moves from scene to scene.
   * @param {State} state
   */
  show(state) {
    const cells = [...state.values()].filter(({ opacity }) => opacity > 0);
    const isNeeded = cells.some((cell) =>
      cell.kind === "cell" && cell.look?.includes("minus") && !textOf(cell)
    );
    if (isNeeded) this.signs.hidden = false;
    this.signs.style.visibility = isNeeded ? "" : "hidden";
  }
}
