// A few heads of a model on recorded texts: where each looks, and what comes next without it.

import { present } from "../../engine/present.js";
import { paintThumbnail } from "../shared/attention_map.js";
import { button } from "../shared/controls.js";
import { eachFrame, find, h, onResize, onTheme, rove, themeColour } from "../shared/dom.js";
import { headName } from "../shared/heads.js";
import { recordedTokenizer, RecordedView, spreadOut } from "../shared/recorded_view.js";
import { Comparison } from "./comparison.js";
import { HeadDetail } from "./detail.js";
import { Reading } from "./reading.js";

/** @import { Run } from "../../engine/types.js" */
/** @import { RecordedParts } from "../shared/recorded_choice.js" */
/** @import { NextToken, RecordedHead, RecordedRun } from "../shared/recorded_run.js" */

/** @param {RecordedHead} head */
const nameOf = ({ layer, head }) => headName(layer, head);

/** @typedef {Required<Pick<RecordedRun, "heads" | "next" | "off">>} HeadsPart */
/** @extends {RecordedView<{ run: string }, RecordedRun & HeadsPart>} */
export class RecordedHeads extends RecordedView {
  heads = h("div", { class: "llm-recorded-heads", role: "group", "aria-label": "Heads" });
  title = h("p", { class: "llm-label" });
  known = h("p", { class: "llm-note" });
  onOff = button("", () => this.toggle(), "llm-on-off");
  place = h("div", { class: "llm-recorded-next" }); // of the comparison
  /** @type {ReturnType<typeof triangle>[]} */ weights;
  /** @type {Comparison} */ comparison;

  /** @param {RecordedParts} parts */
  constructor(parts) {
    super(parts, "HeadLab");
    this.finding = new Reading(this.model, this.signal);
    this.query = -1; // the token that looks; -1 for the last
    this.chosen = 0; // of the recorded heads
    this.isOff = false;
    this.detail = new HeadDetail((t) => {
      this.query = t;
      this.paint();
    });
    this.build();
    const repaint = eachFrame(() => this.paint(), this.signal);
    onTheme(this.signal, repaint);
    onResize([this.detail.map.element], this.signal, repaint);
    this.change();
  }

  build() {
    rove(this.heads, () => this.buttons, {
      onmove: (view) => this.choose(this.buttons.indexOf(view)),
    });
    this.onOff.setAttribute("role", "switch");
    const choice = h(
      "section",
      { "aria-label": "Choose a head" },
      h("p", { class: "llm-label" }, "Six of its 270 heads"),
      this.heads,
      h("div", { class: "llm-head-chosen" }, this.title, this.onOff),
      this.known,
    );
    const { detail } = this;
    const columns = h("div", { class: "llm-head-columns" }, choice, detail.element, this.place);
    this.body.append(this.choice, detail.row.element, this.finding.element, columns);
  }

  /** @returns {HTMLButtonElement[]} */
  get buttons() {
    return [...this.heads.querySelectorAll("button")];
  }

  get head() {
    return this.run.heads[this.chosen];
  }

  change() {
    const { run } = this;
    const [layer, head] = /** @type {any} */ (run).shown ?? [];
    const isShown = (/** @type {RecordedHead} */ each) =>
      each.layer === layer && each.head === head;
    this.chosen = Math.max(0, run.heads.findIndex(isShown));
    [this.query, this.isOff] = [-1, false];
    this.weights = run.heads.map((each) => triangle(each, run.tokens.length));
    const lists = [run.next, ...run.off.map(({ next }) => next)].flatMap((next) =>
      Object.values(next)
    );
    this.comparison = new Comparison(recordedTokenizer(run, lists), () => {});
    this.comparison.places.hidden = true;
    this.place.replaceChildren(this.comparison.element);
    this.heads.replaceChildren(...run.heads.map((each, i) => this.headButton(each, i)));
    super.change();
  }

  /**
   * @param {RecordedHead} head
   * @param {number} i
   */
  headButton(head, i) {
    const onclick = () => this.chosen === i ? this.toggle() : this.choose(i);
    const attributes = { type: "button", class: "llm-head-one", tabindex: -1, onclick };
    const canvas = h("canvas", { "aria-hidden": "true" });
    return h("button", attributes, canvas, h("span", {}, nameOf(head)), h("b"));
  }

  /** @param {number} i */
  choose(i) {
    [this.chosen, this.isOff] = [i, false];
    this.paint();
  }

  toggle() {
    this.isOff = !this.isOff;
    this.paint();
  }

  reset() {
    super.reset();
    this.change();
  }

  paint() {
    const colour = themeColour(this.root, "--llm-weight");
    const T = this.run.tokens.length;
    this.buttons.forEach((view, i) => {
      const isHere = i === this.chosen;
      const off = isHere && this.isOff;
      paintThumbnail(find(view, "canvas"), this.weights[i], T, colour);
      view.setAttribute("aria-pressed", String(isHere));
      const state = off ? "off" : "on";
      view.setAttribute("aria-label", `Head ${nameOf(this.run.heads[i])}, ${state}`);
      view.tabIndex = isHere ? 0 : -1;
      find(view, "b").textContent = off ? "off" : "";
      view.classList.toggle("llm-off", off);
    });
    this.paintHead();
    this.paintNext();
  }

  paintHead() {
    const name = `Head ${nameOf(this.head)}`;
    const what = /** @type {any} */ (this.record).counts?.known_for?.[nameOf(this.head)];
    this.title.textContent = name;
    this.known.textContent = what ? `Known for looking at ${what}.` : "";
    this.onOff.setAttribute("aria-checked", String(!this.isOff));
    this.onOff.setAttribute("aria-label", name);
    this.onOff.textContent = this.isOff ? "off" : "on";
    const labels = this.run.tokens;
    this.detail.show({
      name: nameOf(this.head),
      isOff: this.isOff,
      weights: this.weights[this.chosen],
      labels,
      query: this.query < 0 ? labels.length - 1 : this.query,
      atFirst: " Where there is nothing to look for, heads rest on it.",
    });
  }

  /** What comes after the last token, with all heads and without the chosen one. */
  paintNext() {
    const { run, head, detail } = this;
    const name = `${head.layer},${head.head}`;
    const place = run.tokens.length - 1;
    const V = /** @type {any} */ (this.record).vocab_size;
    const without = run.off.find(({ heads }) => String(heads) === name);
    const base = lastRun(run, run.next[place], V, 1);
    const now = !this.isOff
      ? base
      : lastRun(run, present(without, `the run without head ${name}`).next[place], V, 0);
    const at = /** @type {"last"} */ ("last");
    const compared = {
      base,
      now,
      at,
      place,
      labels: run.tokens,
      losses: /** @type {null} */ (null),
    };
    this.comparison.show(compared);
    detail.ending.show(this.comparison.likeliest(base), this.comparison.likeliest(now));
    const said = [this.detail.words];
    if (this.isOff) said.push(this.comparison.words(compared, 1));
    this.finding.say(said.join(" "));
  }
}

/**
 * The weights (T, T) of a head that is recorded row by row.
 * @param {RecordedHead} head
 * @param {number} T
 */
function triangle({ queries, weights }, T) {
  const all = new Float32Array(T * T);
  queries.forEach((query, i) => all.set(weights[i], query * T));
  return all;
}

/**
 * A run of the engine as far as a record has it: what comes after its last token.
 * @param {RecordedRun} run
 * @param {NextToken[]} listed
 * @param {number} V
 * @param {number} factor of the heads
 * @returns {Run}
 */
function lastRun({ ids }, listed, V, factor) {
  const T = ids.length;
  const logits = { subarray: () => spreadOut(listed, V).map(Math.log) };
  return /** @type {any} */ ({ ids, T, V, logits, headScale: [[factor]] });
}
