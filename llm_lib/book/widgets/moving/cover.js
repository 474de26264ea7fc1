// A film before it is begun: a full scene instead of the first, as near as there is room. What
// stands beside it is that scene's, too: its sentence, and its place on the time line. Play says
// that it begins at the beginning.

import { Player } from "../shared/player.js";
import { boundsOfAll } from "./camera.js";
import { firstStep } from "./story.js";

/** @import { Drawings } from "./drawings.js" */
/** @import { Film } from "./film.js" */
/** @import { FullScreen } from "./full_screen.js" */
/** @import { PictureBox } from "./picture_box.js" */
/** @import { Room, State, Stop, Story } from "./types.js" */

const COVERED = "llm-walk-covered";
const POSTER_AIR = 24; // pixels above and below
const POSTER_ASIDE = 0.03; // of the room, on each side
const POSTER_NEAREST = 1.3; // times as large as in its scene

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
   * Show the whole room or, while it lies there, what its scene takes of it.
   * @param {{ box: PictureBox, drawings: Drawings, film: Film, full: FullScreen }} shown
   */
  frame({ box, drawings, film: { stage }, full }) {
    if (full.isOn || !this.isOn) {
      if (!full.isOn) box.tall(box.room.H);
      return stage.size(box.room);
    }
    const part = this.part(drawings.state(this.step), box.room);
    box.tall(part.H * part.scale);
    stage.size(part);
  }

  /**
   * The part of a room that its scene takes.
   * @param {State} state
   * @param {Room} room
   */
  part(state, { W, H }) {
    const { left, top, right, bottom } = boundsOfAll([...state.values()]);
    const [w, h] = [(right - left) / (1 - 2 * POSTER_ASIDE), bottom - top];
    const scale = Math.max(1, Math.min(POSTER_NEAREST, W / w, (H - 2 * POSTER_AIR) / h));
    const [wide, high] = [W / scale, Math.min(H, h * scale + 2 * POSTER_AIR) / scale];
    const x = scale > 1 ? (left + right - wide) / 2 : 0;
    return { x, y: (top + bottom - high) / 2, W: wide, H: high, scale };
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
