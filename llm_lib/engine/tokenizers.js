// The plainer tokenizers, and the choice between all of them. The same ids as llm_lib.tokenizer. Needs bpe.js.
// Each has encode(text) -> ids, decode(ids) -> text, label(id) -> what to show, vocabSize, and endOfText,
// the id that ends a text (null where there is none). encode throws an Error in words for text it can't write.

class CharTokenizer {
  constructor({ characters }) {
    this.characters = characters;
    this.ids = new Map(characters.map((character, id) => [character, id]));
    this.vocabSize = characters.length;
    this.endOfText = null;
  }
  encode(text) {
    return Array.from(text, (character) => {
      if (!this.ids.has(character)) throw new Error(`This model has never seen the character “${character}”: it knows ${this.vocabSize} characters.`);
      return this.ids.get(character);
    });
  }
  decode(ids) { return Array.from(ids, (id) => this.characters[id]).join(""); }
  label(id) { return this.characters[id]; }
}

class WordTokenizer {
  constructor({ words, unknown = null }) {
    this.words = words;
    this.ids = new Map(words.map((word, id) => [word, id]));
    this.unknown = this.ids.get(unknown);
    this.vocabSize = words.length;
    this.endOfText = this.ids.get("<|endoftext|>") ?? null;
  }
  encode(text) {
    // Python's \w and \s, spelled out: letters, numbers and "_"; and what str.isspace calls space.
    const words = text.match(/[\p{L}\p{N}_]+(?:'[\p{L}\p{N}_]+)*|[^\p{L}\p{N}_\p{White_Space}\x1c-\x1f]/gu) ?? [];
    return words.map((word) => {
      const id = this.ids.get(word) ?? this.unknown;
      if (id === undefined) throw new Error(`This model has never seen the word “${word}”: it knows ${this.vocabSize} words.`);
      return id;
    });
  }
  decode(ids) { return Array.from(ids, (id) => this.words[id]).join(" ").replace(/ ([.,:;!?)\]}])/g, "$1"); }
  label(id) { return this.words[id]; }
}

class IntegerTokenizer {
  constructor({ vocab_size }) {
    this.vocabSize = vocab_size;
    this.endOfText = null;
  }
  encode(text) {
    return text.split(/[\p{White_Space}\x1c-\x1f]+/u).filter(Boolean).map((word) => {
      if (!/^[0-9]+$/.test(word) || Number(word) >= this.vocabSize) throw new Error(`“${word}” is not a whole number from 0 to ${this.vocabSize - 1}. Write numbers with spaces between them, such as “3 17 5”.`);
      return Number(word);
    });
  }
  decode(ids) { return Array.from(ids).join(" "); }
  label(id) { return String(id); }
}

/** The tokenizer that a model file or a tokenizer.json describes. */
function makeTokenizer(data) {
  const kinds = { bpe: BPETokenizer, char: CharTokenizer, word: WordTokenizer, integers: IntegerTokenizer };
  if (!kinds[data?.type]) throw new Error(`The model file is damaged: its tokenizer has the type “${data?.type}”, which should be one of ${Object.keys(kinds).join(", ")}.`);
  return new kinds[data.type](data);
}
