// The next token's distribution after each knob of the decoding lab, as panels and in words.

import { lastOf } from "../../engine/present.js";
import { byProbability } from "../../engine/sampling.js";
import { barRow, endOfScale, scaleInWords } from "../shared/bars.js";
import { h } from "../shared/dom.js";
import { showBlanks, spoken, tail } from "../shared/tokens.js";
import { capital, count, percent, roughly } from "../shared/words.js";
import { KNOBS, NAMES } from "./stages.js";

/** @import { Tokenizer } from "../../engine/types.js" */
/** @import { Stage } from "./stages.js" */

/**
 * A knob and what it is set to.
 * @param {string} knob
 * @param {number} value
 */
export const knobText = (knob, value) =>
  `${NAMES[knob]} ${knob === "top_k" ? value : value.toFixed(2)}`;

/** @typedef {ReturnType<StagePanels["column"]>} Column */

const IN_SHORT = 5; // tokens where there is little room

/**
 * The tokens, once, and a column of bars for each stage, headed by the slider that makes it. Where
 * there is no room for columns, one list stands above the sliders: what may be drawn, as bars, and
 * what the model said, as outlines.
 */
export class StagePanels {
  end = 1; // of the scale of all bars, a probability

  /**
   * @param {Tokenizer} tokenizer
   * @param {Record<string, HTMLElement>} sliders by knob
   */
  constructor(tokenizer, sliders) {
    this.tokenizer = tokenizer;
    const model = h("p", { class: "llm-decode-title" }, "The model");
    this.columns = [
      this.column("model", model),
      ...KNOBS.map((knob) => this.column(knob, sliders[knob])),
    ];
    this.scales = [0, 1].map(() => h("p", { class: "llm-note llm-decode-scale" }));
    this.words = h("ol", { "aria-hidden": "true" }); // each row of a column says its own, unseen
    this.ends = h("ol", { class: "llm-bars", "aria-label": "The model, and what is drawn from" });
    this.left = h("p", { class: "llm-note" });
    this.element = h(
      "div",
      { class: "llm-decode-stages" },
      h(
        "div",
        { class: "llm-stage-sticky llm-decode-ends" },
        h(
          "div",
          { class: "llm-decode-ends-head" },
          h("p", { class: "llm-decode-title" }, "To draw from"),
          this.left,
          this.scales[1],
        ),
        this.ends,
      ),
      h("div", { class: "llm-decode-words" }, this.scales[0], this.words),
      ...this.columns.map(({ element }) => element),
    );
  }

  /**
   * @param {string} name of the stage
   * @param {HTMLElement} head
   */
  column(name, head) {
    const left = h("p", { class: "llm-note" });
    const list = h("ol");
    const others = h("p", { class: "llm-note llm-decode-others" });
    const element = h("section", { class: "llm-decode-stage" }, head, left, list, others);
    return { name, left, list, others, element };
  }

  /**
   * @param {Stage[]} stages those that do something; none where there is nothing to read
   * @param {number[]} shown the tokens to list
   */
  show(stages, shown) {
    this.end = endOfScale(stages.flatMap(({ p }) => shown.map((id) => p[id])));
    const scale = stages.length ? scaleInWords(this.end) : "";
    for (const each of this.scales) each.textContent = scale;
    const last = stages.at(-1);
    const struck = (/** @type {number} */ id) => last?.cut.has(id) ? { class: "llm-cut" } : {};
    this.words.replaceChildren(...shown.map((id) => h("li", struck(id), this.name(id))));
    let before = stages[0];
    for (const column of this.columns) {
      const stage = stages.find(({ name }) => name === column.name);
      this.fill(column, stage ?? before, before, shown, Boolean(stage));
      const isChanged = (stage ?? before)?.name !== stages[0]?.name;
      column.element.classList.toggle("llm-decode-changes", isChanged);
      before = stage ?? before;
    }
    this.showEnds(stages, shown);
  }

  /**
   * @param {Stage[]} stages
   * @param {number[]} shown
   */
  showEnds(stages, shown) {
    const [first, last] = [stages[0], stages.at(-1)];
    this.left.textContent = last ? leftInWords(last) : "";
    if (!last) return this.ends.replaceChildren();
    const rows = shown.slice(0, IN_SHORT).map((id) => {
      const [p, was] = [last.p[id], first.p[id]];
      const now = last.cut.has(id) ? "cut" : percent(p);
      return barRow({
        name: this.tokenizer.label(id),
        fill: p / this.end,
        raw: last === first ? undefined : was / this.end,
        kind: last === first ? "" : "llm-better",
        number: last === first ? now : `${percent(was)} → ${now}`,
        extra: last.cut.has(id) ? { class: "llm-cut" } : {},
      });
    });
    this.ends.replaceChildren(...rows);
  }

  /**
   * @param {Column} column
   * @param {Stage | undefined} stage
   * @param {Stage | undefined} before the stage that it changes
   * @param {number[]} shown
   * @param {boolean} isOn false: the knob is off, and all is as it was before
   */
  fill({ element, left, list, others }, stage, before, shown, isOn) {
    element.classList.toggle("llm-decode-asis", !isOn);
    list.setAttribute("aria-hidden", String(!isOn));
    const rows = stage && before ? shown.map((id) => this.row(stage, before, id, isOn)) : [];
    list.replaceChildren(...rows);
    others.textContent = stage && isOn ? othersInWords(stage, shown) : "";
    left.textContent = !stage ? "" : isOn ? leftInWords(stage) : "off";
    element.setAttribute("aria-label", stage && isOn ? stageName(stage) : "A knob that is off");
  }

  /**
   * A token's bar and probability, outlined what it had; a cut one says which knob did it.
   * @param {Stage} stage
   * @param {Stage} before
   * @param {number} id
   * @param {boolean} isOn
   */
  row({ name, p, cut }, before, id, isOn) {
    const gone = cut.get(id);
    const number = !gone ? percent(p[id]) : gone === NAMES[name] ? "cut" : `by ${gone}`;
    const wide = (/** @type {number} */ part) => `width:${(100 * part / this.end).toFixed(2)}%`;
    const track = h(
      "span",
      { class: "llm-bar-track", "aria-hidden": "true" },
      h("span", { class: "llm-bar-fill", style: wide(p[id]) }),
    );
    if (isOn && before.p !== p && before.p[id] > 0) {
      track.append(h("span", { class: "llm-bar-raw", style: wide(before.p[id]) }));
    }
    return h(
      "li",
      gone && isOn ? { class: "llm-cut" } : {},
      h("span", { class: "llm-decode-unseen" }, this.name(id)),
      track,
      h("span", { class: "llm-decode-number" }, isOn ? number : ""),
    );
  }

  /** @param {number} id */
  name(id) {
    return h("span", { class: "llm-decode-name" }, ...showBlanks(this.tokenizer.label(id)));
  }
}

/** @param {Stage} stage */
const stageName = ({ name, value }) => value === null ? "The model" : knobText(name, value);

/**
 * How many tokens may be drawn at a stage.
 * @param {Stage} stage
 */
function leftInWords({ name, p, cut }) {
  const V = p.length.toLocaleString("en");
  if (cut.size) return `${(p.length - cut.size).toLocaleString("en")} of ${V} left`;
  return name === "model" ? `${V} tokens` : "all may be drawn";
}

/**
 * What became of the tokens that are not listed.
 * @param {Stage} stage
 * @param {number[]} shown
 */
function othersInWords({ p, cut }, shown) {
  const rest = p.length - shown.length;
  if (rest <= 0) return "";
  const left = rest - [...cut.keys()].filter((id) => !shown.includes(id)).length;
  if (left === 0) return `The other ${rest.toLocaleString("en")}: all cut`;
  const share = 1 - shown.reduce((sum, id) => sum + p[id], 0);
  return `The other ${left.toLocaleString("en")}: ${percent(Math.max(0, share))}`;
}

/**
 * What the model says, and what each knob makes of it, in sentences.
 * @param {Tokenizer} tokenizer
 * @param {number[]} window what the model has read
 * @param {Stage[]} stages
 * @returns {string[]}
 */
export function stagesInWords(tokenizer, window, stages) {
  if (!stages.length) {
    return ["Type a prompt: this model has no token to start an empty text from."];
  }
  const name = (/** @type {number} */ id) => spoken(tokenizer.label(id));
  const first = stages[0];
  const last = lastOf(stages);
  const [top] = byProbability(first.p);
  const model = `After “${tail(tokenizer.decode(window))}”, the model gives ${name(top)} ` +
    `${roughly(first.p[top])}.`;
  if (stages.length === 1) {
    const all = `all ${first.p.length.toLocaleString("en")} tokens`;
    return [model, `All knobs are off: the draw is among ${all}, as the model says.`];
  }
  const knobs = stages.slice(1).map((stage, i) => knobInWords(stage, stages[i], top, name(top)));
  const likely = byProbability(last.p)[0];
  const possible = last.p.reduce((n, p) => n + (p > 0 ? 1 : 0), 0);
  const draw = `The draw is among ${count(possible, "token")}; ` +
    `${name(likely)} has ${roughly(last.p[likely])}.`;
  return [model, ...knobs, draw];
}

/**
 * What one knob does: how much it cuts, or what it makes of the top token.
 * @param {Stage} stage
 * @param {Stage} before
 * @param {number} top the model's most likely token
 * @param {string} name of that
 */
function knobInWords({ name: knob, value, p, cut }, before, top, name) {
  const subject = capital(NAMES[knob]);
  if (knob === "temperature" && value === 0) return "Temperature 0 leaves the top token alone.";
  if (knob === "temperature" || knob === "repetition_penalty") {
    const now = roughly(p[top]);
    return now === roughly(before.p[top])
      ? `${subject} leaves ${name} at ${now}.`
      : `${subject} takes ${name} to ${now}.`;
  }
  const fallen = [...cut.keys()].filter((id) => !before.cut.has(id));
  const lost = fallen.reduce((sum, id) => sum + before.p[id], 0);
  return fallen.length
    ? `${subject} cuts ${count(fallen.length, "token")} that held ${roughly(lost)}.`
    : `${subject} cuts nothing more.`;
}
