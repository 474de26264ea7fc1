// How tokenizers cut a text, in words.

import { BPETokenizer } from "../../engine/bpe.js";
import { present } from "../../engine/present.js";
import { CharTokenizer, IntegerTokenizer, WordTokenizer } from "../../engine/tokenizers.js";
import { visibleText } from "../shared/tokens.js";
import { count, enumerated } from "../shared/words.js";
import { nameOf } from "./pieces.js";

/** @import { Tokenizer } from "../../engine/types.js" */
/** @import { Bytes, Token } from "./pieces.js" */
/**
 * What a tokenizer makes of the text; fails: whether it can't write it.
 * @typedef {{ label: string, tokenizer: Tokenizer, tokens: Token[], fails: boolean }} Cut
 */

/**
 * What there is in a vocabulary, in a sentence.
 * @param {Tokenizer} tokenizer
 */
export function vocabularyInWords(tokenizer) {
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
 * Which tokenizer takes the fewest tokens, what gets lost, and who cuts inside characters.
 * @param {Cut[]} sections
 * @param {Bytes} bytes of the text
 * @returns {string[]} sentences
 */
export const cutsInWords = (sections, bytes) => [
  ...sizesInWords(sections.filter(({ fails }) => !fails)),
  ...sections.flatMap(lossInWords),
  ...partsInWords(sections, bytes),
];

/**
 * Who takes the fewest tokens, and who the most.
 * @param {Cut[]} able those that can write the text
 */
function sizesInWords(able) {
  if (!able.length) return [];
  const sizes = able.map(({ tokens }) => tokens.length);
  const few = Math.min(...sizes);
  const many = Math.max(...sizes);
  const having = (/** @type {number} */ n) =>
    enumerated(able.filter(({ tokens }) => tokens.length === n).map(({ label }) => label));
  if (few === many) return [`This text is ${count(few, "token")} with ${having(few)}.`];
  return [
    `This text is ${count(few, "token")} with ${having(few)}, the fewest, and ` +
    `${many.toLocaleString("en")} with ${having(many)}, the most.`,
  ];
}

/**
 * What a tokenizer has no id for, and what becomes its unknown token.
 * @param {Cut} cut
 */
function lossInWords({ label, tokens, tokenizer }) {
  const none = tokens.filter(({ id }) => id === null);
  const unknown = tokens.filter(({ id, lost }) => id !== null && lost !== undefined);
  const said = [];
  if (none.length) {
    said.push(
      `${label} can’t write it: there is no id for ${listed(none.map(({ lost }) => lost ?? ""))}.`,
    );
  }
  if (unknown.length) {
    said.push(
      `${label} can’t keep ${listed(unknown.map(({ lost }) => lost ?? ""))}: only ` +
        `${tokenizer.label(present(unknown[0].id, "an id"))} is left.`,
    );
  }
  return said;
}

/**
 * Who has tokens that are only a part of a character.
 * @param {Cut[]} sections
 * @param {Bytes} bytes
 */
function partsInWords(sections, bytes) {
  const cut = sections.filter(({ tokenizer, tokens }) =>
    tokenizer instanceof BPETokenizer &&
    tokens.some(({ start, end }) => bytes.parts(start, end).length)
  );
  if (!cut.length) return [];
  return [
    `${enumerated(cut.map(({ label }) => label))} ${cut.length === 1 ? "has" : "have"} ` +
    "tokens that are only a part of a character, shown as bytes in ‹ ›.",
  ];
}
