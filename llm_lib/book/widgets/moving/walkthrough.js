// A picture in scenes: plays, steps, is dragged along its time line, and can be changed at its end.

import { entryOf, present } from "../../engine/present.js";
import { h, onResize } from "../shared/dom.js";
import { isForFingers } from "../shared/finger.js";
import { showWidget } from "../shared/frame.js";
import { localize } from "../shared/localize.js";
import { View } from "../shared/view.js";
import { drawNear } from "./camera.js";
import { Choices } from "./choices.js";
import { Cover, FilmPlayer } from "./cover.js";
import { Film } from "./film.js";
import { fitted } from "./fit.js";
import { FullScreen } from "./full_screen.js";
import { hatch } from "./hatch.js";
import { actionOf } from "./keys.js";
import { stateOf } from "./motion.js";
import { RESUMED, timeFor } from "./pace.js";
import { forgetWidths } from "./ruler.js";
import { heightOfLongest, withSubscripts } from "./sentence.js";
import { firstStep, stopsOf } from "./story.js";
import { printedStrip } from "./strip.js";
import { TimeLine } from "./time_line.js";
import { keepTabStop, touchable } from "./touch.js";

/** @import { Place, ViewParts } from "../shared/types.js" */
/** @import { Room, State, Stop, Story } from "./types.js" */

const TRY = "Play it, or step with the arrow keys. In the last scene, drag any number up or down.";
const UNSEEN = 912; // the width that is taken while the widget is not on show

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
  /** @type {any} */ facts;
  /** @type {string} */ toldScene;

  /** @param {ViewParts & { story: Story }} parts */
  constructor({ story, ...parts }) {
    super(parts);
    this.story = story;
    this.stops = stopsOf(story);
    this.last = this.stops.length - 1;
    /** @type {State[]} as far as they have been drawn */
    this.states = [];
    this.dragging = false; // along the time line
    this.touched = false; // a number, just now
    this.underway = false; // playing, and not at its first step
    this.said = "";
    this.room = /** @type {Room} */ ({ W: 0, H: 0, wide: false }); // until it is measured
    this.cover = new Cover(story, this.stops, {
      onplay: () => this.player.toggle(),
      onlift: () => this.uncover(),
    });
    this.player = this.makePlayer();
    this.line = new TimeLine(this.stops, this.player, {
      ondrag: (t) => this.drag(t),
      ondrop: () => this.drop(),
    });
    this.film = this.makeFilm();
    this.choices = new Choices((settings) => this.setAll(settings));
    this.full = new FullScreen(this.root, this.signal, () => this.measure());
    this.line.next.after(this.full.button);
    this.count = h("span", { class: "llm-walk-count" });
    this.sentence = h("p", { class: "llm-walk-say", role: "status", "aria-live": "polite" });
    this.words = h("div", { class: "llm-walk-words" }, this.sentence, this.count);
    this.box = h("div", { class: "llm-walk-picture" }, this.film.stage.svg);
    this.stand = h("div", { class: "llm-walk-all" }, this.box, this.choices.element);
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
      pace: () => this.pace(),
      calmPace: () => this.pace(),
    }, this.cover);
  }

  makeFilm() {
    return new Film({
      state: (i) => this.state(i),
      last: () => this.last,
      onmove: (t) => this.line.place(t),
      onrest: () => this.rest(),
    }, this.signal);
  }

  build() {
    const id = `llm-hatch-${Math.random().toString(36).slice(2)}`;
    this.root.style.setProperty("--llm-walk-hatch", `url(#${id})`);
    this.root.tabIndex = -1;
    this.body.append(
      this.line.element,
      this.words,
      this.stand,
      h("p", { class: "llm-try llm-walk-try" }, this.hint()),
      printedStrip(this.story, this.stops, () => this.facts, this.signal),
      hatch(id),
    );
    if (this.story.settings.length) this.offerReset();
    touchable(this.film.stage.svg, this.box, {
      find: (key) => this.numberAt(key),
      set: (key, value) => this.change(key, value),
      // not each number on the way is to be read out
      hold: (on) => this.sentence.setAttribute("aria-live", on ? "off" : "polite"),
    });
  }

  /** What to try, without the keys where there are none: its first sentence speaks of them. */
  hint() {
    const words = localize(this.story.tryThis ?? TRY);
    return isForFingers() ? words.replace(/^.*?[.!?]\s+/u, "") : words;
  }

  listen() {
    const { signal } = this;
    onResize([this.box, this.stand], signal, () => this.measure());
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
      this.cover.lay(this.root, this.words);
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
    const { room } = this;
    this.room = this.full.isOn ? this.largest() : this.usual();
    if (room.W === this.room.W && room.wide === this.room.wide) return;
    this.film.stage.size(this.room);
    this.root.classList.toggle("llm-walk-wide", this.room.wide);
    this.compute();
    this.drawAgain();
    this.tell();
  }

  /**
   * The room on the page: as wide as the page lets it be.
   * @returns {Room}
   */
  usual() {
    this.box.style.width = this.sentence.style.minHeight = "";
    const width = Math.round(this.box.clientWidth) || this.room.W || UNSEEN;
    const room = { ...this.story.room(width), W: width };
    this.box.style.height = `${room.H}px`;
    return room;
  }

  /**
   * The room on a whole screen: a usual one, drawn larger. What the longest sentence takes is left
   * free, so that the picture keeps its size from scene to scene.
   * @returns {Room}
   */
  largest() {
    const words = this.stops.map(({ scene, k }) => scene.say(this.facts, k));
    this.sentence.style.minHeight = `${heightOfLongest(this.sentence, words)}px`;
    const { clientWidth, clientHeight } = this.stand;
    const { room, scale } = fitted(this.story.room, clientWidth, clientHeight);
    this.box.style.width = `${room.W * scale}px`;
    this.box.style.height = `${room.H * scale}px`;
    this.root.style.setProperty("--walk-width", `${room.W}px`);
    this.root.style.setProperty("--walk-scale", String(scale));
    return room;
  }

  /** Draw anew with the lengths that words have in a font which has just come. */
  redraw() {
    forgetWidths();
    this.states = [];
    this.drawAgain();
  }

  /** Draw the moment that is seen anew; a move that was under way goes on. */
  drawAgain() {
    this.film.cut(this.film.t);
    if (!this.dragging && this.film.t !== this.player.step) this.film.goTo(this.player.step);
  }

  /** Compute all that the scenes show. */
  compute() {
    const settings = this.story.settings.map((name) => [name, this.model.get(name)]);
    this.facts = this.story.compute(Object.fromEntries(settings));
    this.states = [];
  }

  /**
   * Draw all steps of a scene; what a reader changes stays where the menus leave room for it, and
   * what would cross on its way stays as it is.
   * @param {Stop} stop one of them
   */
  drawScene({ scene, s }) {
    const { facts, room } = this;
    const first = firstStep(this.stops, s);
    const n = scene.steps ?? 1;
    const steps = scene.edit || scene.asIs
      ? Array.from({ length: n }, (_, k) => scene.draw(facts, room, k))
      : drawNear((at, k) => scene.draw(facts, at, k), room, n);
    steps.forEach((sketches, k) => this.states[first + k] = stateOf(sketches));
  }

  /** @param {number} i */
  state(i) {
    const seen = i === 0 && this.cover.isOn ? this.cover.step : i;
    if (!this.states[seen]) this.drawScene(this.stops[seen]);
    return this.states[seen];
  }

  /** Follow the settings: at once where a number is touched, otherwise by gliding. */
  refresh() {
    this.compute();
    const { t, calm } = this.film;
    if (this.touched || calm.matches || !Number.isInteger(t)) this.drawAgain();
    else this.film.morph(t, 0);
    this.touched = false;
    this.tell();
  }

  /** Go back to the numbers that the story began with, in the scene that is shown. */
  reset() {
    const initial = this.get("initial");
    const settings = this.story.settings
      .filter((name) => name in initial) // what no reader can set stays as it is
      .map((name) => [name, structuredClone(initial[name])]);
    this.choices.clear();
    this.setAll(Object.fromEntries(settings));
  }

  /**
   * The number of an element that can be changed, or null.
   * @param {string} key
   */
  numberAt(key) {
    const spin = this.film.now.get(key)?.spin;
    if (!spin) return null;
    const [i, j] = spin.path;
    return { spin, value: this.model.get(spin.setting)[i][j] };
  }

  /**
   * Set a number that the reader touches.
   * @param {string} key
   * @param {number} value
   */
  change(key, value) {
    const { spin } = entryOf(this.film.now, key);
    const { setting, path: [i, j] } = present(spin, "what a number sets");
    /** @type {number[][]} */
    const rows = this.model.get(setting);
    const row = rows[i].map((old, at) => (at === j ? value : old));
    this.touched = true;
    this.setAll({ [setting]: rows.map((old, at) => (at === i ? row : old)) });
  }

  /** All stands: where the focus was in something that is gone, it goes to the whole. */
  rest() {
    this.root.classList.remove("llm-walk-moving");
    keepTabStop(this.film.stage.svg);
    const active = document.activeElement;
    const isLost = active && this.film.stage.svg.contains(active) &&
      !active.hasAttribute("tabindex");
    if (isLost) this.root.focus({ preventScroll: true });
  }

  /** Say, and write beside the picture, what stands there. */
  tell() {
    if (this.player.playing) this.cover.lift();
    const { scene, s, k } = this.stops[this.player.step];
    this.underway &&= this.player.playing;
    const words = scene.say(this.facts, k);
    const said = this.cover.saying(words);
    if (this.said !== said) this.sentence.replaceChildren(...withSubscripts(said));
    this.said = said;
    this.count.textContent = `${s + 1} / ${this.story.scenes.length}`;
    const drawing = this.film.stage.svg;
    drawing.setAttribute("aria-label", this.altOf());
    drawing.setAttribute("role", scene.edit ? "group" : "img");
    this.choices.element.hidden = !scene.edit;
    if (scene.edit && this.story.choices) this.choices.show(this.story.choices(this.facts));
    this.line.show();
    this.toldScene = scene.name;
    const results = this.story.results?.(this.facts) ?? {};
    this.publishAll({ finding: words, scene: scene.name, ...results });
  }

  /** The picture in words. */
  altOf() {
    const { scene, k } = this.stops[this.cover.isOn ? this.cover.step : this.player.step];
    return scene.alt(this.facts, k);
  }

  /**
   * Set those traits that are others than before.
   * @param {Record<string, unknown>} values
   */
  publishAll(values) {
    const news = Object.entries(values).filter(([name, value]) =>
      JSON.stringify(this.model.get(name)) !== JSON.stringify(value)
    );
    if (news.length) this.setAll(Object.fromEntries(news));
  }

  /**
   * How long playing stays at a step: until it stands there, and its sentence has been read.
   * @returns {number}
   */
  pace() {
    const i = this.player.step;
    const resumed = !this.underway && i > 0;
    this.underway = true;
    if (resumed) return RESUMED;
    const before = i > 0 ? this.sayAt(i - 1) : "";
    return timeFor(this.sayAt(i), before, this.film.calm.matches ? null : this.state(i));
  }

  /** @param {number} i */
  sayAt(i) {
    const { scene, k } = this.stops[i];
    return scene.say(this.facts, k);
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
