// The next token's distribution after each knob of the decoding lab, as panels and in words.

import { byProbability } from "../../engine/sampling.js";
import { h } from "../shared/dom.js";
import { showBlanks, spoken, tail } from "../shared/tokens.js";
import { capital, count, percent, roughly } from "../shared/words.js";
import { KNOBS, NAMES, OFF } from "./decoding_stages.js";

/** @import { Tokenizer } from "../../engine/types.js" */
/** @import { Knobs, Stage } from "./decoding_stages.js" */

/**
 * A knob and what it is set to.
 * @param {string} knob
 * @param {number} value
 */
export const knobText = (knob, value) =>
  `${NAMES[knob]} ${knob === "top_k" ? value : value.toFixed(2)}`;

/** A panel for each stage, with the same tokens in each. */
export class StagePanels {
  /** @param {Tokenizer} tokenizer */
  constructor(tokenizer) {
    this.tokenizer = tokenizer;
    this.panels = h("div", { class: "llm-decode-stages" });
    this.off = h("p", { class: "llm-note llm-decode-off" });
    this.element = h(
      "div",
      {},
      h("p", { class: "llm-label" }, "The next token, stage by stage"),
      this.panels,
      this.off,
    );
  }

  /**
   * @param {Stage[]} stages none where there is nothing to read
   * @param {number[]} shown the tokens to list
   * @param {Knobs} knobs
   */
  show(stages, shown, knobs) {
    this.panels.replaceChildren(...stages.map((stage, i) => this.panel(stage, i, shown)));
    const off = KNOBS.filter((knob) => knobs[knob] === OFF[knob]).map((knob) => NAMES[knob]);
    this.off.textContent = stages.length && off.length
      ? `Off, so they change nothing: ${off.join(", ")}.`
      : "";
  }

  /**
   * One panel.
   * @param {Stage} stage
   * @param {number} i which of them it is
   * @param {number[]} shown
   */
  panel(stage, i, shown) {
    const { name, value, p, cut } = stage;
    const V = p.length;
    const title = name === "model" ? "The model" : knobText(name, value);
    const left = cut.size
      ? `${(V - cut.size).toLocaleString("en")} of ${V.toLocaleString("en")} left`
      : i === 0
      ? `${V.toLocaleString("en")} tokens`
      : "all may be drawn";
    return h(
      "section",
      { class: "llm-decode-stage", "aria-label": title },
      h(
        "p",
        { class: "llm-decode-title" },
        h("span", { class: "llm-decode-step" }, String(i)),
        " ",
        title,
      ),
      h("p", { class: "llm-note" }, left),
      h("ol", {}, ...shown.map((id) => this.row(stage, id))),
      h("p", { class: "llm-note" }, othersInWords(stage, shown)),
    );
  }

  /**
   * A token's name, probability and bar; a cut one says which knob did it.
   * @param {Stage} stage
   * @param {number} id
   */
  row({ name, p, cut }, id) {
    const gone = cut.get(id);
    const number = !gone ? percent(p[id]) : gone === NAMES[name] ? "cut" : `by ${gone}`;
    return h(
      "li",
      gone ? { class: "llm-cut" } : {},
      h("span", { class: "llm-decode-name" }, ...showBlanks(this.tokenizer.label(id))),
      h("span", { class: "llm-decode-number" }, number),
      h(
        "span",
        { class: "llm-bar-track", "aria-hidden": "true" },
        h("span", { class: "llm-bar-fill", style: `width:${(100 * p[id]).toFixed(2)}%` }),
      ),
    );
  }
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
  const last = stages.at(-1);
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
