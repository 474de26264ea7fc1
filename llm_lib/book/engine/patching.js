// Activation patching, as llm_lib/interp/patching.py has it: one activation of a run, the source,
// is put into another, the base, and what follows is worked out anew. A map has a cell for each
// place.
//
//   residual      (n_layer + 1, T)  the stream at one position, before each block, after the last
//   heads         (n_layer, n_head) what a head mixed, at all positions or at one
//   feed_forward  (n_layer, T)      its hidden layer, at one position

import { logitsAt } from "./loss.js";
import { entryOf, present } from "./present.js";
import { readEarly } from "./stream.js";

/** @import { GPT } from "./gpt.js" */
/** @import { Cache, Floats, Hook, Hooks, Run } from "./types.js" */

/** @typedef {"residual" | "heads" | "feed_forward"} Part */
/**
 * What a cell of a map leads to: the logits after the last token.
 * @typedef {{ row: number, column: number, logits: Floats }} Cell
 */
/**
 * @typedef {object} Runs two runs of equally many tokens, without hooks or cache
 * @property {Run} source what is taken from
 * @property {Run} base what it is put into
 */

/**
 * Where the ids of two texts differ, as far as the shorter one goes.
 * @param {number[]} a
 * @param {number[]} b
 */
export const differingPositions = (a, b) =>
  Array.from(a.slice(0, b.length), (_, t) => t).filter((t) => a[t] !== b[t]);

/**
 * How much the first answer is preferred to the second: the difference of their logits.
 * @param {Floats} logits (V,)
 * @param {number[]} answers
 */
export const answerScore = (logits, [answer, rival]) => logits[answer] - logits[rival];

/**
 * The logits after the last token of a run: (V,).
 * @param {Run} run
 */
export const lastLogits = (run) => logitsAt(run, run.T - 1);

/**
 * Rows and columns of a map.
 * @param {GPT} gpt
 * @param {Part} part
 * @param {number} T
 * @returns {[rows: number, columns: number]}
 */
export function mapShape({ config: { n_layer, n_head } }, part, T) {
  if (part === "heads") return [n_layer, n_head];
  return [part === "residual" ? n_layer + 1 : n_layer, T];
}

/**
 * All cells of a map, one after the other: whoever asks may rest between two. Positions come from
 * the last to the first, so that a cache still holds what the base run has before each.
 * @param {GPT} gpt
 * @param {Runs} runs
 * @param {Part} part
 * @param {number | null} [position] of the heads' outputs; null is all
 * @returns {Generator<Cell>}
 */
export function* patchCells(gpt, runs, part, position = null) {
  const { base, source } = runs;
  const cache = gpt.newCache();
  gpt.forward(base.ids, { cache, lastOnly: true });
  const [start] = differingPositions(source.ids, base.ids);
  const [rows, columns] = mapShape(gpt, part, base.T);
  const unchanged = lastLogits(base);
  for (let column = columns - 1; column >= 0; column--) {
    const at = part === "heads" ? position : column;
    for (let row = 0; row < rows; row++) {
      // Before the texts differ there is nothing to carry, and nobody reads a column that is not
      // the last one after the last attention.
      const isRead = at === null || at === base.T - 1 || row < gpt.config.n_layer - 1 ||
        (part === "residual" && row < gpt.config.n_layer);
      const isOther = at === null ||
        (part === "residual" && row === 0 ? source.ids[at] !== base.ids[at] : at >= start);
      const logits = isRead && isOther
        ? patchOne(gpt, runs, cache, at ?? start, hookFor(gpt, runs, part, { row, column, at }))
        : unchanged;
      yield { row, column, logits };
    }
  }
}

/**
 * The last logits of the base with hooks, from a position on.
 * @param {GPT} gpt
 * @param {Runs} runs
 * @param {Cache} cache what the base has before that position
 * @param {number} from
 * @param {Hooks} hooks
 */
function patchOne(gpt, { base }, cache, from, hooks) {
  cache.length = from;
  return gpt.forward(base.ids.slice(from), { cache, hooks, lastOnly: true }).logits;
}

/**
 * The hook that puts one cell of the source into a run that begins at its position, or for heads
 * at all positions where the texts first differ.
 * @param {GPT} gpt
 * @param {Runs} runs
 * @param {Part} part
 * @param {{ row: number, column: number, at: number | null }} cell
 * @returns {Hooks}
 */
function hookFor(gpt, { source, base: { T } }, part, { row, column, at }) {
  const { n_layer, n_embd, n_hidden } = gpt.config;
  const isEnd = row === n_layer;
  const name = `blocks.${isEnd ? row - 1 : row}.` + {
    residual: isEnd ? "resid_post" : "resid_pre",
    heads: "attention.z",
    feed_forward: "feed_forward.post",
  }[part];
  const taken = entryOf(source.activations, name);
  if (part === "heads") return { [name]: headHook(taken, column, T, at) };
  const width = part === "residual" ? n_embd : n_hidden;
  const from = present(at, "the position") * width;
  return { [name]: (x) => x.set(taken.subarray(from, from + width)) };
}

/**
 * @param {Floats} taken (H, T, D)
 * @param {number} head
 * @param {number} T
 * @param {number | null} at one position, or null for all of them
 * @returns {Hook}
 */
function headHook(taken, head, T, at) {
  return (x, [, n, D]) => { // the last n of T tokens
    const first = T - n;
    const end = at === null ? T : at + 1;
    const from = (head * T + first) * D;
    x.set(taken.subarray(from, from + (end - first) * D), head * n * D);
  };
}

/**
 * What the stream of a run would say at each of its places: a map like that of the residual
 * stream. This is the logit lens.
 * @param {GPT} gpt
 * @param {Run} run
 * @returns {Generator<Cell>}
 */
export function* lensCells(gpt, run) {
  const { n_layer, n_embd } = gpt.config;
  for (let row = 0; row <= n_layer; row++) {
    const name = row < n_layer ? `blocks.${row}.resid_pre` : `blocks.${row - 1}.resid_post`;
    const stream = entryOf(run.activations, name);
    for (let column = 0; column < run.T; column++) {
      const x = stream.slice(column * n_embd, (column + 1) * n_embd);
      yield { row, column, logits: readEarly(gpt, x) };
    }
  }
}
