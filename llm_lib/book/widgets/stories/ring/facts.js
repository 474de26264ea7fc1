// Every number of the ring: what each rank holds after each step, and what it has sent.

import { lastOf, present } from "../../../engine/present.js";
import { total } from "../../../engine/vectors.js";

/** @import { Choice } from "../../moving/types.js" */

/** How many ranks the film has. */
export const N = 4;
export const FOUR = [0, 1, 2, 3];
/** The gradient of 70 billion weights, of two bytes each, in GB. */
export const GRADIENT = 140;

/** @typedef {"own" | "part" | "whole" | "own sent" | "part sent"} Kind what a number is by now */
/**
 * One chunk on its way: from which rank, which chunk, and the number that is sent.
 * @typedef {{ from: number, to: number, chunk: number, value: number }} Message
 */
/** @typedef {{ held: number[][], kinds: Kind[][], messages: Message[] }} Step by rank and chunk */
/**
 * @typedef {object} Settings
 * @property {number[][]} grads
 * @property {number} ranks
 */
/** @typedef {ReturnType<typeof factsOf>} Facts */

/** @param {number} a @param {number} n */
const wrapped = (a, n) => ((a % n) + n) % n;

/**
 * What is sent in a step: one chunk by each rank, to its right neighbour.
 * @param {number[][]} held
 * @param {(rank: number) => number} chunkOf
 * @returns {Message[]}
 */
const sending = (held, chunkOf) =>
  held.map((numbers, from) => {
    const chunk = wrapped(chunkOf(from), held.length);
    return { from, to: (from + 1) % held.length, chunk, value: numbers[chunk] };
  });

/**
 * The next step: all messages arrive at once. The receiver adds a number, or keeps a whole sum.
 * @param {Step} step
 * @param {(rank: number) => number} chunkOf
 * @param {"add" | "keep"} how
 * @param {boolean} [isLast] whether what is added up is whole then
 * @returns {Step}
 */
function next({ held, kinds }, chunkOf, how, isLast = false) {
  const messages = sending(held, chunkOf);
  const [after, marks] = [held.map((row) => [...row]), kinds.map((row) => [...row])];
  for (const { from, to, chunk, value } of messages) {
    after[to][chunk] = how === "add" ? held[to][chunk] + value : value;
    marks[to][chunk] = how === "keep" || isLast ? "whole" : "part";
    if (how === "add") {
      marks[from][chunk] = kinds[from][chunk] === "part" ? "part sent" : "own sent";
    }
  }
  return { held: after, kinds: marks, messages };
}

/**
 * A ring of n ranks: how it begins, the steps of the reduce-scatter, and those of the all-gather.
 * @param {number[][]} grads
 * @param {number} n
 */
function ringOf(grads, n) {
  const mine = grads.slice(0, n).map((row) => row.slice(0, n));
  /** @type {Step} */
  const start = {
    held: mine,
    kinds: mine.map((row) => row.map(() => "own")),
    messages: [],
  };
  const steps = [start];
  for (let s = 0; s < n - 1; s++) {
    steps.push(next(steps[s], (rank) => rank - s, "add", s === n - 2));
  }
  const reduce = steps.slice(1);
  for (let s = 0; s < n - 1; s++) {
    steps.push(next(steps[n - 1 + s], (rank) => rank + 1 - s, "keep"));
  }
  return { n, mine, start, reduce, gather: steps.slice(n), end: lastOf(steps) };
}

/** The message of a step that carries chunk 0. @param {Step} step */
export const chunk0In = ({ messages }) =>
  present(messages.find(({ chunk }) => chunk === 0), "the message of chunk 0");

/**
 * How much the busiest rank sends for one gradient, in gradients: in a ring, and where all send to
 * one, which sends back.
 * @param {number} n
 */
export const costOf = (n) => ({ ring: (2 * (n - 1)) / n, one: n - 1 });

/**
 * So many gradients of 70 billion weights, in GB.
 * @param {number} gradients
 */
export const gigabytes = (gradients) =>
  `${Math.round(gradients * GRADIENT).toLocaleString("en")} GB`;

/** @param {Settings} settings */
export function factsOf(settings) {
  const film = ringOf(settings.grads, N);
  const yours = ringOf(settings.grads, settings.ranks);
  const n = settings.ranks;
  return {
    ...settings,
    ...film,
    sums: film.mine[0].map((_, c) => total(film.mine.map((row) => row[c]))),
    yours: { ...yours, means: yours.end.held[0].map((sum) => sum / n), ...costOf(n) },
  };
}

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = (m) => [
  {
    name: "Ranks",
    options: [2, 3, 4, 5, 6, 7, 8].map((n) => [`${n}`, `${n} ranks`]),
    value: `${m.ranks}`,
    pick: (n) => ({ ranks: Number(n) }),
  },
];
