// The two texts of PatchLab: to choose, to read with the tokens that differ marked, and to write.

import { button } from "../shared/controls.js";
import { h } from "../shared/dom.js";
import { more } from "../shared/layout.js";
import { showBlanks, spoken, visibleText } from "../shared/tokens.js";
import { count, roughly } from "../shared/words.js";

/** @typedef {"clean" | "corrupted"} Which */
/** @typedef {[name: string, clean: string, corrupted: string, ...cell: number[]]} Preset */
/** @typedef {Record<Which, string[]>} Labels of the tokens of both texts */
/** @typedef {{ token: string, p: number }} Answer */

/** @param {string} token of letters, or of nothing but blanks */
const named = (token) => token.trim() || visibleText(token);

export const BOTH = /** @type {Which[]} */ (["clean", "corrupted"]);

/**
 * Why two texts can't be compared, in a sentence; "" where they can.
 * @param {Labels} labels
 * @param {number[]} differing positions, as far as the shorter one goes
 * @param {number} most tokens
 */
export function whyNot({ clean, corrupted }, differing, most) {
  if (!clean.length || !corrupted.length) return "Type two texts: each needs at least one token.";
  if (clean.length !== corrupted.length) {
    const part = differing[0] ?? Math.min(clean.length, corrupted.length);
    const there = [clean, corrupted].map((labels) =>
      labels[part] === undefined ? "nothing" : spoken(labels[part])
    );
    return `Both texts need the same number of tokens: the clean one has ${clean.length}, the ` +
      `corrupted one ${corrupted.length}. They first differ at position ${part}, with ${
        there[0]
      } and ` +
      `${there[1]}.`;
  }
  if (!differing.length) return "The two texts are the same: there is nothing to carry over.";
  if (clean.length <= most) return "";
  return `The texts have ${count(clean.length, "token")}; this lab and the model take at most ` +
    `${most}.`;
}

export class PatchTexts {
  /**
   * @param {object} options
   * @param {Preset[]} options.presets
   * @param {(preset: Preset) => void} options.onpreset
   * @param {(which: Which, text: string) => void} options.ontext
   */
  constructor({ presets, onpreset, ontext }) {
    this.buttons = presets.map((preset) => button(preset[0], () => onpreset(preset)));
    this.presets = presets;
    this.read = BOTH.map(() => h("span", { class: "llm-patch-text" }));
    this.fields = BOTH.map((which, i) => {
      const field = h("textarea", {
        rows: 3,
        spellcheck: "false",
        "aria-label": `The ${which} text`,
        oninput: () => ontext(which, this.fields[i].value),
      });
      return field;
    });
    const group = { class: "llm-row", role: "group", "aria-label": "Pairs to choose from" };
    this.group = h("div", group, ...this.buttons);
    this.group.hidden = !presets.length;
    this.own = more(
      "Texts of your own",
      h(
        "div",
        { class: "llm-patch-own" },
        ...BOTH.map((which, i) =>
          h("label", {}, h("span", { class: "llm-label" }, which), this.fields[i])
        ),
      ),
    );
    this.element = h(
      "div",
      { class: "llm-patch-texts" },
      ...BOTH.map((which, i) =>
        h("p", { class: "llm-patch-line" }, h("b", {}, which), this.read[i])
      ),
    );
  }

  /**
   * @param {object} shown
   * @param {Record<Which, string>} shown.texts
   * @param {Labels} shown.labels
   * @param {Set<number>} shown.differing
   * @param {Record<Which, Answer> | null} shown.answers what the model says after each
   */
  show({ texts, labels, differing, answers }) {
    BOTH.forEach((which, i) => {
      const field = this.fields[i];
      if (document.activeElement !== field || field.value !== texts[which]) {
        field.value = texts[which];
      }
      const gap = labels[which].some((label) => /\s/.test(label)) ? "" : " "; // between numbers
      const tokens = labels[which].flatMap((label, t) => {
        const shown = label.includes("\n") ? showBlanks(label) : [label];
        if (!differing.has(t)) return [h("span", {}, ...shown), gap];
        const space = label.startsWith(" ") ? " " : ""; // stays before what is marked
        return [space, h("mark", {}, ...(space ? [label.slice(1)] : shown)), gap];
      });
      const answer = answers?.[which];
      const end = answer
        ? [h("b", { class: "llm-patch-answer" }, ` → ${named(answer.token)} ${roughly(answer.p)}`)]
        : [];
      this.read[i].replaceChildren(...tokens, ...end);
    });
    this.presets.forEach(([, clean, corrupted], i) => {
      const isChosen = clean === texts.clean && corrupted === texts.corrupted;
      this.buttons[i].setAttribute("aria-pressed", String(isChosen));
    });
  }
}
