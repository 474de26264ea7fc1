// A veil: what lies under it is blurred and out of reach; a button names it, and lifts the veil.

import { h } from "../../llm_lib/book/widgets/shared/dom.js";
import { localize } from "../../llm_lib/book/widgets/shared/localize.js";

const OUTPUT = ".cell_output";
const TEXT = "p, span, dt"; // what words stand in

/** @param {Element} output */
function whatWaits(output) {
  if (output.querySelector(".llm-figure")) return localize`The chart waits for your answer.`;
  if (output.querySelector("table")) return localize`The table waits for your answer.`;
  if (output.querySelector("svg, img")) return localize`The picture waits for your answer.`;
  return localize`The output waits for your answer.`;
}

/**
 * The last line of the code above an output, by which a screen reader tells it from others. Where
 * that only closes brackets: what they were opened for.
 * @param {Element} output
 */
function codeOf(output) {
  const code = output.closest(".cell")?.querySelector(":scope > .cell_input pre");
  const lines = code?.textContent.trimEnd().split("\n") ?? [""];
  const last = lines[lines.length - 1].trim();
  if (/\w/.test(last)) return last;
  return lines.filter((line) => /^\w/.test(line)).at(-1)?.replace(/[([{]+$/, "") ?? "";
}

/**
 * The button on a veil.
 * @param {string} words
 * @param {string} spoken what only a screen reader says, behind them
 * @param {() => void} lift
 */
const liftButton = (words, spoken, lift) =>
  h(
    "button",
    { type: "button", class: "llm-veil-lift", onclick: lift },
    h("b", {}, words),
    " ",
    h("u", {}, localize`Show it`),
    h("span", { class: "llm-spoken" }, spoken),
  );

/**
 * @param {HTMLElement} output
 * @param {() => void} lift
 */
function coverOutput(output, lift) {
  const code = codeOf(output);
  const spoken = code ? localize`(the output of ${code})` : "";
  const parts = /** @type {HTMLElement[]} */ ([...output.children]);
  for (const part of parts) part.inert = true;
  output.append(liftButton(whatWaits(output), spoken, () => {
    lift();
    output.tabIndex = -1; // the button is gone: the keyboard goes on here
    output.focus({ preventScroll: true });
  }));
  output.classList.add("llm-veil");
}

/** @param {Element} thing what it stands in among the blocks of a page */
const blockOf = (thing) => thing.closest(".cell, p, dt, div.math");

/**
 * Whether a veil stands where the eye has the button of the one before: in the same block as it, or
 * in the next.
 * @param {Element} thing
 * @param {Element | undefined} before
 */
function follows(thing, before) {
  const last = before && blockOf(before);
  return Boolean(last) && [last, last?.nextElementSibling].includes(blockOf(thing));
}

/**
 * Words keep their lines: what is inert is an element of its own, so that a click finds the veil.
 * @param {HTMLElement} text
 * @param {() => void} lift
 * @param {boolean} isAlone whether no other veil's button is near
 */
function coverText(text, lift, isAlone) {
  const under = h("span", { class: "llm-veil-under" }, ...text.childNodes);
  under.inert = true;
  text.append(under);
  text.classList.add("llm-veil");
  if (isAlone) text.append(liftButton(localize`What was found waits for your answer.`, "", lift));
  text.onclick = lift;
}

/** @param {HTMLElement} thing */
const textsOf = (
  thing,
) => /** @type {HTMLElement[]} */ (thing.matches(TEXT)
  ? [thing]
  : [...thing.querySelectorAll("p, dt, div.math")]);

/**
 * Lay veils over all that a question guards.
 * @param {HTMLElement[]} things
 * @param {() => void} lift
 */
export function coverAll(things, lift) {
  /** @type {Element | undefined} */
  let before;
  for (const thing of things) {
    if (thing.querySelector(":scope > .llm-veil-lift, .llm-veil-under")) return; // it is there
    if (thing.matches(OUTPUT)) coverOutput(thing, lift);
    for (const text of thing.matches(OUTPUT) ? [] : textsOf(thing)) {
      coverText(text, lift, !follows(text, before));
      before = text;
    }
    before = thing;
  }
}

/** @param {HTMLElement} veil */
function uncover(veil) {
  veil.querySelectorAll(":scope > .llm-veil-lift").forEach((button) => button.remove());
  veil.querySelectorAll(":scope > .llm-veil-under").forEach((under) =>
    under.replaceWith(...under.childNodes)
  );
  for (const part of /** @type {HTMLElement[]} */ ([...veil.children])) part.inert = false;
  veil.onclick = null;
  veil.classList.replace("llm-veil", "llm-lifted");
}

/**
 * Lift them.
 * @param {HTMLElement[]} things
 */
export function uncoverAll(things) {
  for (const thing of things) {
    const veils = thing.matches(".llm-veil") ? [thing] : thing.querySelectorAll(".llm-veil");
    for (const veil of veils) uncover(/** @type {HTMLElement} */ (veil));
  }
}
