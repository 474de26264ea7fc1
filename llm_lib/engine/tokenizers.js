// The plainer tokenizers, and the choice between all of them. The same ids as llm_lib.tokenizer.
// Needs bpe.js. Each has encode(text) -> ids, decode(ids) -> text, label(id) -> what to show,
// vocabSize, and endOfText, the id that ends a text (null where there is none). encode throws an
// Error in words for text it can't write. The plain ones also have cut(text) -> [{text, at, id}]:
// the pieces, where each begins, and its id or undefined.

import { BPETokenizer, readMergeLines } from "./bpe.js";

export class CharTokenizer {
  constructor({ characters }) {
    this.characters = characters;
    this.ids = new Map(characters.map((character, id) => [character, id]));
    this.vocabSize = characters.length;
    this.endOfText = null;
  }
  cut(text) {
    return pieces(text, /[^]/gu, (character) => this.ids.get(character));
  }
  encode(text) {
    return idsOf(
      this.cut(text),
      (character) =>
        `This model has never seen the character “${character}”: it knows ${this.vocabSize} ` +
        "characters.",
    );
  }
  decode(ids) {
    return Array.from(ids, (id) => this.characters[id]).join("");
  }
  label(id) {
    return this.characters[id];
  }
}

export class WordTokenizer {
  constructor({ words, unknown = null }) {
    this.words = words;
    this.ids = new Map(words.map((word, id) => [word, id]));
    this.unknown = this.ids.get(unknown);
    this.vocabSize = words.length;
    this.endOfText = this.ids.get("<|endoftext|>") ?? null;
  }
  cut(text) {
    // Python's \w and \s, spelled out: letters, numbers and "_"; and what str.isspace calls space.
    // deno-lint-ignore no-control-regex -- Python counts these four as spaces
    const words = /[\p{L}\p{N}_]+(?:'[\p{L}\p{N}_]+)*|[^\p{L}\p{N}_\p{White_Space}\x1c-\x1f]/gu;
    return pieces(text, words, (word) => this.ids.get(word) ?? this.unknown);
  }
  encode(text) {
    return idsOf(
      this.cut(text),
      (word) => `This model has never seen the word “${word}”: it knows ${this.vocabSize} words.`,
    );
  }
  decode(ids) {
    return Array.from(ids, (id) => this.words[id]).join(" ").replace(/ ([.,:;!?)\]}])/g, "$1");
  }
  label(id) {
    return this.words[id];
  }
}

export class IntegerTokenizer {
  constructor({ vocab_size }) {
    this.vocabSize = vocab_size;
    this.endOfText = null;
  }
  cut(text) {
    const idOf = (
      word,
    ) => (/^[0-9]+$/.test(word) && Number(word) < this.vocabSize ? Number(word) : undefined);
    // deno-lint-ignore no-control-regex -- Python counts these four as spaces
    return pieces(text, /[^\p{White_Space}\x1c-\x1f]+/gu, idOf);
  }
  encode(text) {
    return idsOf(
      this.cut(text),
      (word) =>
        `“${word}” is not a whole number from 0 to ${this.vocabSize - 1}. Write numbers with ` +
        "spaces between them, such as “3 17 5”.",
    );
  }
  decode(ids) {
    return Array.from(ids).join(" ");
  }
  label(id) {
    return String(id);
  }
}

const pieces = (text, pattern, idOf) =>
  Array.from(
    text.matchAll(pattern),
    (match) => ({ text: match[0], at: match.index, id: idOf(match[0]) }),
  );

/**
 * The ids of pieces; or an Error, in the words that refusal(text) gives for the first that has
 * none.
 */
function idsOf(cut, refusal) {
  const unknown = cut.find(({ id }) => id === undefined);
  if (unknown) throw new Error(refusal(unknown.text));
  return cut.map(({ id }) => id);
}

/** The tokenizer that a model file or a tokenizer.json describes. */
export function makeTokenizer(data) {
  if (data?.type === "bpe-lines") return new BPETokenizer(readMergeLines(data));
  const kinds = {
    bpe: BPETokenizer,
    char: CharTokenizer,
    word: WordTokenizer,
    integers: IntegerTokenizer,
  };
  if (!kinds[data?.type]) {
    throw new Error(
      `The model file is damaged: its tokenizer has the type “${data?.type}”, which should ` +
        `be one of ${Object.keys(kinds).join(", ")}.`,
    );
  }
  return new kinds[data.type](data);
}
