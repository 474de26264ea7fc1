// A model's weights as another library would store them, and the ways in which they can be put
// back. The other layout: matrices lie as (in, out); q, k and v are tensors of their own; rotary
// positions turn the channels 2j and 2j + 1 of a head, where ours turn j and j + D / 2.

import { blockForward } from "./block.js";
import { maximum } from "./functions.js";
import { entryOf } from "./present.js";

/** @import { GPT } from "./gpt.js" */
/** @import { Config, Floats, Run, Weights } from "./types.js" */

/**
 * How each kind of tensor is put into its slot.
 * @typedef {object} Choices
 * @property {"stored" | "transposed"} square of q, k, v and out, which fit either way
 * @property {"reshaped" | "transposed"} oblong of up and down
 * @property {"neighbours" | "halves"} pairs of channels that are turned together
 * @property {"q k v" | "k q v"} order in which q, k and v are joined
 * @property {"table" | "own"} head the table of token vectors once more, or the file's own head
 * @property {"1e-5" | "1e-6"} eps of the norms
 */

/** @type {Choices} */
export const RIGHT = {
  square: "transposed",
  oblong: "transposed",
  pairs: "halves",
  order: "q k v",
  head: "own",
  eps: "1e-5",
};

/**
 * A matrix (rows, columns) with rows and columns exchanged.
 * @param {Floats} matrix
 * @param {number} rows
 * @param {number} columns
 */
export function transposed(matrix, rows, columns) {
  const turned = new Float32Array(matrix.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) turned[j * rows + i] = matrix[i * columns + j];
  }
  return turned;
}

/**
 * Rows (H · D, C) in which row `from(r)` of a head has come to stand at r.
 * @param {Floats} matrix
 * @param {{ D: number, C: number }} sizes
 * @param {(r: number) => number} from
 */
function reordered(matrix, { D, C }, from) {
  const moved = new Float32Array(matrix.length);
  for (let row = 0; row * C < matrix.length; row++) {
    const r = row % D;
    const source = (row - r + from(r)) * C;
    moved.set(matrix.subarray(source, source + C), row * C);
  }
  return moved;
}

/** Pairs (2j, 2j + 1) -> (j, j + D / 2). @param {Floats} w @param {{ D: number, C: number }} s */
export const toHalves = (w, s) =>
  reordered(w, s, (r) => (r < s.D / 2 ? 2 * r : 2 * (r - s.D / 2) + 1));

/** And back. @param {Floats} w @param {{ D: number, C: number }} s */
export const toNeighbours = (w, s) =>
  reordered(w, s, (r) => (r % 2 ? (r - 1) / 2 + s.D / 2 : r / 2));

/**
 * The weights in the other layout, by our names, with q, k and v apart.
 * @param {Required<Config>} config without biases, and with as many heads of keys as of queries
 * @param {Weights} weights
 * @returns {Weights}
 */
export function exported({ n_layer, n_head, n_embd: C, n_hidden }, weights) {
  const sizes = { D: C / n_head, C };
  const file = { ...weights };
  for (let i = 0; i < n_layer; i++) {
    const { attention, mlp } = placesOf(i);
    const qkv = /** @type {Floats} */ (weights[`${attention}.qkv.weight`]);
    ["q", "k", "v"].forEach((name, n) => {
      const part = qkv.slice(n * C * C, (n + 1) * C * C);
      file[`${attention}.${name}`] = transposed(
        name === "v" ? part : toNeighbours(part, sizes),
        C,
        C,
      );
    });
    delete file[`${attention}.qkv.weight`];
    for (const [name, rows, columns] of matricesOf(attention, mlp, C, n_hidden)) {
      file[name] = transposed(/** @type {Floats} */ (weights[name]), rows, columns);
    }
  }
  return file;
}

/** @param {number} i */
const placesOf = (i) => ({ attention: `blocks.${i}.attention`, mlp: `blocks.${i}.feed_forward` });

/**
 * The matrices of a block that are no part of qkv, as (out, in).
 * @param {string} attention
 * @param {string} mlp
 * @param {number} C
 * @param {number} hidden
 * @returns {[name: string, rows: number, columns: number][]}
 */
const matricesOf = (attention, mlp, C, hidden) => [
  [`${attention}.out.weight`, C, C],
  [`${mlp}.up.weight`, hidden, C],
  [`${mlp}.down.weight`, C, hidden],
];

/**
 * Weights by our names, made of those in the other layout as the choices say; in other blocks than
 * `only`, if it is 0 or more, all is put in rightly.
 * @param {Required<Config>} config
 * @param {Weights} file
 * @param {Choices} choices
 * @param {number} only
 * @returns {Weights}
 */
export function putIn({ n_layer, n_head, n_embd: C, n_hidden }, file, choices, only = -1) {
  const sizes = { D: C / n_head, C };
  const weights = { ...file };
  for (let i = 0; i < n_layer; i++) {
    const { square, oblong, pairs, order } = only < 0 || only === i ? choices : RIGHT;
    const { attention, mlp } = placesOf(i);
    const joined = weights[`${attention}.qkv.weight`] = new Float32Array(3 * C * C);
    order.split(" ").forEach((name, n) => {
      let part = /** @type {Floats} */ (file[`${attention}.${name}`]);
      if (square === "transposed") part = transposed(part, C, C);
      if (pairs === "halves" && name !== "v") part = toHalves(part, sizes);
      joined.set(part, n * C * C);
      delete weights[`${attention}.${name}`];
    });
    for (const [name, rows, columns] of matricesOf(attention, mlp, C, n_hidden)) {
      const how = name.endsWith("out.weight") ? square : oblong;
      if (how !== "transposed") continue; // its numbers are poured in as they lie
      weights[name] = transposed(/** @type {Floats} */ (file[name]), columns, rows);
    }
  }
  if (choices.head === "table") weights["head.weight"] = file["token_embedding.weight"];
  return weights;
}

/**
 * Let a model have weights, and an eps for the norms of all blocks, or of one, and for the last.
 * @param {GPT} gpt
 * @param {Weights} weights
 * @param {number} eps
 * @param {number} only
 */
export function receive(gpt, weights, eps, only = -1) {
  gpt.parameters.load(weights);
  const { blocks, norm } = gpt.parameters.layers;
  const usual = gpt.config.norm_eps;
  blocks.forEach(({ norm_1, norm_2 }, i) => {
    norm_1.eps = norm_2.eps = only < 0 || only === i ? eps : usual;
  });
  norm.eps = only < 0 ? eps : usual;
}

/**
 * A text's activations, by place: the embedding; of each block what attention and feed-forward
 * layer add, and the stream behind it; the logits.
 * @param {GPT} gpt
 * @param {number[]} ids
 * @returns {{ run: Run, places: Map<string, Floats> }}
 */
export function runPlaces(gpt, ids) {
  const T = ids.length;
  const { n_layer, n_embd: C } = gpt.config;
  const run = gpt.forward(ids);
  const places = new Map([["embedding", entryOf(run.activations, "blocks.0.resid_pre")]]);
  const pass = gpt.newPass(ids, { T, rows: 1 });
  gpt.embed(pass);
  pass.onPart = (name, at) => {
    places.set(name, /** @type {Floats} */ (gpt.memory.f.slice(at, at + T * C)));
  };
  for (let i = 0; i < n_layer; i++) {
    blockForward(gpt, i, pass);
    places.set(`stream ${i}`, entryOf(run.activations, `blocks.${i}.resid_post`));
  }
  places.set("logits", run.logits);
  return { run, places };
}

/**
 * How far numbers are from others, as a share of how large those are: |a − b| / |b|.
 * @param {Floats} a
 * @param {Floats} b
 */
export function relativeError(a, b) {
  const most = maximum(Float32Array.from(b, Math.abs)) || 1; // squares of large numbers overflow
  let [apart, size] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    apart += ((a[i] - b[i]) / most) ** 2;
    size += (b[i] / most) ** 2;
  }
  return Math.sqrt(apart / (size || 1));
}
