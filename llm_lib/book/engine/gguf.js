// A GGUF file, as llama.cpp reads it: what it says of itself, and tensors whose numbers may be
// rounded in blocks of 32. See https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
// The file may be anything, so all that it says of itself is checked before a number is read.

import { fromFloat16 } from "./float16.js";
import { isWhole } from "./model_config.js";
import { present } from "./present.js";
import { areFinite } from "./vectors.js";

/** @import { Floats } from "./types.js" */
/** @typedef {{ name: string, shape: number[], type: string, begin: number, end: number }} Place */
/** @typedef {DataView<ArrayBuffer>} Data */
/** @typedef {{ fields: Map<string, any>, places: Map<string, Place> }} GGUFHeader */
/**
 * How `block` numbers lie in `bytes` bytes.
 * @typedef {{ name: string, block: number, bytes: number, read: (data: Data) => Floats }}
 *   NumberType
 */

const MOST_OF_HEADER = 32 * 2 ** 20; // bytes; that of SmolLM2 has 1.8 million, most of them tokens
const MOST_TENSORS = 10_000;
const MOST_FIELDS = 10_000;
const MOST_IN_LISTS = 2_000_000; // values in all lists together; SmolLM2 has 150 thousand
const MOST_ALIGNMENT = 65_536; // bytes
const BLOCK_SIZE = 32;
const LIST_TYPE = 9; // the type of a value that is a list
const GGUF_VERSIONS = [2, 3];
/** @type {Record<number, NumberType>} by their numbers in a file */
const BLOCK_TYPES = {
  0: { name: "F32", block: 1, bytes: 4, read: readFloat32 },
  1: { name: "F16", block: 1, bytes: 2, read: readFloat16 },
  3: { name: "Q4_1", block: BLOCK_SIZE, bytes: 20, read: readQ4 },
  8: { name: "Q8_0", block: BLOCK_SIZE, bytes: 34, read: readQ8 },
};
const TYPE_NAMES = Object.values(BLOCK_TYPES).map(({ name }) => name).join(", ");

/** @param {string} words */
const damagedGGUF = (words) =>
  new Error(`The GGUF file is damaged or cut short: ${words}. Copy it again.`);

/** Reads one value after the other, and refuses to read behind the end. */
class HeaderReader {
  /** @param {ArrayBuffer} buffer */
  constructor(buffer) {
    this.data = new DataView(buffer);
    this.at = 0;
    this.listed = 0; // values in lists so far
  }

  /**
   * The place of the next bytes, which are then behind the cursor.
   * @param {number} bytes
   */
  take(bytes) {
    const at = this.at;
    if (!(at + bytes <= this.data.byteLength)) throw damagedGGUF("it ends before its header does");
    this.at += bytes;
    return at;
  }

  whole() {
    return this.data.getUint32(this.take(4), true);
  }

  long() {
    return Number(this.data.getBigUint64(this.take(8), true));
  }

  text() {
    const length = this.long();
    return new TextDecoder().decode(new Uint8Array(this.data.buffer, this.take(length), length));
  }
}

/** @type {((from: HeaderReader) => any)[]} the types of values, by their numbers in a file */
const VALUE_TYPES = [
  (from) => from.data.getUint8(from.take(1)),
  (from) => from.data.getInt8(from.take(1)),
  (from) => from.data.getUint16(from.take(2), true),
  (from) => from.data.getInt16(from.take(2), true),
  (from) => from.whole(),
  (from) => from.data.getInt32(from.take(4), true),
  (from) => from.data.getFloat32(from.take(4), true),
  (from) => from.data.getUint8(from.take(1)) !== 0,
  (from) => from.text(),
  readList,
  (from) => from.long(),
  (from) => Number(from.data.getBigInt64(from.take(8), true)),
  (from) => from.data.getFloat64(from.take(8), true),
];

/** @param {HeaderReader} from */
function readList(from) {
  const type = from.whole();
  if (type === LIST_TYPE) throw damagedGGUF("it has an array of arrays");
  const length = from.long();
  from.listed += length;
  if (from.listed > MOST_IN_LISTS) throw damagedGGUF(`it has a list of ${length} values`);
  const values = [];
  while (values.length < length) values.push(readValue(from, type));
  return values;
}

/**
 * @param {HeaderReader} from
 * @param {number} type
 */
function readValue(from, type) {
  if (type >= VALUE_TYPES.length) throw damagedGGUF(`it has a value of the unknown type ${type}`);
  return VALUE_TYPES[type](from);
}

/**
 * What a file says of itself, and where each tensor lies. Throws an Error in words if that can't
 * be.
 * @param {Blob} file
 * @returns {Promise<GGUFHeader>}
 */
export async function readGGUFHeader(file) {
  const from = new HeaderReader(await file.slice(0, MOST_OF_HEADER).arrayBuffer());
  if (from.data.byteLength < 8 || from.whole() !== 0x46554747) { // "GGUF"
    throw new Error("The file does not begin as a GGUF file does. Copy it again.");
  }
  const version = from.whole();
  if (!GGUF_VERSIONS.includes(version)) {
    throw new Error(
      `The GGUF file is of version ${version}; versions ${
        GGUF_VERSIONS.join(" and ")
      } can be read.`,
    );
  }
  const [tensors, values] = [from.long(), from.long()];
  if (tensors > MOST_TENSORS) throw damagedGGUF(`it claims to have ${tensors} tensors`);
  if (values > MOST_FIELDS) throw damagedGGUF(`it claims to have ${values} fields`);
  const fields = new Map();
  for (let i = 0; i < values; i++) fields.set(from.text(), readValue(from, from.whole()));
  const found = Array.from({ length: tensors }, () => readTensorPlace(from));
  const alignment = fields.get("general.alignment") ?? 32;
  if (!isWhole(alignment, 1, MOST_ALIGNMENT)) throw damagedGGUF(`its alignment is ${alignment}`);
  const start = Math.ceil(from.at / alignment) * alignment;
  checkTensorPlaces(found, start, file.size, alignment);
  const places = found.map((place) => /** @type {[string, Place]} */ ([place.name, {
    ...place,
    begin: start + place.begin,
    end: start + place.end,
  }]));
  return { fields, places: new Map(places) };
}

/**
 * What the header says of the next tensor; its place is counted from where the numbers begin.
 * @param {HeaderReader} from
 * @returns {Place}
 */
function readTensorPlace(from) {
  const name = from.text();
  const axes = from.whole();
  if (axes > 4) throw damagedGGUF(`“${name}” has ${axes} axes`);
  const shape = Array.from({ length: axes }, () => from.long()).reverse(); // the longest step first
  const known = BLOCK_TYPES[from.whole()];
  const begin = from.long();
  if (!known) {
    throw new Error(
      `“${name}” in the GGUF file is rounded in a way that this page can't read; it reads ` +
        `${TYPE_NAMES}.`,
    );
  }
  const blocks = shape.reduce((product, n) => product * n, 1 / known.block);
  if (!Number.isSafeInteger(blocks)) {
    throw damagedGGUF(`“${name}” has the shape (${shape.join(", ")}), which is no whole blocks`);
  }
  return { name, shape, type: known.name, begin, end: begin + blocks * known.bytes };
}

/**
 * Refuse tensors that come twice, overlap, leave a gap, or do not end where the file does.
 * @param {Place[]} places
 * @param {number} start where the numbers begin
 * @param {number} size of the file
 * @param {number} alignment
 */
function checkTensorPlaces(places, start, size, alignment) {
  if (new Set(places.map(({ name }) => name)).size < places.length) {
    throw damagedGGUF("two tensors have the same name");
  }
  let at = 0;
  for (const { name, begin, end } of [...places].sort((a, b) => a.begin - b.begin)) {
    if (begin !== Math.ceil(at / alignment) * alignment) {
      throw damagedGGUF(`“${name}” does not begin where the tensor before it ends`);
    }
    at = end;
  }
  if (start + at > size) {
    throw damagedGGUF(`its tensors end at byte ${start + at}, and the file at byte ${size}`);
  }
}

/**
 * The numbers of one tensor as float32, which are those that were rounded. Throws an Error in words
 * if one is not finite.
 * @param {Blob} file
 * @param {Place} place
 */
export async function readGGUFTensor(file, { name, type, begin, end }) {
  const found = Object.values(BLOCK_TYPES).find((known) => known.name === type);
  const { read } = present(found, `the number type ${type}`);
  const numbers = read(new DataView(await file.slice(begin, end).arrayBuffer()));
  if (!areFinite(numbers)) {
    throw damagedGGUF(`“${name}” holds numbers that are not finite`);
  }
  return numbers;
}

/** @param {Data} data */
function readFloat32({ buffer }) {
  return new Float32Array(buffer);
}

/** @param {Data} data */
function readFloat16({ buffer }) {
  return fromFloat16(new Uint16Array(buffer));
}

/**
 * Blocks of a scale, a minimum (float16 each) and 32 codes of 4 bits: value = scale · code +
 * minimum. Of the 16 bytes, the low halves are the first 16 codes.
 * @param {Data} data
 */
function readQ4(data) {
  const blocks = data.byteLength / 20;
  const steps = fromFloat16(
    Uint16Array.from(
      { length: 2 * blocks },
      (_, i) => data.getUint16((i >> 1) * 20 + (i & 1) * 2, true),
    ),
  );
  const numbers = new Float32Array(blocks * BLOCK_SIZE);
  for (let b = 0; b < blocks; b++) {
    const [scale, minimum] = [steps[2 * b], steps[2 * b + 1]];
    for (let j = 0; j < 16; j++) {
      const byte = data.getUint8(b * 20 + 4 + j);
      numbers[b * BLOCK_SIZE + j] = scale * (byte & 15) + minimum;
      numbers[b * BLOCK_SIZE + 16 + j] = scale * (byte >> 4) + minimum;
    }
  }
  return numbers;
}

/**
 * Blocks of a scale (float16) and 32 codes of 8 bits with a sign: value = scale · code.
 * @param {Data} data
 */
function readQ8(data) {
  const blocks = data.byteLength / 34;
  const scales = fromFloat16(
    Uint16Array.from({ length: blocks }, (_, b) => data.getUint16(b * 34, true)),
  );
  const numbers = new Float32Array(blocks * BLOCK_SIZE);
  for (let b = 0; b < blocks; b++) {
    for (let j = 0; j < BLOCK_SIZE; j++) {
      numbers[b * BLOCK_SIZE + j] = scales[b] * data.getInt8(b * 34 + 2 + j);
    }
  }
  return numbers;
}
