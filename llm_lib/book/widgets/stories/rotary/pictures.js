// The plane with both arrows, and their numbers beside it.

import { column, picture, row, space, table, within } from "../../moving/layout.js";
import { onCircle } from "../../moving/motion.js";
import { cell, disc, figure, label, note, spin, vector } from "../../moving/pieces.js";
import { degrees } from "./facts.js";

/** @import { Room, Sketch, Spin } from "../../moving/types.js" */
/** @import { Facts, Pose } from "./facts.js" */
/** @typedef {Pose & { name: string }} Shown */
/** @typedef {"query" | "key"} Role */

const REACH = 1.65; // of the plane, or more where an arrow is long
const AIR = 1.35; // of a long arrow
const MENU = 62; // the height of the menu, where it lies over the picture
const VALUE = [0.9, 0.6]; // what the key's token hands over
const NUMBER = { min: -2, max: 2, step: 0.1 };
const PLACE = { min: 0, max: 60, step: 1 };

/** @param {Role} role */
const letter = (role) => role === "query" ? "q" : "k";

/**
 * What can be changed of a position.
 * @param {Role} role
 * @returns {Spin}
 */
const placeSpin = (role) => ({
  ...spin("places", [0, role === "query" ? 0 : 1], `position of the ${role}`),
  ...PLACE,
});

/**
 * An arrow, where it was before it was turned, and the handle at its tip, with its position.
 * @param {Shown} pose
 * @param {Role} role
 * @param {(v: number[]) => { x: number, y: number, turn: number, reach: number }} to
 * @returns {Sketch[]}
 */
function arrow(pose, role, to) {
  const { at, vector: before, from, by } = pose[role];
  const start = to(before);
  const ray = { kind: /** @type {const} */ ("link"), way: /** @type {const} */ ("ray"), ...start };
  const handle = {
    around: { x: start.x, y: start.y },
    turn: from + by,
    reach: start.reach + 14,
    w: 26,
    h: 26,
  };
  const circle = { x: start.x, y: start.y, from, by: pose.angle };
  return [
    { key: `ghost.${role}`, role: "muted", ...ray, turn: from, thick: 1, opacity: by ? 0.7 : 0 },
    { key: `ray.${role}`, role, ...ray, turn: from + by, thick: 4, z: 1 },
    {
      key: `tip.${role}`,
      role,
      look: "handle",
      r: role === "query" ? 13 : 3,
      size: 13,
      z: 3,
      value: at,
      ...handle,
      ...onCircle(handle),
      ...(pose.name === "Your turn" ? { spin: { ...placeSpin(role), circle } } : {}),
    },
  ];
}

/**
 * Both arrows, and the angle between them.
 * @param {Shown} pose
 * @param {number} size
 */
function plane(pose, size) {
  const [q, k] = [pose.query, pose.key];
  const reach = Math.max(REACH, AIR * Math.max(q.length, k.length));
  return disc("plane", size, reach, (to) => {
    const end = k.from + k.by;
    const between = q.from + q.by - end;
    const small = between - 2 * Math.PI * Math.round(between / (2 * Math.PI));
    const { x, y } = to([0, 0]);
    const arc = { x, y, turn: end + small, turn2: end, reach: 26, thick: 3 };
    return [
      { key: "angle", kind: "link", way: "arc", role: "arrow", ...arc },
      ...arrow(pose, "key", to),
      ...arrow(pose, "query", to),
      ...(pose.name === "Value"
        ? [{
          key: "ray.value",
          kind: /** @type {const} */ ("link"),
          way: /** @type {const} */ ("ray"),
          role: "value",
          ...to(VALUE),
          thick: 4,
        }]
        : []),
    ];
  });
}

/**
 * The numbers of query or key in a line.
 * @param {Shown} pose
 * @param {Role} role
 * @param {Room} room
 */
function numbers(pose, role, { wide }) {
  const { at, vector: before, after, by } = pose[role];
  const cells = { w: wide ? 52 : 42, h: 32, gap: 3, looks: { digits: 2, most: 2, size: 13 } };
  const isYours = pose.name === "Your turn";
  const own = letter(role);
  const place = cell(`at.${role}`, "position", at, { w: 38, h: 32, size: 15, level: 0 });
  return [
    label(`name.${role}`, role, { role, strong: true }),
    isYours ? place.with({ spin: placeSpin(role) }) : place,
    vector(own, role, before, { ...cells, looks: { ...cells.looks, digits: 1 } }).with((_, i) =>
      isYours ? { spin: { ...spin(own, [0, i], `${role}, number ${i + 1}`), ...NUMBER } } : {}
    ),
    wide ? label(`by.${role}`, degrees(by), { size: 15 }) : null,
    vector(`${own}.after`, role, after, cells),
  ];
}

/**
 * What is handed over, which is not turned.
 * @param {Room} room
 */
function valueLine({ wide }) {
  const cells = { w: wide ? 52 : 42, h: 32, gap: 3, looks: { digits: 1, most: 2, size: 13 } };
  return [
    label("name.value", "value", { role: "value", strong: true }),
    null,
    vector("v", "value", VALUE, cells),
    wide ? note("by.value", "not turned") : null,
    vector("v.after", "value", VALUE, cells),
  ];
}

/** @param {Facts} _m @param {Room} room @param {Shown} pose */
export function drawPose(_m, room, pose) {
  const { wide } = room;
  const heads = ["", "position", "before", wide ? "turned by" : "", "turned"];
  const isBefore = pose.name === "Arrows" || pose.name === "Turn";
  const lines = [
    heads.map((name, i) => name ? note(`head.${i}`, name, { size: 13 }) : null),
    numbers(pose, "query", room),
    numbers(pose, "key", room),
    ...(pose.name === "Value" ? [valueLine(room)] : []),
  ];
  const grid = table(lines, { gap: wide ? 14 : 6, gapY: 10, align: ["start"] });
  const score = row([
    label("score.name", "score", { strong: true, size: 17 }),
    figure("score", pose.score, { digits: 4, size: 24 }),
    note("far", `distance ${pose.distance}`.replace("-", "−"), { size: 15 }),
  ], { gap: 14 });
  const right = column([
    grid,
    isBefore && pose.name === "Turn" ? space(0, 34) : within(score, { h: 34 }),
  ], { gap: wide ? 26 : 14, align: "start" });
  const isYours = pose.name === "Your turn";
  const free = wide && isYours ? { W: room.W, H: room.H - MENU } : room;
  const size = wide ? (isYours ? 262 : 290) : 228;
  return picture(free, (wide ? row : column)([plane(pose, size), right], { gap: wide ? 56 : 16 }));
}
