// What the views of recorded runs have in common: a menu of texts, where a model has a field.

import { h } from "./dom.js";
import { Finding } from "./frame.js";
import { View } from "./view.js";

/** @import { Floats, Tokenizer } from "../../engine/types.js" */
/** @import { NextToken, RecordedRun } from "./recorded_run.js" */
/** @import { RecordedParts } from "./recorded_choice.js" */

/**
 * A view of a record. A subclass has paint(), which shows `run`, the chosen one.
 * @template {{ run: string }} [Traits=any]
 * @template {RecordedRun} [Run=RecordedRun] with what its runs have to have
 * @extends {View<Traits>}
 */
export class RecordedView extends View {
  /**
   * @param {RecordedParts} parts
   * @param {string} widget its class in Python, which runs the model itself
   * @param {(run: RecordedRun) => boolean} [isShown] which runs it can show
   */
  constructor({ record, ...parts }, widget, isShown = () => true) {
    super(parts);
    this.record = record;
    this.runs = /** @type {Run[]} */ (record.runs.filter(isShown));
    this.offerReset();
    this.finding = new Finding(this.model, this.signal);
    const options = this.runs.map((run) => h("option", { value: run.name }, nameInMenu(run)));
    this.menu = h("select", {
      "aria-label": "Text",
      onchange: () => this.set("run", this.menu.value),
    }, ...options);
    this.choice = h(
      "div",
      { class: "llm-recorded" },
      h("label", {}, h("span", { class: "llm-label" }, "Text"), this.menu),
      h("p", { class: "llm-note" }, whyRecorded(widget)),
    );
    this.follow(["run"], () => this.change());
  }

  /** The run that is shown. */
  get run() {
    const { runs } = this;
    return runs.find(({ name }) => name === this.get("run")) ?? runs[0];
  }

  /** Another run was chosen. */
  change() {
    this.menu.value = this.run.name;
    this.paint();
  }

  /** Show the run. */
  paint() {
    throw new Error("a subclass says how to paint");
  }
}

const LONGEST = 70; // letters of a text in the menu

/** @param {RecordedRun} run */
function nameInMenu({ text, title = text }) {
  const flat = title.replace(/\s+/g, " ");
  return flat.length <= LONGEST ? flat : `${flat.slice(0, LONGEST)}…`;
}

/** @param {string} widget */
const whyRecorded = (widget) =>
  "These texts were recorded: with 135 million parameters, the model is too large for this page. " +
  `Your own go to ${widget}("smollm2") in Jupyter, or to the Playground with the model’s file.`;

/**
 * A tokenizer that knows the tokens of a record alone, and reads nothing.
 * @param {RecordedRun} run
 * @param {NextToken[][]} lists of next tokens
 * @returns {Tokenizer}
 */
export function recordedTokenizer(run, lists) {
  const names = new Map(run.ids.map((id, i) => [id, run.tokens[i]]));
  for (const [id, token] of lists.flat()) names.set(id, token);
  const label = (/** @type {number} */ id) => names.get(id) ?? "";
  const decode = (/** @type {number[]} */ ids) => ids.map(label).join("");
  return /** @type {any} */ ({ label, decode, endOfText: null });
}

/**
 * Probabilities of the whole vocabulary: those that are listed, and an even share of the rest.
 * @param {NextToken[]} listed
 * @param {number} V
 * @returns {Floats}
 */
export function spreadOut(listed, V) {
  const rest = 1 - listed.reduce((sum, [, , p]) => sum + p, 0);
  const p = new Float32Array(V).fill(Math.max(0, rest) / Math.max(1, V - listed.length));
  for (const [id, , share] of listed) p[id] = share;
  return p;
}
