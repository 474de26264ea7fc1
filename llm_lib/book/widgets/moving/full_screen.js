// A widget that fills the whole screen, as for a lecture, and goes back to its place.

import { present } from "../../engine/present.js";
import { h } from "../shared/dom.js";
import { localize } from "../shared/localize.js";
import { svg } from "../shared/svg.js";

const OUTWARDS = "M2 6V2H6M10 2H14V6M14 10V14H10M6 14H2V10";
const INWARDS = "M6 2V6H2M14 6H10V2M10 14V10H14M2 10H6V14";
const FULL = "llm-walk-full";

/**
 * Let nothing have the focus or be read out but an element; the function returned ends that.
 * @param {HTMLElement} element
 */
function keepAlone(element) {
  /** @type {HTMLElement[]} */
  const quiet = [];
  for (let one = element; one.parentElement; one = one.parentElement) {
    for (const other of /** @type {HTMLElement[]} */ ([...one.parentElement.children])) {
      if (other === one || other.inert) continue;
      other.inert = true;
      quiet.push(other);
    }
  }
  return () => quiet.forEach((other) => other.inert = false);
}

/**
 * Hold a page still behind an element that leaves its place; the function returned ends that.
 * @param {HTMLElement} element
 */
function holdPage(element) {
  const place = present(element.parentElement, "the place of a film");
  const page = document.documentElement;
  const { top, height } = element.getBoundingClientRect();
  const before = [place.style.minHeight, page.style.overflow];
  place.style.minHeight = `${height}px`;
  page.style.overflow = "hidden";
  return () => {
    [place.style.minHeight, page.style.overflow] = before;
    if (!element.isConnected) return;
    const moved = element.getBoundingClientRect().top - top;
    scrollBy({ top: moved, behavior: "instant" });
  };
}

export class FullScreen {
  /**
   * @param {HTMLElement} root of the widget
   * @param {AbortSignal} signal
   * @param {() => void} onchange told when it has become large, or small again
   */
  constructor(root, signal, onchange) {
    this.root = root;
    this.signal = signal;
    this.onchange = onchange;
    this.isOn = false;
    /** @type {(() => void)[]} what gives the page back what was taken from it */
    this.ends = [];
    this.icon = svg("path", { d: OUTWARDS });
    const drawing = svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, this.icon);
    this.button = h("button", { type: "button", class: "llm-walk-larger" }, drawing);
    this.button.addEventListener("click", () => this.isOn ? this.leave() : this.enter());
    this.name();
    document.addEventListener("keydown", (event) => this.onkey(event), { signal });
    document.addEventListener("fullscreenchange", () => this.follow(), { signal });
    root.addEventListener("click", (event) => this.onclick(event), { signal });
    signal.addEventListener("abort", () => this.leave());
  }

  /** Fill the screen; where a browser can't or may not do that, fill its window. */
  async enter() {
    if (this.ends.length) return;
    const { root } = this;
    this.ends = [holdPage(root)];
    try {
      await root.requestFullscreen({ navigationUI: "hide" });
    } catch { // an iPhone has no such function, and a frame in a page may not use it
      this.cover();
    }
    if (this.signal.aborted || !this.ends.length) return;
    this.ends.push(keepAlone(root));
    this.isOn = true;
    root.classList.add(FULL);
    this.name();
    root.focus({ preventScroll: true });
    this.onchange();
  }

  /** Lie over all of the window. As a popover, nothing on the page cuts it or lies above it. */
  cover() {
    const { root } = this;
    if (!root.showPopover) return;
    root.popover = "manual";
    root.showPopover();
    this.ends.push(() => root.removeAttribute("popover"));
  }

  /** Go back to its place, and give the focus back. */
  async leave() {
    if (!this.ends.length) return;
    const { root, ends } = this;
    this.isOn = false;
    this.ends = [];
    root.classList.remove(FULL);
    this.name();
    if (document.fullscreenElement === root) await document.exitFullscreen().catch(() => {});
    for (const end of ends.reverse()) end();
    if (this.signal.aborted) return;
    this.onchange();
    this.button.focus({ preventScroll: true });
  }

  /** The browser has left the full screen by itself, as it does at Escape. */
  follow() {
    if (this.isOn && !this.root.popover && document.fullscreenElement !== this.root) this.leave();
  }

  /** @param {KeyboardEvent} event */
  onkey({ key, defaultPrevented }) {
    if (this.isOn && key === "Escape" && !defaultPrevented) this.leave();
  }

  /**
   * Who clicks on a button and goes on with the keyboard means the film, not that button.
   * @param {MouseEvent} event
   */
  onclick({ target, detail }) {
    const isButton = /** @type {Element} */ (target).closest("button");
    if (this.isOn && isButton && detail) this.root.focus({ preventScroll: true });
  }

  /** Say what the button does now. */
  name() {
    const words = localize(this.isOn ? "Leave full screen" : "Full screen");
    this.button.setAttribute("aria-label", words);
    this.button.title = words;
    this.icon.setAttribute("d", this.isOn ? INWARDS : OUTWARDS);
  }
}
