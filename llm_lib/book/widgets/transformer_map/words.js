// The parts of a GPT: what each is called and does, and what the toy makes of its prompt there.

import { count, decimals, quote, roughly } from "../shared/words.js";

/** @import { Toy, ToyRun } from "../../engine/toy_gpt.js" */
/**
 * The toy, and what it does with its prompt.
 * @typedef {object} ToyExample
 * @property {Toy} toy
 * @property {ToyRun} run
 * @property {string} word the last of the prompt, whose vector is followed
 * @property {[word: string, p: number][]} best what may come next, the most probable first
 */

/** @type {Record<string, [name: string, what: string]>} */
export const PARTS = {
  text: [
    "Text",
    "The model is given a text and nothing else. Its one task is to say what comes next.",
  ],
  tokens: [
    "Tokens",
    "The tokenizer cuts the text into tokens, pieces from a fixed list, and replaces " +
    "each by its number in that list. In this toy each word is one token; real " +
    "tokenizers also cut inside words.",
  ],
  embedding: [
    "Token embedding",
    "Each number picks a row of a table: a vector, which is a list of numbers that " +
    "stands for the token. The table is learned, and tokens that are used alike end up " +
    "with similar rows.",
  ],
  positions: [
    "Positions",
    "A second table has a vector for each place in the text, and it is added. Now the " +
    "vector says what stands here, and where.",
  ],
  norm_1: [
    "Layer norm",
    "The norm shifts and scales the vector so that its numbers have mean 0 and spread 1. " +
    "That keeps sizes steady, so that a deep stack of blocks can learn.",
  ],
  attention: [
    "Multi-head attention",
    "Each token looks back at the tokens up to itself and takes something from each; " +
    "this is the only place where tokens meet. Several heads do so side by side, and how " +
    "much they take is worked out anew for each text.",
  ],
  residual_1: [
    "Add to the residual stream",
    "What attention found is added to the vector as it was before the norm; nothing is " +
    "overwritten. This running sum is the residual stream: every part reads from it and " +
    "adds to it.",
  ],
  norm_2: [
    "Layer norm",
    "The same once more: mean 0, spread 1. Each part reads a tidy copy, while the stream " +
    "itself goes on as it is.",
  ],
  feed_forward: [
    "Feed-forward network",
    "A small neural network works on each token’s vector by itself: wider, through a " +
    "bend, and back. Attention has brought things here; this part works with them.",
  ],
  residual_2: [
    "Add to the residual stream",
    "This result is added to the stream as well. One block is done.",
  ],
  repeat: [
    "The next block",
    "A GPT stacks the same kind of block N times, each with weights of its own. This toy " +
    "has 2 blocks, the smallest GPT-2 has 12.",
  ],
  final_norm: [
    "Final norm",
    "After the last block the vector is brought to mean 0 and spread 1 a last time. What " +
    "began as the word “a” has become a guess about the word after it.",
  ],
  output: [
    "Output layer and softmax",
    "The vector is compared with one vector for each token of the vocabulary, which " +
    "gives each a score, its logit. Softmax turns the scores into probabilities that sum " +
    "to 1.",
  ],
  next_token: [
    "Next token",
    "One token is picked: the most probable, or one drawn by chance in proportion to the " +
    "probabilities. The model itself stops here; it has given probabilities, and nothing " +
    "more.",
  ],
  loop: [
    "Once again",
    "The picked token is put at the end of the text, and the way begins anew. A whole " +
    "story is this loop, one round a token.",
  ],
};

export const ORDER = Object.keys(PARTS);

/** @param {number[]} vector */
const list = (vector) => `[${vector.map(decimals).join(", ")}]`;

/**
 * What a part makes of the prompt, in a sentence or two.
 * @param {string} part
 * @param {ToyExample} example
 */
export function partInWords(part, { run, toy, word, best }) {
  const is = (/** @type {number[]} */ vector) =>
    `the vector of ${quote(word)} is now ${list(vector)}.`;
  const text = toy.prompt.join(" ");
  const head = run.weights.map((w, i) => {
    const top = Math.max(...w);
    return `head ${i + 1} mostly at ${quote(toy.prompt[w.indexOf(top)])} (${roughly(top)})`;
  }).join(", ");
  /** @type {Record<string, string>} */
  const said = {
    text: `${quote(text)}: so far there is only text, and no numbers.`,
    tokens: `${count(toy.prompt.length, "token")}; the last, ${quote(word)}, is number ` +
      `${run.ids.at(-1)}. Follow that one: the next word is guessed from it.`,
    embedding:
      `Row ${run.ids.at(-1)} of the table: ${is(run.embedding)} This toy uses 4 numbers; ` +
      "real models use hundreds or thousands.",
    positions: `With the vector of place ${toy.prompt.length} added, ${is(run.positions)}`,
    norm_1: `A normed copy, ${list(run.norm_1)}, goes to attention. The stream keeps ` +
      `${list(run.positions)}.`,
    attention: `${quote(word)} looks back: ${head}. It brings along ${list(run.attention)}.`,
    residual_1: `Stream plus attention: ${is(run.residual_1)}`,
    norm_2: `A normed copy, ${list(run.norm_2)}, goes to the feed-forward network.`,
    feed_forward: `4 numbers become ${run.hidden.length}, pass a bend, and become 4 again: ` +
      `${list(run.feed_forward)}.`,
    residual_2: `Stream plus feed-forward: ${is(run.residual_2)}`,
    repeat: `After all ${toy.sizes.n_layer} blocks, ${is(run.repeat)}`,
    final_norm: `Normed a last time, ${is(run.final_norm)}`,
    output: `Of ${count(toy.words.length, "token")}, ${quote(best[0][0])} gets ` +
      `${roughly(best[0][1])}, then come ${quote(best[1][0])} with ${roughly(best[1][1])} ` +
      `and ${quote(best[2][0])} with ${roughly(best[2][1])}.`,
    next_token: `${quote(text)} goes on with ${quote(best[0][0])}.`,
    loop: `The text is now ${quote(`${text} ${best[0][0]}`)}, and its last token, ` +
      `${quote(best[0][0])}, takes the same way.`,
  };
  return said[part];
}
