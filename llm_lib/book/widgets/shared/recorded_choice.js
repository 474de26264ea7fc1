// The choice, in a widget, between a model and the recorded runs of one that no page can hold.

import { button, segments } from "./controls.js";
import { find, h, onTraits, problem, setTrait } from "./dom.js";
import { fetchFile } from "./files.js";
import { reason } from "./frame.js";
import { localize } from "./localize.js";
import { fetchModel, showWithModel } from "./model.js";
import { readRecorded } from "./recorded_run.js";

/** @import { RecordedFile } from "./recorded_run.js" */
/** @import { Loading, ModelViewParts, Show, ViewParts } from "./types.js" */
/** @typedef {ViewParts & { record: RecordedFile }} RecordedParts */
/**
 * What a widget shows of its model, and what of a record.
 * @typedef {object} Sides
 * @property {(parts: ModelViewParts) => void} live
 * @property {(parts: RecordedParts) => void} recorded
 * @property {string} tryRecorded what to try with the record
 */

/** @type {[value: string, label: string][]} */
const MODELS = [["live", "Sprout"], ["recorded", "SmolLM2 (recorded)"]];

/** @param {Loading} loading */
const fetchRecord = async (loading) => ({
  record: await fetchFile(loading, loading.model.get("record_ref"), readRecorded),
});

/**
 * The frame of a widget with a model; where there is a record as well, the reader chooses between
 * both, and each is fetched once it is asked for.
 * @param {Omit<Show, "build"> & Sides} show
 */
export function showBesideRecord({ live, recorded, tryRecorded, load = fetchModel, ...show }) {
  const loads = { live: load, recorded: fetchRecord };
  return showWithModel({
    ...show,
    load: (loading) => loads[sideOf(loading.model)](loading),
    build: (parts) => {
      const { model } = parts;
      if (!model.get("record_ref")) live(parts);
      else new TwoSides(parts, { live, recorded }, loads, [show.tryThis, tryRecorded]);
    },
  });
}

/**
 * @param {import("./types.js").Model} model
 * @returns {"live" | "recorded"}
 */
const sideOf = (model) => model.get("record_ref") && model.get("recorded") ? "recorded" : "live";

/** The one side or the other, below the title in which the reader chooses. */
class TwoSides {
  /**
   * @param {any} parts those of the side that is shown first, with what it has loaded
   * @param {Record<string, (parts: any) => void>} sides
   * @param {Record<string, (loading: Loading) => Promise<object>>} loads
   * @param {[live: string, recorded: string]} tries what to try
   */
  constructor(parts, sides, loads, [live, recorded]) {
    this.tries = { live, recorded };
    this.parts = parts;
    this.sides = sides;
    this.loads = loads;
    this.life = new AbortController();
    this.place = h("div");
    this.choice = segments("The model", MODELS, (side) => {
      setTrait(parts.model, "recorded", side === "recorded");
    });
    this.choice.classList.add("llm-which");
    find(parts.root, ".llm-titlebar").append(this.choice);
    parts.body.append(this.place);
    parts.signal.addEventListener("abort", () => this.life.abort());
    onTraits(parts.model, ["recorded"], parts.signal, () => this.change());
    this.fill(parts, this.clear());
  }

  /** Show the other side, once what it needs is there; what went wrong is said in its place. */
  async change() {
    const { model, signal } = this.parts;
    const side = this.clear();
    const life = this.life;
    const note = h("p", { class: "llm-note", role: "status" }, localize`Loading …`);
    this.place.append(note);
    const say = (/** @type {string} */ text) => {
      note.textContent = text;
    };
    try {
      const loaded = await this.loads[side]({ model, signal, say });
      if (life.signal.aborted) return;
      this.fill({ ...this.parts, ...loaded }, this.clear());
    } catch (error) {
      if (life.signal.aborted) return;
      console.error(error);
      const again = button(localize`Try again`, () => this.change());
      this.place.replaceChildren(problem(`This can't be shown. ${reason(error)}`), again);
    }
  }

  /** End the side that is shown, and take it away; returns the name of the one that is wanted. */
  clear() {
    this.life.abort();
    this.life = new AbortController();
    this.parts.root.querySelector(".llm-titlebar > button")?.remove(); // its Reset
    this.place.replaceChildren();
    const side = sideOf(this.parts.model);
    this.choice.show(side);
    find(this.parts.root, ".llm-try").textContent = this.tries[side];
    return side;
  }

  /**
   * @param {any} parts with what the side has loaded
   * @param {"live" | "recorded"} side
   */
  fill(parts, side) {
    this.sides[side]({ ...parts, body: this.place, signal: this.life.signal });
  }
}
