// What a model writes as it learns: now, and at a few steps before.

import { h } from "../shared/dom.js";
import { localCount } from "../shared/localize.js";
import { count, printable } from "../shared/words.js";

/** @import { Matter } from "./text.js" */
/** @import { Sample, Written } from "./watch.js" */

const MOST_READ = 6; // lines of its text
const BEGINNING = 120; // tokens of which they come

/**
 * The first lines of what a model will read; none where its text has no lines.
 * @param {Matter} matter
 */
export const linesToRead = ({ isLines, tokenizer, train }) =>
  isLines
    ? tokenizer.decode(train.subarray(0, BEGINNING)).split("\n").slice(0, -1).filter(Boolean)
      .slice(0, MOST_READ)
    : [];

export class TrainSamples {
  constructor() {
    this.nowName = h("p", { class: "llm-label" });
    this.now = h("ul", { class: "llm-train-now" });
    this.note = h("p", { class: "llm-note" });
    this.before = h("dl", { class: "llm-train-before-list" });
    this.toRead = h("ul", { class: "llm-train-now" });
    this.reads = h(
      "div",
      { class: "llm-train-reads" },
      h("p", { class: "llm-label" }, "It will read"),
    );
    this.reads.append(this.toRead);
    this.element = h(
      "div",
      { class: "llm-train-samples" },
      this.nowName,
      this.now,
      this.note,
      this.before,
      this.reads,
    );
    this.shown = "";
  }

  /**
   * @param {Sample[]} samples
   * @param {{ isLines: boolean, isNames: boolean, toRead: string[] }} kind
   */
  show(samples, { isLines, isNames, toRead }) {
    this.reads.hidden = !toRead.length;
    this.toRead.replaceChildren(...toRead.map((line) => h("li", {}, line)));
    this.toRead.classList.toggle("llm-train-names-list", isNames);
    const key = samples.map(({ step, texts }) => `${step} ${texts[0]?.text}`).join("|");
    if (key === this.shown && this.now.children.length) return;
    this.shown = key;
    const now = samples.at(-1);
    this.nowName.textContent = now
      ? `It writes, at step ${localCount(now.step)}`
      : "What it writes, once it trains";
    this.now.classList.toggle("llm-train-names-list", isNames);
    const most = isNames ? 6 : 3;
    const latest = now?.texts.slice(0, most) ?? [];
    this.now.replaceChildren(...latest.map((written) => h("li", {}, ...pieceOf(written))));
    const known = latest.filter((written) => written.known).length;
    const few = isNames ? 4 : 1;
    const hasOld = samples.some(({ texts }) => texts.slice(0, few).some((one) => one.known));
    this.note.textContent = !now
      ? ""
      : known
      ? `✓ ${known} of ${count(latest.length, isLines ? "line" : "text")} ` +
        `${known === 1 ? "stands" : "stand"} in what it has read: known by heart, not made up.`
      : hasOld
      ? "✓ stands in what it has read: known by heart, not made up."
      : isLines
      ? "None of them stands in what it has read."
      : "";
    this.before.replaceChildren(
      ...samples.slice(0, -1).flatMap(({ step, texts }) => [
        h("dt", {}, localCount(step)),
        h("dd", {}, ...joined(texts.slice(0, few))),
      ]),
    );
  }
}

/**
 * @param {Written} written
 * @returns {(Node | string)[]}
 */
const pieceOf = ({ text, known }) => [
  printable(text),
  ...(known
    ? [h("b", { class: "llm-train-known", title: "stands in what it has read" }, "✓")]
    : []),
];

/** @param {Written[]} texts */
const joined = (texts) =>
  texts.flatMap((written, i) => [...(i ? [" · "] : []), ...pieceOf(written)]);
