// All that the story shows, read out of the file's bytes.

/** @import { Choice } from "../../moving/types.js" */

/** @typedef {{ hex: string, four: number[][] }} Settings */
/** @typedef {ReturnType<typeof tensorsIn>[number]} Tensor */
/** @typedef {ReturnType<typeof numberOf>} Parts a number, and how its bytes make it */
/** @typedef {ReturnType<typeof factsOf>} Facts */

export const LENGTH = 8; // bytes that say how long the header is

/** The kinds of numbers: bytes, bits of the exponent, and what is subtracted from it. */
const KINDS = {
  F32: { dtype: "F32", bytes: 4, exponent: 8, bias: 127 },
  F16: { dtype: "F16", bytes: 2, exponent: 5, bias: 15 },
};

/** What each tensor is called in the library, and how it is put there. */
export const SLOTS = [
  { slot: "token_embedding", name: "wte.weight" },
  { slot: "qkv", name: "" },
  { slot: "out", name: "" },
  { slot: "up", name: "h.0.mlp.c_fc.weight", turned: true },
  { slot: "down", name: "" },
  { slot: "norm", name: "ln_f.weight" },
];

/** A number as Python would print it. @param {number} x */
export function printed(x) {
  if (Number.isNaN(x)) return "nan";
  const sign = x < 0 || Object.is(x, -0) ? "−" : "";
  const size = Math.abs(x);
  if (size === Infinity) return `${sign}inf`;
  const isPlain = size === 0 || (size >= 1e-4 && size < 1e6);
  const text = isPlain ? String(Number(size.toPrecision(6))) : size.toExponential(1);
  return sign + text.replace("e+", "e");
}

/** @param {number} byte */
export const inHex = (byte) => byte.toString(16).padStart(2, "0");

/**
 * A number from its bytes, the lowest first: its bits, their three fields, and the value.
 * @param {number[]} bytes
 * @param {"F32" | "F16"} kind
 */
function numberOf(bytes, kind) {
  const { exponent: width, bias, dtype } = KINDS[kind];
  const bits = [...bytes].reverse().map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const fields = [bits.slice(0, 1), bits.slice(1, 1 + width), bits.slice(1 + width)];
  const [sign, exponent, rest] = fields.map((field) => parseInt(field, 2));
  const share = rest / 2 ** fields[2].length;
  const top = 2 ** width - 1;
  const size = exponent === top ? (rest ? NaN : Infinity) : exponent === 0
    ? 2 ** (1 - bias) * share // too small for a leading 1
    : 2 ** (exponent - bias) * (1 + share);
  const value = sign ? -size : size;
  const isUsual = exponent > 0 && exponent < top;
  return {
    bytes,
    dtype,
    bias,
    fields,
    sign,
    exponent,
    share,
    isUsual,
    value,
    written: printed(value),
  };
}

/**
 * The tensors that a header lists, with their numbers.
 * @param {number[]} bytes
 * @param {string} header
 * @param {number} start where the numbers begin
 */
function tensorsIn(bytes, header, start) {
  /** @type {Record<string, { dtype: "F32" | "F16", shape: number[], data_offsets: number[] }>} */
  const entries = JSON.parse(header);
  return Object.entries(entries).map(([name, { dtype, shape, data_offsets: [begin, end] }]) => {
    const size = KINDS[dtype].bytes;
    const count = shape.reduce((product, n) => product * n, 1);
    const values = Array.from({ length: count }, (_, i) => {
      const at = start + begin + i * size;
      return numberOf(bytes.slice(at, at + size), dtype).value;
    });
    return { name, dtype, shape, begin, end, size, count, values };
  });
}

/** @param {Settings} settings */
export function factsOf(settings) {
  const bytes = Array.from(settings.hex.matchAll(/../g), ([pair]) => parseInt(pair, 16));
  const length = bytes.slice(0, LENGTH).reduce((sum, byte, i) => sum + byte * 256 ** i, 0);
  const header = String.fromCharCode(...bytes.slice(LENGTH, LENGTH + length));
  const start = LENGTH + length;
  const tensors = tensorsIn(bytes, header, start);
  const [first, second] = tensors;
  const at = start + second.begin;
  const turned = transposed(first.values, first.shape[1]);
  return {
    ...settings,
    bytes,
    n: bytes.length,
    length,
    header,
    start,
    tensors,
    first,
    second,
    float32: { at: start, ...numberOf(bytes.slice(start, start + 4), "F32") },
    float16: { at, ...numberOf(bytes.slice(at, at + 2), "F16") },
    astray: numberOf(bytes.slice(0, 4), "F32"),
    turned,
    misplaced: turned.map((place, i) => place !== i),
    yours: numberOf(settings.four[0], "F32"),
    flipped: flippedBit(bytes.slice(start, start + 4), settings.four[0]),
  };
}

/**
 * Which number of a grid comes where when it is transposed: places row by row.
 * @param {number[]} values
 * @param {number} columns
 */
function transposed(values, columns) {
  const rows = values.length / columns;
  return values.map((_, i) => (i % rows) * columns + Math.floor(i / rows));
}

/**
 * The one bit in which two rows of bytes differ, counted from the lowest; -1 for none, null for
 * several.
 * @param {number[]} a
 * @param {number[]} b
 */
function flippedBit(a, b) {
  const bits = a.flatMap((byte, i) =>
    Array.from({ length: 8 }, (_, j) => (((byte ^ b[i]) >> j) & 1 ? 8 * i + j : -1))
  ).filter((bit) => bit >= 0);
  return bits.length > 1 ? null : bits[0] ?? -1;
}

/** @type {[value: string, words: string][]} */
const BITS = [
  ["-1", "none"],
  ["31", "the sign"],
  ["30", "exponent’s highest"],
  ["23", "exponent’s lowest"],
  ["22", "fraction’s highest"],
  ["0", "fraction’s lowest"],
];

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export function choicesOf(m) {
  const known = m.flipped !== null && BITS.some(([bit]) => Number(bit) === m.flipped);
  const other = m.flipped === null ? "several" : `number ${m.flipped}`;
  return [{
    name: "Bit that is flipped",
    options: known ? BITS : [...BITS, ["other", other]],
    value: known ? String(m.flipped) : "other",
    pick: (bit) => {
      const four = m.float32.bytes.map((byte, i) =>
        Number(bit) >> 3 === i ? byte ^ (1 << (Number(bit) & 7)) : byte
      );
      return bit === "other" ? {} : { four: [four] };
    },
  }];
}
