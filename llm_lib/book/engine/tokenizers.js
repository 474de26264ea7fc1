// The plainer tokenizers, and the choice between all of them. The same ids as llm_lib.tokenizer.
// Each has encode(text) -> ids, decode(ids) -> text, label(id) -> what to show,
// vocabSize, and endOfText, the id that ends a text (null where there is none). encode throws an
// Error in words for text it can't write. The plain ones also have cut(text) -> [{text, at, id}]:
// the pieces, where each begins, and its id or undefined.

import { BPETokenizer, readMergeLines } from "./bpe.js";

/**
 * @import { CharFile, IntegerFile, Piece, Tokenizer, TokenizerFile, WordFile } from "./types.js"
 */

export class CharTokenizer {
  /** @param {CharFile} file */
  constructor({ characters }) {
    this.characters = characters;
    this.ids = new Map(characters.map((character, id) => [character, id]));
    this.vocabSize = characters.length;
    this.endOfText = /** @type {number | null} */ (null);
  }

  /** @param {string} text */
  cut(text) {
    return pieces(text, /[^]/gu, (character) => this.ids.get(character));
  }

  /** @param {string} text */
  encode(text) {
    return idsOf(
      this.cut(text),
      (character) =>
        `This model has never seen the character “${character}”: it knows ${this.vocabSize} ` +
        "characters.",
    );
  }

  /** @param {Iterable<number>} ids */
  decode(ids) {
    return Array.from(ids, (id) => this.characters[id]).join("");
  }

  /** @param {number} id */
  label(id) {
    return this.characters[id] ?? `id ${id}`;
  }
}

export class WordTokenizer {
  /** @param {WordFile} file */
  constructor({ words, unknown = null }) {
    this.words = words;
    this.ids = new Map(words.map((word, id) => [word, id]));
    this.unknown = unknown === null ? undefined : this.ids.get(unknown);
    this.vocabSize = words.length;
    this.endOfText = this.ids.get("<|endoftext|>") ?? null;
  }

  /** @param {string} text */
  cut(text) {
    // Python's \w and \s, spelled out: letters, numbers and "_"; and what str.isspace calls space.
    // deno-lint-ignore no-control-regex -- Python counts these four as spaces
    const words = /[\p{L}\p{N}_]+(?:'[\p{L}\p{N}_]+)*|[^\p{L}\p{N}_\p{White_Space}\x1c-\x1f]/gu;
    return pieces(text, words, (word) => this.ids.get(word) ?? this.unknown);
  }

  /** @param {string} text */
  encode(text) {
    return idsOf(
      this.cut(text),
      (word) => `This model has never seen the word “${word}”: it knows ${this.vocabSize} words.`,
    );
  }

  /** @param {Iterable<number>} ids */
  decode(ids) {
    return Array.from(ids, (id) => this.words[id]).join(" ").replace(/ ([.,:;!?)\]}])/g, "$1");
  }

  /** @param {number} id */
  label(id) {
    return this.words[id] ?? `id ${id}`;
  }
}

export class IntegerTokenizer {
  /** @param {IntegerFile} file */
  constructor({ vocab_size }) {
    this.vocabSize = vocab_size;
    this.endOfText = /** @type {number | null} */ (null);
  }

  /** @param {string} text */
  cut(text) {
    const idOf = (/** @type {string} */ word) =>
      /^[0-9]+$/.test(word) && Number(word) < this.vocabSize ? Number(word) : undefined;
    // deno-lint-ignore no-control-regex -- Python counts these four as spaces
    return pieces(text, /[^\p{White_Space}\x1c-\x1f]+/gu, idOf);
  }

  /** @param {string} text */
  encode(text) {
    return idsOf(
      this.cut(text),
      (word) =>
        `“${word}” is not a whole number from 0 to ${this.vocabSize - 1}. Write numbers with ` +
        "spaces between them, such as “3 17 5”.",
    );
  }

  /** @param {Iterable<number>} ids */
  decode(ids) {
    return Array.from(ids).join(" ");
  }

  /** @param {number} id */
  label(id) {
    return String(id);
  }
}

/**
 * @param {string} text
 * @param {RegExp} pattern
 * @param {(piece: string) => number | undefined} idOf
 */
const pieces = (text, pattern, idOf) =>
  Array.from(
    text.matchAll(pattern),
    (match) => ({ text: match[0], at: match.index, id: idOf(match[0]) }),
  );

/**
 * The ids of pieces; or an Error, in the words that refusal(text) gives for the first that has
 * none.
 * @param {Piece[]} cut
 * @param {(piece: string) => string} refusal
 */
function idsOf(cut, refusal) {
  return cut.map(({ text, id }) => {
    if (id === undefined) throw new Error(refusal(text));
    return id;
  });
}

/**
 * The tokenizer that a model file or a tokenizer.json describes. Throws an Error in words if it is
 * none.
 * @param {TokenizerFile} data
 * @returns {Tokenizer}
 */
export function makeTokenizer(data) {
  switch (data?.type) {
    case "bpe-lines":
      return new BPETokenizer(readMergeLines(data));
    case "bpe":
      return new BPETokenizer(data);
    case "char":
      return new CharTokenizer(data);
    case "word":
      return new WordTokenizer(data);
    case "integers":
      return new IntegerTokenizer(data);
    default:
      throw new Error(
        `The model file is damaged: its tokenizer has the type “${
          Reflect.get(data ?? {}, "type")
        }”, ` +
          "which should be one of bpe, char, word, integers.",
      );
  }
}
