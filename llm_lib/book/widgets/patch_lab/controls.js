// What PatchLab is set with, and what its colours mean.

import { segments, slider } from "../shared/controls.js";
import { find, h } from "../shared/dom.js";
import { spoken } from "../shared/tokens.js";

/** @import { Part } from "../../engine/patching.js" */
/** @import { Which } from "./texts.js" */

/**
 * @typedef {object} ControlsShown
 * @property {"patching" | "lens"} view
 * @property {Part} part
 * @property {Which} source
 * @property {"all" | "position"} at
 * @property {boolean} isLens
 * @property {boolean} isHeads
 * @property {number} place
 * @property {string[]} labels of the source's tokens
 * @property {[to: string, from: string]} answers in words, that of the source first
 */

export class PatchControls {
  /** @param {(name: string, value: any) => void} onset told which setting became what */
  constructor(onset) {
    const setting = (/** @type {string} */ name) => (/** @type {any} */ value) =>
      onset(name, value);
    const choice = (
      /** @type {string} */ what,
      /** @type {string} */ name,
      /** @type {[value: string, label: string][]} */ choices,
    ) => segments(what, choices, setting(name));
    this.view = choice("What the map shows", "view", [
      ["patching", "Patching"],
      ["lens", "Logit lens"],
    ]);
    this.part = choice("What is patched", "part", [
      ["residual", "Stream"],
      ["heads", "Heads"],
      ["feed_forward", "Feed-forward"],
    ]);
    this.source = choice("Which run it is taken from", "source", [
      ["clean", "from the clean run"],
      ["corrupted", "from the corrupted"],
    ]);
    this.at = choice("Where heads are patched", "at", [
      ["all", "at all positions"],
      ["position", "at one"],
    ]);
    const range = { name: "Position", min: 0, max: 1, step: 1 };
    this.position = slider({ ...range, oninput: setting("position") });
    const parts = [this.view, this.part, this.source, this.at, this.position];
    this.element = h("div", { class: "llm-row llm-patch-controls" }, ...parts);
    this.scale = h("span", { class: "llm-patch-scale" });
    this.ends = [0, 1, 2].map(() => h("span"));
    this.progress = h("span");
    this.guess = h("span", {}, " Ribbons guess at the way between strong cells.");
    const legend = { class: "llm-note llm-patch-legend" };
    this.legend = h("p", legend, this.scale, ...this.ends, this.progress);
  }

  /** @param {ControlsShown} shown */
  show({ view, part, source, at, isLens, isHeads, place, labels, answers: [to, from] }) {
    this.view.show(view);
    this.part.show(part);
    this.source.show(source);
    this.at.show(at);
    this.part.hidden = isLens;
    this.guess.hidden = isLens || part !== "residual";
    this.at.hidden = !isHeads;
    this.position.hidden = !isHeads || at === "all";
    find(this.position, "input").max = String(labels.length - 1);
    this.position.show(place, `${place}, ${spoken(labels[place])}`);
    const meanings = isLens
      ? ["0: no idea", "probability of the likeliest token there", "1: sure of it"]
      : ["−1: further away", `0: stays ${from}`, `1: becomes ${to}`];
    meanings.forEach((text, i) => {
      this.ends[i].textContent = text;
    });
    this.scale.classList.toggle("llm-patch-half", isLens);
  }

  /**
   * Say how far the map is.
   * @param {number} done
   * @param {number} all cells; as many as are done, if it is ready
   */
  showProgress(done, all) {
    this.progress.textContent = done < all ? `Working: ${done} of ${all}` : "";
  }
}
