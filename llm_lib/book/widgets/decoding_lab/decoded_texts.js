// The texts of the decoding lab side by side: those of now, and those of before.

import { button } from "../shared/controls.js";
import { h } from "../shared/dom.js";
import { count, decimals, roughly } from "../shared/words.js";

/** @import { Tokenizer } from "../../engine/types.js" */
/** @import { Text } from "./text_writer.js" */
/**
 * @typedef {object} Batch texts that were written together; {} where there are none
 * @property {Text[]} [texts]
 * @property {string} [knobs] in words
 * @property {number} [seed]
 * @property {string} [prompt]
 */

const FEW = 3; // texts that are shown unasked

/** Two columns of texts: the first few, or all. */
export class DecodedTexts {
  /** @param {Tokenizer} tokenizer */
  constructor(tokenizer) {
    this.tokenizer = tokenizer;
    this.isOpen = false;
    this.before = h("section", { class: "llm-decode-texts" });
    this.now = h("section", { class: "llm-decode-texts" });
    this.more = button("", () => this.open(), "llm-quiet");
    this.element = h(
      "div",
      {},
      h("div", { class: "llm-decode-compare" }, this.before, this.now),
      this.more,
    );
  }

  /** Show all texts, or the first few again. */
  open() {
    this.isOpen = !this.isOpen;
    this.fold();
  }

  fold() {
    let most = 0;
    for (const column of [this.before, this.now]) {
      const texts = [...column.querySelectorAll("li")];
      texts.forEach((text, i) => text.hidden = i >= FEW && !this.isOpen);
      most = Math.max(most, texts.length);
    }
    this.more.hidden = most <= FEW;
    this.more.textContent = this.isOpen ? "Show fewer" : `Show all ${most}`;
  }

  /**
   * @param {Batch} now
   * @param {Batch} before
   */
  show(now, before) {
    this.fill(this.before, "Before", before, now.texts ?? []);
    this.fill(this.now, "Now", now, before.texts ?? []);
    this.fold();
  }

  /**
   * Fill one column.
   * @param {HTMLElement} column
   * @param {string} name
   * @param {Batch} batch
   * @param {Text[]} others those of the other column
   */
  fill(column, name, { knobs, texts }, others) {
    column.hidden = !texts?.length;
    if (!texts?.length) return;
    column.replaceChildren(
      h("p", { class: "llm-label" }, `${name}: ${knobs}`),
      h("ol", {}, ...texts.map((text, i) => this.text(text, others[i]))),
    );
  }

  /**
   * One text; what comes behind the first token that differs from its partner is marked.
   * @param {Text} text
   * @param {Text} partner
   */
  text({ ids, log_probability, ended }, partner) {
    let same = partner ? ids.findIndex((id, i) => id !== partner.ids[i]) : ids.length;
    if (same < 0) same = ids.length;
    const read = (/** @type {number} */ from, /** @type {number} */ to) =>
      this.tokenizer.decode(ids.slice(from, to));
    const changed = h("span", { class: "llm-decode-changed" }, read(same, ids.length));
    const how = !partner
      ? ""
      : same === ids.length && ids.length === partner.ids.length
      ? ", the same in both"
      : `, differs from token ${same + 1} on`;
    return h(
      "li",
      {},
      h(
        "p",
        {},
        read(0, same),
        ...(same < ids.length ? [changed] : []),
        ended
          ? h("span", { class: "llm-blank" }, " ■")
          : /[.!?"”]$/.test(read(0, ids.length))
          ? " …"
          : "…",
      ),
      h("p", { class: "llm-note" }, `surprise ${decimals(-log_probability)} nats per token${how}`),
    );
  }
}

/**
 * What the texts are like, in sentences; none where nothing was written.
 * @param {Batch} now
 * @param {Batch} before
 * @param {string} note said first: what became of the writing
 * @returns {string[]}
 */
export function textsInWords(now, before, note) {
  if (!now.texts?.length) return [];
  const n = now.texts.length;
  const said = [note, `${count(n, "text")} with seed ${now.seed}: ${likeness(now.texts)}.`]
    .filter(Boolean);
  if (!before.texts?.length) return said;
  said.push(`Before: ${likeness(before.texts)}.`);
  if (before.seed === now.seed && before.prompt === now.prompt) {
    const isSame = (/** @type {Text} */ { ids }, /** @type {number} */ i) =>
      String(ids) === String(before.texts?.[i]?.ids);
    said.push(`With the same dice, ${now.texts.filter(isSame).length} of ${n} came out the same.`);
  }
  return said;
}

/**
 * How different the texts are, and how likely.
 * @param {Text[]} texts
 */
const likeness = (texts) =>
  `${count(distinctTexts(texts), "different text")}, ${roughly(distinctPairs(texts))} ` +
  "of their pairs of tokens distinct, surprise " +
  `${decimals(meanSurprise(texts))} nats per token`;

/** @param {Text[]} texts */
const distinctTexts = (texts) => new Set(texts.map(({ ids }) => String(ids))).size;

/** @param {Text[]} texts */
const meanSurprise = (texts) =>
  -texts.reduce((sum, { log_probability }) => sum + log_probability, 0) / texts.length;

/**
 * Of all pairs of neighbouring tokens in the texts, the share that are different ones.
 * @param {Text[]} texts
 */
function distinctPairs(texts) {
  const pairs = texts.flatMap(({ ids }) => ids.slice(1).map((id, i) => `${ids[i]},${id}`));
  return pairs.length ? new Set(pairs).size / pairs.length : 1;
}
