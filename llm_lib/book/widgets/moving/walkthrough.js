// A picture in scenes: plays, steps, is dragged along its time line, and can be changed at its end.

import { entryOf, present } from "../../engine/present.js";
import { h, onResize } from "../shared/dom.js";
import { showWidget } from "../shared/frame.js";
import { localize } from "../shared/localize.js";
import { View } from "../shared/view.js";
import { Choices } from "./choices.js";
import { Cover, FilmPlayer } from "./cover.js";
import { Drawings } from "./drawings.js";
import { Film } from "./film.js";
import { FullScreen } from "./full_screen.js";
import { hatchFor } from "./hatch.js";
import { Hint } from "./hint.js";
import { actionOf } from "./keys.js";
import { Pace } from "./pace.js";
import { PictureBox } from "./picture_box.js";
import { forgetWidths } from "./ruler.js";
import { Settings } from "./settings.js";
import { Speech } from "./speech.js";
import { firstStep, stopsOf } from "./story.js";
import { printedStrip } from "./strip.js";
import { TimeLine } from "./time_line.js";
import { keepFocus, keepTabStop, touchable } from "./touch.js";

/** @import { Place, ViewParts } from "../shared/types.js" */
/** @import { Story } from "./types.js" */

/**
 * @typedef {object} Traits
 * @property {number} step
 * @property {string} scene
 * @property {boolean} playing
 * @property {string} finding
 * @property {Record<string, unknown>} initial
 */

/** @extends {View<Traits>} */
class WalkthroughView extends View {
  /** @type {string} */ toldScene;
  /** @type {Drawings} */ drawings;

  /** @param {ViewParts & { story: Story }} parts */
  constructor({ story, ...parts }) {
    super(parts);
    this.story = story;
    this.stops = stopsOf(story);
    this.last = this.stops.length - 1;
    this.settings = new Settings(this.model, story.settings);
    this.dragging = false; // along the time line
    this.touched = false; // a number, just now
    this.pace = new Pace();
    this.speech = new Speech();
    this.cover = new Cover(story, this.stops, () => this.uncover());
    this.player = this.makePlayer();
    this.line = new TimeLine(this.stops, this.player, {
      ondrag: (t) => this.drag(t),
      ondrop: () => this.drop(),
    });
    this.film = this.makeFilm();
    this.choices = new Choices((settings) => this.setAll(settings));
    this.full = new FullScreen(this.root, this.signal, () => this.measure());
    this.line.next.after(this.full.button);
    this.box = new PictureBox(story.room, this.film.stage.svg, this.speech.sentence);
    this.stand = h("div", { class: "llm-walk-all" }, this.box.element, this.choices.element);
    this.hint = new Hint(story);
    this.drawings = new Drawings(story, this.stops, this.box);
    this.drawings.compute(this.settings.values);
    this.build();
    this.film.t = this.player.step;
    this.measure();
    this.listen();
    this.begin();
  }

  makePlayer() {
    return new FilmPlayer({
      model: this.model,
      signal: this.signal,
      trait: "step",
      last: () => this.last,
      paint: () => this.tell(),
      pace: () => this.stay(),
    }, this.cover);
  }

  /**
   * How long playing stays at the step where it is.
   * @returns {number}
   */
  stay() {
    const { player: { step }, drawings, film } = this;
    const state = () => film.calm.matches ? null : drawings.state(this.cover.seen(step));
    return this.pace.at(step, (i) => drawings.say(i), state);
  }

  makeFilm() {
    return new Film({
      state: (i) => this.drawings.state(this.cover.seen(i)),
      last: () => this.last,
      onmove: (t) => this.line.place(t),
      onrest: () => this.rest(),
    }, this.signal);
  }

  build() {
    this.root.tabIndex = -1;
    this.body.append(
      this.line.element,
      this.speech.element,
      this.stand,
      this.hint.element,
      printedStrip(this.story, this.stops, () => this.drawings.facts, this.signal),
      hatchFor(this.root),
    );
    if (this.story.settings.length) this.offerReset();
    touchable(this.film.stage.svg, this.box.element, {
      find: (key) => this.numberAt(key),
      set: (key, value) => this.change(key, value),
      hold: (on) => this.speech.hush(on),
    });
  }

  listen() {
    const { signal } = this;
    onResize([this.box.element, this.stand], signal, () => this.measure());
    document.fonts.addEventListener("loadingdone", () => this.redraw(), { signal });
    this.root.addEventListener("keydown", (event) => this.onkey(event), { signal });
    const names = /** @type {any[]} */ (this.story.settings);
    if (names.length) this.follow(names, () => this.refresh());
    this.follow(["step"], () => this.goTo(this.player.step));
    this.follow(["scene"], () => this.followScene());
  }

  /** Play at once, as Python asked, but not for readers who want less motion; else be covered. */
  begin() {
    if (this.player.playing && this.film.calm.matches) this.player.stop();
    if (this.player.playing) this.player.follow();
    else if (this.last > 0 && this.player.step === 0) {
      this.cover.lay(this.root);
      this.drawAgain();
      this.tell();
    }
  }

  /** What lay over the film is gone: on to the first scene. */
  uncover() {
    if (this.film.calm.matches) this.film.cut(0);
    else this.film.morph(0);
    this.tell();
  }

  /** Take the room there is, and draw anew where it is another than before. */
  measure() {
    const { box, box: { room: before }, full, root } = this;
    if (full.isOn) box.largest(root, this.stand, this.drawings.sentences);
    else box.usual(this.drawings.sentences);
    this.film.stage.size(box.room);
    const { room } = box;
    if (before.W === room.W && before.wide === room.wide) return;
    root.classList.toggle("llm-walk-wide", room.wide);
    this.drawings.compute(this.settings.values);
    this.drawAgain();
    this.tell();
  }

  /** Draw anew with the lengths that words have in a font which has just come. */
  redraw() {
    forgetWidths();
    this.drawings.forget();
    this.drawAgain();
  }

  /** Draw the moment that is seen anew; a move that was under way goes on. */
  drawAgain() {
    this.film.cut(this.film.t);
    if (!this.dragging && this.film.t !== this.player.step) this.film.goTo(this.player.step);
  }

  /** Follow the settings: at once where a number is touched, otherwise by gliding. */
  refresh() {
    this.drawings.compute(this.settings.values);
    const { t, calm } = this.film;
    if (this.touched || calm.matches || !Number.isInteger(t)) this.drawAgain();
    else this.film.morph(t, 0);
    this.touched = false;
    this.tell();
  }

  /** Go back to the numbers that the story began with, in the scene that is shown. */
  reset() {
    this.choices.clear();
    this.setAll(this.settings.initial);
  }

  /**
   * The number of an element that can be changed, or null.
   * @param {string} key
   */
  numberAt(key) {
    const spin = this.film.now.get(key)?.spin;
    return spin ? { spin, value: this.settings.numberAt(spin) } : null;
  }

  /**
   * Set a number that the reader touches.
   * @param {string} key
   * @param {number} value
   */
  change(key, value) {
    const { spin } = entryOf(this.film.now, key);
    this.touched = true;
    this.setAll(this.settings.withNumber(present(spin, "what a number sets"), value));
  }

  /** All stands. */
  rest() {
    this.root.classList.remove("llm-walk-moving");
    keepTabStop(this.film.stage.svg);
    keepFocus(this.film.stage.svg, this.root);
  }

  /** Say, and write beside the picture, what stands there. */
  tell() {
    if (this.player.playing) this.cover.lift();
    const { cover, player: { step }, drawings, drawings: { facts } } = this;
    const { scene } = this.stops[step];
    const seen = cover.seen(step);
    if (!this.player.playing) this.pace.end();
    const all = this.story.scenes.length;
    this.speech.show(drawings.say(seen), this.stops[seen].s + 1, all, cover.isOn);
    const drawing = this.film.stage.svg;
    drawing.setAttribute("aria-label", drawings.alt(seen));
    drawing.setAttribute("role", scene.edit ? "group" : "img");
    this.hint.show(drawings.state(seen));
    this.choices.element.hidden = !scene.edit;
    if (scene.edit && this.story.choices) this.choices.show(this.story.choices(facts));
    this.line.show();
    this.toldScene = scene.name;
    const finding = drawings.say(step); // of where it stands
    this.publishNews({ finding, scene: scene.name, ...this.story.results?.(facts) });
  }

  /** @param {number} step */
  goTo(step) {
    this.cover.lift();
    this.tell();
    if (this.dragging) return;
    this.root.classList.add("llm-walk-moving");
    this.film.goTo(step);
  }

  /** @param {number} t */
  drag(t) {
    this.cover.lift();
    this.player.stop();
    this.film.halt();
    this.dragging = true;
    this.film.show(t);
    this.publish("step", Math.round(this.film.t));
  }

  /** The reader lets go of the time line: on to the nearest step. */
  drop() {
    this.dragging = false;
    this.goTo(Math.round(this.film.t));
  }

  /** Python may set the scene by its name. */
  followScene() {
    const name = this.get("scene");
    if (name === this.toldScene) return; // it was set here, and the reader may be on already
    const step = firstStep(this.stops, name);
    if (this.stops[this.player.step].scene.name !== name && step >= 0) this.player.go(step);
  }

  /** @param {KeyboardEvent} event */
  onkey(event) {
    const act = actionOf(event, this.player, this.full.isOn);
    if (!act) return;
    event.preventDefault();
    act();
  }
}

/**
 * What shows a story as a widget: the `render` that a film's file exports.
 * @param {Story} story
 * @returns {(place: Place) => ReturnType<typeof showWidget>}
 */
export const showStory = (story) => (place) =>
  showWidget({
    ...place,
    name: "llm-walk",
    title: localize(story.title),
    tryThis: "", // said below the picture: Play speaks for itself
    build: (parts) => new WalkthroughView({ ...parts, story }),
    failed: localize`This walkthrough can't be shown.`,
  });
