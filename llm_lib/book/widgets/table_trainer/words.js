// What is seen while a table is trained, in words.

import { localFixed, localize } from "../shared/localize.js";
import { enumerated } from "../shared/words.js";

/** @import { TablePoint } from "../table_trainer.js" */

const APART = 0.1; // a difference of cosines that is told

/** A cosine with two digits. @param {number} x */
export const cosineText = (x) => localFixed(x, 2).replace("-", "−");

/**
 * The three cosines, and what they say.
 * @param {{ words: string[], point: TablePoint, size: number }} shown
 */
export function tableWords({ words: [a, b, c], point: { step, cosines }, size }) {
  const [ab, ac, random] = cosines.map(cosineText);
  const said = localize`${a} and ${b}: ${ab}. ${a} and ${c}: ${ac}. Random pairs, mean: ${random}.`;
  if (!step) return `${said} ${localize`No row is trained yet, so all of it is chance.`}`;
  const ahead = cosines[0] - cosines[1];
  const verdict = ahead > APART
    ? localize`“${b}” is nearer to “${a}” than “${c}” is.`
    : ahead < -APART
    ? localize`“${c}” is nearer to “${a}” than “${b}” is.`
    : localize`“${b}” and “${c}” are about as near to “${a}”.`;
  if (size > 2) return `${said} ${verdict}`;
  return `${said} ${verdict} ${localize`Two numbers leave little room for so many words.`}`;
}

/**
 * The nearest words of all.
 * @param {string} word
 * @param {[word: string, cosine: number][]} near
 */
export function nearestWords(word, near) {
  const list = enumerated(near.map(([other, cosine]) => `${other} ${cosineText(cosine)}`));
  return localize`Nearest to “${word}”: ${list}.`;
}
