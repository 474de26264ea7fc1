// The most likely next tokens, as bars to choose from and in words.

import { softmax } from "../../engine/functions.js";
import { byProbability, reshape } from "../../engine/sampling.js";
import { barRow } from "../shared/bars.js";
import { button } from "../shared/controls.js";
import { focusedIndex, h, rove } from "../shared/dom.js";
import { spoken, tail } from "../shared/tokens.js";
import { count, percent, roughly } from "../shared/words.js";

/** @import { Floats, Tokenizer } from "../../engine/types.js" */
/** @typedef {{ temperature: number, topK: number, topP: number }} NextSettings */
/**
 * @typedef {object} Next what may come next
 * @property {Floats} before (V,) the model's probabilities
 * @property {Floats} after (V,) those after the reader's controls
 * @property {Map<number, string>} cut which control took a token away
 * @property {number[]} order the tokens, the most likely first
 * @property {boolean} changed whether the controls change anything
 */

const FEW = 10;
const MANY = 25; // bars

/**
 * What may come next.
 * @param {Floats} logits (V,)
 * @param {NextSettings} settings
 * @returns {Next}
 */
export function nextTokens(logits, settings) {
  const before = softmax(logits);
  const { p, cut } = reshape(logits, settings);
  const changed = settings.temperature !== 1 || cut.size > 0;
  return { before, after: p, cut, order: byProbability(before), changed };
}

/** The bars, what they mean, and what is left. */
export class NextBars {
  /**
   * @param {Tokenizer} tokenizer
   * @param {((id: number) => void) | null} onpick null: the bars are no buttons, and are all
   *   that there is
   * @param {(n: number) => void} onmore told how many bars are wanted
   */
  constructor(tokenizer, onpick, onmore) {
    this.tokenizer = tokenizer;
    this.onpick = onpick;
    this.n = FEW;
    /** @type {number[]} */
    this.shown = []; // the tokens that are listed
    this.legend = h("p", { class: "llm-note" });
    this.bars = h("ol", { class: "llm-bars", "aria-label": "Most likely next tokens" });
    this.rest = h("p", { class: "llm-note llm-next-rest" });
    this.more = button("", () => onmore(this.n > FEW ? FEW : MANY), "llm-quiet");
    rove(this.bars, () => this.buttons);
    const title = h("p", { class: "llm-label" }, "The next token");
    this.element = h(
      "div",
      { class: "llm-next-bars" },
      h(
        "div",
        { class: "llm-stage-sticky" },
        h("div", { class: "llm-row" }, title, this.legend),
        this.bars,
      ),
      h("div", { class: "llm-row llm-next-after" }, this.rest, this.more),
    );
  }

  get buttons() {
    return [...this.bars.querySelectorAll("button")];
  }

  /**
   * Where the name of a token stands on the screen; null where the token is not listed.
   * @param {number} id
   */
  placeOf(id) {
    const name = this.buttons[this.shown.indexOf(id)]?.querySelector(".llm-bar-name");
    return name?.getBoundingClientRect() ?? null;
  }

  /** There is nothing to show. */
  clear() {
    for (const part of [this.bars, this.rest, this.legend]) part.replaceChildren();
    this.more.hidden = true;
  }

  /**
   * @param {Next} next
   * @param {number} n bars
   */
  show(next, n) {
    const { after, order, changed } = next;
    const shown = order.slice(0, n);
    const focused = focusedIndex(this.buttons);
    this.n = n;
    this.shown = shown;
    this.legend.textContent = changed
      ? "Filled: with your controls. Outline: the model’s own."
      : this.onpick
      ? "Click a token to add it."
      : "";
    this.bars.classList.toggle("llm-next-changed", changed);
    this.bars.replaceChildren(...shown.map((id, i) => this.bar(next, id, i)));
    if (focused >= 0) this.buttons[focused]?.focus();
    const others = order.slice(shown.length);
    const share = others.reduce((sum, id) => sum + after[id], 0);
    this.rest.textContent = others.length
      ? `The other ${count(others.length, "token")} together: ` +
        `${share === 0 ? "all cut off" : percent(share)}`
      : "";
    this.more.hidden = order.length <= FEW || !this.onpick;
    this.more.textContent = n > FEW ? "Show fewer" : "Show more";
  }

  /**
   * One token as a button.
   * @param {Next} next
   * @param {number} id
   * @param {number} i its place in the list
   */
  bar(next, id, i) {
    const name = this.tokenizer.label(id);
    const { before, after, cut, changed } = next;
    const gone = cut.get(id);
    const number = !changed
      ? percent(before[id])
      : gone
      ? `${percent(before[id])} → cut`
      : `${percent(before[id])} → ${percent(after[id])}`;
    const label = `Add ${spoken(name)}, ${percent(before[id])}` +
      (!changed
        ? ""
        : gone
        ? `, cut off by ${gone}`
        : `, after the controls ${percent(after[id])}`);
    const row = barRow({
      name,
      fill: after[id],
      raw: changed ? before[id] : undefined,
      number,
      label,
      ...(this.onpick && {
        onclick: () => this.onpick?.(id),
        extra: { tabindex: i === 0 ? 0 : -1 },
      }),
    });
    if (gone) row.classList.add("llm-cut");
    return row;
  }
}

/**
 * What the model expects, and what the controls make of it.
 * @param {Tokenizer} tokenizer
 * @param {Next} next
 * @param {object} prompt
 * @param {number} prompt.n its tokens
 * @param {number[]} prompt.window those that the model reads
 * @param {number} prompt.room how many it could read
 * @returns {string[]} sentences
 */
export function expectationInWords(tokenizer, next, { n, window, room }) {
  const { before, after, order, cut, changed } = next;
  const said = [];
  const name = (/** @type {number} */ id) => spoken(tokenizer.label(id));
  const dropped = n - window.length;
  if (dropped > 0) {
    said.push(
      "The prompt is longer than the model’s context of " +
        `${count(room, "token")}: only the last ` +
        `${window.length} are used.`,
    );
  }
  const where = n === 0
    ? "The prompt is empty, so the model starts from its end-of-text token, and"
    : `After “${tail(tokenizer.decode(window))}”, the model`;
  const [a, b, c] = order;
  said.push(
    `${where} gives ${name(a)} ${roughly(before[a])}` +
      (c === undefined
        ? ""
        : `, then ${name(b)} ${roughly(before[b])} and ${name(c)} ${roughly(before[c])}`) +
      ".",
  );
  if (changed) {
    said.push(
      `With your controls, ${name(a)} gets ` + `${roughly(after[a])}` + (cut.size
        ? `, and ${count(order.length - cut.size, "token")} of ${
          order.length.toLocaleString("en")
        } can still be chosen`
        : "") +
        ".",
    );
  }
  if (window.length >= room) {
    said.push("The context is full, so “Write on” rests; a clicked token pushes out the oldest.");
  }
  return said;
}
