// Characters, code points, bytes, tokens and ids, each above the bytes that it covers.

import { ribbon } from "../../moving/arrows.js";
import { column, over, picture, row, space, table, within } from "../../moving/layout.js";
import { cell, chip, label, note } from "../../moving/pieces.js";
import { keptAt, LISTED, LOST, READ, seen } from "./facts.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Room } from "../../moving/types.js" */
/** @import { Facts, Span } from "./facts.js" */

const HEADS = 170; // how wide the names of the rows are, where they stand beside them
/** What stands in each scene, from the top. @type {Record<string, string[]>} */
const ROWS = {
  "Text": ["characters", "ids"],
  "Letters": ["characters", "listed"],
  "Unicode": ["characters", "codes"],
  "Bytes": ["characters", "codes", "bytes"],
  "Tokens": ["characters", "bytes", "tokens"],
  "Token ids": ["characters", "bytes", "tokens", "ids"],
  "Back": ["ids", "tokens", "out"],
  "Cut short": ["ids", "tokens", "out"],
  "Your turn": ["characters", "tokens", "ids", "out"],
};
/** @type {Record<string, string>} */
const NAMES = {
  characters: "characters",
  listed: "number on the list",
  codes: "Unicode code points",
  bytes: "UTF-8 bytes (hex)",
  tokens: "GPT-2's tokens",
  ids: "token ids",
  out: "decoded",
};

/**
 * How wide a byte is, the gap after it, and how high a row.
 * @param {Facts} m
 * @param {Room} room
 */
function unitsIn(m, { W, wide }) {
  const n = m.bytes.length;
  const [least, most, g, free] = wide ? [40, 62, 6, W - HEADS - 40] : [24, 44, 3, W];
  const u = Math.floor((free + g) / n) - g; // seen from near, numbers would run together
  return { u: Math.max(least, Math.min(most, u)), g, h: wide ? 36 : 30 };
}

/** @typedef {ReturnType<typeof unitsIn>} Units */

/** @param {Span} span @param {Units} units */
const wideAs = ({ start, end }, { u, g }) => (end - start) * u + (end - start - 1) * g;

/**
 * Pieces in a row, each as wide as the bytes that it covers.
 * @template {Span} T
 * @param {T[]} spans
 * @param {Units} units
 * @param {(span: T, i: number, w: number) => Piece} draw
 */
const strip = (spans, units, draw) =>
  row(
    spans.map((span, i) => {
      const w = wideAs(span, units);
      return within(draw(span, i, w), { w, h: units.h });
    }),
    { gap: units.g },
  );

/**
 * One row of the picture.
 * @param {Facts} m
 * @param {string} name
 * @param {Units} units
 * @param {number} kept
 */
function rowOf(m, name, units, kept) {
  const { h } = units;
  const small = units.u < 40;
  const size = small ? 14 : 17;
  const spans = m.bytes.map((text, start) => ({ text, start, end: start + 1 }));
  const home = (/** @type {number} */ byte) =>
    m.characters.findIndex(({ start, end }) => start <= byte && byte < end);
  /** @type {Record<string, () => Piece>} */
  const drawn = {
    characters: () =>
      strip(
        m.characters,
        units,
        ({ text }, i, w) => chip(`c${i}`, seen(text), { w, h, size, pad: 0 }),
      ),
    listed: () =>
      strip(
        m.characters,
        units,
        ({ listed }, i, w) =>
          listed < 0
            ? chip(`l${i}`, w < 56 ? "✗" : "✗ none", {
              w,
              h,
              size: small ? 12 : 14,
              pad: 0,
              look: "wrong",
            })
            : label(`l${i}`, String(listed), { size, mono: true }).from(`c${i}`),
      ),
    codes: () =>
      strip(
        m.characters,
        units,
        ({ code }, i) =>
          label(`u${i}`, String(code), { size: small ? 12 : 15, mono: true }).from(`c${i}`),
      ),
    bytes: () =>
      strip(spans, units, ({ text, start }, i, w) => {
        const { end: stop, start: from } = m.characters[home(start)];
        return cell(`b${i}`, "amount", stop - from > 1 ? 1 : 0.2, { w, h, most: 1 })
          .with({ text, value: undefined, size: small ? 12 : 15 }).from(`c${home(start)}`);
      }),
    tokens: () =>
      strip(
        m.tokens,
        units,
        ({ hex, start, end }, i, w) =>
          chip(`t${i}`, insideOf(m, { start, end }, hex), {
            w,
            h,
            size: tokenSize(m, { start, end }, hex, w, size),
            pad: 0,
          }).from(`b${start}`).faint(i >= kept),
      ),
    ids: () =>
      strip(
        m.tokens,
        units,
        ({ id }, i) =>
          label(`i${i}`, String(id), { size: small ? 12 : 16, mono: true, strong: i < kept })
            .from(`t${i}`).faint(i >= kept),
      ),
    out: () =>
      strip(m.decoded(kept), units, ({ text, start }, i, w) => {
        const looks = text === LOST ? { look: "wrong" } : { look: "result" };
        return chip(`o${i}`, seen(text), { w, h, size, pad: 0, ...looks })
          .from(`t${m.tokens.findIndex((token) => token.start <= start && start < token.end)}`);
      }),
  };
  const all = wideAs({ start: 0, end: m.bytes.length }, units);
  return within(drawn[name](), { w: all, align: "start" }).named(name);
}

/**
 * What is written in a token: its characters if they are whole, else its bytes.
 * @param {Facts} m
 * @param {Span} span
 * @param {string} hex
 */
function insideOf(m, { start, end }, hex) {
  const whole = m.characters.filter((c) => c.start >= start && c.end <= end);
  const isWhole = whole[0]?.start === start && whole[whole.length - 1].end === end;
  return isWhole ? seen(whole.map(({ text }) => text).join("")) : hex;
}

/**
 * The size of its type: bytes may need a smaller one.
 * @param {Facts} m
 * @param {Span} span
 * @param {string} hex
 * @param {number} w
 * @param {number} size
 */
const tokenSize = (m, span, hex, w, size) =>
  insideOf(m, span, hex) === hex ? Math.max(12, Math.min(size, w / hex.length / 0.64)) : size;

/**
 * The list of characters that was made from a text.
 * @param {Room} room
 * @param {Units} units
 */
function listOf(room, units) {
  const w = room.wide ? 44 : 34;
  const chips = LISTED.map((character, i) =>
    column([
      chip(`v${i}`, seen(character), { w, h: units.h, size: room.wide ? 17 : 14, pad: 0 }),
      note(`vn${i}`, String(i), { look: "mono", size: 14 }),
    ], { gap: 2 })
  );
  const head = note("v.head", `The list, made from the text “${READ}”:`, { size: 14 });
  const list = column([head, row(chips, { gap: room.wide ? 6 : 3 })], { gap: 8, align: "start" });
  return room.wide ? row([space(HEADS), list], { gap: 20 }) : list;
}

/**
 * @param {Facts} m
 * @param {Room} room
 * @param {string} scene
 * @param {number} k
 */
export function drawTrip(m, room, scene, k) {
  const units = unitsIn(m, room);
  const kept = keptAt(m, scene, k);
  const rows = ROWS[scene];
  const heads = rows.map((name) =>
    label(`head.${name}`, scene === "Text" && name === "ids" ? "what GPT-2 gets" : NAMES[name], {
      size: room.wide ? 15 : 13,
      role: "muted",
    })
  );
  const strips = rows.map((name) => rowOf(m, name, units, kept));
  const body = room.wide
    ? table(rows.map((_, i) => [heads[i], strips[i]]), {
      columns: [HEADS, strips[0].w],
      gap: 20,
      gapY: scene === "Your turn" ? 14 : 24,
      align: ["end", "start"],
    })
    : column(
      rows.map((_, i) => column([heads[i], strips[i]], { gap: 2, align: "start" })),
      { gap: 10, align: "start" },
    );
  const linked = room.wide ? over(body, (at) => linksOf(m, rows, at)) : body;
  const list = scene === "Letters" ? listOf(room, units) : null;
  const whole = column([linked, list && space(0, 2), list], { gap: 14, align: "start" });
  return picture(room, whole, { alignY: "start" });
}

/**
 * Lines from each character to its bytes, where both are shown.
 * @param {Facts} m
 * @param {string[]} rows
 * @param {(name: string) => import("../../moving/types.js").Box} at
 */
function linksOf(m, rows, at) {
  const above = rows[rows.indexOf("bytes") - 1];
  if (!above) return [];
  const name = above === "codes" ? "u" : "c";
  return m.characters.flatMap(({ start, end }, i) =>
    Array.from(
      { length: end - start },
      (_, j) => ribbon(`link${start + j}`, at(`${name}${i}`), at(`b${start + j}`), { delay: 200 }),
    )
  );
}
