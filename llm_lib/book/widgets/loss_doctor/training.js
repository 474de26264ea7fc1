// One training in words and in numbers.

import { h } from "../shared/dom.js";

/** @typedef {{ step: number[], train: number[], val: number[], cause: string }} Training */

/** @param {number} loss */
export const two = (loss) => loss.toFixed(2);

/**
 * A training in words: start, lowest, end of both lines, and the largest jump of the training line.
 * @param {Training} training
 * @param {number} guess
 * @param {number} unigram
 */
export function describe({ step, train, val }, guess, unigram) {
  const low = val.indexOf(Math.min(...val));
  const last = step.length - 1;
  const rise = train.map((loss, i) => (i ? loss - train[i - 1] : 0));
  const at = rise.indexOf(Math.max(...rise));
  const jump = rise[at] > 0.4
    ? ` Its largest jump up is ${two(rise[at])}, before step ${step[at]}.`
    : "";
  const turn = val[last] - val[low] > 0.1 ? `, lowest ${two(val[low])} at step ${step[low]}` : "";
  return `Training loss from ${two(train[0])} to ${two(train[last])} in ` +
    `${step[last]} steps.${jump} Held-out loss from ${two(val[0])} to ` +
    `${two(val[last])}${turn}. A uniform guess costs ${two(guess)}, and one by the tokens' ` +
    `frequencies alone ${two(unigram)}.`;
}

/**
 * The numbers of every third step, and of the last.
 * @param {Training} training
 */
export function tableOf({ step, train, val }) {
  const rows = step.map((_, i) => i).filter((i) => i % 3 === 0 || i === step.length - 1);
  const cell = (/** @type {string} */ text) => h("td", {}, text);
  return h(
    "table",
    {},
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        ...["step", "training loss", "held-out loss"].map((name) =>
          h("th", { scope: "col" }, name)
        ),
      ),
    ),
    h(
      "tbody",
      {},
      ...rows.map((i) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, `${step[i]}`),
          cell(two(train[i])),
          cell(two(val[i])),
        )
      ),
    ),
  );
}
