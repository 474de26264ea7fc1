// What the windows and batches of a text are like, in words.

import { lastOf } from "../../engine/present.js";
import { capital, count, enumerated, times } from "../shared/words.js";

/** @import { Plan, WindowSettings } from "../../engine/windows.js" */

/**
 * "1 batch", "1,200 batches".
 * @param {number} n
 */
export const batchesOf = (n) => (n === 1 ? "1 batch" : `${n.toLocaleString("en")} batches`);
/**
 * The places where test(value) holds, in words: "token 3", "tokens 4 to 7 and 9", or how many there
 * are.
 * @param {number[]} values
 * @param {(value: number) => boolean} test
 */
function placesWhere(values, test) {
  /** @type {number[][]} */
  const runs = [];
  values.forEach((value, i) => {
    if (!test(value)) return;
    const last = runs.at(-1);
    if (last && last[1] === i - 1) last[1] = i;
    else runs.push([i, i]);
  });
  const inRun = (/** @type {number[]} */ [from, to]) => {
    if (from === to) return `${from}`;
    const isPair = runs.length === 1 && to === from + 1;
    return isPair ? `${from} and ${to}` : `${from} to ${to}`;
  };
  const n = runs.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  // Not with the digit first: after "batches of 2." that would read as 2.5.
  if (runs.length > 3) return { n, words: `in all, ${count(n, "token")}` };
  return {
    n,
    words: `token${n === 1 ? "" : "s"} ${enumerated(runs.map(inRun))}`,
  };
}

/**
 * How many windows and batches there are, which tokens come how often, and what the window of this
 * step reaches over.
 * @param {Plan} plan
 * @param {WindowSettings} settings
 * @param {string[]} tokens
 * @param {number} step
 * @returns {string[]} sentences
 */
export function windowsInWords(plan, settings, tokens, step) {
  const { windows, batches } = plan;
  const { context_length: T, batch_size: B } = settings;
  const n = tokens.length;
  if (!windows) {
    return [
      `${count(n, "token")} are too few: one window of ${T} and the token after it take ` +
      `${T + 1}.`,
    ];
  }
  if (!batches.length) {
    return [
      `${count(windows, "window")} of ${count(T, "token")}, but a batch takes ${B}: ` +
      "nothing is shown. Take a smaller batch, or keep the incomplete one.",
    ];
  }
  return [
    `${count(n, "token")} give ${count(windows, "window")} of ${T}, in ` +
    `${batchesOf(batches.length)} of ${lastOf(batches).length === B ? "" : "at most "}${B}.`,
    ...leftOutInWords(plan.left_out?.length ?? 0, settings.shuffle),
    seenInWords(plan.as_input),
    unseenInWords(plan.as_target),
    ...boundaryInWords(tokens, plan.order[step], settings),
  ];
}

/**
 * Which windows fill no batch.
 * @param {number} n
 * @param {boolean} shuffle
 */
function leftOutInWords(n, shuffle) {
  if (!n) return [];
  const [is, they, others] = n === 1
    ? ["is", "it does", "it may be another"]
    : ["are", "they do", "they may be others"];
  const next = shuffle ? `; in the next epoch ${others}` : "";
  return [
    `${capital(count(n, "window"))} ${is} left out, because ${they} not fill a batch${next}.`,
  ];
}

/**
 * How often tokens come as an input.
 * @param {number[]} inputs
 */
function seenInWords(inputs) {
  const most = Math.max(...inputs);
  const seen = placesWhere(inputs, (k) => k > 0);
  const top = placesWhere(inputs, (k) => k === most);
  if (most === 1) {
    return `${capital(seen.words)} ${seen.n === 1 ? "is an input" : "are inputs"} once.`;
  }
  const all = top.n === seen.n ? "" : ", the others less often";
  return `${capital(top.words)} ${top.n === 1 ? "is an input" : "are inputs"} ${
    times(most)
  }${all}.`;
}

/**
 * Which tokens are never guessed, beyond the very first, which can't be.
 * @param {number[]} targets
 */
function unseenInWords(targets) {
  const n = targets.length;
  const end = targets.length - 1 - targets.findLastIndex((k) => k > 0);
  const inner = placesWhere(targets.slice(0, n - end), (k) => k === 0);
  const said = [];
  if (inner.n === 1 && !targets[0]) {
    said.push(
      end
        ? "Token 0 is never a target, since nothing stands before it"
        : "Every token but the first is a target",
    );
  } else said.push(`${capital(inner.words)} ${inner.n === 1 ? "is" : "are"} never a target`);
  if (end) {
    said.push(`${end === 1 ? "the last token is" : `the last ${end} tokens are`} not one either`);
  }
  return `${said.join("; ")}.`;
}

/**
 * A window may reach over the end of a document.
 * @param {string[]} tokens
 * @param {number} window
 * @param {WindowSettings} settings
 */
function boundaryInWords(tokens, window, { stride, context_length: T }) {
  const start = window * stride;
  const inside = tokens.slice(start, start + T);
  return inside.includes("<|endoftext|>") && start + inside.length < tokens.length
    ? [`Window ${window} holds the end of a document and what follows.`]
    : [];
}
