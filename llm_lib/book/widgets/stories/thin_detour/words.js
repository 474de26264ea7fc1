// What is said in each scene, and each picture in words.

import { count } from "../../shared/words.js";
import { inText } from "../../moving/ruler.js";
import { learnedBy, RANKS, SIDE } from "./facts.js";

/** @import { Facts } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/** @param {number} n */
const shown = (n) => inText(n);

/** @param {number[]} numbers */
const inBraces = (numbers) => `(${numbers.map(shown).join(", ")})`;

/** @param {number[][]} rows */
const rowsOf = (rows) => rows.map(inBraces).join(", ");

/** @param {Facts} m */
const product = ({ a: [a], x }) =>
  a.map((n, i) => `${shown(n)}·${x[i] < 0 ? `(${shown(x[i])})` : shown(x[i])}`).join(" + ");

/** @type {Words} */
export const sayOf = {
  Frozen: (m) =>
    `A layer of a trained model: each row of W, times x and summed up, gives one number of W x = ${
      inBraces(m.wx)
    }. W is frozen: its numbers stay as they are.`,
  Down: (m) =>
    `Beside W begins a detour. A has one row, so all of x comes down to a single number: ${
      product(m)
    } = ${shown(m.down)}. How many rows A has is the rank r; here r = 1.`,
  "Back up": () =>
    "B takes it up again, to as many numbers as W gives. B starts at zero: at first the detour " +
    "adds nothing, and the model says what it has always said.",
  Learned: (m) =>
    `Training moves A and B, and nothing else. Here B has become ${
      inBraces(m.b.map(([n]) => n))
    }, and the detour gives ${inBraces(m.up)}.`,
  Scale: (m) =>
    `The detour counts α / r times, here ${shown(m.alpha)} / 1: ${
      inBraces(m.scaled)
    }. Added to W x = ${inBraces(m.wx)}, it makes the output ${inBraces(m.y)}.`,
  Merged: (m) =>
    `B A has W's shape; each of its rows is a multiple of A. Added to W, it gives the same ${
      inBraces(m.y)
    } in one product: no detour is left to compute.`,
  "To scale": (_, k) =>
    `A matrix of base Sprout, to scale: W has ${count(SIDE * SIDE, "number")}. With r = ${
      RANKS[k]
    }, A and B have ${learnedBy(RANKS[k]).toLocaleString("en")} together, ${
      (100 * learnedBy(RANKS[k]) / SIDE ** 2).toFixed(1)
    } % of that.`,
  "Your turn": (m) =>
    `Change A, B or α / r. The detour adds ${inBraces(m.scaled)} to ${
      inBraces(m.wx)
    }: the output is ${inBraces(m.y)}.`,
};

/**
 * @param {Facts} m
 * @param {number[][]} b
 * @param {number[]} up
 */
const detourOf = (m, b, up) =>
  `x is ${inBraces(m.x)}. W has the rows ${rowsOf(m.w)}, and W x is ${
    inBraces(m.wx)
  }. Beside it, A is ${inBraces(m.a[0])}, A x is ${shown(m.down)}, B is ${
    inBraces(b.map(([n]) => n))
  }, and B A x is ${inBraces(up)}.`;

/** @type {Words} */
export const altOf = {
  Frozen: (m) =>
    `x is ${inBraces(m.x)}. W, frozen, has the rows ${rowsOf(m.w)}. The output, W x, is ${
      inBraces(m.wx)
    }.`,
  Down: (m) =>
    `x goes through W, which gives ${inBraces(m.wx)}, and through A, ${
      inBraces(m.a[0])
    }, which gives ${shown(m.down)}.`,
  "Back up": (m) =>
    `${detourOf(m, m.b.map(() => [0]), m.up.map(() => 0))} The output is ${inBraces(m.wx)}.`,
  Learned: (m) => detourOf(m, m.b, m.up),
  Scale: (m) =>
    `${detourOf(m, m.b, m.up)} Times ${shown(m.alpha)} it is ${inBraces(m.scaled)}. The output is ${
      inBraces(m.y)
    }.`,
  Merged: (m) =>
    `W, ${rowsOf(m.w)}, plus ${shown(m.alpha)} times B A, ${rowsOf(m.change)}, is ${
      rowsOf(m.merged)
    }. Times x it is ${inBraces(m.y)}.`,
  "To scale": (_, k) =>
    `A square for W, ${SIDE} by ${SIDE}; beside it a strip for A, ${SIDE} by ${
      RANKS[k]
    }, and one for B, ${RANKS[k]} by ${SIDE}.`,
  "Your turn": (m) =>
    `${detourOf(m, m.b, m.up)} Times ${shown(m.alpha)} it is ${inBraces(m.scaled)}. The output is ${
      inBraces(m.y)
    }. The numbers of A and B can be changed.`,
};
