// What a widget's script is given where no Python is: its traits, and who listens to them.

/** @import { Model } from "./types.js" */

/** @implements {Model} */
export class PageModel {
  /** @param {Record<string, unknown>} state the traits by name */
  constructor(state) {
    this.state = state;
    /** @type {Map<string, Set<() => void>>} */
    this.listeners = new Map();
  }

  /**
   * @param {string} name
   * @returns {any}
   */
  get(name) {
    return this.state[name];
  }

  /**
   * @param {string} name
   * @param {unknown} value
   */
  set(name, value) {
    if (this.state[name] === value) return;
    this.state[name] = value;
    for (const listener of [...this.listeners.get(`change:${name}`) ?? []]) listener();
  }

  /**
   * @param {string} event
   * @param {() => void} listener
   */
  on(event, listener) {
    this.listeners.set(event, (this.listeners.get(event) ?? new Set()).add(listener));
  }

  /**
   * @param {string} event
   * @param {() => void} listener
   */
  off(event, listener) {
    this.listeners.get(event)?.delete(listener);
  }

  save_changes() {} // what is set stays here

  send() {}
}
