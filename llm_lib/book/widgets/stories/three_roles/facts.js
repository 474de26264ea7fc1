// Every number of the story: how the question looks at the tokens, for each way to fill the roles.

import { matrixProduct } from "../../../engine/attention_row.js";
import { attendByHand } from "../../../engine/hand_attention.js";
import { ANIMALS, CHANNELS, SAME, THINGS, vectorOf } from "../attention_row/facts.js";

/** @import { Choice } from "../../moving/types.js" */

export const TOKENS = ["fox: kite", "bear: drum", "owl: lamp", "bear: ?"];
export const RECORD = 1;
export const QUESTION = 3;
/** What a number of a vector says; the fourth asks "do you have a thing?", or answers. */
export const SLOTS = [...ANIMALS, "ask\nhas", ...THINGS];
export const SIGN = 3;
const ANIMAL_SLOTS = [0, 1, 2];
const THING_SLOTS = [4, 5, 6];
const X_SLOTS = [...ANIMAL_SLOTS, ...THING_SLOTS];
const SIZE = 4; // numbers of a query that is cut

const x = TOKENS.map(vectorOf);
const isAnimal = CHANNELS.map((_, c) => Number(c < ANIMALS.length));
const animal = CHANNELS.map((_, c) => ANIMALS.map((_, j) => Number(c === j)));
const thing = CHANNELS.map((_, c) => THINGS.map((_, j) => Number(c === j + ANIMALS.length)));

/** @typedef {"query" | "key" | "value"} Role */
/** @typedef {"x" | "matrix"} Way */
/** @type {Record<Role, { matrix: number[][], at: number[] }>} */
const CUTS = {
  query: {
    matrix: animal.map((row, c) => [...row, isAnimal[c]].map((n) => 5 * n)),
    at: [...ANIMAL_SLOTS, SIGN],
  },
  key: {
    matrix: animal.map((row, c) => [...row, 1 - isAnimal[c]]),
    at: [...ANIMAL_SLOTS, SIGN],
  },
  value: { matrix: thing, at: THING_SLOTS },
};

/**
 * The vectors of all tokens in a role. at: which slots their numbers stand in; all: (T, 7), with 0
 * in the others.
 * @typedef {object} Played
 * @property {Role} role
 * @property {Way} way
 * @property {number[]} at
 * @property {number[][]} rows
 * @property {number[][]} all
 */
/** @typedef {ReturnType<typeof lookOf>} Look */
/** @typedef {ReturnType<typeof rolesOf>} Facts */

/**
 * @param {Role} role
 * @param {Way} way
 * @returns {Played}
 */
function played(role, way) {
  const at = way === "x" ? X_SLOTS : CUTS[role].at;
  const rows = way === "x" ? x : matrixProduct(x, CUTS[role].matrix);
  const all = rows.map((row) => SLOTS.map((_, slot) => row[at.indexOf(slot)] ?? 0));
  return { role, way, at, rows, all };
}

/** The vectors as they are: each in its slots. */
export const xs = { at: X_SLOTS, rows: x };

/**
 * How the question looks at the tokens. isMutual and so on: the three faults, where they are.
 * @param {Record<Role, Way>} ways
 */
export function lookOf(ways) {
  const query = played("query", ways.query);
  const key = played("key", ways.key);
  const value = played("value", ways.value);
  const { dots, scores, weights, output } = attendByHand({
    q: query.all,
    k: key.all,
    v: value.rows,
    scaling: false,
    causal: true,
    temperature: ways.query === "x" ? 1 : Math.sqrt(SIZE),
  });
  const w = weights[QUESTION];
  const [there, back] = [scores[QUESTION][RECORD], scores[RECORD][QUESTION]];
  return {
    query,
    key,
    value,
    dots: dots[QUESTION],
    scores,
    w,
    output: output[QUESTION],
    there,
    back,
    findsItself: w[QUESTION] > w[RECORD] - SAME,
    isMutual: Math.abs(there - back) < SAME,
    holdsAnimals: ways.value === "x",
  };
}

/** @param {Record<Role, Way>} ways */
export const rolesOf = (ways) => ({
  ...ways,
  before: lookOf({ query: "x", key: "x", value: "x" }),
  after: lookOf({ query: "matrix", key: "matrix", value: "matrix" }),
  yours: lookOf(ways),
});

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = (m) =>
  /** @type {[Role, string][]} */ ([["query", "W_Q"], ["key", "W_K"], ["value", "W_V"]])
    .map(([role, matrix]) => ({
      name: role[0].toUpperCase() + role.slice(1),
      options: [["x", "x itself"], ["matrix", `cut by ${matrix}`]],
      value: m[role],
      pick: (way) => ({ [role]: way }),
    }));
