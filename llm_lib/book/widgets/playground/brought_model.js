// A model that a reader brings: read, tried once, and described.

import { GPT } from "../../engine/gpt.js";
import { MOST_NUMBERS, totalParameters } from "../../engine/model_config.js";
import { readModelFiles } from "../../engine/model_files.js";
import { makeTokenizer } from "../../engine/tokenizers.js";
import { indexOfLargest } from "../../engine/vectors.js";
import { count, inUnits } from "../shared/words.js";

/** @import { NamedBlob } from "../../engine/model_files.js" */
/** @import { Tokenizer } from "../../engine/types.js" */
/** @typedef {{ gpt: GPT, tokenizer: Tokenizer }} Running */
/**
 * A model with its name, and how long it took for a usual text, where that was measured.
 * @typedef {Running & { name: string, seconds?: number }} Brought
 */

const TRIED = 2; // tokens of a first run
const USUAL = 30; // tokens of a usual text
const PAIR_TOKENS = 32; // of two texts that are compared at every token
const FEW_PAIRS = 3; // that a large model reads
const MANY_PAIRS = 60; // that a small one reads
const NOTICED = 0.3; // seconds
const LARGE = 2e6; // parameters; below that, no device takes long
const SOME_WORDS = "Once upon a time there was";
const SHORT = ["3 17 5 40 3 17 5", "1 0 1 0", "Ma", "ma"]; // numbers, and the start of a name

/** How many numbers this device can hold; a browser that tells no memory is asked what it is. */
function mostNumbers() {
  const memory = Reflect.get(navigator, "deviceMemory") ?? 8; // in gigabytes, where it is told
  const isPhone = matchMedia("(pointer: coarse)").matches &&
    Math.min(screen.width, screen.height) < 600;
  return isPhone || memory < 4 ? MOST_NUMBERS.phone : MOST_NUMBERS.laptop;
}

/**
 * The model in files, ready to run, once it has run. Throws an Error in words if it can't be.
 * @param {NamedBlob[]} files
 * @returns {Promise<Brought>}
 */
export async function readBrought(files) {
  const { config, tokenizer, weights } = await readModelFiles(files, mostNumbers());
  const gpt = GPT.fromWeights(config, weights);
  const ids = Array.from({ length: TRIED }, () => 0).slice(0, config.context_length);
  let start = 0;
  for (let run = 0; run < 2; run++) { // the first makes room, and takes far longer
    start = performance.now();
    gpt.forward(ids);
  }
  const seconds = (performance.now() - start) / 1000 * USUAL / TRIED;
  return { name: nameOf(files), gpt, tokenizer: makeTokenizer(tokenizer), seconds };
}

/**
 * What to call a model: its folder, or its zip or GGUF file.
 * @param {NamedBlob[]} files
 */
function nameOf(files) {
  const [{ name }] = files;
  const folder = name.split("/").at(-2);
  if (folder) return folder;
  return /\.(zip|gguf)$/i.test(name) ? name.slice(0, name.lastIndexOf(".")) : "Your model";
}

/**
 * A name that no other has: of two models called the same, the second gets a number.
 * @param {string} name
 * @param {string[]} taken
 */
export function freeName(name, taken) {
  let free = name;
  for (let n = 2; taken.includes(free); n++) free = `${name} ${n}`;
  return free;
}

/**
 * A text of its own for a model that was brought: what stood there was another model's.
 * @param {Tokenizer} tokenizer
 */
export const textToBegin = (tokenizer) => readableText(tokenizer, SOME_WORDS);

/**
 * A text to begin with that the model can read: the one that stands there, or else one of its own
 * tokens.
 * @param {Tokenizer} tokenizer
 * @param {string} text
 */
export function readableText(tokenizer, text) {
  for (const candidate of [text, SOME_WORDS, ...SHORT]) {
    try {
      if (tokenizer.encode(candidate).length) return candidate;
    } catch { // it has a word, a character or a number that the model does not know
    }
  }
  const ids = Array.from({ length: Math.min(8, tokenizer.vocabSize) }, (_, id) => id);
  return tokenizer.decode(ids);
}

/**
 * Two texts of as many tokens, one of which differs, and which lead to different answers if such a
 * pair is soon found: the end of a text, as far as a comparison at every token has room for, and
 * another.
 * @param {Running} running
 * @param {string} text
 */
export function pairOf({ gpt, tokenizer }, text) {
  const room = Math.min(PAIR_TOKENS, gpt.config.context_length);
  const clean = tokenizer.decode(tokenizer.encode(text).slice(-room));
  const answer = (/** @type {string} */ read) =>
    indexOfLargest(gpt.forward(tokenizer.encode(read), { lastOnly: true }).logits);
  let first = clean;
  let left = isLarge(gpt) ? FEW_PAIRS : MANY_PAIRS;
  for (const other of otherTexts(tokenizer, clean)) {
    if (first === clean) first = other;
    if (answer(other) !== answer(clean)) return { clean, corrupted: other };
    if (--left === 0) break;
  }
  return { clean, corrupted: first };
}

/**
 * Texts of as many tokens, of which one is another of the text's own, those near the middle first.
 * @param {Tokenizer} tokenizer
 * @param {string} text
 */
function* otherTexts(tokenizer, text) {
  const ids = tokenizer.encode(text);
  const middle = (ids.length - 1) / 2;
  const places = ids.map((_, at) => at).sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
  for (const at of places) {
    for (const id of new Set(ids)) {
      const other = tokenizer.decode([...ids.slice(0, at), id, ...ids.slice(at + 1)]);
      const read = tokenizer.encode(other);
      if (id !== ids[at] && read.length === ids.length && String(read) !== String(ids)) {
        yield other;
      }
    }
  }
}

/**
 * Whether a model is so large that one waits for it.
 * @param {GPT} gpt
 */
export const isLarge = (gpt) => totalParameters(gpt.config) >= LARGE;

/**
 * What a model is, in a sentence, and how long it takes where that is long.
 * @param {Brought} brought
 */
export function describeModel({ name, gpt, seconds = 0 }) {
  const { n_layer, n_head, n_embd, context_length, vocab_size } = gpt.config;
  const n = totalParameters(gpt.config);
  const parameters = isLarge(gpt) ? inUnits(n) : n.toLocaleString("en");
  const sizes = `${name}: ${parameters} parameters in ${count(n_layer, "layer")} of ` +
    `${count(n_head, "head")}, ${n_embd} channels wide; a vocabulary of ` +
    `${count(vocab_size, "token")}. It reads at most ${
      context_length.toLocaleString("en")
    } tokens ` +
    "at a time.";
  if (!isLarge(gpt) || seconds < NOTICED) return sizes;
  return `${sizes} To read ${USUAL} tokens takes it about ${Number(seconds.toPrecision(1))} s ` +
    "here, and the page stands still meanwhile.";
}
