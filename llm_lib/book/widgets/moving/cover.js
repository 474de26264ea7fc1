// A film before it is begun: a full scene instead of the first, at its place and in its size, so
// that nothing but the picture changes when it is played. What stands beside it is that scene's,
// too: its sentence, and its place on the time line. Play says that it begins at the beginning.

import { Player } from "../shared/player.js";
import { firstStep } from "./story.js";

/** @import { Stop, Story } from "./types.js" */

const COVERED = "llm-walk-covered";

export class Cover {
  /**
   * @param {Story} story
   * @param {Stop[]} stops
   * @param {() => void} onlift told when it has been taken off
   */
  constructor(story, stops, onlift) {
    const [name, step] = story.poster ?? [story.scenes[0].name, 0];
    this.onlift = onlift;
    this.step = firstStep(stops, name) + step; // the one that is seen
    this.isOn = false;
    this.root = /** @type {HTMLElement | null} */ (null);
  }

  /**
   * Cover a film.
   * @param {HTMLElement} root of the widget
   */
  lay(root) {
    this.root = root;
    this.isOn = true;
    root.classList.add(COVERED);
  }

  /**
   * The step that is seen where the film stands at a step, or between two.
   * @param {number} i
   */
  seen(i) {
    return this.isOn && i === 0 ? this.step : i;
  }

  /** Take it off, and say whether it lay there. */
  lift() {
    if (!this.isOn) return false;
    this.isOn = false;
    this.root?.classList.remove(COVERED);
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
