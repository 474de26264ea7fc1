// What is said at each step, and each picture in words.

import { enumerated } from "../../shared/words.js";
import { inHex, LENGTH, printed, SLOTS } from "./facts.js";

/** @import { Facts, Parts } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/** @param {number[]} shape */
const shaped = (shape) => `(${shape.join(", ")})`;
/** @param {Facts} m @param {number[]} order */
const inOrder = (m, order) => order.map((i) => printed(m.first.values[i])).join(", ");
/**
 * How the three fields make a number.
 * @param {Parts} number
 */
const product = ({ sign, exponent, bias, share, written }) =>
  `${sign ? "minus " : ""}2 to the ${printed(exponent - bias)}, times 1 + ${share}: ${written}`;

/** @type {Words} */
export const sayOf = {
  File: (m) =>
    `A model’s weights come as a file, a row of bytes: ${m.n} in this one, a tiny safetensors ` +
    "file. Each is written as two hexadecimal digits. Which of them are weights?",
  Length: (m) =>
    `The first ${LENGTH} bytes are one whole number, the lowest byte first: ${
      inHex(m.bytes[0])
    } is ${m.bytes[0]}. So the header takes the next ${m.length} bytes.`,
  Header: (m) =>
    `Read as characters, those ${m.length} bytes are JSON: for each tensor its name, its type, ` +
    "its shape and where its numbers lie. Two spaces fill it up to a multiple of 8.",
  Table: (m) =>
    `The file holds ${m.tensors.length} tensors. Check one: ${m.first.name} has ` +
    `${m.first.shape.join(" × ")} numbers of ${m.first.size} bytes each (F32), ${
      m.first.end - m.first.begin
    } in all, and its offsets leave room for just that.`,
  Offsets: (m, k) =>
    k
      ? "Counted from the file’s first byte by mistake, the reading begins in the length: its " +
        `first number is ${m.astray.written}. There is no error, only nonsense.`
      : `So the last ${m.n - m.start} bytes are the weights. Offsets count from the end of the ` +
        "header: the first tensor begins at byte " +
        `${LENGTH} + ${m.length} + ${m.first.begin} = ${m.start + m.first.begin}.`,
  F32: (m, k) =>
    k
      ? `One bit is the sign, eight are the exponent, 23 the fraction: ${product(m.float32)}.`
      : "The first four bytes are one float32. The lowest byte comes first, so turn them " +
        `around: ${
          [...m.float32.bytes].reverse().map(inHex).join(" ")
        }, and write out the 32 bits.`,
  Grid: (m, k) =>
    k
      ? `The shape ${shaped(m.first.shape)} says how to lay them out: row by row. A tensor in a ` +
        "file is one long row and a shape."
      : `The same with all ${m.first.end - m.first.begin} bytes: ${m.first.count} numbers.`,
  F16: (m) =>
    `The next tensor is F16: two bytes a number, five bits for the exponent, ten for the ` +
    `fraction. Its first number is ${product(m.float16)}. Half the size, fewer digits.`,
  Transpose: (m, k) => {
    const [rows, columns] = m.first.shape;
    return k
      ? "Transposed, rows become columns, and each number is where our layer expects it."
      : `GPT-2 keeps this matrix as (in, out) = (${rows}, ${columns}); ours is (${columns}, ` +
        `${rows}). A reshape fits too, but ${
          m.misplaced.filter(Boolean).length
        } of ${m.first.count} numbers land in wrong places, without any error.`;
  },
  Slots: () =>
    "Last, each name of the file is mapped to a slot of our model. A loader must complain " +
    `about a name without a slot, and about a slot left empty: here ${
      SLOTS.filter(({ name }) => !name).length
    }.`,
  "Your turn": (m) => {
    const { written } = m.yours;
    const was = m.float32.written;
    return written === was
      ? `Change a byte, or flip one bit, and watch the number. Now it is ${was}.`
      : `The number was ${was}, and is ${written} now. The rest of the file is as it was, and ` +
        "nothing in it would tell you.";
  },
};

/** @param {Parts} number */
const bitsIn = ({ bytes, fields, written }) =>
  `Bytes ${bytes.map(inHex).join(" ")}; sign ${fields[0]}, exponent ${fields[1]}, fraction ${
    fields[2]
  }: ${written}.`;

/** @type {Words} */
export const altOf = {
  File: (m) =>
    `All ${m.n} bytes, all grey: ${m.bytes.slice(0, 16).map(inHex).join(" ")} and so on.`,
  Length: (m) =>
    `The first bytes are framed and coloured: ${
      m.bytes.slice(0, LENGTH).map(inHex).join(" ")
    }. All others are grey as before.`,
  Header: (m) =>
    `The header’s bytes as characters, in a colour of their own: ${m.header.trim()} The ${
      m.n - m.start
    } bytes behind them are still grey.`,
  Table: (m) =>
    m.tensors.map(({ name, dtype, shape, begin, end, size, count }) =>
      `${name}: ${dtype}, shape ${shaped(shape)}, offsets ${begin} to ${end}; ${count} × ${size} ` +
      `= ${end - begin} bytes.`
    ).join(" "),
  Offsets: (m, k) =>
    k
      ? `Bytes 0 to 3, ${m.astray.bytes.map(inHex).join(" ")}, are read as ${m.astray.written}.`
      : `The length begins at byte 0, the header at ${LENGTH}, the numbers at ${m.start}. These ` +
        `have a colour now, too, and their first ${m.first.end} bytes are framed.`,
  F32: (m, k) =>
    k
      ? bitsIn(m.float32)
      : `Bytes ${m.float32.at} to ${m.float32.at + 3} of the file, ${
        m.float32.bytes.map(inHex).join(" ")
      }; turned around, and as bits: ${m.float32.fields.join("")}.`,
  Grid: (m, k) => {
    const columns = m.first.shape[1];
    const rows = Array.from(
      { length: m.first.shape[0] },
      (_, r) => m.first.values.slice(r * columns, (r + 1) * columns).map(printed).join(", "),
    );
    return k ? `A grid with the rows ${enumerated(rows.map((r) => `[${r}]`))}.` : `Below each ` +
      `four bytes their number: ${m.first.values.map(printed).join(", ")}.`;
  },
  F16: (m) => bitsIn(m.float16),
  Transpose: (m, k) => {
    const order = k ? m.turned : m.turned.map((_, i) => i);
    return `Row by row, the file’s grid holds ${
      m.first.values.map(printed).join(", ")
    }; the slot’s grid, ${k ? "transposed" : "reshaped"}, ${inOrder(m, order)}.`;
  },
  Slots: () =>
    SLOTS.map(({ slot, name }) => `${slot}: ${name ? `from ${name}` : "empty"}.`).join(" "),
  "Your turn": (m) =>
    `Four bytes to change, ${
      m.four[0].join(", ")
    }, and the grid that begins with ${m.yours.written}. ${bitsIn(m.yours)}`,
};
