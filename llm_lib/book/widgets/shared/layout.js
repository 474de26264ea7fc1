// Where the parts of a widget stand: side by side, behind tabs, or folded.

import { h, rove } from "./dom.js";

/**
 * What is changed beside what is moved: the stage left, the sentence and the controls right. On a
 * phone they stand one below the other, and a sticky stage stays in sight while a slider moves.
 * @param {Node[]} stage
 * @param {Node[]} side
 * @param {{ sticky?: boolean, kind?: string }} [options] kind: further classes of the whole
 */
export const split = (stage, side, { sticky = true, kind = "" } = {}) =>
  h(
    "div",
    { class: `llm-split ${kind}` },
    h("div", { class: `llm-stage ${sticky ? "llm-stage-sticky" : ""}` }, ...stage),
    h("div", { class: "llm-side" }, ...side),
  );

/**
 * What a reader asks for only after the rest, folded.
 * @param {string} words what it is
 * @param {(Node | string)[]} children
 */
export const more = (words, ...children) =>
  h("details", { class: "llm-more" }, h("summary", {}, words), ...children);

/** @typedef {HTMLDivElement & { pick: (k: number) => void }} Tabs */

/**
 * Parts of which one is seen at a time. Its `pick(k)` shows one from outside.
 * @param {string} name what the tabs choose
 * @param {[label: string, panel: HTMLElement][]} parts
 * @param {(k: number) => void} [onpick] told which the reader chose
 * @returns {Tabs}
 */
export function tabs(name, parts, onpick = () => {}) {
  const id = `llm-tab-${Math.random().toString(36).slice(2)}`;
  const choose = (/** @type {number} */ k) => {
    pick(k);
    onpick(k);
  };
  const buttons = parts.map(([label], k) =>
    h("button", {
      type: "button",
      role: "tab",
      id: `${id}-${k}`,
      "aria-controls": `${id}-panel-${k}`,
      onclick: () => choose(k),
    }, label)
  );
  parts.forEach(([, panel], k) => {
    panel.id = `${id}-panel-${k}`;
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", buttons[k].id);
  });
  const list = h("div", { class: "llm-segments", role: "tablist", "aria-label": name }, ...buttons);
  rove(list, () => buttons, { onmove: (item) => item.click() });
  const pick = (/** @type {number} */ chosen) =>
    buttons.forEach((button, k) => {
      button.setAttribute("aria-selected", String(k === chosen));
      button.tabIndex = k === chosen ? 0 : -1;
      parts[k][1].hidden = k !== chosen;
    });
  pick(0);
  const panels = parts.map(([, panel]) => panel);
  return Object.assign(h("div", { class: "llm-tabs" }, list, ...panels), { pick });
}
