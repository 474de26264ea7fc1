// A text as bytes, characters and tokens, and where each begins.

import { BPETokenizer } from "../../engine/bpe.js";
import { entryOf } from "../../engine/present.js";
import { BLANKS } from "../shared/tokens.js";

/** @import { Piece, Tokenizer } from "../../engine/types.js" */
/**
 * @typedef {{ label: string, id: number | null, start: number, end: number, lost?: string }} Token
 */
/** @typedef {Tokenizer & { cut: (text: string) => Piece[], unknown?: number }} PlainTokenizer */

/**
 * A text as characters and as bytes: where each character begins among the bytes, and which one a
 * byte belongs to.
 */
export class Bytes {
  /** @param {string} text */
  constructor(text) {
    this.bytes = new TextEncoder().encode(text);
    this.characters = Array.from(text);
    /** @type {number[]} */
    this.starts = []; // of each character, in bytes
    this.at = new Map(); // place in the string -> place among the bytes
    this.characterOf = new Uint32Array(this.bytes.length);
    let place = 0;
    let start = 0;
    this.characters.forEach((character, i) => {
      const size = byteLength(character);
      this.starts.push(start);
      this.at.set(place, start);
      this.characterOf.fill(i, start, start + size);
      place += character.length;
      start += size;
    });
    this.at.set(place, start);
  }

  /**
   * The characters of which the bytes from start to end are a part only: [{character, from, to,
   * size}].
   * @param {number} start
   * @param {number} end
   */
  parts(start, end) {
    const edges = new Set([start, end - 1].map((byte) => this.characterOf[byte]));
    return [...edges].map((i) => {
      const first = this.starts[i];
      const size = byteLength(this.characters[i]);
      return {
        character: this.characters[i],
        from: Math.max(start, first) - first + 1,
        to: Math.min(end, first + size) - first,
        size,
      };
    }).filter(({ from, to, size }) => to - from + 1 < size);
  }
}

/**
 * How many bytes a character takes in UTF-8; half of a surrogate pair counts as U+FFFD.
 * @param {string} character
 */
function byteLength(character) {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

/**
 * The tokens of a text: {label, id, start, end, lost}, with start and end counted in bytes. lost is
 * the text that the token does not stand for: a word that became the unknown token, or a piece that
 * has no id at all (id: null).
 * @param {Tokenizer} tokenizer
 * @param {string} text
 * @param {Bytes} bytes
 */
export function cutIntoTokens(tokenizer, text, bytes) {
  if (tokenizer instanceof BPETokenizer) {
    let end = 0;
    return tokenizer.encode(text).map((id) => ({
      label: nameOf(tokenizer.label(id)),
      id,
      start: end,
      end: end += entryOf(tokenizer.vocab, id).length,
    }));
  }
  const plain = /** @type {PlainTokenizer} */ (tokenizer);
  return plain.cut(text).map(({ text: piece, at, id = null }) => {
    const lost = id === null || (id === plain.unknown && id !== undefined) ? piece : undefined;
    return {
      label: nameOf(id === null ? piece : tokenizer.label(id)),
      id,
      start: bytes.at.get(at),
      end: bytes.at.get(at + piece.length),
      lost,
    };
  });
}

/**
 * A piece of text as it can be shown: a lone character without a picture of its own becomes its
 * number, U+200D.
 * @param {string} piece
 */
export function nameOf(piece) {
  const bare = /^[\p{C}\p{M}\p{Z}\p{Emoji_Modifier}]$/u.test(piece) && !BLANKS[piece];
  return bare
    ? `U+${(piece.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`
    : piece;
}
