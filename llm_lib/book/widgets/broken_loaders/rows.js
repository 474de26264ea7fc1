// A few windows as the loss compared them: each input, and the target below it.

import { h } from "../shared/dom.js";
import { localize } from "../shared/localize.js";
import { showBlanks } from "../shared/tokens.js";

/**
 * A part of a window. step: null for one of the held-out text; first: which token it begins with;
 * a target that does not count is null.
 * @typedef {object} Sample
 * @property {number | null} step
 * @property {number} window which of its batch
 * @property {number} first
 * @property {string[]} inputs
 * @property {(string | null)[]} targets
 */

const END = "<|endoftext|>";

export class LoaderRows {
  constructor() {
    this.list = h("div", { class: "llm-loaders-windows" });
    this.element = h(
      "div",
      { class: "llm-loaders-sample" },
      h(
        "p",
        { class: "llm-label" },
        localize`What the loss compared: an input, and below it the target`,
      ),
      this.list,
    );
  }

  /** @param {Sample[]} sample */
  show(sample) {
    this.list.replaceChildren(...sample.map((each) => windowOf(each)));
  }
}

/** @param {Sample} sample */
function windowOf(sample) {
  const name = nameOf(sample);
  const pair = (/** @type {string} */ input, /** @type {string | null} */ target) =>
    h("li", {}, chip(input, "input"), chip(target, "target"));
  return h(
    "div",
    {},
    h("p", { class: "llm-note" }, name),
    h(
      "ol",
      { class: "llm-loaders-pairs", "aria-label": name },
      ...sample.inputs.map((input, i) => pair(input, sample.targets[i])),
    ),
  );
}

/** @param {Sample} sample */
function nameOf({ step, window, first }) {
  const [at, from] = [window + 1, first + 1];
  const of = step === null
    ? localize`Held-out, window ${at}`
    : localize`Training, step ${step + 1}, window ${at}`;
  return first ? localize`${of}, from token ${from} on` : of;
}

/**
 * @param {string | null} label null where nothing is compared
 * @param {"input" | "target"} side
 */
function chip(label, side) {
  const kind = `llm-token llm-loaders-${side}`;
  if (label === null) {
    return h("span", { class: `${kind} llm-loaders-skipped` }, localize`skipped`);
  }
  if (label === END) return h("span", { class: `${kind} llm-loaders-end` }, localize`end`);
  return h("span", { class: kind }, h("span", {}, ...showBlanks(label)));
}
