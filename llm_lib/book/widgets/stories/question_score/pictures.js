// The prompt on top; below it the answers as tokens, log p under each, and sums and values beside.

import { column, picture, row, space, table, within } from "../../moving/layout.js";
import { chip, figure, label, note } from "../../moving/pieces.js";
import { scored } from "./facts.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Room } from "../../moving/types.js" */
/** @import { Facts, Item, Rule, Scored } from "./facts.js" */
/**
 * @typedef {object} Now
 * @property {number} [read] of how many tokens log p is known
 * @property {boolean} [summed]
 * @property {Rule} [rule] the one that decides
 */

const MENUS = 74; // the height of the menus, where they lie over the picture

/**
 * A text in lines no longer than there is room for.
 * @param {string} text
 * @param {Room} room
 * @param {number} [most] characters in a line
 */
function inLines(text, { wide }, most = wide ? 60 : 30) {
  return text.split("\n").flatMap((line) => {
    /** @type {string[]} */
    const lines = [];
    for (const word of line.split(" ")) {
      const last = lines.at(-1);
      if (last !== undefined && last.length + word.length < most) {
        lines.push(`${lines.pop()} ${word}`);
      } else lines.push(word);
    }
    return lines;
  }).join("\n");
}

/** @param {Item} item @param {Room} room */
const prompt = ({ question }, room) =>
  chip("prompt", inLines(`Question: ${question}\nAnswer:`, room), {
    size: room.wide ? 15 : 13,
    pad: 24,
  });

/** The prompt alone, large. @param {Facts} m @param {Room} room */
export function drawQuestion({ first }, room) {
  const words = inLines(`Question: ${first.question}\nAnswer:`, room, room.wide ? 40 : 18);
  return picture(room, chip("prompt", words, { size: room.wide ? 24 : 22, pad: 48 }));
}

/**
 * An answer as its tokens; below each its log p, as far as it is known.
 * @param {Item} item
 * @param {number} k
 * @param {Room} room
 * @param {{ read: number, look?: string }} now
 */
function tokensOf(item, k, room, { read, look = "" }) {
  const size = room.wide ? 15 : 13;
  const pieces = item.tokens[k].map((token, j) => {
    const box = chip(`t${k}.${j}`, token.trim(), {
      size,
      pad: room.wide ? 16 : 8,
      w: room.wide ? 52 : 44,
      h: room.wide ? 30 : 26,
      look,
    });
    const p = figure(`p${k}.${j}`, item.log_probs[k][j], { digits: 2, size: 13, strong: false })
      .late(120 * k);
    return column([box, j < read ? p : space(1, 16)], { gap: 1 });
  });
  return row(pieces, { gap: 4, align: "start" });
}

/** @param {Facts} m @param {Room} room */
export function drawAnswers(m, room) {
  const rows = m.first.choices.map((_, k) => [tokensOf(m.first, k, room, { read: 0 })]);
  const whole = [prompt(m.first, room), table(rows, { gapY: 4, align: ["start"] })];
  return picture(room, column(whole, { gap: room.wide ? 18 : 12 }));
}

/** @type {Record<Rule, string>} */
const DIVIDED = { acc: "", acc_per_token: "tokens", acc_norm: "characters" };

/**
 * Sums and values, and which of the answers wins.
 * @param {Scored} m
 * @param {Room} room
 * @param {Now} now
 * @returns {Piece}
 */
function scores({ item, sums, lengths, values, best }, room, { read = 9, summed = false, rule }) {
  const size = room.wide ? 15 : 13;
  const divides = rule && rule !== "acc";
  const heads = [
    note("h.answer", "log p of each token"),
    summed ? note("h.sum", "sum") : null,
    divides && room.wide ? note("h.by", DIVIDED[rule]) : null,
    divides
      ? note("h.value", room.wide ? "divided" : `÷ ${DIVIDED[rule].replace("characters", "chars")}`)
      : null,
    rule && room.wide ? space(60) : null,
  ];
  const rows = item.choices.map((_, k) => {
    const wins = rule && k === best;
    const isRight = k === item.answer;
    const words = wins ? (isRight ? "wins ✓" : "wins ✗") : isRight && rule ? "right" : "";
    const sum = figure(`s${k}`, sums[k], { digits: 2, size, strong: Boolean(wins) && !divides });
    return [
      tokensOf(item, k, room, { read, look: wins ? "answer" : "" }),
      summed ? sum.late(100 * k) : null,
      divides && room.wide ? label(`by${k}`, `÷ ${lengths[k]}`, { size }) : null,
      divides
        ? figure(`v${k}`, values[k], { digits: 2, size, strong: Boolean(wins) }).from(`s${k}`)
        : null,
      rule && room.wide
        ? within(label(`w${k}`, words || " ", { size: 14, strong: Boolean(wins) }), {
          w: 60,
          align: "start",
        })
        : null,
    ];
  });
  const shown = [heads, ...rows].map((cells) => cells.filter((cell) => cell !== null));
  return table(shown, {
    gap: room.wide ? 22 : 10,
    gapY: room.wide ? 4 : 3,
    align: ["start", "end", "end", "end", "start"],
  });
}

/** @param {Facts} m @param {Room} room @param {Now} now */
export function drawScores(m, room, now) {
  const whole = [prompt(m.first, room), scores(m.by[now.rule ?? "acc"], room, now)];
  return picture(room, column(whole, { gap: room.wide ? 14 : 10 }));
}

/** @param {Facts} m @param {Room} room */
export function drawYours(m, room) {
  const { item } = m.yours;
  const free = { W: room.W, H: room.H - MENUS };
  const now = { summed: true, rule: m.rule };
  return picture(free, scores(scored(item, m.rule), room, now));
}
