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
    this.back = button(localize`Back`, () => player.back());
    this.play = button(localize`Play`, () => player.toggle(), "llm-main llm-walk-play");
    this.next = button(localize`Next`, () => player.next());
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
   * Show where the picture is.
   * @param {number} t
   */
  place(t) {
    this.range.value = String(placeAt(this.stops, t));
  }

  /**
   * Show which step it is. "aria-disabled" leaves the focus where it is, which "disabled" takes.
   */
  show() {
    const { step, playing } = this.player;
    const { s, scene } = this.stops[step];
    const last = this.stops.length - 1;
    this.back.setAttribute("aria-disabled", String(step === 0));
    this.next.setAttribute("aria-disabled", String(step === last));
    this.play.textContent = playing
      ? localize`Pause`
      : step === last
      ? localize`Play again`
      : localize`Play`;
    const text = localize`Scene ${s + 1} of ${this.marks.length}: ${localize(scene.name)}`;
    this.range.setAttribute("aria-valuetext", text);
    this.marks.forEach((mark, i) => {
      mark.classList.toggle("llm-walk-done", i <= s);
      mark.setAttribute("aria-current", i === s ? "step" : "false");
    });
  }
}
