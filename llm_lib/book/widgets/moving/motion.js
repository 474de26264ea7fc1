// Movement between two states of a picture. An element has a key, by which it is known again: the
// same key glides. A walkthrough is a function of one number t: at t = 3 it is step 3, at t = 3.4
// on its way to step 4. So playing, going back and dragging along the time line are one case.

import { textOf } from "./ruler.js";

/** @import { Element, Sketch, State } from "./types.js" */

export const MOVE = 620; // milliseconds for an element to get from its place to the next
const VANISH = 360; // and to fade, if it goes nowhere
export const TYPE = 14; // the usual size of words, in pixels
export const CORNER = 4; // how round corners usually are
const FAR = 40; // pixels: what goes further is read again when it is there
const GLIDING = /** @type {const} */ ([
  "x",
  "y",
  "w",
  "h",
  "r",
  "x2",
  "y2",
  "thick",
  "thick2",
  "turn",
  "turn2",
  "reach",
  "level",
  "opacity",
  "dim",
  "size",
]);
/** @type {Omit<Element, "key">} */
const USUAL = {
  kind: "cell",
  role: "none",
  x: 0,
  y: 0,
  w: 0,
  h: 0,
  r: CORNER,
  level: 0,
  opacity: 1,
  ink: 1,
  dim: 0,
  size: TYPE,
  delay: 0,
  anchor: "middle",
  z: 0,
};

/**
 * A state of the elements that a scene has drawn. Throws an Error if two have one key.
 * @param {Sketch[]} sketches
 * @returns {State}
 */
export function stateOf(sketches) {
  const state = new Map();
  for (const sketch of sketches) {
    if (state.has(sketch.key)) throw new Error(`Two elements have the key "${sketch.key}".`);
    state.set(sketch.key, { ...USUAL, ...sketch });
  }
  return state;
}

/**
 * How long it takes until all of a state stands where it should, in milliseconds.
 * @param {State} state
 */
export function lengthOf(state) {
  let longest = 0;
  for (const { delay } of state.values()) longest = Math.max(longest, delay);
  return MOVE + longest;
}

/** @param {number} p */
function ease(p) {
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  return p < 0.5 ? 4 * p ** 3 : 1 - (2 - 2 * p) ** 3 / 2;
}

/** @param {number} p */
const within01 = (p) => Math.min(1, Math.max(0, p));

/**
 * How well the words of an element can be read on its way from a to b: they go and come where they
 * become others, and what goes far is not read among what it meets, but for tokens and shares.
 * @param {Element} a
 * @param {Element} b
 * @param {number} p
 */
function inkOf(a, b, p) {
  const isFar = (b.kind === "cell") === (b.value !== undefined) &&
    Math.hypot(b.x + b.w / 2 - a.x - a.w / 2, b.y + b.h / 2 - a.y - a.h / 2) > FAR;
  const middle = Math.abs(2 * p - 1);
  if (isFar) return within01(3 * middle - 2);
  return textOf(a) === textOf(b) ? 1 : middle;
}

/**
 * Where a cell stands that lies at an angle and a distance from a middle.
 * @param {Pick<Element, "turn" | "reach" | "w" | "h"> & { around: { x: number, y: number } }} e
 */
export const onCircle = ({ around, turn = 0, reach = 0, w, h }) => ({
  x: around.x + reach * Math.cos(turn) - w / 2,
  y: around.y - reach * Math.sin(turn) - h / 2,
});

/**
 * Whether a number is there.
 * @param {number | undefined} x
 * @returns {x is number}
 */
const isNumber = (x) => Number.isFinite(x);

/**
 * An element on its way from a to b. Its words change at one moment, half-way: a number never shows
 * one that is neither of both.
 * @param {Element} a
 * @param {Element} b
 * @param {number} p from 0 to 1
 * @returns {Element}
 */
function between(a, b, p) {
  if (p >= 1) return b;
  const e = { ...b };
  for (const name of GLIDING) {
    const [from, to] = [a[name], b[name]];
    if (isNumber(from) && isNumber(to)) e[name] = from + (to - from) * p;
  }
  const { around } = e;
  if (around) Object.assign(e, onCircle({ ...e, around }));
  e.ink = inkOf(a, b, p);
  if (p < 0.5) Object.assign(e, { text: a.text, value: a.value, digits: a.digits });
  return e;
}

/**
 * Where the middle of an element lies in the middle of its home.
 * @param {Element} home
 * @param {Element} e
 */
const midst = (home, e) =>
  e.kind === "link" ? {} : { x: home.x + (home.w - e.w) / 2, y: home.y + (home.h - e.h) / 2 };

/**
 * How an element looks that is about to come out of its home: as this, if both are numbers or bars.
 * @param {Element} home
 * @param {Element} e
 * @returns {Partial<Element>}
 */
function birth(home, e) {
  if (home.kind !== e.kind || home.text !== undefined) return midst(home, e);
  const { x, y, w, h, level } = home;
  return { x, y, w, h, level, value: Number.isFinite(e.value) ? home.value ?? e.value : undefined };
}

/**
 * Where an element is some time after state a was left for state b.
 * @param {Element | undefined} a
 * @param {Element | undefined} b
 * @param {number} ms
 */
const placed = (a, b, ms) => (a && b ? between(a, b, ease((ms - b.delay) / MOVE)) : a ?? b);

/**
 * What an element comes out of or goes into, if it says so.
 * @param {State} state
 * @param {string} [key]
 */
const homeIn = (state, key) => key === undefined ? undefined : state.get(key);

/**
 * An element that b no longer has: it goes into another one, or fades.
 * @param {Element} old
 * @param {State} b
 * @param {number} ms
 * @returns {Element | null}
 */
function leaving(old, b, ms) {
  const home = homeIn(b, old.into);
  const p = ease(ms / (home ? MOVE : VANISH));
  if (p >= 1) return null;
  const there = home ? { ...old, ...midst(home, old) } : old;
  const opacity = old.opacity * (1 - (home ? p ** 4 : p));
  const e = between(old, there, p);
  return { ...e, opacity, ink: p < 0.5 ? e.ink : Math.min(e.ink, 1 - p), spin: undefined };
}

/**
 * An element that a did not have: it comes out of another one, from where it says, or of nothing.
 * @param {Element} e
 * @param {State} a
 * @param {State} b
 * @param {number} ms
 * @param {number} delay
 * @returns {Element | null}
 */
function arriving(e, a, b, ms, delay) {
  const p = ease((ms - delay) / MOVE);
  if (p <= 0) return null;
  if (p >= 1) return e;
  const home = placed(homeIn(a, e.born), homeIn(b, e.born), delay); // where it is by then
  const start = { ...e, ...(home ? birth(home, e) : e.from) };
  const { ink, ...rest } = between(start, e, p);
  // where it begins its home is still to be read
  const seen = home && p < 0.5 ? 0 : ink;
  return { ...rest, ink: seen, opacity: e.opacity * Math.min(1, home ? 6 * p : p) };
}

/**
 * The picture some milliseconds after it left state a for state b. slowest: no delay is longer.
 * @param {State} a
 * @param {State} b
 * @param {number} ms
 * @param {number} [slowest]
 * @returns {State}
 */
export function mix(a, b, ms, slowest = Infinity) {
  /** @type {State} */
  const out = new Map();
  for (const [key, old] of a) {
    const e = b.has(key) ? null : leaving(old, b, ms);
    if (e) out.set(key, e);
  }
  for (const [key, now] of b) {
    const delay = Math.min(now.delay, slowest);
    const old = a.get(key);
    const e = old ? between(old, now, ease((ms - delay) / MOVE)) : arriving(now, a, b, ms, delay);
    if (e) out.set(key, e);
  }
  return out;
}
