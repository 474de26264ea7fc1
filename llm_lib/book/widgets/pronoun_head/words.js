// What is seen in PronounHead, in words, and how far it holds.

/** @import { PronounRun } from "../pronoun_head.js" */

/**
 * Where the head looks, and how scores become weights.
 * @param {PronounRun} run
 */
export function pronounWords(run) {
  const { scores: [scores], weights: [weights] } = run.heads[0];
  const words = run.tokens.map((token) => token.trim());
  const places = run.people.map((word) => words.indexOf(word));
  const [first, second] = places.sort((a, b) => weights[b] - weights[a]);
  const gap = (scores[first] - scores[second]).toFixed(2);
  const ratio = weights[first] / weights[second];
  const many = ratio >= 1.95 ? `${ratio.toFixed(1)} times as much` : "hardly more";
  return `From “${words.at(-1)}”, the head gives “${words[first]}” ` +
    `${weights[first].toFixed(2)} and “${words[second]}” ${weights[second].toFixed(2)}: ${many}, ` +
    `since its score is ${gap} higher, and e to the power of ${gap} is ` +
    `${Math.exp(Number(gap)).toFixed(1)}.`;
}

/**
 * In how many sentences of the kind it is so.
 * @param {string} sentence
 * @param {Record<string, any>} counts of the study
 */
export function pronounLimit(sentence, counts) {
  const { frames, heads, many, jobs } = counts;
  const flips = `${heads["9.4"].flips} of ${frames}`;
  /** @type {Record<string, string>} */
  const limits = {
    king: `In ${flips} such sentences, with nouns and names, the word decides which of the two ` +
      "gets more.",
    farmer: `With “they” the many get more in ${many.they} of ${many.of} sentences, with “he” or ` +
      `“she” the one in ${many.one} of ${many.of}.`,
    names: `Names are among the ${frames} sentences, too: in ${flips} the word decides.`,
    doctor: "Nothing here says who is a man and who a woman. In " +
      `${jobs.stereotype} of ${jobs.of} such sentences the head still follows the stereotype: it ` +
      "has learned our texts’ prejudice.",
    boy: "Here it fails: with “he”, the boy gets no more than the start, where idle attention " +
      "goes.",
  };
  return limits[sentence];
}
