// What is said at each step, and each picture in words.

import { count, quote } from "../../shared/words.js";

/** @import { Facts } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/** @param {number} x */
const short = (x) => x >= 0.095 || x === 0 ? x.toFixed(2) : x.toFixed(3);

/** @param {Facts} m @param {number} k */
function verdict(m, k) {
  const { word, p, q, chance, luck, ok } = m.drafts[k];
  if (p >= q) {
    return `${quote(word)}: the model finds it likelier than the drafter, ${short(p)} against ` +
      `${short(q)}. It is accepted whatever the random number.`;
  }
  return `${quote(word)}: p/q = ${p.toFixed(3)} / ${q.toFixed(3)} = ${
    chance.toFixed(2)
  }. The random ` +
    `number, ${luck.toFixed(2)}, is ${ok ? "below that: accepted" : "not below that: rejected"}.`;
}

/** @type {Words} */
export const sayOf = {
  Text: (m) =>
    `Even with a cache, each pass of the model writes one token. After ${quote(m.text)}, could ` +
    "one pass write several?",
  Draft: (m) =>
    `A cheap drafter guesses four tokens: ${quote(m.drafts.map(({ word }) => word).join(" "))}. ` +
    "It is quick, and often wrong.",
  "One pass": () =>
    "The model reads all four in one pass, and gives probabilities for what follows each token. " +
    "So every guess has the model’s p beside the drafter’s q.",
  Check: (m, k) =>
    k > m.accepted
      ? `${quote(m.drafts[k].word)} was a guess for after ${
        quote(m.drafts[m.accepted].word)
      }, which is rejected. So it goes, too.`
      : verdict(m, k),
  Replace: (m, k) => {
    if (m.isAll) {
      return k
        ? `The same pass also says what comes after them: ${quote(m.own)} is one more token.`
        : "All four guesses are accepted. There is nothing to replace.";
    }
    const { word, sum, options } = m.drafts[m.accepted];
    return k
      ? `Divided by their sum, ${sum.toFixed(2)}, the numbers are probabilities again. The ` +
        `replacement is drawn from them: here the likeliest, ${quote(m.own)}.`
      : `What takes the place of ${quote(word)}? A token of which the drafter gave too little: ` +
        `the gap p − q is largest for ${quote(m.own)}, ${
          short(options[1].gap)
        }. Where q is larger, it counts as 0.`;
  },
  Result: (m) =>
    `${count(m.accepted + 1, "new token")} from one pass of the model. At every draw, each token ` +
    "is exactly as likely as if the model wrote alone.",
  "Your turn": (m) =>
    `Drag a random number up or down. Now ${m.accepted} of 4 guesses are accepted, and ${
      quote(m.own)
    } is the likeliest to follow.`,
};

/** @param {Facts} m */
const inTable = (m) =>
  m.drafts.map(({ word, q, p, luck }) =>
    `${word}: q ${short(q)}, p ${short(p)}, random number ${luck.toFixed(2)}`
  ).join("; ");

/** @param {Facts} m @param {number} k */
function inReplace(m, k) {
  if (m.isAll && !k) return `All accepted: ${inTable(m)}.`;
  if (m.isAll) {
    return `Next tokens: ${m.next.map(({ word, p }) => `${word} ${short(p)}`).join(", ")}.`;
  }
  const { options, sum } = m.drafts[m.accepted];
  const rows = options.map(({ word, q, p, gap, share }) =>
    `${word}: q ${short(q)}, p ${short(p)}, max(0, p − q) ${short(gap)}, share ${short(share)}`
  );
  const all = `${rows.join("; ")}. The sum over all tokens is ${short(sum)}`;
  return `${all}${k ? "; divided by it, the gaps are shares" : ""}.`;
}

/** @type {Words} */
export const altOf = {
  Text: (m) => `The text ${m.text}, and four empty places.`,
  Draft: (m) => `In the four places, as guesses: ${m.drafts.map(({ word }) => word).join(", ")}.`,
  "One pass": (m) => `A row for each guess, with bars for q and p. ${inTable(m)}.`,
  Check: (m, k) =>
    `Guess ${k + 1} of 4 is judged; ${Math.min(k + 1, m.accepted)} accepted so far. ${inTable(m)}.`,
  Replace: inReplace,
  Result: (m) =>
    `The text: ${
      [m.text, ...m.drafts.slice(0, m.accepted).map(({ word }) => word), m.own].join(" ")
    }.`,
  "Your turn": (m) => `Your random numbers. ${inTable(m)}. ${m.accepted} accepted, then ${m.own}.`,
};
