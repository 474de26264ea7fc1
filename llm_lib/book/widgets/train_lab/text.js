// What a model reads: a text cut into tokens, the last tenth of it held out, and its yardsticks.

import { baselineLosses } from "../../engine/baselines.js";
import { toHex } from "../../engine/bpe.js";
import { learnMerges } from "../../engine/bpe_training.js";
import { makeTokenizer } from "../../engine/tokenizers.js";
import { localCount } from "../shared/localize.js";

/** @import { Tokenizer, TokenizerFile } from "../../engine/types.js" */
/**
 * A text to read. lines: its lines, where each stands for itself and comes in any order.
 * @typedef {{ text: string, lines: string[] | null }} Source
 */
/**
 * @typedef {object} Matter
 * @property {TokenizerFile} file
 * @property {Tokenizer} tokenizer
 * @property {Int32Array} train ids
 * @property {Int32Array} sorted the same with its lines in alphabetical order
 * @property {Int32Array} heldOut
 * @property {{ uniform: number, unigram: number, bigram: number }} baselines
 * @property {number[]} begin the ids that a sample begins after
 * @property {boolean} isLines whether a sample ends with its line
 * @property {(text: string) => boolean} knows whether training text holds it
 */

export const MOST_CHARACTERS = 500_000;
const MOST_DIFFERENT = 500;
const BPE_SIZE = 512; // 256 bytes and 256 merges

/** Thrown for what a reader can mend; its message is for them. */
export class TextProblem extends Error {}

/**
 * A text as it is read: line ends are one character, and half a surrogate pair is none.
 * @param {string} text
 */
export const tidy = (text) =>
  text.replace(/\r\n?/g, "\n").replace(/\p{Surrogate}/gu, "\ufffd").replace(/^\ufeff/, "");

/**
 * Throws a TextProblem if a text is too long.
 * @param {string} text
 * @param {string} [name]
 */
export function refuseLong(text, name = "This text") {
  if (text.length <= MOST_CHARACTERS) return;
  throw new TextProblem(
    `${name} has ${localCount(text.length)} characters; at most ${
      localCount(MOST_CHARACTERS)
    } are allowed.`,
  );
}

/**
 * The text in a reader's file. Rejects with a TextProblem if it is none.
 * @param {File} file
 * @returns {Promise<string>}
 */
export async function readTextFile(file) {
  if (file.size > 4 * MOST_CHARACTERS) {
    throw new TextProblem(
      `${file.name} has ${localCount(file.size)} bytes; at most ${
        localCount(MOST_CHARACTERS)
      } characters ` +
        "are allowed.",
    );
  }
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    text = "\0";
  }
  if (text.includes("\0")) {
    throw new TextProblem(`${file.name} is no text: a plain text file in UTF-8 is needed.`);
  }
  refuseLong(text, file.name);
  return text;
}

/**
 * A reader's own text as a source. Throws a TextProblem if nothing can be learned from it.
 * @param {string} own
 * @param {number} T the context length
 * @returns {Source}
 */
export function ownSource(own, T) {
  const text = tidy(own);
  if (!text.trim()) throw new TextProblem("There is no text yet: type or paste some, or a file.");
  refuseLong(text);
  const different = new Set(text.trim()).size;
  if (different < 2) {
    throw new TextProblem(
      "This text is one character, again and again: at least 2 different ones are needed.",
    );
  }
  const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
  const areShort = lines.length >= 40 && lines.every((line) => line.length < 2 * T);
  return { text, lines: areShort ? lines : null };
}

/**
 * Lines as a source.
 * @param {string[]} lines
 * @returns {Source}
 */
export const linesSource = (lines) => ({ text: joinLines(lines), lines });

/** @param {string[]} lines */
const joinLines = (lines) => `\n${lines.join("\n")}\n`;

/**
 * A tokenizer for a text, as tokenizer.json describes it. Throws a TextProblem.
 * @param {string} text
 * @param {string} tokens "characters" or "bpe"
 * @returns {TokenizerFile}
 */
export function learnTokenizer(text, tokens) {
  if (tokens === "characters") {
    const characters = [...new Set(text)].sort((a, b) =>
      (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0)
    );
    if (characters.length > MOST_DIFFERENT) {
      throw new TextProblem(
        `This text has ${localCount(characters.length)} different characters; at most ` +
          `${MOST_DIFFERENT} are allowed. Choose pieces of words (BPE) instead.`,
      );
    }
    return { type: "char", characters };
  }
  const { merges } = learnMerges(text, { nMerges: BPE_SIZE - 256, nListed: 1 });
  const bytes = Array.from({ length: 256 }, (_, byte) => toHex([byte]));
  for (const { left, right } of merges) bytes.push(bytes[left] + bytes[right]);
  const pairs = merges.map((
    { left, right },
  ) => /** @type {[string, string]} */ ([bytes[left], bytes[right]]));
  return { type: "bpe", pattern: "gpt2", merges: pairs, special_tokens: [] };
}

/**
 * Cut a source into tokens, and hold out its last tenth. Throws a TextProblem if it is too short
 * for the context, or if a tokenizer that was given can't write it.
 * @param {Source} source
 * @param {TokenizerFile} file
 * @param {number} T the context length
 * @returns {Matter}
 */
export function cutMatter({ text, lines }, file, T) {
  const tokenizer = makeTokenizer(file);
  const encode = (/** @type {string} */ part) => Int32Array.from(encodeText(tokenizer, part));
  const split = lines ? Math.round(0.9 * lines.length) : Math.round(0.9 * text.length);
  const [first, last] = lines
    ? [joinLines(lines.slice(0, split)), joinLines(lines.slice(split))]
    : [text.slice(0, split), text.slice(split)];
  const train = encode(first);
  const heldOut = encode(last);
  const short = Math.min(train.length / 9, heldOut.length);
  if (short < T + 1) {
    const n = train.length + heldOut.length;
    throw new TextProblem(
      `This text has ${localCount(n)} tokens; with a context of ${T} it takes about ` +
        `${
          localCount(10 * (T + 1))
        }, since a tenth is held out. Add text, or choose a shorter context.`,
    );
  }
  const known = lines && new Set(lines.slice(0, split));
  return {
    file,
    tokenizer,
    train,
    sorted: lines ? encode(joinLines(lines.slice(0, split).sort())) : train,
    heldOut,
    baselines: baselineLosses(train, heldOut, tokenizer.vocabSize),
    begin: first.includes("\n") ? Array.from(encode("\n")) : Array.from(train.subarray(0, 1)),
    isLines: Boolean(lines),
    knows: (sample) => known ? known.has(sample) : sample.length > 30 && first.includes(sample),
  };
}

/**
 * @param {Tokenizer} tokenizer
 * @param {string} text
 */
function encodeText(tokenizer, text) {
  try {
    return tokenizer.encode(text);
  } catch (error) {
    throw new TextProblem(
      `${/** @type {Error} */ (error).message} Choose another text, or start a new model.`,
    );
  }
}
