// Tokens folded to their first two lines.

import { button } from "../shared/controls.js";
import { h } from "../shared/dom.js";

const LINES = 2;

/**
 * Folds a list of tokens: what stands beyond its second line is hidden behind "+ 43". Once unfolded
 * it stays so until another text is shown.
 */
export class TwoLines {
  /**
   * @param {HTMLElement} list
   * @param {string} name of what the tokens are
   */
  constructor(list, name) {
    this.list = list;
    this.name = name;
    this.isOpen = false;
    this.n = 0; // tokens in all, drawn or not
    this.button = button("", () => this.toggle(), "llm-quiet llm-cut-more");
    this.item = h("li", { class: "llm-cut-rest" }, this.button);
    list.addEventListener("keydown", (event) => this.makeRoom(event), { capture: true });
  }

  /** @returns {HTMLElement[]} all items but the button's */
  get items() {
    return /** @type {HTMLElement[]} */ ([...this.list.children]).filter((li) => li !== this.item);
  }

  /**
   * Fold what is in the list now.
   * @param {number} n tokens in all
   */
  fold(n = this.n) {
    this.n = n;
    const { items, item } = this;
    item.remove();
    for (const each of items) each.hidden = false;
    const cut = this.beyond(items);
    if (cut < 0) return;
    this.list.append(item);
    this.offer(0);
    if (this.isOpen) return;
    // The button needs a place at the end of the second line.
    for (let first = cut; first > 0; first--) {
      for (const each of items.slice(first)) each.hidden = true;
      this.offer(this.n - items.slice(0, first).filter(isToken).length);
      if (this.beyond([...items.slice(0, first), item]) < 0) break;
    }
  }

  /**
   * The first item that stands beyond the lines; -1 where there is none.
   * @param {HTMLElement[]} items
   */
  beyond(items) {
    const tops = new Set();
    return items.findIndex((item) => {
      if (item.offsetHeight) tops.add(item.offsetTop);
      return tops.size > LINES;
    });
  }

  /** @param {number} more tokens that are hidden; 0 where all are shown */
  offer(more) {
    this.button.textContent = more ? `+ ${more.toLocaleString("en")}` : "fewer";
    this.button.setAttribute(
      "aria-label",
      more
        ? `Show ${more.toLocaleString("en")} more tokens of ${this.name}`
        : `Show fewer tokens of ${this.name}`,
    );
    this.button.setAttribute("aria-expanded", String(!more));
  }

  toggle() {
    this.isOpen = !this.isOpen;
    this.fold();
  }

  /**
   * Unfold where a token is to be seen that is hidden.
   * @param {number} place
   * @param {HTMLElement[]} blocks of the tokens
   */
  reveal(place, blocks) {
    if (!blocks[place]?.closest("li")?.hidden) return;
    this.isOpen = true;
    this.fold();
  }

  /**
   * A key that leads beyond the last token in sight unfolds first.
   * @param {KeyboardEvent} event
   */
  makeRoom({ key, target }) {
    if (this.isOpen || !this.item.isConnected || target === this.button) return;
    const seen = this.items.filter((item) => isToken(item) && !item.hidden);
    const isLast = seen.at(-1)?.contains(/** @type {Node} */ (target));
    if (key === "End" || (isLast && ["ArrowRight", "ArrowDown"].includes(key))) this.toggle();
  }
}

/** @param {HTMLElement} item */
const isToken = (item) => Boolean(item.querySelector("[data-at]"));
