// The ledger, drawn: what each part adds to the answer's logit, as bars up and down from zero.

import { h } from "../shared/dom.js";
import { spoken } from "../shared/tokens.js";
import { cssPercent, decimals } from "../shared/words.js";

/** @import { Shown } from "./lens.js" */

/** 10.44 -> "+10.4". @param {number} x */
const signed = (x) => `${x < 0 ? "−" : "+"}${Math.abs(x).toFixed(1)}`;

export class Ledger {
  /** @param {string[]} names of the embedding and the parts */
  constructor(names) {
    this.names = names;
    this.bars = names.map(() => h("span", { class: "llm-stream-entry" }));
    this.numbers = names.map(() => h("span", { class: "llm-stream-number" }));
    this.title = h("p", { class: "llm-label" });
    this.plot = h(
      "div",
      { class: "llm-stream-plot llm-stream-signed", role: "img" },
      ...names.map((_, i) =>
        h("div", { class: "llm-stream-column" }, this.bars[i], this.numbers[i])
      ),
    );
    this.element = h(
      "section",
      { class: "llm-stream-ledger", "aria-label": "The ledger" },
      this.title,
      this.plot,
    );
  }

  /** @param {Shown} shown */
  show({ base, now, answer }) {
    const both = [...base.ledger, ...now.ledger]; // one scale, so that bars can be compared
    const up = Math.max(1, ...both);
    const down = Math.max(0.15 * up, -Math.min(0, ...both));
    const zero = down / (up + down); // from the foot
    this.plot.style.setProperty("--zero", cssPercent(zero));
    now.ledger.forEach((entry, i) => {
      const size = Math.abs(entry) / (up + down);
      const { style, classList } = this.bars[i];
      style.height = cssPercent(size);
      style.bottom = cssPercent(entry < 0 ? zero - size : zero);
      classList.toggle("llm-stream-minus", entry < 0);
      const isOff = now.off.includes(this.names[i]);
      this.numbers[i].textContent = isOff ? "off" : signed(entry);
      this.numbers[i].style.bottom = cssPercent(entry < 0 ? zero : zero + size);
    });
    this.title.textContent = `What each adds to the logit of ${spoken(answer)}: ` +
      `${signed(now.lead)} in all, above the mean of all tokens`;
    const each = this.names.map((name, i) => `${name} ${decimals(now.ledger[i])}`);
    this.plot.setAttribute("aria-label", `Added to the logit: ${each.join(", ")}.`);
  }
}
