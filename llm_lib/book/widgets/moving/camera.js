// How near a scene is seen. One that holds little is drawn larger: no stage is nearly empty.

import { CORNER, TYPE } from "./motion.js";
import { textOf, widthOf } from "./ruler.js";

/** @import { Room, Sketch } from "./types.js" */
/** @typedef {(room: Room, k: number) => Sketch[]} Draw step k of a scene in a room */
/** @typedef {{ left: number, top: number, right: number, bottom: number }} Bounds */

const ENOUGH = 0.42; // of the stage: a scene that covers as much is seen as it is
const CLOSEST = 3; // words are not larger than that many times
const MARGIN = 0.04; // of the stage, on each side
const ROOMS = [1, 1.2, 1.4, 1.7, 2, 2.4, 3]; // so many times smaller, for lines that break sooner
const BOW = 54; // how far a bow hangs at most
const TOUCHING = { x: 0.5, y: 4 }; // pixels by which words may lie upon each other
const LENGTHS = /** @type {const} */ (["w", "h", "r", "thick", "thick2", "reach", "size"]);

/**
 * The bounds of one thing.
 * @param {Sketch} e
 * @returns {Bounds}
 */
function boundsOf(e) {
  const { x = 0, y = 0, w = 0, h = 0, x2 = x, y2 = y, reach = 0, thick = 0 } = e;
  if (e.kind !== "link") return { left: x, top: y, right: x + w, bottom: y + h };
  const around = e.way === "ray" || e.way === "arc" ? reach + thick / 2 : thick / 2;
  const out = e.way === "bent" ? reach : 0;
  const [aside, below] = [e.way === "beside" ? BOW : 0, e.way === "under" ? BOW : 0];
  return {
    left: Math.min(x - out, x2) - around,
    top: Math.min(y, y2) - around,
    right: Math.max(x, x2) + around + aside,
    bottom: Math.max(y, y2) + around + below,
  };
}

/**
 * The bounds of all that can be seen.
 * @param {Sketch[]} sketches
 * @returns {Bounds}
 */
export function boundsOfAll(sketches) {
  const all = sketches.filter(({ opacity = 1 }) => opacity > 0).map(boundsOf);
  return {
    left: Math.min(...all.map(({ left }) => left)),
    top: Math.min(...all.map(({ top }) => top)),
    right: Math.max(...all.map(({ right }) => right)),
    bottom: Math.max(...all.map(({ bottom }) => bottom)),
  };
}

/**
 * The bounds of the words in something.
 * @param {Sketch} e
 * @returns {Bounds}
 */
function wordBounds({ x = 0, y = 0, w = 0, h = 0, size = TYPE, look = "", role, anchor, ...e }) {
  const lines = textOf(e).split("\n");
  const type = { mono: look.includes("mono") || role === "token", strong: look.includes("strong") };
  const long = Math.max(...lines.map((line) => widthOf(line, size, type)));
  const left = x + (anchor === "start" ? 0 : anchor === "end" ? w - long : (w - long) / 2);
  const high = lines.length * size;
  return { left, right: left + long, top: y + (h - high) / 2, bottom: y + (h + high) / 2 };
}

/**
 * How many pairs of things have words that lie upon each other.
 * @param {Sketch[]} sketches
 * @param {number} scale of what is seen
 */
function crossings(sketches, scale) {
  const all = sketches.filter((e) => e.kind !== "link" && textOf(e)).map(wordBounds);
  const meet = (/** @type {Bounds} */ a, /** @type {Bounds} */ b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > TOUCHING.x / scale &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > TOUCHING.y / scale;
  return all.reduce((n, a, i) => n + all.slice(i + 1).filter((b) => meet(a, b)).length, 0);
}

/**
 * @typedef {object} Shot
 * @property {Sketch[][]} steps as they are drawn
 * @property {number} scale how many times larger they are seen
 * @property {number} x where the corner of the drawing comes to lie
 * @property {number} y
 * @property {number} area of the stage that is covered then, from 0 to 1
 * @property {number} faults things that lie upon each other, or have no room
 */

/**
 * The steps of a scene, seen from as near as the stage has room for.
 * @param {Sketch[][]} steps
 * @param {Room} room
 * @returns {Shot}
 */
function shotOf(steps, { W, H }) {
  const { left, top, right, bottom } = boundsOfAll(steps.flat());
  const [w, h] = [right - left, bottom - top];
  const fits = (1 - 2 * MARGIN) * Math.min(W / w, H / h);
  const scale = Math.max(1, Math.min(CLOSEST, fits));
  const [x, y] = [(W - scale * w) / 2 - scale * left, (H - scale * h) / 2 - scale * top];
  const squeezed = steps.flat().filter(({ w: own = 0 }) => own < 0).length;
  const outside = fits < 1 ? 1 : 0;
  const faults = outside + squeezed + steps.reduce((n, step) => n + crossings(step, scale), 0);
  return { steps, scale, x, y, faults, area: (scale * w * scale * h) / (W * H) };
}

/**
 * One thing as it looks from nearer.
 * @param {Sketch} e
 * @param {Pick<Shot, "scale" | "x" | "y">} shot
 * @returns {Sketch}
 */
function nearer(e, shot) {
  const { scale, x, y } = shot;
  const seen = { ...e };
  for (const name of /** @type {const} */ (["x", "x2"])) {
    const at = e[name];
    if (at !== undefined) seen[name] = x + scale * at;
  }
  for (const name of /** @type {const} */ (["y", "y2"])) {
    const at = e[name];
    if (at !== undefined) seen[name] = y + scale * at;
  }
  for (const name of LENGTHS) {
    const length = e[name];
    if (length !== undefined) seen[name] = scale * length;
  }
  if (e.around) seen.around = { x: x + scale * e.around.x, y: y + scale * e.around.y };
  if (e.from) seen.from = nearer(/** @type {Sketch} */ (e.from), shot);
  return seen;
}

/**
 * All steps of a scene, drawn as near as the stage has room for: in their usual room or, where that
 * fills more, for a smaller one, in which lines of words break sooner. All are seen from one
 * distance, so that things move only where the scene moves them.
 * @param {Draw} draw
 * @param {Room} room
 * @param {number} n how many steps
 * @returns {Sketch[][]}
 */
export function drawNear(draw, room, n) {
  const drawn = (/** @type {number} */ times) => {
    const smaller = { ...room, W: room.W / times, H: room.H / times };
    return Array.from({ length: n }, (_, k) => draw(times === 1 ? room : smaller, k));
  };
  const usual = drawn(1);
  const { left, top, right, bottom } = boundsOfAll(usual.flat());
  if ((right - left) * (bottom - top) >= ENOUGH * room.W * room.H) return usual;
  const shots = ROOMS.map((times) => shotOf(drawn(times), room));
  const sound = shots.filter(({ faults }) => faults === 0);
  if (!sound.length) return usual;
  const best = sound.reduce((a, b) => b.area > 1.1 * a.area ? b : a);
  return best.steps.map((step) => step.map((e) => nearer({ size: TYPE, r: CORNER, ...e }, best)));
}
