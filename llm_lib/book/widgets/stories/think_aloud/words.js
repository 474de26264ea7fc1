// What is said at each step, and each picture in words.

import { enumerated } from "../../shared/words.js";
import { whole } from "./facts.js";

/** @import { Facts } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/** @param {string} balls */
const placesOf = (balls) => enumerated([...balls]);

/** @param {string} pair */
const swap = (pair) => `${pair[0]} and ${pair[1]}`;

/** What a swap does to the balls. @param {Facts} m @param {number} i */
function moves(m, i) {
  const before = i ? m.places[i - 1] : m.start;
  return before === m.places[i]
    ? `${swap(m.pairs[i])} are swapped, and no ball moves`
    : `${swap(m.pairs[i])} are swapped: the balls are at ${placesOf(m.places[i])}`;
}

/** @type {Words} */
export const sayOf = {
  "Problem": (m) =>
    `Three balls lie under the cups at the places ${placesOf(m.start)}. Six times, the cups at ` +
    "two places are swapped, with what lies under them. Where do the balls end?",
  "One pass": (m, k) =>
    k
      ? "But each swap needs the places that the one before left. The trained model gets " +
        `${whole(m.six.shares["at once"])} of such problems right.`
      : "To answer at once, the model follows all six swaps before its first place: one pass " +
        "over its two layers.",
  "Write": (m) =>
    `Let it write the first swap, and the places after it: ${moves(m, 0)}. Each character is an ` +
    "easy pass.",
  "Read it back": () =>
    "What it has written is now input. The next pass reads the places there, and has one swap to " +
    "follow, not two.",
  "Step by step": (m, k) => {
    const last = k === 4 ? " The same two layers, again and again." : "";
    return `${moves(m, k + 1)}. One easy pass for each character.${last}`;
  },
  "Answer": (m) =>
    `After the colon it copies the last places. ${m.six.passes.thinking} passes in place of ${
      m.six.passes["at once"]
    }, and ${whole(m.six.shares.thinking)} of such answers are right.`,
  "Your turn": (m) => {
    const { swaps, shares } = m.yours;
    const beyond = swaps > 6 ? " More swaps than in training: neither way goes on by itself." : "";
    return `Choose the number of swaps. With ${swaps}, ${
      whole(shares.thinking)
    } are right by thinking aloud and ${whole(shares["at once"])} at once.${beyond}`;
  },
};

/** @param {Facts} m @param {number} steps */
const writtenSteps = (m, steps) =>
  m.pairs.slice(0, steps).map((pair, i) => `${pair}${m.places[i]}`).join(" ");

/** @param {Facts} m */
const read = (m) => `The problem ${m.problem}`;

/** @type {Words} */
export const altOf = {
  "Problem": (m) => `${read(m)}, and five cups with the balls 1, 2, 3 at ${placesOf(m.start)}.`,
  "One pass": (m, k) =>
    k
      ? `${read(m)}, below it layer 1, layer 2 and a question mark; measured: ${
        whole(m.six.shares["at once"])
      } right.`
      : `${read(m)}, below it layer 1 and layer 2, and what comes out: ${m.answer[0]}`,
  "Write": (m) => `${read(m)}; the first swap is marked. Written: ${writtenSteps(m, 1)}. 5 passes.`,
  "Read it back": (m) =>
    `${read(m)}. Written, and read by the next pass: ${writtenSteps(m, 1)}. 5 passes.`,
  "Step by step": (m, k) =>
    `${read(m)}; swap ${k + 2} is marked. The balls are at ${placesOf(m.places[k + 1])}. Written: ${
      writtenSteps(m, k + 2)
    }. ${5 * (k + 2)} passes.`,
  "Answer": (m) =>
    `${read(m)}. Written: ${writtenSteps(m, 6)}${m.answer} ${m.six.passes.thinking} passes.`,
  "Your turn": ({ yours: { swaps, passes, shares }, seeds }) =>
    `${swaps} swaps. At once: ${passes["at once"]} passes, ${
      whole(shares["at once"])
    } right. Thinking aloud: ${passes.thinking} passes, ${
      whole(shares.thinking)
    } right. Means of ${seeds} trainings.`,
};
