// Small helpers for the page. Text always enters as text, never as HTML.

import { present } from "../../engine/present.js";

/** @import { Colour, Model } from "./types.js" */

/**
 * Attributes of an element; "onclick" and the like are listeners. One that is false or null is left
 * out.
 * @typedef {{ [listener: `on${string}`]: (event: any) => void, [name: string]: any }} Attributes
 */

/**
 * h("button", {class: "x", onclick: f, "aria-label": "…"}, "text", otherElement) -> element.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    // "true" and "false" are words there
    else if (name.startsWith("aria-")) element.setAttribute(name, String(value));
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children);
  return element;
}

/**
 * Shown instead of a widget that can't work, or in it: what is wrong, in words.
 * @param {string} text
 */
export const problem = (text) => h("p", { class: "llm-problem", role: "alert" }, text);

/**
 * Set a trait and tell Python, where there is one.
 * @param {Model} model
 * @param {string} name
 * @param {unknown} value
 */
export function setTrait(model, name, value) {
  model.set(name, value);
  model.save_changes();
}

/**
 * Call f whenever one of the traits changes, until the signal ends the view.
 * @param {Model} model
 * @param {string[]} names
 * @param {AbortSignal} signal
 * @param {() => void} f
 */
export function onTraits(model, names, signal, f) {
  const events = names.map((name) => `change:${name}`);
  for (const event of events) model.on(event, f);
  signal.addEventListener("abort", () => events.forEach((event) => model.off(event, f)));
}

/**
 * A function that runs f once in the next frame, however often it is called before.
 * @param {() => void} f
 * @param {AbortSignal} signal
 */
export function eachFrame(f, signal) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      if (!signal.aborted) f();
    });
  };
}

/**
 * Call f when the page turns from light to dark or back, or the reader's system takes other
 * colours: canvases must be painted anew.
 * @param {AbortSignal} signal
 * @param {() => void} f
 */
export function onTheme(signal, f) {
  const observer = new MutationObserver(f);
  const system = ["(prefers-color-scheme: dark)", "(forced-colors: active)"].map((one) =>
    matchMedia(one)
  );
  for (const element of [document.documentElement, document.body]) {
    observer.observe(element, {
      attributeFilter: ["data-theme", "theme", "class", "data-jp-theme-light"],
    });
  }
  for (const one of system) one.addEventListener("change", f, { signal });
  signal.addEventListener("abort", () => observer.disconnect());
}

/**
 * Call f when the reader of a page asks to see all answers, or no longer does.
 * @param {AbortSignal} signal
 * @param {() => void} f
 */
export function onAnswersShown(signal, f) {
  const observer = new MutationObserver(f);
  observer.observe(document.documentElement, { attributeFilter: ["data-answers"] });
  signal.addEventListener("abort", () => observer.disconnect());
}

/**
 * Call f when one of the elements gets another size, and once at the start.
 * @param {Element[]} elements
 * @param {AbortSignal} signal
 * @param {() => void} f
 */
export function onResize(elements, signal, f) {
  const observer = new ResizeObserver(f);
  for (const element of elements) observer.observe(element);
  signal.addEventListener("abort", () => observer.disconnect());
}

/**
 * The letters of tokens, as a canvas names them: it does not know the page's own names for fonts.
 * @param {number} size in pixels
 * @param {boolean} [bold]
 */
export function monoFont(size, bold = false) {
  const theme = getComputedStyle(document.documentElement);
  const family = theme.getPropertyValue("--llm-mono").trim();
  return `${bold ? 600 : 400} ${size}px ${family || "monospace"}`;
}

/**
 * Have a canvas drawn anew once letters that it uses have come.
 * @param {() => void} draw
 */
export function onceLettersCome(draw) {
  const awaited = [false, true].map((bold) => monoFont(16, bold))
    .filter((font) => !document.fonts.check(font));
  if (!awaited.length) return;
  Promise.all(awaited.map((font) => document.fonts.load(font))).then(draw, () => {});
}

/**
 * A colour of the theme.
 * @param {Element} element
 * @param {string} name
 * @returns {Colour}
 */
export function themeColour(element, name) {
  const value = getComputedStyle(element).getPropertyValue(name).trim();
  if (value[0] !== "#") return systemColour(element, name);
  const part = (/** @type {number} */ i) => parseInt(value.slice(i, i + 2), 16);
  return [part(1), part(3), part(5)];
}

/**
 * The same where the reader's system has colours of its own: "Canvas", or a mix of two.
 * @param {Element} element
 * @param {string} name
 * @returns {Colour}
 */
function systemColour(element, name) {
  const sample = h("i", { style: `color: var(${name}); forced-color-adjust: none` });
  element.append(sample);
  const { color } = getComputedStyle(sample);
  sample.remove();
  // "rgb(1, 2, 3)", or "color(srgb 0.1 0.2 0.3)"; an element that a notebook has not put on its
  // page yet has no colours, and is painted again when it is there
  const parts = (color.match(/[\d.]+/g) ?? ["0", "0", "0"]).map(Number).slice(0, 3);
  const [red, green, blue] = color.startsWith("color(") ? parts.map((x) => 255 * x) : parts;
  return [red, green, blue];
}

/**
 * Let one Tab stop stand for a whole group, in which the arrow keys move.
 * @template {HTMLElement | SVGElement} Item
 * @param {Element} group
 * @param {() => Item[]} items the elements in order
 * @param {{ columns?: () => number, onmove?: (item: Item) => void }} [options] columns: 1 for a
 *   list; onmove is told where the focus went
 */
export function rove(group, items, { columns = () => 1, onmove = () => {} } = {}) {
  const onkeydown = (/** @type {KeyboardEvent} */ event) => {
    const all = items();
    const at = all.indexOf(/** @type {Item} */ (event.target));
    const n = columns();
    /** @type {Record<string, number>} */
    const steps = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: n,
      ArrowUp: -n,
      Home: -at,
      End: all.length - 1 - at,
    };
    if (at < 0 || !(event.key in steps) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = all[at + steps[event.key]];
    if (next) {
      next.focus();
      onmove(next);
    }
  };
  group.addEventListener("keydown", /** @type {EventListener} */ (onkeydown));
  group.addEventListener("focusin", ({ target }) => {
    const all = items();
    if (!all.includes(/** @type {Item} */ (target))) return;
    for (const item of all) item.tabIndex = item === target ? 0 : -1;
  });
}

/**
 * How far an arrow key moves a point, y upwards; null for another key. The page does not scroll.
 * @param {KeyboardEvent} event
 * @param {number} step
 * @param {number} leap the same with Shift
 * @returns {[dx: number, dy: number] | null}
 */
export function arrowMove(event, step, leap) {
  const far = event.shiftKey ? leap : step;
  /** @type {Record<string, [dx: number, dy: number]>} */
  const moves = {
    ArrowRight: [far, 0],
    ArrowLeft: [-far, 0],
    ArrowUp: [0, far],
    ArrowDown: [0, -far],
  };
  if (!(event.key in moves) || event.ctrlKey || event.metaKey || event.altKey) return null;
  event.preventDefault();
  return moves[event.key];
}

/**
 * The first element in another one that a selector names, as querySelector finds it. Throws an
 * Error that says the selector if there is none.
 * @template {string} Selector
 * @param {ParentNode} root
 * @param {Selector} selector
 * @returns {Selector extends keyof HTMLElementTagNameMap ? HTMLElementTagNameMap[Selector]
 *   : HTMLElement}
 */
export const find = (
  root,
  selector,
) => /** @type {any} */ (present(root.querySelector(selector), `the element “${selector}”`));

/**
 * What draws on a canvas. Throws an Error if the browser has none left to give.
 * @param {HTMLCanvasElement} canvas
 */
export const penOf = (canvas) => present(canvas.getContext("2d"), "the pen of a canvas");

/**
 * Which of some elements has the focus, or -1.
 * @param {Iterable<Element>} elements
 */
export const focusedIndex = (elements) =>
  [...elements].findIndex((element) => element === document.activeElement);
