// All steps of a story as they are drawn, as far as they have been asked for.

import { drawNear } from "./camera.js";
import { stateOf } from "./motion.js";
import { firstStep } from "./story.js";

/** @import { Room, State, Stop, Story } from "./types.js" */

export class Drawings {
  /** @type {any} */ facts;

  /**
   * @param {Story} story
   * @param {Stop[]} stops
   * @param {{ room: Room }} box in which they stand
   */
  constructor(story, stops, box) {
    this.story = story;
    this.stops = stops;
    this.box = box;
    /** @type {State[]} as far as they have been drawn */
    this.states = [];
  }

  /**
   * Compute all that the scenes show.
   * @param {Record<string, unknown>} settings
   */
  compute(settings) {
    this.facts = this.story.compute(settings);
    this.forget();
  }

  /** Draw all anew, as when words have other lengths. */
  forget() {
    this.states = [];
  }

  /**
   * @param {number} i the number of a step
   * @returns {State}
   */
  state(i) {
    if (!this.states[i]) this.drawScene(this.stops[i]);
    return this.states[i];
  }

  /**
   * Draw all steps of a scene; what a reader changes stays where the menus leave room for it, and
   * what would cross on its way stays as it is.
   * @param {Stop} stop one of them
   */
  drawScene({ scene, s }) {
    const { facts, box: { room } } = this;
    const first = firstStep(this.stops, s);
    const n = scene.steps ?? 1;
    const steps = scene.edit || scene.asIs
      ? Array.from({ length: n }, (_, k) => scene.draw(facts, room, k))
      : drawNear((at, k) => scene.draw(facts, at, k), room, n);
    steps.forEach((sketches, k) => this.states[first + k] = stateOf(sketches));
  }

  /**
   * The sentence of a step.
   * @param {number} i
   * @returns {string}
   */
  say(i) {
    const { scene, k } = this.stops[i];
    return scene.say(this.facts, k);
  }

  /**
   * The picture of a step in words.
   * @param {number} i
   */
  alt(i) {
    const { scene, k } = this.stops[i];
    return scene.alt(this.facts, k);
  }

  /** The sentences of all steps. */
  get sentences() {
    return this.stops.map((_, i) => this.say(i));
  }
}
