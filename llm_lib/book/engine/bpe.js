// Byte pair encoding in the browser: the same ids as llm_lib.bpe.BPETokenizer, from the same
// tokenizer.json.

import { maximum } from "./functions.js";
import { entryOf } from "./present.js";
import { splitPattern } from "./split_pattern.js";

/** @import { BPEFile, BPELinesFile } from "./types.js" */

/** @param {Iterable<number>} bytes */
export const toHex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");

/** @param {Uint8Array[]} parts */
function joinBytes(parts) {
  const bytes = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * Bytes -> text; bytes that are no UTF-8 become U+FFFD, or an error with fatal.
 * @param {Uint8Array} bytes
 * @param {boolean} [fatal]
 */
export const utf8 = (bytes, fatal = false) =>
  new TextDecoder("utf-8", { fatal, ignoreBOM: true }).decode(bytes);

export class BPETokenizer {
  /**
   * data: what BPETokenizer.to_dict() gives in Python.
   * @param {BPEFile} file
   */
  constructor({ pattern, merges, special_tokens = [], ids }) {
    this.split = splitPattern(pattern);
    // By place: bytes first, then merges
    this.pieces = Array.from({ length: 256 }, (_, b) => Uint8Array.of(b));
    const placeOf = new Map(this.pieces.map((bytes, place) => [toHex(bytes), place]));
    // "left place,right place" -> place of the joined token: the smaller, the earlier
    this.ranks = new Map();
    for (const [left, right] of merges) {
      const a = entryOf(placeOf, left);
      const b = entryOf(placeOf, right);
      const place = this.pieces.push(joinBytes([this.pieces[a], this.pieces[b]])) - 1;
      this.ranks.set(pairKey(a, b), place);
      placeOf.set(left + right, place);
    }
    this.ids = ids ?? null; // some vocabularies (GPT-2's) number their tokens in another order
    this.vocab = new Map(this.pieces.map((bytes, place) => [this.ids?.[place] ?? place, bytes]));
    const first = maximum(this.vocab.keys()) + 1;
    this.special = new Map(
      Array.isArray(special_tokens)
        ? special_tokens.map((token, i) => [token, first + i])
        : Object.entries(special_tokens),
    );
    for (const [token, id] of this.special) this.vocab.set(id, new TextEncoder().encode(token));
    this.vocabSize = maximum(this.vocab.keys()) + 1;
    this.endOfText = this.special.get("<|endoftext|>") ?? null;
    /** @type {Map<string, number[]>} */
    this.known = new Map(); // chunk -> ids: words come again and again
  }

  /**
   * Text -> ids. A special token in the text becomes its one id; with special: false it is plain
   * text.
   * @param {string} text
   * @param {{ special?: boolean }} [options]
   */
  encode(text, { special = true } = {}) {
    if (!special || this.special.size === 0) return this.encodeOrdinary(text);
    const names = [...this.special.keys()].sort((a, b) => b.length - a.length).map(escapePattern);
    return text.split(new RegExp(`(${names.join("|")})`, "u"))
      .flatMap((part, i) => (i % 2 ? [entryOf(this.special, part)] : this.encodeOrdinary(part)));
  }

  /** @param {string} text */
  encodeOrdinary(text) {
    const ids = [];
    for (const [chunk] of text.matchAll(this.split)) ids.push(...this.encodeChunk(chunk));
    return ids;
  }

  /** @param {string} chunk */
  encodeChunk(chunk) {
    let ids = this.known.get(chunk);
    if (!ids) {
      const places = this.merge(Array.from(new TextEncoder().encode(chunk)));
      const { ids: numbers } = this;
      ids = numbers ? places.map((place) => numbers[place]) : places;
      if (this.known.size > 10000) this.known.clear();
      this.known.set(chunk, ids);
    }
    return ids;
  }

  /**
   * Join neighbours, the earliest-learned pair first, until no pair is left that was ever learned.
   * @param {number[]} tokens
   */
  merge(tokens) {
    for (;;) {
      let best = Infinity;
      for (let i = 0; i + 1 < tokens.length; i++) {
        best = Math.min(best, this.ranks.get(pairKey(tokens[i], tokens[i + 1])) ?? Infinity);
      }
      if (best === Infinity) return tokens;
      const joined = [];
      for (let i = 0; i < tokens.length; i++) {
        const here = i + 1 < tokens.length &&
          this.ranks.get(pairKey(tokens[i], tokens[i + 1])) === best;
        joined.push(here ? best : tokens[i]);
        if (here) i++;
      }
      tokens = joined;
    }
  }

  /** @param {Iterable<number>} ids */
  decode(ids) {
    return utf8(joinBytes(Array.from(ids, (id) => this.vocab.get(id) ?? new Uint8Array())));
  }

  /**
   * What to show for one token: its text, or its bytes in hex where they are no whole, visible
   * character.
   * @param {number} id
   */
  label(id) {
    const bytes = this.vocab.get(id);
    if (!bytes) return `id ${id}`;
    const hex = "‹" + toHex(bytes).replace(/..(?=.)/g, "$&\u2009").toUpperCase() + "›";
    try {
      const text = utf8(bytes, true);
      return /^[^\P{C}\n\r\t]+$/u.test(text) ? hex : text; // control characters have no picture
    } catch {
      return hex;
    }
  }
}

/**
 * One number for two: Map keys that are numbers are fast. Vocabularies stay far below 2**26.
 * @param {number} left
 * @param {number} right
 */
export const pairKey = (left, right) => left * 67108864 + right;

/** @param {string} text */
const escapePattern = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/**
 * The visible characters that stand for bytes in GPT-2's files, with the bytes, in GPT-2's order:
 * 188 as themselves, the other 68 as U+0100, U+0101 and so on.
 * @returns {Map<string, number>}
 */
export function byteCharacters() {
  const visible = (/** @type {number} */ b) => (b > 32 && b < 127) || (b > 160 && b !== 173);
  const bytes = Array.from({ length: 256 }, (_, b) => b);
  const order = [...bytes.filter(visible), ...bytes.filter((b) => !visible(b))];
  return new Map(
    order.map((b, id) => [String.fromCharCode(visible(b) ? b : 256 + id - 188), b]),
  );
}

/**
 * Merges as GPT-2's vocab.bpe has them, one pair a line, as what BPETokenizer takes. A byte stands
 * there as one visible character. The ids follow GPT-2's order.
 * @param {BPELinesFile} file
 * @returns {BPEFile}
 */
export function readMergeLines({ merges, ...rest }) {
  const characters = byteCharacters();
  const order = [...characters.values()];
  const byteIds = Array.from({ length: 256 }, (_, byte) => order.indexOf(byte));
  const hex = new Map(Array.from(characters, ([character, byte]) => [character, toHex([byte])]));
  const pairs = merges.split("\n").map((line) => {
    const [left, right] = line.split(" ");
    /** @type {[string, string]} */
    const pair = [entryOf(hex, left), entryOf(hex, right)];
    hex.set(left + right, pair.join("")); // both were joined before, so each word's bytes are known
    return pair;
  });
  return {
    ...rest,
    type: "bpe",
    merges: pairs,
    ids: [...byteIds, ...pairs.map((_, i) => 256 + i)],
  };
}
