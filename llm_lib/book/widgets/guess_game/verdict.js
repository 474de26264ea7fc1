// The end of a game: who has guessed better.

import { maximum } from "../../engine/functions.js";
import { mean } from "../../engine/vectors.js";
import { h } from "../shared/dom.js";
import { tail } from "../shared/tokens.js";
import { capital, count, percent, times } from "../shared/words.js";
import { exactly, nats, NO_IDEA, TOP_LOSS } from "./board.js";
import { N_OPTIONS } from "./questions.js";

/** @import { Result } from "./answers.js" */

/**
 * Who wins, and why.
 * @param {Result[]} results
 * @param {string} who the model's name
 * @returns {string[]} sentences
 */
export function verdictInWords(results, who) {
  const yours = results.map((r) => r.yourLoss);
  const models = results.map((r) => r.modelLoss);
  const n = yours.length;
  if (!n) return ["No word was answered.", "Play again, and guess this time."];
  const [you, model] = [mean(yours), mean(models)];
  const equal = Math.abs(you - model) < 0.005;
  const first = `Over ${count(n, "word")} your mean loss is ${nats(you)}, and that of ${who} ` +
    `${nats(model)}: ${equal ? "a draw" : you < model ? "you win" : `${who} wins`}.`;
  const as = `It is as if each true word had got ${percent(Math.exp(-you), 0)} from you and ` +
    `${percent(Math.exp(-model), 0)} from ${who}; “no idea” each time would be ` +
    `${percent(1 / N_OPTIONS, 0)}, a loss of ${nats(NO_IDEA)}.`;
  const missed = results.filter((r) => r.answer[1] >= 0.9 && r.answer[0] !== r.question.true);
  const total = yours.reduce((sum, v) => sum + v, 0);
  const paid = missed.reduce((sum, r) => sum + r.yourLoss, 0);
  const sure = missed.length
    ? `You were surely wrong ${times(missed.length)} (90\u00a0% or more): ` +
      `${missed.length === 1 ? "that word" : "those words"} cost you ${nats(paid)} of ` +
      `${nats(total)} in all.`
    : `You were never surely wrong. At 99\u00a0%, one miss costs ${nats(TOP_LOSS)}: as ` +
      `much as ${(TOP_LOSS / NO_IDEA).toFixed(1)} words with “no idea”.`;
  const open = results.filter((r) => maximum(r.question.model) < 0.5).length;
  const why = open
    ? `For ${count(open, "word")} ${who} itself gave no word half of its belief: some ` +
      "words nobody can know, and the honest answer is to spread your belief."
    : "";
  return [first, as, sure, why].filter(Boolean);
}

/**
 * All words that were answered, with what both gave them.
 * @param {Result[]} results
 * @param {string} who the model's name
 */
export function verdictTable(results, who) {
  const cell = (/** @type {string} */ text, extra = {}) => h("td", extra, text);
  const head = (/** @type {string} */ text, extra = {}) =>
    h("th", { scope: "col", ...extra }, text);
  const rows = results.map((r) =>
    h(
      "tr",
      {},
      h(
        "th",
        { scope: "row" },
        h("span", { class: "llm-guess-before" }, `${tail(r.question.text, 24)} `),
        h("b", {}, r.question.true),
      ),
      cell(exactly(r.you)),
      cell(nats(r.yourLoss)),
      cell(percent(r.model)),
      cell(nats(r.modelLoss)),
    )
  );
  return h(
    "table",
    { class: "llm-guess-table" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        head("The word"),
        head("You gave it"),
        head("loss"),
        head(`${capital(who)} gave it`),
        head("loss"),
      ),
    ),
    h("tbody", {}, ...rows),
  );
}
