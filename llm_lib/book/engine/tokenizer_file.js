// A tokenizer from a file, checked field by field as llm_lib.tokenizer and llm_lib.bpe do.

import { maximum } from "./functions.js";
import { isObject, isWhole, shown } from "./model_config.js";
import { isQuickPattern, PATTERN_NAMES, splitPattern } from "./split_pattern.js";
import { makeTokenizer } from "./tokenizers.js";

/** @import { BPEFile, Tokenizer } from "./types.js" */

const MOST_TOKENS = 300_000;
const MOST_PATTERN = 2000; // characters

/** @param {string} words */
const badTokenizer = (words) => new Error(`tokenizer.json: ${words}.`);

/**
 * The tokenizer that a tokenizer.json describes. Throws an Error in words that names the field and
 * what is allowed, also if it has more tokens than the model.
 * @param {any} data
 * @param {number} vocabSize of the model
 * @returns {Tokenizer}
 */
export function readTokenizer(data, vocabSize) {
  if (!isObject(data)) throw badTokenizer("it must hold one JSON object");
  if (!Object.hasOwn(CHECKS, data.type)) {
    const types = Object.keys(CHECKS).join(", ");
    const found = data.type === undefined ? "there is none" : `it is ${shown(data.type)}`;
    throw badTokenizer(`field “type” should be one of ${types}; ${found}`);
  }
  CHECKS[data.type](data);
  const tokenizer = makeTokenizer(/** @type {any} */ (data));
  if (neededTokens(tokenizer, data) > vocabSize) {
    throw badTokenizer(
      `it has ${tokenizer.vocabSize} tokens, but config.json says vocab_size ${vocabSize}: they ` +
        "belong to different models",
    );
  }
  return tokenizer;
}

/**
 * How many tokens a model has to have. A published tokenizer may lack some of the 256 bytes, which
 * its texts never had: those have ids beyond the model's.
 * @param {Tokenizer} tokenizer
 * @param {Record<string, any>} data
 */
function neededTokens(tokenizer, { ids, special_tokens = [] }) {
  if (!ids || Array.isArray(special_tokens)) return tokenizer.vocabSize;
  return maximum([...ids.slice(256), ...Object.values(special_tokens)]) + 1;
}

/** @type {Record<string, (data: Record<string, any>) => void>} what each type of tokenizer needs */
const CHECKS = {
  bpe: checkBPE,
  char({ characters }) {
    checkDistinct("characters", characters);
    const longer = characters.find((/** @type {string} */ text) => [...text].length !== 1);
    if (longer !== undefined) {
      throw badTokenizer(`characters: ${shown(longer)} is not one character`);
    }
  },
  word({ words, unknown = null }) {
    checkDistinct("words", words);
    if (unknown !== null && !words.includes(unknown)) {
      throw badTokenizer(
        `field “unknown” should be one of the words or null; got ${shown(unknown)}`,
      );
    }
  },
  integers({ vocab_size }) {
    if (!isWhole(vocab_size, 1, MOST_TOKENS)) {
      throw badTokenizer(
        `vocab_size must be a whole number from 1 to ${MOST_TOKENS}, got ${shown(vocab_size)}`,
      );
    }
  },
};

/**
 * Refuse anything but a list of texts that differ.
 * @param {string} field
 * @param {unknown} values
 */
function checkDistinct(field, values) {
  if (!Array.isArray(values) || !values.length || values.length > MOST_TOKENS) {
    throw badTokenizer(`field “${field}” should be a list of 1 to ${MOST_TOKENS} texts`);
  }
  const seen = new Set();
  for (const value of values) {
    if (typeof value !== "string") {
      throw badTokenizer(`${field} should be strings; got ${shown(value)}`);
    }
    if (seen.has(value)) throw badTokenizer(`${field}: ${shown(value)} comes twice`);
    seen.add(value);
  }
}

/** @param {Record<string, any>} data */
function checkBPE({ pattern, merges, special_tokens = [], ids }) {
  checkPattern(pattern);
  checkMerges(merges);
  const named = isObject(special_tokens);
  if (!Array.isArray(special_tokens) && !named) {
    throw badTokenizer(`field “special_tokens” should be a list; got ${shown(special_tokens)}`);
  }
  const names = named ? Object.keys(special_tokens) : special_tokens;
  if (names.length) checkDistinct("special_tokens", names);
  if (names.includes("")) throw badTokenizer("special_tokens: one of them is empty");
  const given = named ? Object.values(special_tokens) : [];
  const plain = ids ?? Array.from({ length: 256 + merges.length }, (_, id) => id);
  if (!Array.isArray(plain) || plain.length !== 256 + merges.length) {
    throw badTokenizer(`ids should hold one id a token, ${256 + merges.length}`);
  }
  const all = [...plain, ...given];
  if (!all.every((id) => isWhole(id, 0)) || new Set(all).size !== all.length) {
    throw badTokenizer("ids: each token needs its own whole number, and none may be below 0");
  }
}

/** @param {unknown} pattern */
function checkPattern(pattern) {
  if (typeof pattern !== "string" || pattern.length > MOST_PATTERN) {
    throw badTokenizer(
      `field “pattern” should be text of at most ${MOST_PATTERN} characters; got ${shown(pattern)}`,
    );
  }
  try {
    splitPattern(pattern);
  } catch {
    throw badTokenizer(`the pattern ${shown(pattern)} is none that a browser can follow`);
  }
  if (!isQuickPattern(pattern)) {
    throw badTokenizer(
      `the pattern ${shown(pattern)} might take for ever on some texts. This page follows ` +
        `${PATTERN_NAMES.join(", ")}, those of Llama 3, Qwen and SmolLM2, and patterns of your ` +
        "own in which only the last character of a choice repeats, such as “[a-z]+|\\s|.”",
    );
  }
}

/**
 * Refuse merges that join a token which is not there yet, or make one that is there already.
 * @param {unknown} merges
 */
function checkMerges(merges) {
  if (!Array.isArray(merges) || merges.length > MOST_TOKENS) {
    throw badTokenizer(`field “merges” should be a list of at most ${MOST_TOKENS} pairs`);
  }
  const known = new Set(
    Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0")),
  );
  merges.forEach((pair, i) => {
    const isPair = Array.isArray(pair) && pair.length === 2 && pair.every((p) => known.has(p));
    if (!isPair || known.has(pair.join(""))) {
      throw badTokenizer(
        `merge ${i + 1}, ${shown(pair)}, should join two earlier tokens, in hex, to a new one`,
      );
    }
    known.add(pair.join(""));
  });
}
