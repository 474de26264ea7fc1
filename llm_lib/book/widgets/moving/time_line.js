// Back, Play, Next, and a line with a named place for each scene.

import { lastOf } from "../../engine/present.js";
import { button } from "../shared/controls.js";
import { h } from "../shared/dom.js";
import { localize } from "../shared/localize.js";
import { firstStep, placeAt, timeAt } from "./story.js";

/** @import { FilmPlayer } from "./cover.js" */
/** @import { Stop } from "./types.js" */

export class TimeLine {
  /**
   * @param {Stop[]} stops
   * @param {FilmPlayer} player
   * @param {{ ondrag: (t: number) => void, ondrop: () => void }} options told while the reader
   *   drags
   *   along the line, and afterwards
   */
  constructor(stops, player, { ondrag, ondrop }) {
    this.stops = stops;
    this.player = player;
    this.back = button(localize`Back`, () => player.back(), "llm-walk-back");
    this.play = button(localize`Play`, () => player.toggle(), "llm-main llm-walk-play");
    this.next = button(localize`Next`, () => player.next(), "llm-walk-next");
    this.range = h("input", {
      type: "range",
      min: 0,
      max: lastOf(stops).at || 1,
      step: "any",
      value: 0,
      "aria-label": localize`Place in the walkthrough`,
      oninput: () => ondrag(timeAt(stops, Number(this.range.value))),
      onchange: () => ondrop(),
    });
    this.marks = this.namedMoments();
    this.element = h(
      "div",
      { class: "llm-walk-player" },
      this.back,
      this.play,
      this.next,
      h(
        "div",
        { class: "llm-walk-line" },
        this.range,
        h("div", { class: "llm-walk-marks" }, ...this.marks),
      ),
    );
  }

  namedMoments() {
    const scenes = [...new Set(this.stops.map((stop) => stop.scene))];
    return scenes.map((scene, s) => {
      const go = () => this.player.go(firstStep(this.stops, s));
      const mark = h(
        "button",
        { type: "button", class: "llm-walk-mark", onclick: go },
        h("span", {}, localize(scene.name)),
      );
      mark.style.setProperty("--at", String(s / (lastOf(this.stops).at || 1)));
      return mark;
    });
  }

  /**
   * Show where the picture is: before the film is begun, at the mark of the scene that is seen.
   * @param {number} t
   */
  place(t) {
    const { cover } = this.player;
    const place = cover.isOn ? this.stops[cover.step].s : placeAt(this.stops, t);
    this.range.value = String(place);
    this.range.style.setProperty("--place", String(place / (lastOf(this.stops).at || 1)));
  }

  /**
   * Show which step it is. "aria-disabled" leaves the focus where it is, which "disabled" takes.
   * Before the film is begun, what leads on leads to its first scene, and says so.
   */
  show() {
    const { cover, step } = this.player;
    const { s, scene } = this.stops[cover.seen(step)];
    const last = this.stops.length - 1;
    this.back.setAttribute("aria-disabled", String(step === 0));
    this.next.setAttribute("aria-disabled", String(step === last));
    this.next.textContent = cover.isOn ? localize`Scene ${1}` : localize`Next`;
    this.play.replaceChildren(...this.playWords(step === last));
    const text = localize`Scene ${s + 1} of ${this.marks.length}: ${localize(scene.name)}`;
    this.range.setAttribute("aria-valuetext", text);
    this.marks.forEach((mark, i) => {
      mark.classList.toggle("llm-walk-done", i <= s && !cover.isOn);
      mark.setAttribute("aria-current", i === s ? "step" : "false");
    });
  }

  /**
   * What stands on Play.
   * @param {boolean} isOver
   * @returns {(Node | string)[]}
   */
  playWords(isOver) {
    const { cover, playing } = this.player;
    if (cover.isOn) {
      return [h("span", {}, localize`Play`), " ", h("small", {}, localize`from the start`)];
    }
    return [playing ? localize`Pause` : isOver ? localize`Play again` : localize`Play`];
  }
}
