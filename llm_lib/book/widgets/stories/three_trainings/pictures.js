// The road of the model above; below it what it learns from, or what it makes of the question.

import { column, layers, picture, Piece, row, space, table, within } from "../../moving/layout.js";
import { chip, label, lying, note } from "../../moving/pieces.js";
import { percent } from "../../shared/words.js";
import { PAIR, questionOf, WORD } from "./facts.js";

/** @import { Room, Sketch } from "../../moving/types.js" */
/** @import { Bar, Facts, Tokens } from "./facts.js" */
/** @typedef {ReturnType<Facts["of"]>} Answered */

const MODELS = ["random numbers", "base model", "tuned model", "preference-tuned"];
const MODELS_SHORT = ["random", "base", "tuned", "preferred"];
const TRAININGS = ["pretraining", "fine-tuning", "preference tuning"];
const TRAININGS_SHORT = ["pretraining", "fine-tuning", "preference"];
const HUES = ["x", "word1", "word2", "word0"]; // of the models
const LONG = 850; // a picture so wide has room for long names
const HEADING = { size: 14 }; // of what stands over bars and box
const BETWEEN = 48; // the columns of a wide picture
const MENUS = 62; // the height of the menus, which lie over the picture where it is wide

/** @param {string} stage */
const placeOf = (stage) => stage === "random" ? 0 : stage === "base" ? 1 : stage[0] === "t" ? 2 : 3;

/**
 * The four models from edge to edge, and over each arrow its training; now is a model, or half-way
 * between two.
 * @param {Room} room
 * @param {number} now
 */
function road({ wide, W }, now) {
  const long = W > LONG;
  const size = long ? 15 : wide ? 13 : 12;
  const models = (long ? MODELS : MODELS_SHORT).map((name, i) =>
    chip(`model${i}`, name, {
      size,
      h: wide ? 42 : 32,
      w: 54, // room for a name on each side
      pad: wide ? 22 : 14,
      role: HUES[i],
      level: i === now ? 1 : 0.14,
      look: i === now ? "inverse" : i > now ? "empty mono" : "mono",
    }).faint(i !== now)
  );
  const looksOf = (/** @type {number} */ i, /** @type {number} */ of) => {
    const on = now === i - 0.5;
    return { size: of, strong: on && wide, role: on ? "query" : "muted" };
  };
  const names = (wide ? TRAININGS : TRAININGS_SHORT).map((name, i) =>
    label(`train${i + 1}`, name, looksOf(i + 1, long ? 14 : 12))
  );
  const lengths = [...models, ...names].map(({ w }) => w);
  const spare = (W - lengths.reduce((sum, w) => sum + w, 0)) / TRAININGS.length;
  const gaps = names.map(({ w }) => w + spare); // each name has as much room on its sides
  const widths = models.flatMap(({ w }, i) => i ? [gaps[i - 1], w] : [w]);
  const { h } = models[0];
  const way = (/** @type {number} */ i) =>
    arrow(`arrow${i}`, { w: gaps[i - 1], h }, long ? names[i - 1] : null, looksOf(i, 0).role);
  const boxes = models.flatMap((model, i) => i ? [way(i), model] : [model]);
  const above = names.flatMap((name) => [null, name]);
  return table(long ? [boxes] : [above, boxes], { columns: widths, gap: 0, gapY: 3 });
}

/**
 * An arrow from one box to the next, its name on it where there is room.
 * @param {string} key
 * @param {{ w: number, h: number }} size of the room between both
 * @param {Piece | null} name
 * @param {string} role
 */
const arrow = (key, { w, h }, name, role) => {
  const looks = { role: role === "muted" ? "arrow" : role, thick: 1.5, z: -1 };
  return new Piece(w, h, (x, y, boxes) => [
    { ...looks, key: `${key}.line`, x: x + 3, y: y + h / 2 - 0.5, w: w - 16, h: 1, r: 0, level: 1 },
    { ...looks, key, kind: "link", way: "ray", turn: 0, x: x + w - 17, y: y + h / 2, reach: 13 },
    ...(name?.put(x + (w - name.w) / 2, y + h / 2 - 7 - name.h, boxes) ?? []),
  ]);
};

/**
 * @param {Room} room
 * @param {number} now
 * @param {Piece} below
 * @param {number} [foot] room for the menus
 * @returns {Sketch[]}
 */
function withRoad(room, now, below, foot = 0) {
  const top = road(room, now);
  const gap = room.wide ? 14 : 10;
  const rest = within(below, { w: room.W, h: room.H - top.h - gap - foot });
  return picture(room, column([top, rest], { gap }), { alignY: "start" });
}

/**
 * Text in lines of at most so many characters.
 * @param {string} text
 * @param {number} most
 */
function inLines(text, most) {
  return text.split("\n").flatMap((part) => {
    /** @type {string[]} */
    const lines = [""];
    for (const word of part.split(" ")) {
      const longer = `${lines.at(-1)} ${word}`.trim();
      if (longer.length > most && lines.at(-1)) lines.push(word);
      else lines[lines.length - 1] = longer;
    }
    return lines;
  });
}

/** What can't be drawn is left out: an untrained model writes bytes that are no characters. */
const clean = (/** @type {string} */ text) =>
  Array.from(text).filter((c) => c === "\n" || (c >= " " && c !== "\ufffd")).join("");

/** @param {Room} room @param {string} word @param {boolean} [open] whether the answer is missing */
function asking(room, word, open = false) {
  const size = room.wide ? (open ? 21 : 16) : 13;
  const h = room.wide ? (open ? 50 : 36) : 30;
  const looks = { size, h, pad: room.wide ? size + 2 : 7 };
  const question = chip("question", `User: ${questionOf(word)}`, looks);
  const bot = chip("bot", "Bot:", looks);
  const next = open ? chip("next", "?", { ...looks, look: "empty", w: 2 * size + 8 }) : null;
  return row([question, bot, next], { gap: room.wide ? 8 : 4 });
}

/** @param {Facts} _m @param {Room} room */
export function drawQuestion(_m, room) {
  const never = note("never", "In all its stories, nobody asks this.", {
    size: room.wide ? 17 : 13,
  });
  return withRoad(room, 0, column([asking(room, WORD, true), never], { gap: 24 }));
}

/**
 * One of two columns where the picture is wide, and all of it where it is not.
 * @param {Room} room
 */
const halfOf = ({ wide, W }) => wide ? (W - BETWEEN) / 2 : W;

/**
 * Bars with a name before and a number behind each.
 * @param {string} key
 * @param {Bar[]} bars
 * @param {Room} room
 * @param {number} first the width of the names
 */
function list(key, bars, room, first) {
  const { wide } = room;
  const size = wide ? 15 : 13;
  const w = halfOf(room) - first - 84;
  const most = Math.max(...bars.map(({ p }) => p));
  const rows = bars.map(({ name, p, words, i }) => [
    label(`${key}n${i}`, name, { size, mono: !words, strong: p === most && !words }),
    lying(`${key}b${i}`, p, { w, h: wide ? 18 : 15 }),
    label(`${key}p${i}`, percent(p), { size }),
  ]);
  const columns = [first, w, 64];
  return table(rows, { columns, gap: 10, gapY: wide ? 6 : 4, align: ["start", "start", "end"] });
}

/**
 * @param {Room} room
 * @param {Answered} a
 * @param {number} tall at least so tall is the box
 */
function writing(room, { says, stage, fits }, tall) {
  const answers = placeOf(stage) > 1;
  const [size, most] = room.wide ? [17, 4] : [13, 4];
  const w = halfOf(room);
  const all = inLines(clean(says), Math.floor((w - 32) / (0.61 * size)));
  const lines = all.length > most ? [...all.slice(0, most - 1), `${all[most - 1]} …`] : all;
  const words = label("writes", lines.join("\n"), { size, mono: true, anchor: "start", z: 7 });
  const h = Math.max(tall, words.h + 16);
  const look = answers ? (fits ? "answer" : "wrong") : "";
  const inside = within(words, { w: w - 32, align: "start" });
  const box = layers([chip("writes.box", "", { w, h, look }), inside]);
  const name = answers && !fits ? "it writes, and is wrong" : "it writes";
  return column([note("writes.name", name, HEADING), box], { gap: 6, align: "start" });
}

/**
 * The bars of an answer, and what is written.
 * @param {Room} room
 * @param {Answered} a
 * @param {Piece} bars
 * @param {string} head
 */
function bothOf(room, a, bars, head) {
  const left = column([note("head", head, HEADING), bars], { gap: 6, align: "start" });
  return room.wide
    ? row([left, writing(room, a, bars.h)], { gap: BETWEEN, align: "start" })
    : column([left, writing(room, a, 82)], { gap: 8 });
}

/**
 * The question, the bars of the answer, and what is written.
 * @param {Room} room
 * @param {Answered} a
 * @param {Piece} bars
 * @param {string} head
 */
function answered(room, a, bars, head) {
  const both = bothOf(room, a, bars, head);
  return column([asking(room, a.word), both], { gap: room.wide ? 14 : 8, align: "start" });
}

/** @param {Facts} m @param {Room} room @param {string} stage */
export function drawFirsts(m, room, stage) {
  const a = m.of(stage, WORD);
  const bars = list("f", a.firsts, room, room.wide ? 100 : 88);
  return withRoad(room, placeOf(stage), answered(room, a, bars, "the next token"));
}

/** @param {Facts} m @param {Room} room @param {string} stage */
export function drawWholes(m, room, stage) {
  const a = m.of(stage, WORD);
  const bars = list("w", a.wholes, room, room.wide ? 132 : 122);
  return withRoad(room, placeOf(stage), answered(room, a, bars, "the whole answer"));
}

/** @param {Facts} m @param {Room} room */
export function drawTurn(m, room) {
  const { wide, W } = room;
  const a = m.yours;
  const bars = list("f", a.firsts, room, room.wide ? 100 : 88);
  const head = W > LONG ? `the next token after “${questionOf(a.word)} Bot:”` : "the next token";
  const whole = wide ? bothOf(room, a, bars, head) : answered(room, a, bars, head);
  return withRoad(room, placeOf(a.stage), whole, wide ? MENUS : 0);
}

/**
 * Tokens in lines; those whose loss counts have a frame.
 * @param {Room} room
 * @param {Tokens} tokens
 */
function counted(room, tokens) {
  const looks = room.wide ? { size: 19, h: 46, pad: 18 } : { size: 14, h: 36, pad: 13 };
  /** @type {Piece[][]} */
  const lines = [[]];
  let length = 0;
  tokens.forEach(([token, counts], i) => {
    const text = token.includes("\n") ? "↵" : token.startsWith("<|") ? "end" : token.trim();
    const box = chip(`t${i}`, text, { ...looks, look: counts ? "answer" : "" }).faint(!counts)
      .late(i * 40);
    if (length + box.w > room.W - 8) {
      lines.push([]);
      length = 0;
    }
    lines[lines.length - 1].push(box);
    length += box.w + 5;
  });
  return column(lines.map((line) => row(line, { gap: 5 })), { gap: 8, align: "start" });
}

/** @param {Room} room @param {string} what @param {Tokens} tokens @param {string} key */
function lesson(room, what, tokens, key) {
  const n = tokens.filter(([, counts]) => counts).length;
  const foot = row([
    chip("sample", " ", { w: 26, h: 20, look: "answer" }),
    label("legend", `counts for the loss: ${n} of ${tokens.length} tokens`, {
      size: room.wide ? 16 : 14,
    }),
  ], { gap: 6 });
  const head = label(key, what, { size: room.wide ? 17 : 13, strong: true });
  return column([head, counted(room, tokens), foot], { gap: room.wide ? 24 : 18 });
}

/** @param {Facts} m @param {Room} room */
export const drawText = (m, room) =>
  withRoad(room, 0.5, lesson(room, "text, and nothing else", m.texts.plain, "plain"));

/** @param {Facts} m @param {Room} room */
export const drawExamples = (m, room) =>
  withRoad(room, 1.5, lesson(room, "30 questions with answers", m.texts.example, "example"));

/** @param {Facts} _m @param {Room} room */
export function drawPairs(_m, room) {
  const size = room.wide ? 17 : 13;
  const looks = { size, h: room.wide ? 42 : 36, pad: 20 };
  const words = { size: room.wide ? 16 : 12 };
  const lines = [
    [
      chip("better", PAIR[0], { ...looks, look: "answer" }),
      label("up", "liked better: should gain", words),
    ],
    [
      chip("worse", PAIR[1], looks),
      label("down", "liked less: should fall behind", words),
    ],
  ];
  const head = label("pair", "both are right, and one is liked better", {
    size: room.wide ? 17 : 12,
    strong: true,
  });
  const question = chip("question", `User: ${questionOf("hen")}  Bot:`, looks);
  const both = table(lines, { gap: 14, gapY: 12, align: ["end", "start"] });
  return withRoad(room, 2.5, column([head, question, both, space(0, 4)], { gap: 20 }));
}
