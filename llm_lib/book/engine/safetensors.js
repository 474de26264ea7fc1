// Tensors in a file, as the package safetensors writes and reads them in Python: the length of a
// header, 8 bytes; the header, JSON with the type, the shape and the place of each tensor; numbers.
// The file may be anything, so all that it says of itself is checked before a number is read.

import { fromBfloat16, fromFloat16, toFloat16 } from "./float16.js";
import { isObject, isWhole } from "./model_config.js";
import { areFinite } from "./vectors.js";

/** @import { Floats } from "./types.js" */
/** @typedef {{ name: string, dtype: string, shape: number[], begin: number, end: number }} Place */

const WEIGHTS_FILE = "model.safetensors";
const MOST_HEADER = 4 * 2 ** 20;
/** @type {Record<string, { bytes: number, read: (buffer: ArrayBuffer) => Floats }>} */
const NUMBER_TYPES = {
  F32: { bytes: 4, read: (buffer) => new Float32Array(buffer) },
  F16: { bytes: 2, read: (buffer) => fromFloat16(new Uint16Array(buffer)) },
  BF16: { bytes: 2, read: (buffer) => fromBfloat16(new Uint16Array(buffer)) },
};

/** @param {string} words */
const damagedWeights = (words) =>
  new Error(`${WEIGHTS_FILE} is damaged or cut short: ${words}. Copy it or save it again.`);

/**
 * All tensors of a file as float32, by name. Throws an Error in words if the file is not whole, or
 * if check, which is given the shapes before any number is read, throws one.
 * @param {Blob} file
 * @param {(shapes: Record<string, number[]>) => void} check
 */
export async function readSafetensors(file, check) {
  const places = await readPlaces(file);
  check(Object.fromEntries(places.map(({ name, shape }) => [name, shape])));
  /** @type {Record<string, Floats>} */
  const tensors = {};
  for (const { name, dtype, begin, end } of places) { // one by one: the page goes on between them
    const numbers = NUMBER_TYPES[dtype].read(await file.slice(begin, end).arrayBuffer());
    if (!areFinite(numbers)) {
      throw new Error(
        `${WEIGHTS_FILE}: “${name}” holds numbers that are not finite; did the training diverge?`,
      );
    }
    tensors[name] = numbers;
  }
  return tensors;
}

/**
 * Where each tensor lies in the file, checked against its length.
 * @param {Blob} file
 * @returns {Promise<Place[]>}
 */
async function readPlaces(file) {
  if (file.size < 8) throw damagedWeights(`it has ${file.size} bytes, too few for a header`);
  const length = Number(new DataView(await file.slice(0, 8).arrayBuffer()).getBigUint64(0, true));
  if (length > MOST_HEADER) {
    throw new Error(
      `${WEIGHTS_FILE} does not begin as a file of weights does. Take the one that save_model ` +
        "writes, or copy it again.",
    );
  }
  if (8 + length > file.size) {
    throw damagedWeights(
      `its header ends at byte ${8 + length}, and the file at byte ${file.size}`,
    );
  }
  const header = parseHeader(await file.slice(8, 8 + length).arrayBuffer());
  const places = Object.entries(header)
    .filter(([name]) => name !== "__metadata__")
    .map(([name, entry]) => readPlace(name, entry, 8 + length));
  checkRow(places, 8 + length, file.size);
  return places;
}

/** @param {ArrayBuffer} bytes */
function parseHeader(bytes) {
  let header;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw damagedWeights("its header is not JSON");
  }
  if (!isObject(header)) throw damagedWeights("its header is not one JSON object");
  return header;
}

/**
 * What the header says of one tensor, if that can be.
 * @param {string} name
 * @param {any} entry
 * @param {number} start where the numbers begin in the file
 * @returns {Place}
 */
function readPlace(name, entry, start) {
  const { dtype, shape, data_offsets: offsets } = isObject(entry) ? entry : {};
  if (!Object.hasOwn(NUMBER_TYPES, dtype)) {
    throw new Error(
      `${WEIGHTS_FILE}: “${name}” is of the type ${String(dtype).slice(0, 20)}; the types ` +
        `${Object.keys(NUMBER_TYPES).join(", ")} can be read.`,
    );
  }
  if (!areWholes(shape)) throw damagedWeights(`the shape of “${name}” is no list of whole numbers`);
  if (!areWholes(offsets) || offsets.length !== 2) {
    throw damagedWeights(`“${name}” needs two data_offsets, whole numbers`);
  }
  const needed = shape.reduce((product, n) => product * n, NUMBER_TYPES[dtype].bytes);
  if (offsets[1] - offsets[0] !== needed) {
    throw damagedWeights(
      `“${name}” takes ${offsets[1] - offsets[0]} bytes, and its shape (${shape.join(", ")}) ` +
        `asks for ${needed}`,
    );
  }
  return { name, dtype, shape, begin: start + offsets[0], end: start + offsets[1] };
}

/**
 * @param {unknown} list
 * @returns {list is number[]}
 */
const areWholes = (list) => Array.isArray(list) && list.every((n) => isWhole(n, 0));

/**
 * Refuse tensors that overlap, leave a gap, or do not end where the file does.
 * @param {Place[]} places
 * @param {number} start
 * @param {number} size
 */
function checkRow(places, start, size) {
  let at = start;
  for (
    const { name, begin, end } of [...places].sort((a, b) => a.begin - b.begin || a.end - b.end)
  ) {
    if (begin !== at) {
      const words = begin < at ? "overlaps with another tensor" : "comes after a gap";
      throw damagedWeights(`“${name}” ${words}: it begins at byte ${begin}, and should at ${at}`);
    }
    at = end;
  }
  if (at !== size) {
    throw damagedWeights(`its tensors end at byte ${at}, and the file at byte ${size}`);
  }
}

/**
 * A file of tensors, byte for byte as Python's safetensors writes it. Throws an Error in words if a
 * number does not fit into float16.
 * @param {Record<string, Floats>} tensors
 * @param {Record<string, number[]>} shapes
 * @param {"F32" | "F16"} dtype
 */
export function writeSafetensors(tensors, shapes, dtype) {
  /** @type {Record<string, object>} */
  const header = {};
  const parts = [];
  let at = 0;
  for (const name of Object.keys(shapes).sort()) {
    const numbers = dtype === "F32" ? tensors[name] : toFloat16(tensors[name]);
    if (numbers instanceof Uint16Array && numbers.some((bits) => (bits & 0x7c00) === 0x7c00)) {
      throw new Error(
        `The weight “${name}” holds numbers that float16 can't: not finite, or beyond 65504; did ` +
          "the training diverge?",
      );
    }
    header[name] = { dtype, shape: shapes[name], data_offsets: [at, at + numbers.byteLength] };
    parts.push(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
    at += numbers.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(text.length / 8) * 8; // so that the numbers begin at a multiple of 8
  const bytes = new Uint8Array(8 + length + at).fill(32, 8, 8 + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, 8);
  let end = 8 + length;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
  return bytes;
}
