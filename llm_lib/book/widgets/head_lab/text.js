// The text that the heads read: a field as tall as it takes, and how much of it the model sees.

import { h, onResize } from "../shared/dom.js";
import { count } from "../shared/words.js";

export const TRY =
  "Click a head: where does it look? A second click switches it off: what does the model say?";

export class HeadText {
  about = h("p", { class: "llm-note" });

  /**
   * @param {(text: string) => void} oninput
   * @param {AbortSignal} signal
   */
  constructor(oninput, signal) {
    this.field = h("textarea", {
      rows: 1,
      spellcheck: "false",
      "aria-label": "Text",
      oninput: () => oninput(this.field.value),
    });
    const label = h("label", {}, h("span", { class: "llm-label" }, "Text"), this.field);
    this.element = h("div", { class: "llm-head-text" }, label, this.about);
    onResize([this.field], signal, () => this.fit());
  }

  /** @param {string} text which the cursor of a reader who types it stays in */
  show(text) {
    const { field } = this;
    if (document.activeElement !== field || field.value !== text) field.value = text;
    this.fit();
  }

  /** Give the text as many lines as it takes. */
  fit() {
    const { field } = this;
    field.style.height = "auto";
    const frame = field.offsetHeight - field.clientHeight;
    field.style.height = `${field.scrollHeight + frame}px`;
  }

  /**
   * Say how many of its tokens the model reads.
   * @param {number} all how many it has
   * @param {number} read
   */
  tell(all, read) {
    const cut = `: the last ones of ${all}, as many as the model’s context holds`;
    this.about.textContent = all === 0
      ? "The text is empty: the model reads its end-of-text token alone."
      : count(read, "token") + (all > read ? cut : "");
  }
}
