// What a reader chooses or types below the picture of a scene that can be changed.

import { h, problem } from "../shared/dom.js";

/** @import { Choice } from "./types.js" */

export class Choices {
  /** @param {(settings: Record<string, unknown>) => void} set */
  constructor(set) {
    this.set = set;
    this.element = h("div", { class: "llm-walk-choices" });
    this.complaint = problem("");
    this.complaint.hidden = true;
    /** @type {Choice[]} */
    this.shown = [];
    /** @type {(HTMLSelectElement | HTMLInputElement)[]} */
    this.fields = [];
    this.made = "";
  }

  /** @param {Choice[]} choices */
  show(choices) {
    this.shown = choices;
    const made = JSON.stringify(choices.map(({ name, options }) => [name, options]));
    if (made !== this.made) {
      this.made = made;
      this.fields = choices.map((choice, i) =>
        choice.read ? this.typed(choice, i) : this.menu(choice, i)
      );
      this.element.replaceChildren(
        ...choices.map(({ name }, i) => h("label", {}, h("span", {}, name), this.fields[i])),
        this.complaint,
      );
    }
    choices.forEach(({ value }, i) => {
      if (!this.fields[i].hasAttribute("aria-invalid")) this.fields[i].value = value;
    });
  }

  /**
   * @param {Choice} choice
   * @param {number} i
   */
  menu({ options = [] }, i) {
    const menu = h(
      "select",
      { onchange: () => this.set(this.shown[i].pick?.(menu.value) ?? {}) },
      ...options.map(([value, words]) => h("option", { value }, words)),
    );
    return menu;
  }

  /**
   * A field to type in; what can't be read is left there, and said.
   * @param {Choice} choice
   * @param {number} i
   */
  typed({ value }, i) {
    const field = h("input", {
      type: "text",
      value,
      autocomplete: "off",
      spellcheck: "false",
      onchange: () => this.take(field, this.shown[i].read?.(field.value) ?? {}),
      onfocus: () => field.select(),
    });
    return field;
  }

  /**
   * @param {HTMLInputElement} field
   * @param {Record<string, unknown> | string} found what it sets, or what is wrong with it
   */
  take(field, found) {
    const isWrong = typeof found === "string";
    this.complaint.hidden = !isWrong;
    this.complaint.textContent = isWrong ? found : "";
    if (isWrong) field.setAttribute("aria-invalid", "true");
    else {
      this.fields.forEach((each) => each.removeAttribute("aria-invalid"));
      this.set(found);
    }
  }

  /** Forget what could not be read. */
  clear() {
    this.complaint.hidden = true;
    this.fields.forEach((each) => each.removeAttribute("aria-invalid"));
  }
}
