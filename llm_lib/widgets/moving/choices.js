// What a reader chooses below the picture of a scene that can be changed.

import { h } from "../shared/dom.js";

/** @import { Choice } from "./types.js" */

export class Choices {
  /** @param {(settings: Record<string, unknown>) => void} set */
  constructor(set) {
    this.set = set;
    this.element = h("div", { class: "llm-walk-choices" });
    /** @type {Choice[]} */
    this.shown = [];
    this.made = "";
  }

  /** @param {Choice[]} choices */
  show(choices) {
    this.shown = choices;
    const made = JSON.stringify(choices.map(({ name, options }) => [name, options]));
    if (made !== this.made) {
      this.made = made;
      this.menus = choices.map((choice, i) => this.menu(choice, i));
      this.element.replaceChildren(
        ...choices.map(({ name }, i) => h("label", {}, h("span", {}, name), this.menus[i])),
      );
    }
    choices.forEach(({ value }, i) => {
      this.menus[i].value = value;
    });
  }

  /**
   * @param {Choice} choice
   * @param {number} i
   */
  menu({ options }, i) {
    const menu = h(
      "select",
      { onchange: () => this.set(this.shown[i].pick(menu.value)) },
      ...options.map(([value, words]) => h("option", { value }, words)),
    );
    return menu;
  }
}
