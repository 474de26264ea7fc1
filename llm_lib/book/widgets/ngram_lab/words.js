// What counts say of a held-out line, in words.

import { count } from "../shared/words.js";

/**
 * A perplexity: 12.3, or 1,234.
 * @param {number} x
 */
export const nicely = (x) => (x >= 100 ? Math.round(x).toLocaleString("en") : x.toFixed(1));

/**
 * What comes after the context, and which n does best on the held-out line.
 * @param {object} counted
 * @param {number} counted.n
 * @param {boolean} counted.interpolate
 * @param {string} counted.context the last n - 1 tokens
 * @param {number} counted.total how often it came in the text
 * @param {string} counted.noun "word" or "character"
 * @param {number} counted.all tokens of the line
 * @param {number[]} counted.known how many of them follow a known context, for n = 1, 2, ...
 * @param {number[]} counted.perplexities for n = 1, 2, ...
 */
export function countsInWords(
  { n, interpolate, context, total, noun, all, known, perplexities },
) {
  const best = perplexities.indexOf(Math.min(...perplexities)) + 1;
  const said = [];
  if (context && !total) {
    said.push(
      `“${context}” never came in the text: ` +
        (interpolate
          ? "the prediction is that of the shorter context."
          : `every ${noun} is equally likely.`),
    );
  } else {said.push(
      `${context ? `After “${context}”` : "Without a context"} the text has ` +
        `${count(total, noun)} to count.`,
    );}
  said.push(
    `With n = ${n}, ${known[n - 1]} of the ${count(all, noun)} of the held-out ` +
      "line follow a context that the text has shown; perplexity " +
      `${nicely(perplexities[n - 1])}.`,
  );
  said.push(
    best === n
      ? "No other n does better here."
      : `It is lowest at n = ${best}, with ${nicely(perplexities[best - 1])}.`,
  );
  if (best < n && known[n - 1] < 0.6 * all) said.push("The counts have run out.");
  return said.join(" ");
}
