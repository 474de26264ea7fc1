// One tokenizer's part of the tokenizer lab: its tokens as blocks, and what is known of one.

import { BPETokenizer, toHex } from "../../engine/bpe.js";
import { present } from "../../engine/present.js";
import { focusedIndex, h, rove } from "../shared/dom.js";
import { showBlanks, spoken } from "../shared/tokens.js";
import { count } from "../shared/words.js";
import { vocabularyInWords } from "./cut_words.js";
import { cutIntoTokens, nameOf } from "./pieces.js";
import { TwoLines } from "./two_lines.js";

/** @import { Tokenizer } from "../../engine/types.js" */
/** @import { Bytes, Token } from "./pieces.js" */
/** @typedef {{ label: string, ref: string, problem?: string }} Vocabulary */

const TINTS = 4;
const DRAWN = 400;
const BYTES_LISTED = 24;

/** A tokenizer and its tokens of the text. */
export class TokenSection {
  /** @type {Bytes} */ bytes;

  /**
   * @param {Vocabulary} vocabulary
   * @param {object} told
   * @param {(isOn: boolean) => void} told.show
   * @param {(place: number) => void} told.select
   * @param {(place: number | null) => void} told.hover
   * @param {() => void} told.leave the chosen token
   */
  constructor({ label, ref, problem = "" }, { show, select, hover, leave }) {
    this.label = label;
    this.ref = ref;
    this.problem = problem; // why there is no tokenizer; "" if there is
    this.waiting = "Fetching the vocabulary …";
    this.tokenizer = /** @type {Tokenizer | null} */ (null);
    this.text = "";
    /** @type {Token[]} */
    this.tokens = [];
    this.fails = false; // whether it can't write the text
    this.fill = h("span", { class: "llm-bar-fill" });
    this.number = h("span", { class: "llm-cut-number" });
    this.list = h("ul", { class: "llm-tokens" });
    this.lines = new TwoLines(this.list, label);
    this.note = h("p", { class: "llm-note llm-cut-note" });
    this.box = h("input", { type: "checkbox", onchange: () => show(this.box.checked) });
    this.element = h(
      "section",
      { "aria-label": label },
      h(
        "div",
        { class: "llm-cut-counted" },
        h("span", { class: "llm-cut-name" }, label),
        this.number,
        h("span", { class: "llm-bar-track" }, this.fill),
      ),
      h("div", { class: "llm-cut-tokens" }, this.list, this.note),
    );
    this.listen({ select, hover, leave });
  }

  /**
   * @param {object} told
   * @param {(place: number) => void} told.select
   * @param {(place: number | null) => void} told.hover
   * @param {() => void} told.leave
   */
  listen({ select, hover, leave }) {
    const { list } = this;
    const at = (/** @type {any} */ event) => event.target.closest?.("[data-at]")?.dataset.at;
    const choose = (/** @type {any} */ event) => {
      if (at(event)) select(Number(at(event)));
    };
    rove(list, () => this.blocks);
    list.addEventListener("focusin", choose);
    list.addEventListener("click", choose); // some telephones don't focus what is tapped
    list.addEventListener("mouseover", (event) => {
      if (at(event)) hover(Number(at(event)));
    });
    list.addEventListener("mouseleave", () => hover(null));
    list.addEventListener("keydown", (event) => {
      if (event.key === "Escape") leave();
    });
  }

  get blocks() {
    return [...this.list.querySelectorAll(/** @type {"button"} */ ("[data-at]"))];
  }

  /** Whether there are tokens to show. */
  get isReady() {
    return Boolean(this.tokenizer) && this.box.checked;
  }

  /**
   * Cut a text, if it is to be shown.
   * @param {string} text
   * @param {Bytes} bytes of it
   * @param {boolean} shown
   */
  cut(text, bytes, shown) {
    this.box.checked = shown;
    this.element.hidden = !shown;
    if (text !== this.text) this.lines.isOpen = false;
    this.text = text;
    this.bytes = bytes;
    const { isReady, tokenizer } = this;
    this.tokens = isReady && tokenizer ? cutIntoTokens(tokenizer, text, bytes) : [];
    this.fails = this.tokens.some(({ id }) => id === null);
  }

  /** @param {number} most tokens that a tokenizer takes: the longest bar */
  paint(most) {
    const { list, tokens, label, fails } = this;
    const focused = focusedIndex(this.blocks);
    const chips = tokens.slice(0, DRAWN).flatMap((token, i) => {
      const chip = h("li", {}, this.block(token, i));
      return /\n/.test(token.label)
        ? [chip, h("li", { class: "llm-cut-break", "aria-hidden": "true" })]
        : [chip];
    });
    const more = tokens.length - DRAWN;
    if (more > 0) {
      const words = `${count(more, "more token")}, counted but not drawn`;
      chips.push(h("li", { class: "llm-token llm-unseen" }, words));
    }
    list.replaceChildren(...chips);
    this.lines.fold(tokens.length);
    list.setAttribute("aria-label", `${label}: ${count(tokens.length, "token")}`);
    if (focused >= 0) this.blocks[focused]?.focus();
    list.hidden = tokens.length === 0;
    this.fill.style.width = `${(100 * tokens.length / most).toFixed(2)}%`;
    this.fill.classList.toggle("llm-worse", fails);
    this.number.replaceChildren(...this.numbers());
  }

  /** How many tokens, and of how many bytes; or how many have no id. */
  numbers() {
    const { tokenizer, tokens, fails } = this;
    if (!tokenizer) return [];
    if (fails) {
      return [
        h("b", {}, "no id"),
        ` for ${tokens.filter(({ id }) => id === null).length} of ${tokens.length}`,
      ];
    }
    const each = tokens.length
      ? `, ${(this.bytes.bytes.length / tokens.length).toFixed(1)} bytes each`
      : "";
    return [h("b", {}, count(tokens.length, "token")), each];
  }

  /**
   * A token as a button.
   * @param {Token} token
   * @param {number} i
   */
  block(token, i) {
    const { label, id, lost } = token;
    const kind = id === null
      ? " llm-cut-none"
      : lost !== undefined
      ? " llm-cut-lost"
      : ` llm-tint-${i % TINTS}`;
    const said = [
      lost !== undefined && id !== null ? `“${nameOf(lost)}”, read as ${label}` : aloud(label),
      ...this.facts(token, i),
    ];
    return h(
      "button",
      {
        type: "button",
        class: `llm-token${kind}`,
        "data-at": i,
        tabindex: i === 0 ? 0 : -1,
        "aria-label": said.join(", "),
      },
      h("span", {}, ...showBlanks(label)),
      h("small", {}, id === null ? "–" : String(id)),
    );
  }

  /**
   * What is known of a token, in a few words each.
   * @param {Token} token
   * @param {number} i
   */
  facts({ id, start, end, lost }, i) {
    const { tokens, tokenizer } = this;
    const bytes = Array.from(this.bytes.bytes.subarray(start, end));
    const hex = bytes.slice(0, BYTES_LISTED).map((b) => toHex([b]).toUpperCase());
    const facts = [`token ${i + 1} of ${tokens.length}`, id === null ? "no id" : `id ${id}`];
    if (lost !== undefined && id !== null) return facts;
    facts.push(
      `${count(bytes.length, "byte")}: ${hex.join(" ")}${bytes.length > BYTES_LISTED ? " …" : ""}`,
    );
    if (tokenizer instanceof BPETokenizer) {
      for (const { character, from, to, size } of this.bytes.parts(start, end)) {
        facts.push(
          `${from === to ? `byte ${from}` : `bytes ${from} to ${to}`} of ${size} ` +
            `in “${nameOf(character)}”`,
        );
      }
    }
    return facts;
  }

  /**
   * Mark a stretch of the text, which a token here or elsewhere stands for, and tell of that token.
   * @param {Token | undefined} token
   * @param {number | null} place of the token, if it is one of these
   * @param {boolean} isHovered whether it is only pointed at
   */
  mark(token, place, isHovered) {
    const isMine = place !== null;
    const { blocks } = this;
    const chosen = isMine ? blocks[place] : undefined;
    for (const block of blocks) {
      const { start, end } = this.tokens[Number(block.dataset.at)];
      const isSame = !isMine && token && start < token.end && end > token.start;
      if (block !== chosen) block.removeAttribute("aria-current");
      block.classList.toggle("llm-cut-same", Boolean(isSame));
    }
    chosen?.setAttribute("aria-current", "true");
    if (isMine) this.lines.reveal(place, blocks);
    if (chosen && !isHovered && !this.list.contains(document.activeElement)) {
      for (const block of blocks) block.tabIndex = block === chosen ? 0 : -1;
    }
    const { problem, tokenizer, waiting } = this;
    this.note.classList.toggle("llm-problem", Boolean(problem));
    this.note.replaceChildren(
      ...(isMine
        ? this.about(present(token, "the chosen token"), place)
        : [problem || (tokenizer ? vocabularyInWords(tokenizer) : waiting)]),
    );
  }

  /**
   * A token, and all that is known of it.
   * @param {Token} token
   * @param {number} i
   */
  about(token, i) {
    const { label, id, lost } = token;
    const name = h(
      "b",
      { class: "llm-cut-chosen" },
      ...showBlanks(lost === undefined ? label : nameOf(lost)),
    );
    const read = lost !== undefined && id !== null
      ? [", unknown here, becomes ", h("b", { class: "llm-cut-chosen" }, label)]
      : [];
    return [name, ...read, ...this.facts(token, i).map((fact) => ` · ${fact}`)];
  }
}

/**
 * A token read aloud: its spaces are words.
 * @param {string} label
 */
function aloud(label) {
  if (!label.trim()) return spoken(label);
  return `${/^\s/.test(label) ? "space, " : ""}“${label.trim()}”` +
    (/\n$/.test(label) ? ", line break" : "");
}
