// What the chosen head does and what has come of it, large, below the tokens.

import { h } from "../shared/dom.js";
import { Finding } from "../shared/frame.js";

/** A finding whose first sentence has the colour of its head. */
export class Reading extends Finding {
  /** @param {string} text */
  write(text) {
    const [, first, rest] = /^(.*?%\)\.)(.*)$/s.exec(text) ?? [text, text, ""];
    const name = /^Head \d+\.\d+/.exec(first)?.[0] ?? "";
    this.element.replaceChildren(h("b", {}, name), first.slice(name.length), rest);
  }
}
