// What two models that learn the shell game show, in words.

import { GUESSES, TRAINED } from "../../engine/shell_game.js";
import { localCount, localize } from "../shared/localize.js";

/** @import { Way } from "../../engine/shell_game.js" */
/** @import { ThinkingNews } from "../../engine/thinking_session.js" */
/** @typedef {Partial<Record<Way, ThinkingNews>>} AllNews */

/** @type {Way[]} */
export const WAYS = ["at once", "thinking"];

/** @type {Record<Way, string>} */
export const WAY_NAMES = { "at once": "at once", "thinking": "thinking aloud" };

/**
 * How far a model is.
 * @param {ThinkingNews | undefined} news
 * @param {number} seconds
 */
export function progressWords(news, seconds) {
  if (!news) return localize`not trained yet`;
  const steps = localCount(news.steps);
  const spent = Math.min(seconds, Math.round(news.seconds));
  return localize`${steps} steps in ${spent} of ${seconds} s`;
}

/**
 * How many of how many with so many swaps: "92 of 100".
 * @param {ThinkingNews} news
 * @param {number} swaps
 */
function score({ tally }, swaps) {
  return localize`${tally.right[swaps - 1]} of ${tally.of[swaps - 1]}`;
}

/**
 * @param {AllNews} all
 * @param {{ seconds: number, state: string }} shown
 */
export function thinkingWords(all, { seconds, state }) {
  const [direct, written] = WAYS.map((way) => all[way]);
  const isMeasured = [direct, written].every((news) =>
    news && [TRAINED, TRAINED + 2].every((swaps) => news.tally.of[swaps - 1])
  );
  if (state === "new") {
    return localize`Which of the two will be right more often, and up to how many swaps?
      Both get ${seconds} seconds.`;
  }
  if (!direct || !written || !isMeasured) {
    return localize`Both learn. The first measurement comes soon.`;
  }
  const inside = localize`With ${TRAINED} swaps, ${
    score(written, TRAINED)
  } are right by thinking aloud, ${
    score(direct, TRAINED)
  } at once; a guess is right 1 time in ${GUESSES}.`;
  if (state !== "done") return inside;
  const beyond = localize`With ${TRAINED + 2}, more than in training: ${
    score(written, TRAINED + 2)
  } and ${score(direct, TRAINED + 2)}.`;
  return `${inside} ${beyond}`;
}
