// A film before it is begun: a full scene instead of the first, and one large Play where the film
// will speak, since the first sentence would not fit the picture, and a button on it would hide it.

import { lastOf } from "../../engine/present.js";
import { h } from "../shared/dom.js";
import { localize } from "../shared/localize.js";
import { Player } from "../shared/player.js";
import { firstStep } from "./story.js";

/** @import { Stop, Story } from "./types.js" */

const COVERED = "llm-walk-covered";

/** @param {Story} story */
function promise({ scenes }) {
  const n = scenes.length;
  return lastOf(scenes).edit
    ? localize`Play: ${n} scenes, and the last is yours`
    : localize`Play: ${n} scenes`;
}

export class Cover {
  /**
   * @param {Story} story
   * @param {Stop[]} stops
   * @param {object} told
   * @param {() => void} told.onplay when its Play is pressed
   * @param {() => void} told.onlift when it has been taken off
   */
  constructor(story, stops, { onplay, onlift }) {
    const [name, step] = story.poster ?? [story.scenes[0].name, 0];
    this.onlift = onlift;
    this.step = firstStep(stops, name) + step; // the one that is seen
    this.name = name;
    this.number = story.scenes.findIndex((scene) => scene.name === name) + 1;
    this.isOn = false;
    this.root = /** @type {HTMLElement | null} */ (null);
    // The usual Play has the same effect, and is what the keyboard and screen readers come to.
    this.play = h(
      "button",
      { type: "button", class: "llm-walk-poster", tabindex: -1, "aria-hidden": "true" },
      h("span", {}, promise(story)),
    );
    this.play.addEventListener("click", onplay);
  }

  /**
   * Cover a film.
   * @param {HTMLElement} root of the widget
   * @param {HTMLElement} words where it speaks
   */
  lay(root, words) {
    this.root = root;
    this.isOn = true;
    root.classList.add(COVERED);
    words.prepend(this.play);
  }

  /**
   * The step that is seen where the film stands at a step.
   * @param {number} i
   */
  seen(i) {
    return this.isOn && i === 0 ? this.step : i;
  }

  /**
   * What the film says: of a covered one, which scene is seen.
   * @param {string} words of the scene that it stands at
   */
  saying(words) {
    return this.isOn && this.step > 0
      ? localize`Preview: scene ${this.number}, “${this.name}”.`
      : words;
  }

  /** Take it off, and say whether it lay there. */
  lift() {
    if (!this.isOn) return false;
    this.isOn = false;
    this.root?.classList.remove(COVERED);
    this.play.remove();
    this.onlift();
    return true;
  }
}

/** Plays a film: whatever is done first takes the cover off. */
export class FilmPlayer extends Player {
  /**
   * @param {ConstructorParameters<typeof Player>[0]} options
   * @param {Cover} cover
   */
  constructor(options, cover) {
    super(options);
    this.cover = cover;
  }

  /** From the cover to the first scene, and from there to the next steps. */
  next() {
    if (this.cover.lift()) this.stop();
    else this.go(this.step + 1);
  }

  back() {
    this.go(this.step - 1);
  }

  /** @param {number} k */
  go(k) {
    this.cover.lift();
    super.go(k);
  }
}
