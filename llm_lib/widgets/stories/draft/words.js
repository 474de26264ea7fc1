// What is said at each step, and each picture in words.

import { count, quote } from "../../shared/words.js";

/** @import { Facts } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/** @param {number} x */
const short = (x) => x >= 0.1 ? x.toFixed(2) : x.toFixed(3);

/** @param {Facts} m @param {number} k */
function verdict(m, k) {
  const { word, p, q, chance, luck, ok } = m.drafts[k];
  const why = p >= q
    ? `the model wants it at least as much as the drafter (${short(p)} against ${
      short(q)
    }): accepted`
    : `accepted with probability p/q = ${chance.toFixed(2)}. The random number is ${
      luck.toFixed(2)
    }: ${ok ? "accepted" : "rejected"}`;
  return `${quote(word)}: ${why}.`;
}

/** @type {Words} */
export const sayOf = {
  Text: (m) =>
    `With a cache, the model reads one token to write one. After ${quote(m.words.join(" "))}, ` +
    "could it write several at once?",
  Draft: (m) =>
    `A cheap drafter guesses ahead: ${
      quote(m.drafts.map(({ word }) => word).join(" "))
    }. It knows ` +
    "little, but it is quick.",
  "One pass": () =>
    "Now the model reads all four guesses in one pass. That gives its own probability p for " +
    "each, beside the drafter's q.",
  Check: (m, k) => {
    if (k > m.accepted) {
      return `What follows a rejected token is thrown away: ${quote(m.drafts[k].word)} too.`;
    }
    return verdict(m, k);
  },
  Replace: (m) =>
    m.isAll
      ? `All are accepted. The pass also says what comes after them: ${
        quote(m.own)
      } is one token more.`
      : `In place of ${quote(m.drafts[m.accepted].word)} the model draws from what q left ` +
        `uncovered, max(0, p − q), scaled up: here ${quote(m.own)}.`,
  Result: (m) =>
    `${
      count(m.accepted + 1, "token")
    } from one pass of the model. And the text is drawn exactly as ` +
    "the model alone would draw it.",
  "Your turn": (m) =>
    `Drag the random numbers. Now ${m.accepted} of 4 guesses are accepted, and ${
      quote(m.own)
    } is the likeliest to follow.`,
};

/** @param {Facts} m */
const inTable = (m) =>
  m.drafts.map(({ word, q, p, luck }) =>
    `${word}: q ${short(q)}, p ${short(p)}, random number ${luck.toFixed(2)}`
  ).join("; ");

/** @type {Words} */
export const altOf = {
  Text: (m) => `The tokens ${m.words.join(" ")}, and four empty places.`,
  Draft: (m) => `In the four places, as guesses: ${m.drafts.map(({ word }) => word).join(", ")}.`,
  "One pass": (m) => `A row for each guess, with bars for q and p. ${inTable(m)}.`,
  Check: (m, k) =>
    `Guess ${k + 1} of 4 is judged; ${Math.min(k + 1, m.accepted)} accepted so far. ${inTable(m)}.`,
  Replace: (m) =>
    `Bars of what can be drawn now: ${
      m.source.map(({ word, p }) => `${word} ${short(p)}`).join(", ")
    }.`,
  Result: (m) =>
    `The text: ${
      [...m.words, ...m.drafts.slice(0, m.accepted).map(({ word }) => word), m.own].join(" ")
    }.`,
  "Your turn": (m) => `Your random numbers. ${inTable(m)}. ${m.accepted} accepted, then ${m.own}.`,
};
