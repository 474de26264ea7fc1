// A prompt as the model sees it: its tokens, each with the chance that it had where it was written.

import { h } from "../shared/dom.js";
import { showBlanks } from "../shared/tokens.js";
import { count } from "../shared/words.js";

/** @import { Tokenizer } from "../../engine/types.js" */

const GLIDE = 320; // milliseconds

/**
 * A probability in the little room below a token.
 * @param {number} p
 */
const inShort = (p) =>
  p > 0.995 ? ">99\u00a0%" : p < 0.005 ? "<1\u00a0%" : `${Math.round(100 * p)}\u00a0%`;

/** The tokens; the latest can be seen to come from where it was chosen. */
export class PromptTokens {
  /** @param {Tokenizer} tokenizer */
  constructor(tokenizer) {
    this.tokenizer = tokenizer;
    /** @type {Map<string, number>} the model's probability of a token, by all ids up to it */
    this.chances = new Map();
    this.count = h("p", { class: "llm-label" });
    this.list = h("ul", { class: "llm-tokens", "aria-label": "The prompt's tokens" });
    this.element = h("div", { class: "llm-next-read" }, this.count, this.list);
  }

  /**
   * Remember how likely the model held the last of some tokens.
   * @param {number[]} ids
   * @param {number} p
   */
  note(ids, p) {
    this.chances.set(String(ids), p);
  }

  /**
   * @param {number[]} all the prompt's tokens
   * @param {number[]} window those that the model reads
   * @param {{ room: number, withIds: boolean }} options room: how many it could read
   */
  show(all, window, { room, withIds }) {
    const dropped = all.length - window.length;
    const chips = window.map((id, i) => {
      const chance = this.chances.get(String(all.slice(0, Math.max(0, dropped) + i + 1)));
      return this.chip(id, chance, withIds);
    });
    if (dropped > 0) {
      const words = `${count(dropped, "earlier token")} not seen`;
      chips.unshift(h("li", { class: "llm-token llm-unseen" }, words));
    }
    const isLonger = chips.length > this.list.childElementCount;
    this.list.replaceChildren(...chips);
    // a box that scrolls must be in reach of the keyboard
    this.list.toggleAttribute("tabindex", false);
    if (this.list.scrollHeight > this.list.clientHeight) this.list.tabIndex = 0;
    if (isLonger) this.list.scrollTop = this.list.scrollHeight;
    this.count.textContent = `As the model sees it: ${
      count(window.length, "token")
    } of at most ${room}`;
  }

  /**
   * @param {number} id
   * @param {number | undefined} chance
   * @param {boolean} withIds
   */
  chip(id, chance, withIds) {
    const chip = h(
      "li",
      { class: "llm-token" },
      h("span", {}, ...showBlanks(this.tokenizer.label(id))),
    );
    if (withIds) chip.append(h("small", {}, String(id)));
    if (chance !== undefined) {
      chip.classList.add("llm-next-written");
      chip.append(h("i", { title: "its probability when it was written" }, inShort(chance)));
    }
    return chip;
  }

  /**
   * Let the last token glide to its place, unless the reader wants less motion.
   * @param {DOMRect} from where it was
   * @param {HTMLElement} root of the widget, in which it moves
   */
  glide(from, root) {
    const chip = /** @type {HTMLElement | null} */ (this.list.lastElementChild);
    if (!chip || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const [to, home] = [chip.getBoundingClientRect(), root.getBoundingClientRect()];
    const ghost = /** @type {HTMLElement} */ (chip.cloneNode(true));
    ghost.classList.add("llm-next-ghost");
    ghost.setAttribute("aria-hidden", "true");
    Object.assign(ghost.style, { left: `${to.left - home.left}px`, top: `${to.top - home.top}px` });
    root.append(ghost);
    const start = `translate(${from.left - to.left}px, ${from.top - to.top}px)`;
    const glide = ghost.animate([{ transform: start }, { transform: "none" }], {
      duration: GLIDE,
      easing: "ease-out",
    });
    chip.style.visibility = "hidden";
    const arrive = () => {
      ghost.remove();
      chip.style.visibility = "";
    };
    glide.onfinish = arrive;
    glide.oncancel = arrive;
  }
}
