// Attention step by step, as tables and written out.

import { h } from "../shared/dom.js";
import { cssPercent, decimals, inBrackets } from "../shared/words.js";
import { exponentText, weightText } from "./words.js";

/** @import { Steps } from "../../engine/hand_attention.js" */
/** @import { ByHandState } from "./examples.js" */

/**
 * The content of a table with a row for each token that is looked at: its score and its weight.
 * @param {ByHandState} state
 * @param {Steps} steps
 */
export function shortRows({ tokens, focus }, { dots, scores, hidden, weights }) {
  const t = focus;
  const cells = (/** @type {number} */ s) =>
    hidden(t, s)
      ? [h("td", { class: "llm-byhand-off", colspan: 2 }, "masked"), h("td", {}, "0.00")]
      : [
        h("td", {}, decimals(scores[t][s])),
        h("td", {}, h("i", { style: `width: ${cssPercent(weights[t][s])}` })),
        h("td", {}, weightText(weights[t][s])),
      ];
  const head = (/** @type {string} */ name, span = 1) =>
    h("th", { scope: "col", colspan: span }, name);
  return [
    h(
      "thead",
      {},
      h("tr", {}, head("at"), head("q · k"), head("score"), head("weight", 2)),
    ),
    h(
      "tbody",
      {},
      ...tokens.map((token, s) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, token),
          h("td", {}, decimals(dots[t][s])),
          ...cells(s),
        )
      ),
    ),
  ];
}

/**
 * The content of a table with a column for each token, and a row for each step of the one that
 * looks.
 * @param {ByHandState} state
 * @param {Steps} steps
 */
export function stepRows(
  { tokens, v, focus, scaling, causal, temperature },
  { dots, scores, hidden, exps, weights },
) {
  const t = focus;
  const divisors = [scaling ? "√2" : "", temperature === 1 ? "" : temperature.toFixed(2)].filter(
    Boolean,
  );
  const row = (
    /** @type {string} */ name,
    /** @type {(s: number) => string | Node[]} */ cell,
    kind = "",
  ) =>
    h(
      "tr",
      { class: kind },
      h("th", { scope: "row" }, name),
      ...tokens.map((_, s) =>
        h("td", { class: hidden(t, s) ? "llm-byhand-off" : "" }, ...[cell(s)].flat())
      ),
    );
  return [
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, "at"),
        ...tokens.map((token) => h("th", { scope: "col" }, token)),
      ),
    ),
    h(
      "tbody",
      {},
      row("q · k", (s) => decimals(dots[t][s])),
      row(
        divisors.length ? `÷ ${divisors.join(" ÷ ")}` : "not divided",
        (s) => decimals(scores[t][s]),
      ),
      row(
        causal ? "mask" : "no mask",
        (s) => (hidden(t, s) ? "−∞" : decimals(scores[t][s])),
      ),
      row("e to that", (s) => exponentText(exps[t][s])),
      row("weight", (s) => weightText(weights[t][s]), "llm-byhand-weight"),
      row(
        "weight · v",
        (s) => [0, 1].map((c) => h("span", {}, decimals(weights[t][s] * v[s][c]))),
      ),
    ),
  ];
}

/**
 * The content of a table with all weights: a row for each token that looks.
 * @param {ByHandState} state
 * @param {Steps} steps
 * @param {(token: number) => void} onpick told which row is clicked
 */
export function weightRows({ tokens, focus }, { weights, hidden }, onpick) {
  const cell = (/** @type {number} */ w, /** @type {boolean} */ off) =>
    h(
      "td",
      off
        ? { class: "llm-byhand-off", "aria-label": "hidden" }
        : { style: `--share: ${(100 * w).toFixed(1)}%` },
      off ? "–" : weightText(w),
    );
  return [
    h(
      "thead",
      {},
      h("tr", {}, h("td"), ...tokens.map((token) => h("th", { scope: "col" }, token))),
    ),
    h(
      "tbody",
      {},
      ...tokens.map((token, t) =>
        h(
          "tr",
          { class: t === focus ? "llm-byhand-on" : "", onclick: () => onpick(t) },
          h("th", { scope: "row" }, token),
          ...weights[t].map((w, s) => cell(w, hidden(t, s))),
        )
      ),
    ),
  ];
}

/**
 * Each number of the token that looks, with what it is made of.
 * @param {ByHandState} state
 * @param {Steps} steps
 */
export function writtenOut(
  { tokens, q, k, v, focus, scaling, temperature },
  { T, dots, scores, hidden, exps, sums, weights, output },
) {
  const t = focus;
  const seen = Array.from({ length: T }, (_, s) => s).filter((s) => !hidden(t, s));
  const divided = `${scaling ? " ÷ √2" : ""}` +
    (temperature === 1 ? "" : ` ÷ ${temperature.toFixed(2)}`);
  const line = (/** @type {string} */ name, /** @type {string} */ text) =>
    h("p", {}, h("b", {}, name), h("span", {}, text));
  const dot = (/** @type {number} */ s) =>
    `${decimals(q[t][0])} · ${inBrackets(k[s][0])} + ${inBrackets(q[t][1])} · ` +
    `${inBrackets(k[s][1])} = ${decimals(dots[t][s])}`;
  const sum = seen.map((s) => exponentText(exps[t][s])).join(" + ");
  const mix = (/** @type {number} */ c) =>
    (seen.map((s) => `${weightText(weights[t][s])} · ${inBrackets(v[s][c])}`).join(" + ")) +
    ` ≈ ${decimals(output[t][c])}`;
  return [
    ...tokens.map((
      token,
      s,
    ) => (hidden(t, s) ? line(`score, ${token}`, "hidden by the mask: it counts as −∞") : line(
      `score, ${token}`,
      `${dot(s)}${divided ? `,${divided} ≈ ${decimals(scores[t][s])}` : ""}`,
    ))),
    line(
      "sum of e to the scores",
      seen.length > 1 ? `${sum} ≈ ${exponentText(sums[t])}` : `${sum}, the only one`,
    ),
    ...seen.map((s) =>
      line(
        `weight, ${tokens[s]}`,
        `${exponentText(exps[t][s])} ÷ ${exponentText(sums[t])} ≈ ${weightText(weights[t][s])}`,
      )
    ),
    line("output x", mix(0)),
    line("output y", mix(1)),
  ];
}
