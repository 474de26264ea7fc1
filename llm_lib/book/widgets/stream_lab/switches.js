// A switch for each part of each block, below the column that it fills.

import { h, rove } from "../shared/dom.js";

export class Switches {
  /**
   * @param {string[]} names "embedding" and the parts, two for each block
   * @param {(names: string[], isOn: boolean) => void} onswitch
   */
  constructor(names, onswitch) {
    this.names = names.slice(1);
    this.buttons = this.names.map((name) => {
      const [kind] = name.split(" ");
      return h(
        "button",
        {
          type: "button",
          role: "switch",
          class: "llm-stream-switch",
          "aria-label": name,
          onclick: () => onswitch([name], this.off.includes(name)),
        },
        h("span", { class: "llm-stream-long" }, kind),
        h("span", { class: "llm-stream-short", "aria-hidden": "true" }, kind[0].toUpperCase()),
      );
    });
    /** @type {string[]} */
    this.off = [];
    const blocks = Array.from({ length: this.names.length / 2 }, (_, i) => {
      const both = this.names.slice(2 * i, 2 * i + 2);
      const toggle = () => onswitch(both, both.every((name) => this.off.includes(name)));
      return h(
        "button",
        { type: "button", class: "llm-stream-block", onclick: toggle },
        h("span", { class: "llm-stream-long" }, "block "),
        `${i}`,
      );
    });
    blocks.forEach((block, i) => block.setAttribute("aria-label", `Block ${i}, both parts`));
    const row = h(
      "div",
      { class: "llm-stream-row" },
      h("span", {
        class: "llm-stream-embedding",
      }, "embedding"),
      ...this.buttons,
    );
    rove(row, () => this.buttons);
    this.buttons.forEach((button, i) => button.tabIndex = i ? -1 : 0);
    this.element = h(
      "section",
      { class: "llm-stream-switches", "aria-label": "Parts: press one to switch it off or on" },
      row,
      h("div", { class: "llm-stream-row llm-stream-blocks" }, h("span"), ...blocks),
      h("p", { class: "llm-note llm-stream-short" }, "A: attention. F: feed-forward network."),
    );
  }

  /** @param {string[]} off */
  show(off) {
    this.off = off;
    this.names.forEach((name, i) => {
      this.buttons[i].setAttribute("aria-checked", String(!off.includes(name)));
    });
  }
}
