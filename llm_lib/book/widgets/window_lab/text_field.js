// The window lab's text, and the vocabularies that cut it: fetched when they are first wanted.

import { makeTokenizer } from "../../engine/tokenizers.js";
import { button, segments } from "../shared/controls.js";
import { h } from "../shared/dom.js";
import { fetchFile } from "../shared/files.js";

/** @import { Tokenizer } from "../../engine/types.js" */
/** @import { Loading } from "../shared/types.js" */
/** @typedef {{ label: string, ref: string, problem?: string }} Vocabulary */

const SENTENCE =
  "The fox was under the old tree. The bird was in the tree, and the fox was waiting.";
const DOCUMENTS = "Mia had a kite.<|endoftext|>By the lake lived a fox.<|endoftext|>";

export class TextField {
  /**
   * @param {object} options
   * @param {Vocabulary[]} options.vocabularies
   * @param {() => string} options.chosen the label of one
   * @param {Loading} options.loading
   * @param {(values: { text?: string, cut?: string }) => void} options.onchange
   */
  constructor({ vocabularies, chosen, loading, onchange }) {
    this.vocabularies = vocabularies;
    this.chosen = chosen;
    this.loading = loading;
    this.onchange = onchange;
    /** @type {Record<string, Promise<Tokenizer>>} */
    this.tokenizers = {};
    this.text = h("textarea", {
      rows: 1,
      maxlength: 2000,
      spellcheck: "false",
      dir: "auto",
      "aria-label": "Text",
      oninput: () => onchange({ text: this.text.value }),
    });
    this.cuts = segments(
      "Cut into",
      vocabularies.map(({ label }) => [label, label]),
      (cut) => onchange({ cut }),
    );
    this.cuts.hidden = vocabularies.length < 2;
    this.element = h(
      "div",
      { class: "llm-window-text" },
      this.text,
      this.cuts,
      h(
        "div",
        { class: "llm-row", role: "group", "aria-label": "Examples" },
        button("A sentence", () => onchange({ text: SENTENCE })),
        button("Two documents", () => this.takeDocuments()),
      ),
    );
  }

  /**
   * @param {string} text
   * @param {string} cut
   */
  show(text, cut) {
    if (this.text.value !== text) this.text.value = text;
    this.cuts.show(cut);
  }

  /** The end-of-text token is one id only for a tokenizer that has it: change to one that does. */
  async takeDocuments() {
    const cut = this.chosen();
    const entries = this.vocabularies.filter(({ ref }) => ref)
      .sort((a, b) => Number(b.label === cut) - Number(a.label === cut));
    for (const { label, ref } of entries) {
      const tokenizer = await this.tokenizerOf(ref).catch(() => /** @type {any} */ (null));
      if (this.loading.signal.aborted) return;
      if (tokenizer && tokenizer.endOfText !== null) {
        this.onchange({ text: DOCUMENTS, cut: label });
        return;
      }
    }
    this.onchange({ text: DOCUMENTS });
  }

  /**
   * The tokenizer for a ref: fetched once, however often the text changes meanwhile.
   * @param {string} ref
   */
  tokenizerOf(ref) {
    const isChosen = (/** @type {Vocabulary} */ { ref: its, label }) =>
      its === ref && label === this.chosen();
    const say = (/** @type {string} */ text) => {
      if (this.vocabularies.some(isChosen)) this.loading.say(text);
    };
    const fetched = () => fetchFile({ ...this.loading, say }, ref, makeTokenizer);
    return this.tokenizers[ref] ??= fetched().catch((error) => {
      delete this.tokenizers[ref];
      throw error;
    }); // a later try may succeed
  }
}
