// TokenizerLab: how is this text cut, and what does it cost? The traits are described in
// tokenizer_lab.py.

import { present } from "../engine/present.js";
import { makeTokenizer } from "../engine/tokenizers.js";
import { cutsInWords } from "./tokenizer_lab/cut_words.js";
import { Bytes } from "./tokenizer_lab/pieces.js";
import { TokenSection } from "./tokenizer_lab/token_section.js";
import { button, tickBox } from "./shared/controls.js";
import { eachFrame, h, onResize } from "./shared/dom.js";
import { fetchFile, takeFiles } from "./shared/files.js";
import { Finding, reason, showWidget } from "./shared/frame.js";
import { more } from "./shared/layout.js";
import { View } from "./shared/view.js";
import { count } from "./shared/words.js";

/** @import { Place, ViewParts } from "./shared/types.js" */
/** @import { Vocabulary } from "./tokenizer_lab/token_section.js" */
/** @typedef {[label: string, position: number]} Where which token of which tokenizer */
/**
 * @typedef {object} Traits
 * @property {string} text
 * @property {string[]} shown the labels of the tokenizers
 * @property {boolean} show_ids
 * @property {Where | []} selected
 * @property {Vocabulary[]} vocabularies
 * @property {Record<string, number[] | null>} token_ids by label; null where there are none
 */

const EXAMPLES = {
  "A sentence": "The owl went on an unbelievably long journey.",
  Greek: "Ο καιρός είναι υπέροχος και τα παιδιά παίζουν στον κήπο.",
  Numbers: "127 + 677 = 804, and 1275 + 6773 = 8048.",
  Code: "for i in range(10):\n    if i % 2 == 0:\n        print(i)",
  "Other scripts": "Καλημέρα κόσμε. Доброе утро. こんにちは世界。",
  Emoji: "Well done! 👏🏽 🎉 👩‍🚀",
};

/** @extends {View<Traits>} */
class TokenizerView extends View {
  size = h("span", { class: "llm-note" });
  ids = tickBox("Show ids", (isOn) => this.set("show_ids", isOn));
  finding = new Finding(this.model, this.signal);
  /** @type {HTMLTextAreaElement} */ text;

  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    this.sections = this.get("vocabularies").map((entry) => this.section(entry));
    /** @type {TokenSection[]} */
    this.ready = [];
    this.hovered = /** @type {Where | null} */ (null);
    this.build();
    this.follow(["text", "shown"], () => this.paint());
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
  section(vocabulary) {
    const { label } = vocabulary;
    return new TokenSection(vocabulary, {
      show: (isOn) => this.show(label, isOn),
      select: (place) => this.select(label, place),
      hover: (place) => this.hover(place === null ? null : [label, place]),
      leave: () => this.set("selected", []),
    });
  }

  build() {
    this.offerReset();
    this.text = h("textarea", {
      rows: 2,
      maxlength: 5000,
      spellcheck: "false",
      dir: "auto",
      "aria-label": "Text",
      oninput: () => this.change(this.text.value),
    });
    const shown = this.sections.map(({ label, box }) =>
      h("label", { class: "llm-check" }, box, label)
    );
    const choice = {
      class: "llm-row llm-cut-choice",
      role: "group",
      "aria-label": "What is shown",
    };
    this.body.append(
      h(
        "div",
        { class: "llm-row llm-cut-head", role: "group", "aria-label": "Examples" },
        h("span", { class: "llm-label" }, "Text"),
        ...Object.entries(EXAMPLES).map(([name, text]) => button(name, () => this.change(text))),
        this.size,
      ),
      this.text,
      this.finding.element,
      ...this.sections.map(({ element }) => element),
      more("More", h("div", choice, ...shown, this.ids)),
    );
    const fold = () => this.sections.forEach(({ lines }) => lines.fold());
    onResize([this.body], this.signal, eachFrame(fold, this.signal));
  }

  /**
   * Another text, in which nothing is chosen.
   * @param {string} text
   */
  change(text) {
    this.hovered = null;
    this.model.set("selected", []);
    this.set("text", text);
  }

  /**
   * Show a tokenizer, or hide it; their order stays.
   * @param {string} label
   * @param {boolean} on
   */
  show(label, on) {
    const shown = this.get("shown").filter((name) => name !== label);
    const isShown = (/** @type {string} */ name) => shown.includes(name) || (on && name === label);
    this.set("shown", this.sections.map((section) => section.label).filter(isShown));
  }

  /**
   * Choose a token.
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
    const bytes = new Bytes(text);
    this.size.textContent = `${count(bytes.characters.length, "character")}, ` +
      `${count(bytes.bytes.length, "byte")}`;
    for (const section of this.sections) section.cut(text, bytes, shown.includes(section.label));
    this.ready = this.sections.filter(({ isReady }) => isReady);
    const most = Math.max(1, ...this.ready.map(({ tokens }) => tokens.length));
    for (const section of this.sections) section.paint(most);
    const idsOf = (/** @type {TokenSection} */ { tokens, fails }) =>
      fails ? null : tokens.map(({ id }) => id);
    const ids = this.ready.map((section) => [section.label, idsOf(section)]);
    this.publish("token_ids", Object.fromEntries(ids));
    this.mark();
    this.finding.say(this.words(bytes).join(" "));
  }

  /** Show the chosen token's facts, and the same stretch of text in the other tokenizers. */
  mark() {
    this.ids.show(this.get("show_ids"));
    this.root.classList.toggle("llm-with-ids", this.get("show_ids"));
    const [name, place] = this.hovered ?? this.get("selected") ?? [];
    const section = this.ready.find(({ label }) => label === name);
    const token = place === undefined ? undefined : section?.tokens[place];
    for (const each of this.sections) {
      each.mark(token, each === section && token ? place ?? null : null, Boolean(this.hovered));
    }
  }

  /**
   * The finding in words.
   * @param {Bytes} bytes of the text
   */
  words(bytes) {
    if (!this.get("shown").length) return ["Choose a tokenizer to see how it cuts the text."];
    if (!this.get("text")) return ["Type a text, or choose an example."];
    return cutsInWords(
      this.ready.map(({ label, tokenizer, tokens, fails }) => ({
        label,
        tokenizer: present(tokenizer, label),
        tokens,
        fails,
      })),
      bytes,
    );
  }
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-cut",
    title: "How is this text cut?",
    tryThis: "Type a text. Point at a token to see its bytes, and the same text in the other rows.",
    build: (parts) => new TokenizerView(parts),
  });
}

export default { initialize: takeFiles, render };
