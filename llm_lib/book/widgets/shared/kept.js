// What a widget on a page of the book keeps in the reader's browser, so that a reload finds it.
// With a kernel its traits keep it.

import { theBook } from "./files.js";

/** @import { Model } from "./types.js" */

const PREFIX = "llm-from-scratch.widget.1";

/** A little of a widget's state: whole or not at all; nothing where the browser keeps nothing. */
export class KeptState {
  /**
   * @param {string} name of the widget
   * @param {Model} model
   */
  constructor(name, model) {
    const initial = JSON.stringify(model.get("initial") ?? {});
    this.key = `${PREFIX} ${name} ${location.pathname} ${initial}`;
    this.works = Boolean(theBook());
  }

  /** What was kept; null where there is nothing, or something that is no object. @returns {any} */
  read() {
    if (!this.works) return null;
    try {
      const found = JSON.parse(localStorage.getItem(this.key) ?? "null");
      return found && typeof found === "object" && !Array.isArray(found) ? found : null;
    } catch {
      return null;
    }
  }

  /** @param {object} what */
  write(what) {
    if (!this.works) return;
    try {
      localStorage.setItem(this.key, JSON.stringify(what));
    } catch { // a private window, or a store that is full
      this.works = false;
    }
  }
}
