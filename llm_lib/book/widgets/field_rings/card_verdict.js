// What an answer to a card is worth, and what all are.

import { count } from "../shared/words.js";
import { CARDS, PLACES } from "./cards.js";

/** @typedef {[place: string, generative: boolean]} Answer */
/** @import { Card } from "./cards.js" */

/**
 * What was right of an answer, and the words for it.
 * @param {Card} card
 * @param {Answer} answer
 */
export function judge(card, [place, generative]) {
  const placed = place === card.place || Boolean(card.also?.includes(place));
  const kind = generative === card.generative;
  const names = Object.keys(PLACES);
  const gap = names.indexOf(place) - names.indexOf(card.place);
  const said = [];
  if (placed && kind) said.push("Right on both.");
  else if (placed) {
    said.push(`The ring is right; but it is ${card.generative ? "" : "not "}generative.`);
  } else {
    const where = gap < 0 && place !== "none"
      ? "That holds, but it lies further in"
      : gap > 0 && place !== "none"
      ? "That is too far in"
      : "Not quite";
    said.push(
      `${where}: “${PLACES[card.place]}”. Generative: ${card.generative ? "yes" : "no"}, ` +
        `${kind ? "as you said" : "unlike you said"}.`,
    );
  }
  return { placed, kind, words: `${said.join(" ")} ${card.why}` };
}

/**
 * How many of the answers fit a test; without one, how many are right on both.
 * @param {Answer[]} answers
 * @param {(verdict: ReturnType<typeof judge>) => boolean} [test]
 */
export const rightOf = (answers, test = (v) => v.placed && v.kind) =>
  answers.filter((answer, i) => test(judge(CARDS[i], answer))).length;

/**
 * The score so far, or of all cards.
 * @param {Answer[]} answers
 */
export function scoreInWords(answers) {
  const both = rightOf(answers);
  if (answers.length < CARDS.length) {
    return `${both} of ${count(answers.length, "card")} right so far.`;
  }
  return `${both} of ${CARDS.length} cards right: the ring ${rightOf(answers, (v) => v.placed)} ` +
    `times, generative or not ${rightOf(answers, (v) => v.kind)} times.`;
}
