// Zip archives: what is in one, without trusting what it says of itself, and how to write one.
//
//   for (const entry of await readZip(blob)) console.log(entry.name, await entry.read(1000));
//   writeZip([{ name: "folder/a.txt", bytes }]);  // a Blob; nothing in it is compressed

/** @typedef {{ name: string, bytes: Uint8Array<ArrayBuffer> }} NamedBytes */
/**
 * One file in an archive. read unpacks it, and throws an Error in words if it is damaged or has
 * more than `most` bytes.
 * @typedef {{ name: string, size: number, read: (most: number) => Promise<Blob> }} Entry
 */
/**
 * What an archive says of an entry.
 * @typedef {{ name: string, size: number, packed: number, crc: number, method: number,
 *   encrypted: boolean, at: number }} Described
 */

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_RECORD = 0x06054b50;
const MOST_ENTRIES = 1000;
const CRC_SLICE = 4 * 2 ** 20; // bytes that are summed up before the page may go on

/** @param {string} words */
const badZip = (words) =>
  new Error(`This is no whole zip file: ${words}. Copy it or make it again.`);

/**
 * What is in an archive. Throws an Error in words if that can't be read.
 * @param {Blob} archive
 * @returns {Promise<Entry[]>}
 */
export async function readZip(archive) {
  const { count, at, size } = await findDirectory(archive);
  const view = new DataView(await archive.slice(at, at + size).arrayBuffer());
  const entries = [];
  let from = 0;
  for (let i = 0; i < count; i++) {
    if (from + 46 > size || view.getUint32(from, true) !== CENTRAL_HEADER) {
      throw badZip(`the list of its contents breaks off after ${i} of ${count}`);
    }
    const { entry, next } = describeEntry(view, from);
    entries.push({
      name: entry.name,
      size: entry.size,
      read: (/** @type {number} */ most) => unpackEntry(archive, entry, most),
    });
    from = next;
  }
  return entries;
}

/**
 * Where the list of contents lies, which the last bytes of an archive tell.
 * @param {Blob} archive
 */
async function findDirectory(archive) {
  const start = Math.max(0, archive.size - 65557); // a comment of 65,535 bytes may follow
  const view = new DataView(await archive.slice(start).arrayBuffer());
  let end = view.byteLength - 22;
  const isEnd = () =>
    view.getUint32(end, true) === END_RECORD &&
    end + 22 + view.getUint16(end + 20, true) === view.byteLength;
  while (end >= 0 && !isEnd()) end--;
  if (end < 0) throw badZip("the list of its contents, which stands at its end, is missing");
  const count = view.getUint16(end + 10, true);
  const size = view.getUint32(end + 12, true);
  const at = view.getUint32(end + 16, true);
  if (count > MOST_ENTRIES) {
    throw new Error(`The zip holds ${count} files; at most ${MOST_ENTRIES} are allowed.`);
  }
  if (at + size > start + end) throw badZip("the list of its contents lies outside the file");
  return { count, at, size };
}

/**
 * One entry of the list of contents, and where the next begins.
 * @param {DataView} view
 * @param {number} from
 * @returns {{ entry: Described, next: number }}
 */
function describeEntry(view, from) {
  const word = (/** @type {number} */ at) => view.getUint16(from + at, true);
  const long = (/** @type {number} */ at) => view.getUint32(from + at, true);
  const next = from + 46 + word(28) + word(30) + word(32);
  if (next > view.byteLength) throw badZip("the list of its contents breaks off");
  const name = new Uint8Array(view.buffer, from + 46, word(28));
  const entry = {
    name: new TextDecoder().decode(name),
    encrypted: Boolean(word(8) & 1),
    method: word(10),
    crc: long(16),
    packed: long(20),
    size: long(24),
    at: long(42),
  };
  return { entry, next };
}

/**
 * @param {Blob} archive
 * @param {Described} entry
 * @param {number} most
 */
async function unpackEntry(archive, { name, size, packed, crc, method, encrypted, at }, most) {
  if (size > most) {
    throw new Error(
      `${name} would have ${size.toLocaleString("en")} bytes once it is unpacked; at most ` +
        `${most.toLocaleString("en")} are allowed.`,
    );
  }
  if (encrypted) throw new Error(`${name} is encrypted: make the zip without a password.`);
  if (method !== 0 && method !== 8) {
    throw new Error(
      `${name} is packed by method ${method}; allowed are 0 (stored) and 8 (deflated).`,
    );
  }
  const head = new DataView(await archive.slice(at, at + 30).arrayBuffer());
  if (head.byteLength < 30 || head.getUint32(0, true) !== LOCAL_HEADER) {
    throw badZip(`${name} is not where the list of its contents says`);
  }
  const begin = at + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  if (begin + packed > archive.size) throw badZip(`${name} is cut short`);
  const data = archive.slice(begin, begin + packed);
  const blob = method === 0 ? data : await inflate(data, name, size);
  if (blob.size !== size || await crcOf(blob) !== crc) throw badZip(`${name} is damaged`);
  return blob;
}

/**
 * Deflated bytes as they were; it stops as soon as there are more than the archive says.
 * @param {Blob} data
 * @param {string} name
 * @param {number} size
 */
async function inflate(data, name, size) {
  const reader = data.stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const parts = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw badZip(`${name} is damaged`);
    });
    if (done) return new Blob(parts);
    length += value.length;
    if (length > size) {
      reader.cancel().catch(() => {}); // what it says is of no use any more
      throw badZip(`${name} holds more than the ${size} bytes that it should`);
    }
    parts.push(value);
  }
}

/**
 * The checksum of a blob, read in slices.
 * @param {Blob} blob
 */
async function crcOf(blob) {
  let crc = 0;
  for (let at = 0; at < blob.size; at += CRC_SLICE) {
    crc = crc32(new Uint8Array(await blob.slice(at, at + CRC_SLICE).arrayBuffer()), crc);
  }
  return crc;
}

/** @type {Uint32Array} */
let crcTable;

/**
 * CRC-32, as zip archives use it; `before` is that of the bytes before these.
 * @param {Uint8Array} bytes
 * @param {number} [before]
 */
export function crc32(bytes, before = 0) {
  crcTable ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    return crc;
  });
  let crc = ~before;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

/**
 * An archive of files, which are stored as they are.
 * @param {NamedBytes[]} files
 */
export function writeZip(files) {
  const parts = [];
  const directory = [];
  let at = 0;
  for (const { name, bytes } of files) {
    const path = new TextEncoder().encode(name);
    const described = describedBytes(bytes, path.length);
    const local = [zipFields([LOCAL_HEADER, 4]), described, path, bytes];
    const rest = zipFields([0, 2], [0, 2], [0, 2], [0, 4], [at, 4]); // no comment, the first disk
    directory.push(zipFields([CENTRAL_HEADER, 4], [20, 2]), described, rest, path);
    parts.push(...local);
    at += lengthOf(local);
  }
  const size = lengthOf(directory);
  const [n, none] = [files.length, 0];
  const end = zipFields([END_RECORD, 4], [none, 4], [n, 2], [n, 2], [size, 4], [at, 4], [none, 2]);
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}

/**
 * What stands in both headers of an entry: version 2.0, names in UTF-8, stored, 1 January 1980.
 * @param {Uint8Array} bytes
 * @param {number} nameLength
 */
function describedBytes(bytes, nameLength) {
  const sizes = /** @type {[number, number][]} */ ([[bytes.length, 4], [bytes.length, 4]]);
  const [version, utf8Names, stored, time, date] = [20, 0x800, 0, 0, 33];
  return zipFields(
    ...[version, utf8Names, stored, time, date].map((n) => /** @type {[number, 2]} */ ([n, 2])),
    [crc32(bytes), 4],
    ...sizes,
    [nameLength, 2],
    [0, 2],
  );
}

/**
 * Whole numbers as little-endian bytes, each with how many it takes.
 * @param {[number, number][]} fields
 */
function zipFields(...fields) {
  const bytes = fields.flatMap(([n, length]) =>
    Array.from({ length }, (_, i) => Math.floor(n / 256 ** i) % 256)
  );
  return Uint8Array.from(bytes);
}

/** @param {Uint8Array[]} parts */
const lengthOf = (parts) => parts.reduce((length, part) => length + part.length, 0);
