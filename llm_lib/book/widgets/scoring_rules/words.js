// What the squares show, in words.

import { LETTERS } from "./values.js";

/** @import { RuleName, ScoredForm, ScoredQuestion } from "./values.js" */

/**
 * @param {{ questions: ScoredQuestion[], chosen: number[], right: number, form: ScoredForm,
 *   rule: RuleName }} shown
 */
export function rulesWords({ questions, chosen, right, form, rule }) {
  const n = questions.length;
  const counts = Array.from(LETTERS.slice(0, 4), (_, k) => chosen.filter((c) => c === k).length);
  const most = counts.indexOf(Math.max(...counts));
  const guessing = n / questions[0].choices.length;
  const said = `${right} of ${n} are right; guessing gets ${guessing} on average.`;
  if (counts[most] > 0.6 * n) {
    return `${said} The model chooses ${LETTERS[most]} ${counts[most]} times: the score is how ` +
      `often the right answer happens to be ${LETTERS[most]}, not what it knows.`;
  }
  if (form.letters && rule !== "acc_mutual_info") {
    return `${said} Each answer is one letter, so dividing by its length changes nothing.`;
  }
  return `${said} The places that win are spread: ${
    counts.map((count, k) => `${LETTERS[k]} ${count}`).join(", ")
  }.`;
}
