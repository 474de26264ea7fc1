// A picture in scenes: plays, steps, is dragged along its time line, and can be changed at its end.

import { h, onResize } from "../shared/dom.js";
import { showWidget } from "../shared/frame.js";
import { Player } from "../shared/player.js";
import { svg } from "../shared/svg.js";
import { View } from "../shared/view.js";
import { Choices } from "./choices.js";
import { lengthOf, mix, MOVE, stateOf } from "./motion.js";
import { Stage } from "./stage.js";
import { firstStep, stopsOf } from "./story.js";
import { printedStrip } from "./strip.js";
import { TimeLine } from "./time_line.js";
import { keepTabStop, touchable } from "./touch.js";

/** @import { Place, ViewParts } from "../shared/types.js" */
/** @import { Room, State, Story } from "./types.js" */

const TRY = "Play it, or step with the arrow keys. In the last scene, change any number.";
const READING = 40; // milliseconds for a letter of a sentence
const QUICK = 700; // for a step that says nothing new

/**
 * @typedef {object} Traits
 * @property {number} step
 * @property {string} scene
 * @property {boolean} playing
 * @property {string} finding
 * @property {Record<string, unknown>} initial
 */

/**
 * A drawing that holds the pattern for what is hidden; id: no two of a page may share it.
 * @param {string} id
 */
const hatch = (id) =>
  svg(
    "svg",
    { class: "llm-walk-defs", width: 0, height: 0, "aria-hidden": "true" },
    svg(
      "pattern",
      { id, width: 8, height: 8, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      svg("rect", { class: "llm-walk-hatch-ground", width: 8, height: 8 }),
      svg("path", { class: "llm-walk-hatch-line", d: "M0 0V8" }),
    ),
  );

/**
 * "W_Q" with its Q below the line.
 * @param {string} words
 */
const withSubscripts = (words) =>
  words.split(/(_\w\b)/).map((part) => (part[0] === "_" ? h("sub", {}, part.slice(1)) : part));

/** @extends {View<Traits>} */
class WalkthroughView extends View {
  /** @param {ViewParts & { story: Story }} parts */
  constructor({ story, ...parts }) {
    super(parts);
    this.story = story;
    this.stops = stopsOf(story);
    this.last = this.stops.length - 1;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.frame = 0;
    this.dragging = false; // along the time line
    this.touched = false; // a number, just now
    this.said = "";
    this.t = Math.min(this.get("step"), this.last);
    this.build();
    this.measure();
    this.listen();
  }

  build() {
    const { model, signal } = this;
    this.player = new Player({
      model,
      signal,
      trait: "step",
      last: () => this.last,
      paint: () => this.tell(),
      pace: () => this.pace(),
      calmPace: () => this.pace(),
    });
    this.stage = new Stage();
    this.line = new TimeLine(this.stops, this.player, {
      ondrag: (t) => this.drag(t),
      ondrop: () => this.drop(),
    });
    this.choices = new Choices((settings) => this.setAll(settings));
    this.count = h("span", { class: "llm-walk-count" });
    this.sentence = h("p", { class: "llm-walk-say", role: "status", "aria-live": "polite" });
    this.box = h("div", { class: "llm-walk-picture" }, this.stage.svg);
    const id = `llm-hatch-${Math.random().toString(36).slice(2)}`;
    this.root.style.setProperty("--llm-walk-hatch", `url(#${id})`);
    this.root.tabIndex = -1;
    this.body.append(
      h("div", { class: "llm-walk-words" }, this.sentence, this.count),
      h("div", { class: "llm-walk-all" }, this.box, this.choices.element, this.line.element),
      printedStrip(this.story, this.stops, () => this.facts, signal),
      hatch(id),
    );
  }

  listen() {
    const { signal } = this;
    onResize([this.box], signal, () => this.measure());
    this.root.addEventListener("keydown", (event) => this.onkey(event), { signal });
    signal.addEventListener("abort", () => cancelAnimationFrame(this.frame));
    touchable(this.stage.svg, this.box, {
      find: (key) => {
        const spin = this.now.get(key)?.spin;
        return spin
          ? { spin, value: this.model.get(spin.setting)[spin.path[0]][spin.path[1]] }
          : null;
      },
      set: (key, value) => this.change(key, value),
      hold: (touching) => {
        // not each number on the way is to be read out
        this.sentence.setAttribute("aria-live", touching ? "off" : "polite");
      },
    });
    const names = /** @type {any[]} */ (this.story.settings);
    if (names.length) this.follow(names, () => this.refresh());
    this.follow(["step"], () => this.goTo(this.player.step));
    this.follow(["scene"], () => this.followScene());
  }

  /** Take the width there is, and draw anew where it is another than before. */
  measure() {
    const width = Math.round(this.box.clientWidth);
    if (!width || width === this.room?.W) return;
    /** @type {Room} */
    this.room = { ...this.story.room(width), W: width };
    this.stage.size(this.room);
    this.box.style.height = `${this.room.H}px`;
    this.compute();
    this.show(this.t);
    this.tell();
  }

  /** Compute all that the scenes show. */
  compute() {
    const settings = this.story.settings.map((name) => [name, this.model.get(name)]);
    this.facts = this.story.compute(Object.fromEntries(settings));
    /** @type {State[]} */
    this.states = [];
  }

  /** Follow the settings: at once where a number is touched, otherwise by gliding. */
  refresh() {
    this.compute();
    const i = Math.round(this.t);
    if (this.touched || this.calm.matches || i !== this.t) {
      cancelAnimationFrame(this.frame);
      this.show(this.t);
    } else this.morph(i, 0);
    this.touched = false;
    this.tell();
  }

  /** @param {number} i */
  state(i) {
    const { scene, k } = this.stops[i];
    return this.states[i] ??= stateOf(scene.draw(this.facts, this.room, k));
  }

  /**
   * Set a number that the reader touches.
   * @param {string} key
   * @param {number} value
   */
  change(key, value) {
    const { setting, path: [i, j] } = this.now.get(key).spin;
    /** @type {number[][]} */
    const rows = this.model.get(setting);
    const changed = rows.map((row, at) =>
      at === i ? row.map((old, place) => (place === j ? value : old)) : row
    );
    this.touched = true;
    this.setAll({ [setting]: changed });
  }

  /**
   * Show the picture at the time t.
   * @param {number} t
   */
  show(t) {
    this.t = Math.min(Math.max(t, 0), this.last);
    const i = Math.floor(this.t);
    const part = this.calm.matches ? 0 : this.t - i;
    const next = part ? this.state(i + 1) : null;
    this.paint(
      next
        ? mix(this.state(i), next, part * lengthOf(next))
        : this.state(this.calm.matches ? Math.round(this.t) : i),
    );
    this.line.place(this.t);
  }

  /** @param {State} state */
  paint(state) {
    const active = document.activeElement;
    const hadFocus = this.stage.svg.contains(active);
    this.now = state;
    this.stage.paint(state);
    if (hadFocus && !active.hasAttribute("tabindex")) this.root.focus({ preventScroll: true });
  }

  /** Say, and write beside the picture, what stands there. */
  tell() {
    const { scene, s, k } = this.stops[this.player.step];
    const words = scene.say(this.facts, k);
    if (this.said !== words) this.sentence.replaceChildren(...withSubscripts(words));
    this.said = words;
    this.count.textContent = `${s + 1} / ${this.story.scenes.length}`;
    this.stage.svg.setAttribute("aria-label", scene.alt(this.facts, k));
    this.stage.svg.setAttribute("role", scene.edit ? "group" : "img");
    this.choices.element.hidden = !scene.edit;
    if (scene.edit && this.story.choices) this.choices.show(this.story.choices(this.facts));
    keepTabStop(this.stage.svg);
    this.line.show();
    const results = this.story.results?.(this.facts) ?? {};
    const all = { finding: words, scene: scene.name, ...results };
    const isNews = (/** @type {[string, unknown]} */ [name, value]) =>
      JSON.stringify(this.model.get(name)) !== JSON.stringify(value);
    const news = Object.entries(all).filter(isNews);
    if (news.length) this.setAll(Object.fromEntries(news));
  }

  /**
   * How long playing stays at a step: until it stands there, and its sentence has been read.
   * @returns {number}
   */
  pace() {
    const i = this.player.step;
    const said = i > 0 && this.stops[i - 1].scene.say(this.facts, this.stops[i - 1].k);
    const words = this.stops[i].scene.say(this.facts, this.stops[i].k);
    const reading = said === words ? QUICK : 900 + READING * words.length;
    return (this.calm.matches ? 0 : lengthOf(this.state(i))) + reading;
  }

  /**
   * Call draw(milliseconds since now) in each frame until it returns true.
   * @param {(ms: number) => boolean} draw
   */
  run(draw) {
    cancelAnimationFrame(this.frame);
    /** @type {number} */
    let start;
    const loop = (/** @type {number} */ now) => {
      start ??= now;
      if (!draw(now - start)) this.frame = requestAnimationFrame(loop);
    };
    this.frame = requestAnimationFrame(loop);
  }

  /**
   * Go to a step: along the line if it is the next, otherwise straight there.
   * @param {number} step
   */
  goTo(step) {
    this.tell();
    if (this.dragging) return;
    if (this.calm.matches || step === this.t) {
      cancelAnimationFrame(this.frame);
      this.show(step);
      keepTabStop(this.stage.svg);
    } else if (Math.abs(step - this.t) <= 1) this.glide(step);
    else this.morph(step);
  }

  /**
   * Go along the line to a step near by: as long as its slowest element needs, back a little faster.
   * @param {number} to
   */
  glide(to) {
    const from = this.t;
    const way = Math.sign(to - from);
    const upper = Math.min(way > 0 ? Math.ceil(to) : Math.floor(to) + 1, this.last);
    const pace = lengthOf(this.state(upper)) * (way > 0 ? 1 : 0.75);
    this.run((ms) => {
      const t = from + (way * ms) / pace;
      const isThere = way > 0 ? t >= to : t <= to;
      this.show(isThere ? to : t);
      if (isThere) keepTabStop(this.stage.svg);
      return isThere;
    });
  }

  /**
   * Go straight to a step, from where all is now.
   * @param {number} to
   * @param {number} [slowest] the longest delay of an element, in milliseconds
   */
  morph(to, slowest = 240) {
    const start = this.now;
    const end = this.state(to);
    this.t = to;
    this.line.place(to);
    this.run((ms) => {
      const isThere = ms > MOVE + slowest;
      this.paint(isThere ? end : mix(start, end, ms, slowest));
      if (isThere) keepTabStop(this.stage.svg);
      return isThere;
    });
  }

  /** @param {number} t */
  drag(t) {
    this.player.stop();
    cancelAnimationFrame(this.frame);
    this.dragging = true;
    this.show(t);
    const step = Math.round(this.t);
    if (step !== this.get("step")) this.set("step", step);
  }

  /** The reader lets go of the time line: on to the nearest step. */
  drop() {
    this.dragging = false;
    this.goTo(Math.round(this.t));
  }

  /** Python may set the scene by its name. */
  followScene() {
    const name = this.get("scene");
    if (this.stops[this.player.step].scene.name === name) return;
    const step = firstStep(this.stops, name);
    if (step >= 0) this.player.go(step);
  }

  /** @param {KeyboardEvent} event */
  onkey(event) {
    const target = /** @type {Element} */ (event.target);
    const { key, ctrlKey, metaKey, altKey } = event;
    if (event.defaultPrevented || ctrlKey || metaKey || altKey) return;
    if (target.matches("select, textarea, input:not([type=range])")) return;
    /** @type {Record<string, () => void>} */
    const does = {
      ArrowRight: () => this.player.go(this.player.step + 1),
      ArrowLeft: () => this.player.go(this.player.step - 1),
      Home: () => this.player.go(0),
      End: () => this.player.go(this.last),
    };
    if (!target.matches("button")) does[" "] = () => this.player.toggle();
    if (!does[key]) return;
    event.preventDefault();
    does[key]();
  }
}

/**
 * Show a story as a widget.
 * @param {Place} place
 * @param {Story} story
 */
export const showStory = (place, story) =>
  showWidget({
    ...place,
    name: "llm-walk",
    title: story.title,
    tryThis: story.tryThis ?? TRY,
    build: (parts) => new WalkthroughView({ ...parts, story }),
    failed: "This walkthrough can't be shown.",
  });
