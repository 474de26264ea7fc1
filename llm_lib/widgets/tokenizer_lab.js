// TokenizerLab: how is this text cut, and what does it cost? The traits are described in
// tokenizer_lab.py.

import { BPETokenizer, toHex } from "../engine/bpe.js";
import {
  CharTokenizer,
  IntegerTokenizer,
  makeTokenizer,
  WordTokenizer,
} from "../engine/tokenizers.js";
import { Bytes, cutIntoTokens, nameOf } from "./parts/pieces.js";
import { button } from "./shared/controls.js";
import { eachFrame, focusedIndex, h, onTraits, rove } from "./shared/dom.js";
import { fetchFile, takeFiles } from "./shared/files.js";
import { Finding, reason, showWidget } from "./shared/frame.js";
import { showBlanks, spoken, visibleText } from "./shared/tokens.js";
import { View } from "./shared/view.js";
import { count, enumerated } from "./shared/words.js";

/** @import { Place, ViewParts } from "./shared/types.js" */
/** @import { Tokenizer } from "../engine/types.js" */
/** @import { Token } from "./parts/pieces.js" */
/**
 * One tokenizer, and its part of the page.
 * @typedef {object} Section
 * @property {string} label
 * @property {string} ref
 * @property {string} problem why there is none; "" if there is
 * @property {string} waiting
 * @property {Tokenizer | null} tokenizer
 * @property {Token[]} tokens of the text
 * @property {boolean} fails whether it can't write the text
 * @property {HTMLElement} element
 * @property {HTMLElement} fill
 * @property {HTMLElement} number
 * @property {HTMLElement} list
 * @property {HTMLElement} note
 * @property {HTMLInputElement} box
 */
/** @typedef {{ label: string, ref: string, problem?: string }} Vocabulary */
/** @typedef {[label: string, position: number]} Where */

const EXAMPLES = {
  "A sentence": "The owl went on an unbelievably long journey.",
  Numbers: "127 + 677 = 804, and 1275 + 6773 = 8048.",
  Code: "for i in range(10):\n    if i % 2 == 0:\n        print(i)",
  "Other scripts": "Καλημέρα κόσμε. Доброе утро. こんにちは世界。",
  Emoji: "Well done! 👏🏽 🎉 👩‍🚀",
};
const TINTS = 4;
const DRAWN = 400;
const BYTES_LISTED = 24;

/**
 * What there is in a vocabulary, in a sentence.
 * @param {Tokenizer} tokenizer
 */
function vocabularyOf(tokenizer) {
  if (tokenizer instanceof CharTokenizer) {
    return `Vocabulary: ${count(tokenizer.vocabSize, "character")}.`;
  }
  if (tokenizer instanceof WordTokenizer) {
    return `Vocabulary: ${tokenizer.vocabSize.toLocaleString("en")} words and marks. Spaces are ` +
      "not kept.";
  }
  if (tokenizer instanceof IntegerTokenizer) {
    return `Vocabulary: the numbers 0 to ${tokenizer.vocabSize - 1}. Spaces are not kept.`;
  }
  if (!(tokenizer instanceof BPETokenizer)) return "";
  const special = tokenizer.special.size
    ? `, ${count(tokenizer.special.size, "special token")}`
    : "";
  return `Vocabulary: ${count(tokenizer.vocab.size, "token")}: 256 bytes, ` +
    `${count(tokenizer.ranks.size, "merge")}${special}.`;
}

/**
 * “kite”, “owl” and 3 more.
 * @param {string[]} texts
 * @param {number} [most]
 */
function listed(texts, most = 3) {
  const different = [...new Set(texts)];
  const names = different.slice(0, most).map((text) => `“${visibleText(nameOf(text))}”`);
  return enumerated(
    different.length > most ? [...names, `${different.length - most} more`] : names,
  );
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

class TokenizerView extends View {
  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    const { model, signal } = parts;
    this.hovered = null;
    /** @type {Vocabulary[]} */
    const vocabularies = model.get("vocabularies");
    this.sections = vocabularies.map((entry) => this.section(entry));
    this.ready = this.sections.slice(0, 0);
    this.hovered = /** @type {Where | null} */ (null);
    this.build();
    this.repaint = eachFrame(() => this.paint(), signal);
    onTraits(model, ["text", "shown"], signal, this.repaint);
    this.follow(["show_ids", "selected"], () => this.mark());
    this.paint();
    this.load();
  }

  /** Each tokenizer is shown as soon as its vocabulary is there. */
  async load() {
    await Promise.all(
      this.sections.filter(({ ref }) => ref).map(async (section) => {
        try {
          const say = (/** @type {string} */ text) => {
            section.waiting = text;
            this.mark();
          };
          section.tokenizer = await fetchFile(
            { model: this.model, signal: this.signal, say },
            section.ref,
            makeTokenizer,
          );
        } catch (error) {
          if (this.signal.aborted) return;
          console.error(error);
          section.problem = `This vocabulary can't be read. ${reason(error)}`;
        }
        if (!this.signal.aborted) this.paint();
      }),
    );
    this.root.dataset.loaded = "yes";
  }

  /** @param {Vocabulary} vocabulary */
  section({ label, ref, problem = "" }) {
    const fill = h("span", { class: "llm-bar-fill" });
    const number = h("span", { class: "llm-cut-number" });
    const list = h("ul", { class: "llm-tokens" });
    const note = h("p", { class: "llm-note llm-cut-note" });
    const box = h("input", { type: "checkbox", onchange: () => this.show(label, box.checked) });
    const element = h(
      "section",
      { "aria-label": label },
      h(
        "div",
        { class: "llm-cut-head" },
        h("span", { class: "llm-cut-name" }, label),
        h("span", { class: "llm-bar-track" }, fill),
        number,
      ),
      list,
      note,
    );
    /** @type {Section} */
    const section = {
      label,
      ref,
      problem,
      waiting: "Fetching the vocabulary …",
      tokenizer: null,
      tokens: [],
      fails: false,
      element,
      fill,
      number,
      list,
      note,
      box,
    };
    const at = (/** @type {any} */ event) => event.target.closest?.("[data-at]")?.dataset.at;
    const select = (/** @type {any} */ event) => {
      if (at(event)) this.select(label, Number(at(event)));
    };
    rove(list, () => [...list.querySelectorAll("button")]);
    list.addEventListener("focusin", select);
    list.addEventListener("click", select); // some telephones don't focus what is tapped
    list.addEventListener("mouseover", (event) => {
      if (at(event)) this.hover([label, Number(at(event))]);
    });
    list.addEventListener("mouseleave", () => this.hover(null));
    list.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.set("selected", []);
    });
    return section;
  }

  build() {
    this.text = h("textarea", {
      rows: 3,
      maxlength: 5000,
      spellcheck: "false",
      dir: "auto",
      "aria-label": "Text",
      oninput: () => this.change(this.text.value),
    });
    this.size = h("span", { class: "llm-note" });
    this.ids = h("input", {
      type: "checkbox",
      onchange: () => this.set("show_ids", this.ids.checked),
    });
    this.finding = new Finding(this.model, this.signal);
    this.body.append(
      h(
        "label",
        {},
        h(
          "span",
          { class: "llm-row llm-cut-label" },
          h("span", { class: "llm-label" }, "Text"),
          this.size,
        ),
        this.text,
      ),
      h(
        "div",
        { class: "llm-row llm-cut-examples", role: "group", "aria-label": "Examples" },
        ...Object.entries(EXAMPLES).map(([name, text]) => button(name, () => this.change(text))),
        button("Reset", () => this.reset()),
      ),
      this.finding.element,
      h(
        "div",
        { class: "llm-row llm-cut-choice", role: "group", "aria-label": "What is shown" },
        ...this.sections.map(({ label, box }) => h("label", { class: "llm-check" }, box, label)),
        h("label", { class: "llm-check llm-cut-ids" }, this.ids, "Show ids"),
      ),
      ...this.sections.map(({ element }) => element),
    );
  }

  /** @param {string} text */
  change(text) {
    this.hovered = null;
    this.model.set("selected", []);
    this.set("text", text);
  }

  /**
   * @param {string} label
   * @param {boolean} on
   */
  show(label, on) {
    const shown = this.get("shown").filter((/** @type {string} */ name) => name !== label);
    this.set(
      "shown",
      this.sections.map((/** @type {Section} */ section) => section.label).filter((
        /** @type {string} */ name,
      ) => shown.includes(name) || (on && name === label)),
    );
  }

  /**
   * @param {string} label
   * @param {number} position
   */
  select(label, position) {
    const [before, place] = this.get("selected");
    if (before !== label || place !== position) this.set("selected", [label, position]);
  }

  /** @param {Where | null} token */
  hover(token) {
    this.hovered = token;
    this.mark();
  }

  /** Cut the text anew, and draw all of it. */
  paint() {
    const text = this.get("text");
    const shown = this.get("shown");
    if (this.text.value !== text) this.text.value = text;
    this.bytes = new Bytes(text);
    this.size.textContent = `${count(this.bytes.characters.length, "character")}, ` +
      `${count(this.bytes.bytes.length, "byte")}`;
    for (const section of this.sections) {
      section.box.checked = shown.includes(section.label);
      section.element.hidden = !section.box.checked;
      section.tokens = section.tokenizer && section.box.checked
        ? cutIntoTokens(section.tokenizer, text, this.bytes)
        : [];
      section.fails = section.tokens.some(({ id }) => id === null);
    }
    this.ready = this.sections.filter(({ tokenizer, box }) => tokenizer && box.checked);
    const most = Math.max(1, ...this.ready.map(({ tokens }) => tokens.length));
    for (const section of this.sections) this.paintSection(section, most);
    const ids = Object.fromEntries(
      this.ready.map((
        { label, tokens, fails },
      ) => [label, fails ? null : tokens.map(({ id }) => id)]),
    );
    if (JSON.stringify(this.get("token_ids")) !== JSON.stringify(ids)) this.set("token_ids", ids);
    this.mark();
    this.finding.say(this.words().join(" "));
  }

  /**
   * @param {Section} section
   * @param {number} most
   */
  paintSection(section, most) {
    const { list, tokens, label, fails } = section;
    const focused = focusedIndex(list.querySelectorAll("button"));
    const chips = tokens.slice(0, DRAWN).flatMap((token, i) => {
      const chip = h("li", {}, this.block(section, token, i));
      return /\n/.test(token.label)
        ? [chip, h("li", { class: "llm-cut-break", "aria-hidden": "true" })]
        : [chip];
    });
    if (tokens.length > DRAWN) {
      chips.push(
        h(
          "li",
          { class: "llm-token llm-unseen" },
          `${count(tokens.length - DRAWN, "more token")}, counted but not drawn`,
        ),
      );
    }
    list.replaceChildren(...chips);
    list.setAttribute("aria-label", `${label}: ${count(tokens.length, "token")}`);
    if (focused >= 0) list.querySelectorAll("button")[focused]?.focus();
    list.hidden = tokens.length === 0;
    section.fill.style.width = `${(100 * tokens.length / most).toFixed(2)}%`;
    section.fill.classList.toggle("llm-worse", fails);
    section.number.replaceChildren(...this.numbers(section));
  }

  /** @param {Section} section */
  numbers({ tokenizer, tokens, fails }) {
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
   * @param {Section} section
   * @param {Token} token
   * @param {number} i
   */
  block(section, token, i) {
    const { label, id, lost } = token;
    const kind = id === null
      ? " llm-cut-none"
      : lost !== undefined
      ? " llm-cut-lost"
      : ` llm-tint-${i % TINTS}`;
    const said = [
      lost !== undefined && id !== null ? `“${nameOf(lost)}”, read as ${label}` : aloud(label),
      ...this.facts(section, token, i),
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
   * @param {Section} section
   * @param {Token} token
   * @param {number} i
   */
  facts({ tokens, tokenizer }, { id, start, end, lost }, i) {
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

  /** Show the chosen token's facts, and the same stretch of text in the other tokenizers. */
  mark() {
    this.ids.checked = this.get("show_ids");
    this.root.classList.toggle("llm-with-ids", this.get("show_ids"));
    const [name, place] = this.hovered ?? this.get("selected") ?? [];
    const section = this.ready.find(({ label }) => label === name);
    const token = section?.tokens[place];
    for (const each of this.sections) {
      const mine = each === section && token;
      const inside = (/** @type {Token} */ { start, end }) =>
        token && start < token.end && end > token.start;
      for (const block of each.list.querySelectorAll("button")) {
        const i = Number(block.dataset.at);
        const chosen = Boolean(mine) && i === place;
        if (chosen) block.setAttribute("aria-current", "true");
        else block.removeAttribute("aria-current");
        block.classList.toggle("llm-cut-same", !mine && Boolean(inside(each.tokens[i])));
        if (chosen && !this.hovered && !each.list.contains(document.activeElement)) {
          for (const other of each.list.querySelectorAll("button")) {
            other.tabIndex = other === block ? 0 : -1;
          }
        }
      }
      each.note.classList.toggle("llm-problem", Boolean(each.problem));
      each.note.replaceChildren(
        ...(mine
          ? this.about(each, token, place)
          : [each.problem || (each.tokenizer ? vocabularyOf(each.tokenizer) : each.waiting)]),
      );
    }
  }

  /**
   * @param {Section} section
   * @param {Token} token
   * @param {number} i
   */
  about(section, token, i) {
    const { label, id, lost } = token;
    const name = h(
      "b",
      { class: "llm-cut-chosen" },
      ...showBlanks(lost === undefined ? label : nameOf(lost)),
    );
    const read = lost !== undefined && id !== null
      ? [", unknown here, becomes ", h("b", { class: "llm-cut-chosen" }, label)]
      : [];
    return [name, ...read, ...this.facts(section, token, i).map((fact) => ` · ${fact}`)];
  }

  /** The finding in words. */
  words() {
    if (!this.get("shown").length) return ["Choose a tokenizer to see how it cuts the text."];
    if (!this.get("text")) return ["Type a text, or choose an example."];
    if (!this.ready.length) return [];
    const said = [];
    const able = this.ready.filter(({ fails }) => !fails);
    const sizes = able.map(({ tokens }) => tokens.length);
    const few = Math.min(...sizes);
    const many = Math.max(...sizes);
    const having = (/** @type {number} */ n) =>
      enumerated(able.filter(({ tokens }) => tokens.length === n).map(({ label }) => label));
    if (able.length && few === many) {
      said.push(`This text is ${count(few, "token")} with ${having(few)}.`);
    } else if (able.length) {
      said.push(
        `This text is ${count(few, "token")} with ${having(few)}, the fewest, and ` +
          `${many.toLocaleString("en")} with ${having(many)}, the most.`,
      );
    }
    for (const { label, tokens, tokenizer } of this.ready) {
      const none = tokens.filter(({ id }) => id === null);
      const unknown = tokens.filter(({ id, lost }) => id !== null && lost !== undefined);
      if (none.length) {
        said.push(
          `${label} can’t write it: there is no id for ${listed(none.map(({ lost }) => lost))}.`,
        );
      }
      if (unknown.length) {
        said.push(
          `${label} loses ${listed(unknown.map(({ lost }) => lost))}: only ` +
            `${tokenizer.label(unknown[0].id)} is left.`,
        );
      }
    }
    const cut = this.ready.filter(({ tokenizer, tokens }) =>
      tokenizer instanceof BPETokenizer &&
      tokens.some(({ start, end }) => this.bytes.parts(start, end).length)
    );
    if (cut.length) {
      said.push(
        `${enumerated(cut.map(({ label }) => label))} ${cut.length === 1 ? "has" : "have"} ` +
          "tokens that are only a part of a character, shown as bytes in ‹ ›.",
      );
    }
    return said;
  }
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-cut",
    title: "How is this text cut?",
    tryThis:
      "Type any text, or choose an example. Point at a token to see its bytes and the same " +
      "text in the other rows; the arrow keys move from token to token.",
    build: (parts) => new TokenizerView(parts),
  });
}

export default { initialize: takeFiles, render };
