// The frame of every widget.

import { button } from "./controls.js";
import { h, problem, setTrait } from "./dom.js";
import { theBook } from "./files.js";
import { localize } from "./localize.js";

/** @import { Model, Show, ViewParts } from "./types.js" */

/**
 * The frame of a widget: title, what to try, and a body that build({model, root, body, signal,
 * ...loaded}) fills, once load({model, signal, say}) has brought what it needs. Returns the
 * function that ends the view.
 * @param {Show} show
 * @returns {Promise<() => void>}
 */
export async function showWidget({ el, name, title, tryThis, ...parts }) {
  const ending = new AbortController();
  const body = h("div");
  const heading = { class: "llm-title", role: "heading", "aria-level": levelAt(el) };
  const root = h(
    "div",
    { class: `llm-widget ${name}`, role: "group", "aria-label": title },
    h("div", { class: "llm-titlebar" }, h("p", heading, title)),
    h("p", { class: "llm-try" }, tryThis),
    body,
  );
  el.append(root);
  keepKeys(root, ending.signal);
  const started = start({ ...parts, root, body, signal: ending.signal });
  // A notebook may have to wait for Python, and wants the end of the view before.
  if (theBook()) await started;
  return () => {
    ending.abort();
    root.remove();
  };
}

const USUAL_LEVEL = 3; // in a notebook, where an output is made before it is put into the page

/**
 * The level of a widget's heading: one below the heading that it stands under.
 * @param {HTMLElement} el
 */
function levelAt(el) {
  if (!el.isConnected) return USUAL_LEVEL;
  const above = [...document.querySelectorAll("h1, h2, h3, h4, h5")].findLast((heading) =>
    heading.compareDocumentPosition(el) & Node.DOCUMENT_POSITION_FOLLOWING
  );
  return above ? Number(above.tagName[1]) + 1 : USUAL_LEVEL;
}

/**
 * Load what the widget needs, and build it; say what is waited for, and what went wrong.
 * @param {Omit<Show, "el" | "name" | "title" | "tryThis"> & Omit<ViewParts, "model">} parts
 */
async function start(parts) {
  const { model, root, body, signal, build, load, waiting = localize`Loading …` } = parts;
  let isLoading = Boolean(load);
  try {
    let loaded = {};
    if (load) {
      const note = h("p", { class: "llm-note", role: "status" }, waiting);
      const say = (/** @type {string} */ text) => {
        note.textContent = text;
      };
      body.replaceChildren(note);
      loaded = await load({ model, signal, say });
      if (signal.aborted) return;
    }
    isLoading = false;
    body.replaceChildren();
    build({ ...loaded, model, root, body, signal });
    root.dataset.ready = "yes";
  } catch (error) {
    if (signal.aborted) return;
    console.error(error);
    const { failed = localize(FAILED) } = parts;
    body.replaceChildren(problem(`${failed} ${reason(error)}`));
    // what could not be fetched may be there the next time
    if (isLoading) body.append(button(localize`Try again`, () => start(parts)));
    root.dataset.ready = "failed";
  }
}

const FAILED = "This widget can't start.";

/**
 * What is wrong, in the words of an error.
 * @param {any} error whatever was thrown
 * @returns {string}
 */
export const reason = (error) => error?.message ?? String(error);

/**
 * Keep keys for the widget that has the focus: JupyterLab, which hears each key first, would move
 * from cell to cell with the arrows that move a slider. Those with Ctrl or the like remain
 * JupyterLab's.
 * @param {HTMLElement} root
 * @param {AbortSignal} signal
 */
function keepKeys(root, signal) {
  const decide = (/** @type {KeyboardEvent} */ { target, ctrlKey, metaKey, altKey }) => {
    const element = /** @type {Element} */ (target);
    if (!root.contains(element)) return;
    element.toggleAttribute("data-lm-suppress-shortcuts", !(ctrlKey || metaKey || altKey));
  };
  addEventListener("keydown", decide, { capture: true, signal });
}

/**
 * What the widget shows at present, in words: the reader sees it, a screen reader says it, and
 * Python finds it in the trait "finding".
 */
export class Finding {
  /**
   * @param {Model} model
   * @param {AbortSignal} signal
   */
  constructor(model, signal) {
    this.model = model;
    this.timer = 0;
    this.element = h("p", { class: "llm-finding", role: "status", "aria-live": "polite" });
    signal.addEventListener("abort", () => this.wait());
  }

  /** Say nothing of what was about to be said. */
  wait() {
    clearTimeout(this.timer);
  }

  /** @param {string} text */
  write(text) {
    this.element.textContent = text;
  }

  /**
   * Say it after a pause, so that a screen reader is not interrupted at each key.
   * @param {string} text
   * @param {{ quiet?: boolean }} [options] quiet: at once, and not read out
   */
  say(text, { quiet = false } = {}) {
    this.wait();
    this.element.setAttribute("aria-live", quiet ? "off" : "polite");
    this.timer = setTimeout(() => {
      this.write(text);
      if (this.model.get("finding") !== text) setTrait(this.model, "finding", text);
    }, this.element.textContent && !quiet ? 300 : 0);
  }
}
