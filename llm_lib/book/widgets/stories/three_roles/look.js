// The question looks at the tokens: its vector over theirs, scores, weights, and what is mixed.

import { column, over, picture, row, space, table, within } from "../../moving/layout.js";
import { around, cell, figure, label, lying, note, rule } from "../../moving/pieces.js";
import { FOUR } from "../attention_row/facts.js";
import { QUESTION, RECORD, SIGN, SLOTS, TOKENS } from "./facts.js";
import { slotNames, slotted, token } from "./slots.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Box, Room, Sketch } from "../../moving/types.js" */
/** @import { Look, Played } from "./facts.js" */

const MENUS = 62; // the height of the menus, which lie over the picture where it is wide

/**
 * @typedef {object} Shown
 * @property {"scores" | "weights" | "output"} upTo how far the computation has come
 * @property {number} [faults] so many are listed
 * @property {number} [framed] the one that is framed
 * @property {Look} [before] whose output is shown, too
 * @property {boolean} [edit] whether menus need room
 */

/** @param {Played} played */
const roleOf = ({ role, way }) => (way === "x" ? "x" : role);

/**
 * The sizes of all cells. On a phone the slots that no role has are left out, and rows are higher
 * while nothing stands below them.
 * @param {Room} room
 * @param {Look} look
 * @param {boolean} hasOutput
 */
function sizesOf({ W, wide }, { query, key }, hasOutput) {
  const f = Math.min(1, W / 912);
  if (wide) {
    return {
      found: { w: Math.floor(35 * f), h: 34, gap: 3 },
      given: { w: Math.floor(38 * f), h: 34, gap: 3, signs: false },
      score: Math.floor(50 * f),
      weight: Math.floor(90 * f),
    };
  }
  const used = [...query.at, ...key.at];
  const signs = used.includes(SIGN);
  const until = used.some((slot) => slot > SIGN) ? SLOTS.length : SIGN + 1;
  const n = until - (signs ? 0 : 1);
  const free = W - (hasOutput ? 88 : 116);
  return {
    found: {
      w: Math.min(36, Math.floor(free / n) - 3),
      h: hasOutput ? 30 : 44,
      gap: 3,
      signs,
      until,
    },
    given: { w: Math.min(36, Math.floor((W - 98) / 6) - 3), h: 29, gap: 3, signs: false },
    score: hasOutput ? 30 : 24,
    weight: hasOutput ? 50 : 34,
  };
}

/**
 * All parts of the picture, for a wide room or a narrow one to lay out.
 * @param {Room} room
 * @param {Look} look
 * @param {Shown} shown
 */
function partsOf(room, look, { upTo, before }) {
  const { query, key, value } = look;
  const [hasWeights, hasOutput] = [upTo !== "scores", upTo === "output"];
  const sizes = sizesOf(room, look, hasOutput);
  const title = (/** @type {string} */ of, /** @type {Played} */ played) =>
    label(`title.${played.role}`, `${of}: ${roleOf(played)}`, {
      strong: true,
      size: 13,
      role: roleOf(played),
    });
  const outputOf = (/** @type {string} */ name, /** @type {Look} */ of) =>
    slotted(name, roleOf(of.value), of.output, of.value.at, {
      ...sizes.given,
      looks: { digits: 2, size: room.wide ? 14 : 12 },
    });
  const given = (/** @type {() => Piece} */ piece) => (hasOutput ? piece() : null);
  return {
    asks: title("asks", query),
    found: title("found by", key),
    gives: given(() => title("gives", value)),
    foundNames: slotNames("kn", [...query.at, ...key.at], sizes.found),
    givenNames: given(() => slotNames("vn", value.at, sizes.given)),
    // where it is x, another thing: the query comes out of x
    query: slotted(
      query.way === "x" ? "ask" : "q3",
      roleOf(query),
      query.rows[QUESTION],
      query.at,
      sizes.found,
    )
      .with({ z: 3 }).from((i) => `x3.${query.at[i]}`),
    keys: FOUR.map((s) =>
      slotted(`k${s}`, roleOf(key), key.rows[s], key.at, sizes.found)
        .from((i) => `x${s}.${key.at[i]}`).late(s * 70)
    ),
    scores: FOUR.map((s) =>
      cell(`s${s}`, "score", look.scores[QUESTION][s], {
        w: sizes.score,
        h: sizes.found.h,
        size: room.wide ? 15 : 14,
        most: 5,
      }).from(`k${s}.1`).late(1000 + s * 130)
    ),
    weights: FOUR.map((s) =>
      hasWeights
        ? column([
          figure(`w${s}`, look.w[s], { digits: 2, size: room.wide ? 15 : 13 }),
          lying(`b${s}`, look.w[s], { w: sizes.weight, h: 7 }),
        ], { gap: 2, align: "start" }).named(`weight${s}`).late(s * 90)
        : space(sizes.weight)
    ),
    values: FOUR.map((s) =>
      given(() =>
        slotted(`v${s}`, roleOf(value), value.rows[s], value.at, sizes.given)
          .from((i) => `k${s}.${value.at[i]}`).late(s * 70)
      )
    ),
    output: given(() => outputOf("o", look).with({ look: "result" }).late(500)),
    before: before ? outputOf("before", before) : null,
    givenWidth: 6 * sizes.given.w + 6 * sizes.given.gap,
    weightWidth: sizes.weight,
  };
}

/**
 * The faults, each as it is now.
 * @param {Look} look
 * @param {number} n how many
 */
function faults(look, n) {
  const { w, there, back, findsItself, isMutual, holdsAnimals } = look;
  const two = (/** @type {number} */ value) => value.toFixed(2);
  /** @type {[is: boolean, there: string, gone: string][]} */
  const all = [
    [
      findsItself,
      `finds itself as well: ${two(w[QUESTION])}, ${two(w[RECORD])}`,
      `finds the record: ${two(w[RECORD])}, itself ${two(w[QUESTION])}`,
    ],
    [isMutual, `mutual: ${there} there, ${back} back`, `not mutual: ${there} there, ${back} back`],
    [holdsAnimals, "the output holds animals", "the output holds things alone"],
  ];
  return column(
    all.slice(0, n).map(([is, bad, good], i) =>
      label(`fault${i}`, `${is ? "✗" : "✓"} ${i + 1}  ${is ? bad : good}`, {
        size: 13,
        strong: is,
      })
    ),
    { gap: 2, align: "start" },
  );
}

/**
 * Frames: around what query and key share, while they meet; around the fault that is spoken of.
 * @param {Look} look
 * @param {Shown} shown
 * @returns {(at: (name: string) => Box) => Sketch[]}
 */
const frames = (look, { upTo, framed }) => (at) => {
  if (upTo === "scores") {
    const q = look.query.all[QUESTION];
    return look.key.all.flatMap((k, s) =>
      k.flatMap((n, slot) =>
        n * q[slot]
          ? [around(`hit${s}.${slot}`, [at(`k${s}.${slot}`)], { room: 1, r: 5, delay: 750 })]
          : []
      )
    );
  }
  if (framed === 1) {
    return [RECORD, QUESTION].map((s) => around(`fault.w${s}`, [at(`weight${s}`)], { room: 4 }));
  }
  if (framed === 3) {
    return [around("fault.o", [0, 1, 2].map((slot) => at(`o.${slot}`)), { room: 3 })];
  }
  return [];
};

/**
 * @param {Room} room
 * @param {Look} look
 * @param {Shown} shown
 */
export function drawLook(room, look, shown) {
  const parts = partsOf(room, look, shown);
  const list = shown.faults ? faults(look, shown.faults) : space(0);
  const whole = room.wide ? wide(room, parts, list) : narrow(room, parts, list);
  const H = room.H - (shown.edit && room.wide ? MENUS : 0);
  return picture({ W: room.W, H }, over(whole, frames(look, shown)));
}

const strongNote = (/** @type {string} */ key, /** @type {string} */ text) =>
  label(key, text, { size: 13, strong: true });

/**
 * @param {Room} room
 * @param {ReturnType<typeof partsOf>} parts
 * @param {Piece} list
 */
function wide(room, parts, list) {
  const g = Math.floor(room.W / 50);
  const first = token(0, room).w;
  const rows = [
    [
      null,
      parts.found,
      strongNote("n.score", "score"),
      strongNote("n.weight", "weight"),
      parts.gives,
    ],
    [null, parts.foundNames, null, null, parts.givenNames],
    [parts.asks, parts.query, null, null, null],
    ...FOUR.map((s) => [
      token(s, room),
      parts.keys[s],
      parts.scores[s],
      parts.weights[s],
      parts.values[s] ?? space(parts.givenWidth),
    ]),
  ];
  const left = first + g + parts.query.w + g + parts.scores[0].w;
  const names = column([
    parts.before ? within(note("n.before", "with x alone"), { h: 34 }) : null,
    parts.output ? within(strongNote("n.output", "output"), { h: 34 }) : null,
  ], { gap: 6 });
  const outputs = column([parts.before, parts.output], { gap: 6 });
  const foot = row([
    within(list, { w: left, align: "start" }),
    within(names, { w: parts.weightWidth }),
    within(outputs, { w: parts.givenWidth }),
  ], { gap: g, align: "start" });
  return column([table(rows, { gap: g, gapY: 7 }), foot], { gap: 10, align: "start" });
}

/**
 * @param {Room} room
 * @param {ReturnType<typeof partsOf>} parts
 * @param {Piece} list
 */
function narrow(room, parts, list) {
  const { output, query, scores } = parts;
  const high = output ? undefined : 40;
  const of = (/** @type {number} */ s) => token(s, room, high);
  const end = /** @type {const} */ ("end");
  const titled = (/** @type {Piece} */ title, w = 0) => within(title, { w, align: end });
  const weight = output ? null : titled(strongNote("n.weight", "weight"), parts.weightWidth);
  const top = table([
    [null, parts.found, titled(strongNote("n.score", "score"), scores[0].w)],
    [null, parts.foundNames, null, weight],
    [label("n.asks", "asks", { size: 12, strong: true }), query],
    [null, rule("line.asks", query.w), rule("line.score", scores[0].w)], // below it, who is asked
    ...FOUR.map((s) => [of(s), parts.keys[s], scores[s], output ? null : parts.weights[s]]),
  ], { gap: output ? 5 : 4, gapY: output ? 2 : 6 });
  const again = (/** @type {number} */ s) =>
    note(`again${s}`, TOKENS[s].replace(" ", "\n"), { size: 12 });
  const gives = parts.gives ?? space(parts.givenWidth);
  const below = !output ? null : table([
    [null, strongNote("n.weight", "weight"), gives],
    [null, null, parts.givenNames],
    ...FOUR.map((s) => [again(s), parts.weights[s], parts.values[s]]),
    ...(parts.before ? [[null, note("n.before", "x alone"), parts.before]] : []),
    [null, strongNote("n.output", "output"), output],
  ], { gap: 5, gapY: 3 });
  return column([top, below, list], { gap: 8 });
}
