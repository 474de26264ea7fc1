// What is said at each step, and each picture in words.

import { inText } from "../../moving/ruler.js";
import { chunk0In, costOf, gigabytes, GRADIENT, N } from "./facts.js";

/** @import { Facts, Step } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/** @param {number[]} numbers */
const list = (numbers) => numbers.map((x) => inText(x)).join(", ");

/**
 * What happens to chunk 0 in a step of the reduce-scatter.
 * @param {Facts} m
 * @param {number} k
 */
function added(m, k) {
  const before = k ? m.reduce[k - 1] : m.start;
  const { from, to, value } = chunk0In(m.reduce[k]);
  const own = before.held[to][0];
  const sum = own < 0 ? `${inText(value)} − ${inText(-own)}` : `${inText(value)} + ${inText(own)}`;
  return { from, to, sum: `${sum} = ${inText(m.reduce[k].held[to][0])}` };
}

/** @type {Words} */
export const sayOf = {
  Question: () =>
    "Four processes, the ranks, train copies of one model. Each has the gradient of its own " +
    "share of the batch: four numbers. To take the same step, all need the mean.",
  "All to one": (_m, k) =>
    k
      ? `Then rank 0 sends the sums to all. ${2 * (N - 1) * N} numbers have gone through its one ` +
        `line, in and out. With 1,000 ranks it would be ${
          (2 * 999 * N).toLocaleString("en")
        }, and all wait.`
      : "The plain way: all send to rank 0, which adds up each line. Three vectors of four " +
        "numbers have to go through its one line.",
  Ring: () =>
    "Now a ring: each rank sends to its right neighbour only, and the last one to the first. The " +
    "gradient is cut into as many chunks as there are ranks.",
  Reduce: (m, k) => {
    const { from, to, sum } = added(m, k);
    return k === 0
      ? "Each rank sends one chunk, and its neighbour adds it to its own. Follow chunk 0: rank " +
        `${from} sends it to rank ${to}, where ${sum}. All four links work at once.`
      : k === 1
      ? `Each passes on the partial sum that it has made. Chunk 0: rank ${to} has ${sum}.`
      : `Once more. At rank ${to}, chunk 0 is whole: ${sum}.`;
  },
  Halfway: () =>
    "After three steps each rank owns one whole sum, a different one each (framed). This half is " +
    "called reduce-scatter. Now everyone needs the other three.",
  Gather: (m, k) => {
    const { from, to, value } = chunk0In(m.gather[k]);
    return k === 0
      ? "The second half, all-gather: the same ring, and nothing is added any more. Rank " +
        `${from} sends the whole sum of chunk 0, ${inText(value)}, to rank ${to}.`
      : k === 1
      ? `Each passes on the sum that it has just got. Chunk 0 comes to rank ${to}.`
      : `And once more: chunk 0 comes to rank ${to}, the last one. All ranks hold all sums.`;
  },
  Mean: (m) =>
    `Divide by ${N}: the mean gradient, (${list(m.sums.map((sum) => sum / N))}), the same on ` +
    `every rank. Each has sent ${N - 1} + ${N - 1} = ${2 * (N - 1)} numbers, and rank 0 no more ` +
    "than the others.",
  Count: () => {
    const [few, many] = [costOf(8), costOf(64)];
    return "In a ring of n ranks each sends 2(n − 1) chunks of 1/n of the gradient: with 8 ranks " +
      `${inText(few.ring)} gradients, with 64 only ${inText(many.ring)}, and never 2. The one ` +
      `to which all send has to send ${few.one} back, then ${many.one}.`;
  },
  "Your turn": ({ yours, ranks }) =>
    `Change the ranks, or drag a number. With ${ranks} ranks and a gradient of ${GRADIENT} GB ` +
    `(70 billion numbers), each rank of the ring sends ${gigabytes(yours.ring)}; where all send ` +
    `to one, that one sends ${gigabytes(yours.one)}.`,
};

/** @param {number[][]} held */
const ranks = (held) => held.map((numbers, r) => `rank ${r}: ${list(numbers)}`).join("; ");

/** @param {Step} step */
const arrows = ({ messages }) =>
  messages.map(({ from, to, chunk, value }) =>
    `chunk ${chunk} (${inText(value)}) from rank ${from} to rank ${to}`
  ).join(", ");

/** @type {Words} */
export const altOf = {
  Question: (m) => `Four ranks with four numbers each. ${ranks(m.mine)}. No arrows between them.`,
  "All to one": (m, k) =>
    k
      ? `Arrows from rank 0 to ranks 1, 2 and 3. All ranks hold the sums: ${list(m.sums)}.`
      : `Arrows from ranks 1, 2 and 3 to rank 0, which holds the sums: ${list(m.sums)}.`,
  Ring: (m) =>
    `The four ranks with their numbers, now chunks 0 to 3, and arrows from each to the next and ` +
    `from rank 3 back to rank 0. ${ranks(m.mine)}.`,
  Reduce: (m, k) =>
    `Step ${k + 1} of 3: ${arrows(m.reduce[k])}. After it, ${ranks(m.reduce[k].held)}.`,
  Halfway: (m) =>
    `Framed: ${
      m.mine.map((_, r) => {
        const chunk = (r + 1) % N;
        return `chunk ${chunk} of rank ${r}, ${inText(m.reduce[N - 2].held[r][chunk])}`;
      }).join("; ")
    }.`,
  Gather: (m, k) =>
    `Step ${k + 1} of 3: ${arrows(m.gather[k])}. After it, ${ranks(m.gather[k].held)}.`,
  Mean: (m) => `All four ranks hold ${list(m.sums.map((sum) => sum / N))}.`,
  Count: () =>
    `Bars of what the busiest rank sends, in gradients. ${
      [2, 4, 8, 64].map((n) =>
        `${n} ranks: all to one ${costOf(n).one}, ring ${inText(costOf(n).ring)}`
      ).join("; ")
    }.`,
  "Your turn": ({ yours }) =>
    `Numbers that can be changed. ${ranks(yours.mine)}. Means: ${list(yours.means)}. Bars: all ` +
    `to one ${gigabytes(yours.one)}, ring ${gigabytes(yours.ring)}.`,
};
