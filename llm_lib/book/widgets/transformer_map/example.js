// What a part of the map makes of the toy's prompt: rows of numbers, tokens or bars.

import { h } from "../shared/dom.js";
import { lookArcs } from "./arcs.js";
import { decimals, percent, quote } from "../shared/words.js";

/** @import { ToyExample } from "./words.js" */
/** @typedef {[name: string, vector: number[], kind?: string]} VectorRow */

/**
 * The example of a part.
 * @param {string} part
 * @param {ToyExample} example
 */
export function exampleOf(part, example) {
  const { toy, run, best } = example;
  const words = (/** @type {string} */ next, looks = "") =>
    h(
      "p",
      { class: "llm-map-text" },
      ...[...toy.prompt, next].map((word, i) =>
        h("span", { class: i < toy.prompt.length ? "" : `llm-map-next ${looks}` }, word)
      ),
    );
  if (part === "text") return [words("?", "llm-map-open")];
  if (part === "tokens") return [tokenList(toy.prompt, run.ids)];
  if (part === "output") return [chances(best.slice(0, 4))];
  if (part === "next_token") return [words(best[0][0])];
  if (part === "loop") return [words(best[0][0], "llm-map-kept")];
  const table = vectorTable(vectorsOf(part, example));
  if (part !== "attention") return [table];
  return [lookArcs(toy.prompt, run.weights), glances(example), table];
}

/**
 * The vectors that show what a part does.
 * @param {string} part
 * @param {ToyExample} example
 */
function vectorsOf(part, { run, toy, word }) {
  const now = (
    /** @type {number[]} */ vector,
  ) => /** @type {VectorRow} */ ([`${quote(word)} now`, vector, "llm-map-now"]);
  /** @type {Record<string, VectorRow[]>} */
  const tables = {
    embedding: [now(run.embedding)],
    positions: [
      ["token", run.embedding],
      [`+ place ${toy.prompt.length}`, run.place],
      now(run.positions),
    ],
    norm_1: [["stream", run.positions], ["normed copy", run.norm_1]],
    attention: [["brought along", run.attention]],
    residual_1: [["stream", run.positions], ["+ attention", run.attention], now(run.residual_1)],
    norm_2: [["stream", run.residual_1], ["normed copy", run.norm_2]],
    feed_forward: [["in", run.norm_2], ["out", run.feed_forward]],
    residual_2: [
      ["stream", run.residual_1],
      ["+ feed-forward", run.feed_forward],
      now(run.residual_2),
    ],
    repeat: [["after block 1", run.residual_2], ["after block 2", run.repeat]],
    final_norm: [["stream", run.repeat], now(run.final_norm)],
  };
  return tables[part];
}

/**
 * @param {string[]} tokens
 * @param {number[]} ids
 */
const tokenList = (tokens, ids) =>
  h(
    "ul",
    { class: "llm-tokens", "aria-label": "Tokens and their numbers" },
    ...tokens.map((token, i) =>
      h("li", { class: "llm-token" }, token, h("small", {}, String(ids[i])))
    ),
  );

/**
 * A row for each vector; the longest bar is its largest number.
 * @param {VectorRow[]} rows
 */
function vectorTable(rows) {
  const top = Math.max(...rows.flatMap(([, vector]) => vector.map(Math.abs)));
  const cell = (/** @type {number} */ x) =>
    h(
      "td",
      {},
      h("span", {}, decimals(x)),
      h("i", {
        class: x < 0 ? "llm-minus" : "",
        style: `width:${(50 * Math.abs(x) / top).toFixed(1)}%`,
      }),
    );
  return h(
    "table",
    { class: "llm-map-table" },
    h(
      "tbody",
      {},
      ...rows.map(([name, vector, kind]) =>
        h("tr", { class: kind }, h("th", { scope: "row" }, name), ...vector.map(cell))
      ),
    ),
  );
}

/**
 * How much the last word looks at each, for each head.
 * @param {ToyExample} example
 */
function glances({ toy, run, word }) {
  const shade = (/** @type {number} */ w) =>
    h(
      "td",
      { class: "llm-map-glance", style: `--share:${(100 * w).toFixed(0)}%` },
      w < 0.005 ? "<1\u00a0%" : `${Math.round(100 * w)}\u00a0%`,
    );
  return h(
    "table",
    { class: "llm-map-table" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, `${quote(word)} looks at`),
        ...toy.prompt.map((token) => h("th", { scope: "col" }, token)),
      ),
    ),
    h(
      "tbody",
      {},
      ...run.weights.map((weights, head) =>
        h(
          "tr",
          { class: `llm-map-head${head}` },
          h("th", { scope: "row" }, `head ${head + 1}`),
          ...weights.map(shade),
        )
      ),
    ),
  );
}

/**
 * What may come next, as bars.
 * @param {[word: string, p: number][]} words
 */
function chances(words) {
  const row = (/** @type {[word: string, p: number]} */ [word, p]) =>
    h(
      "li",
      {},
      h(
        "div",
        { class: "llm-bar" },
        h("span", { class: "llm-bar-name" }, word),
        h(
          "span",
          { class: "llm-bar-track" },
          h("span", { class: "llm-bar-fill", style: `width:${(100 * p).toFixed(1)}%` }),
        ),
        h("span", { class: "llm-bar-number" }, percent(p)),
      ),
    );
  return h(
    "ol",
    { class: "llm-bars", "aria-label": "The most probable next tokens" },
    ...words.map(row),
  );
}
