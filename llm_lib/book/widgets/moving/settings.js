// What a story is computed from: traits, and the numbers in them that a reader changes.

/** @import { Model } from "../shared/types.js" */
/** @import { Spin } from "./types.js" */

export class Settings {
  /**
   * @param {Model} model
   * @param {string[]} names of the traits
   */
  constructor(model, names) {
    this.model = model;
    this.names = names;
  }

  /** @returns {Record<string, unknown>} as they are now */
  get values() {
    return Object.fromEntries(this.names.map((name) => [name, this.model.get(name)]));
  }

  /** @returns {Record<string, unknown>} as the story began; what no reader can set is left out */
  get initial() {
    const initial = this.model.get("initial");
    const names = this.names.filter((name) => name in initial);
    return Object.fromEntries(names.map((name) => [name, structuredClone(initial[name])]));
  }

  /**
   * A number that can be changed.
   * @param {Spin} spin
   * @returns {number}
   */
  numberAt({ setting, path: [i, j] }) {
    return this.model.get(setting)[i][j];
  }

  /**
   * The setting with another number in it.
   * @param {Spin} spin
   * @param {number} value
   */
  withNumber({ setting, path: [i, j] }, value) {
    /** @type {number[][]} */
    const rows = this.model.get(setting);
    const row = rows[i].map((old, at) => (at === j ? value : old));
    return { [setting]: rows.map((old, at) => (at === i ? row : old)) };
  }
}
