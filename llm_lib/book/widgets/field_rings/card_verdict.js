// What an answer to a card is worth.

import { PLACES } from "./cards.js";

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
