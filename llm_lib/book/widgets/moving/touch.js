// Numbers in the picture that a reader changes: dragged up or down or along their line, or by key.

import { present } from "../../engine/present.js";
import { isUnder, keepPageStill } from "../shared/finger.js";

/** @import { Spin } from "./types.js" */

const PIXELS = 6; // of a drag for one step

/**
 * What touching a number needs to know and do.
 * @typedef {object} Hand
 * @property {(key: string) => { spin: Spin, value: number } | null} find the number of an element
 * @property {(key: string, value: number) => void} set
 * @property {(touching: boolean) => void} hold told when a drag begins and ends
 */

const SPIN = "[role=spinbutton]";

/**
 * The number that is meant: the one that was hit, or whose line was.
 * @param {EventTarget | null} target
 * @returns {SVGGElement | null}
 */
function spinOf(target) {
  const hit = /** @type {Element | null} */ (target)?.closest?.(`${SPIN}, [data-grip]`);
  const key = /** @type {SVGElement | null} */ (hit)?.dataset.grip;
  return /** @type {SVGGElement | null} */ (key
    ? hit?.parentNode?.querySelector(`[data-key="${key}"]`)
    : hit);
}

/**
 * Let the numbers of a drawing be changed, as long as it is there.
 * @param {SVGSVGElement} drawing
 * @param {Element} around it: Chromium lets Tab stop at a drawing that listens to the focus
 * @param {Hand} hand
 */
export function touchable(drawing, around, hand) {
  dragging(drawing, hand);
  drawing.addEventListener("keydown", (event) => onkey(event, drawing, hand));
  around.addEventListener("focusin", ({ target }) => {
    const group = spinOf(target);
    if (group) keepTabStop(drawing, group);
  });
}

/**
 * Tab comes in at one number of all.
 * @param {SVGSVGElement} drawing
 * @param {SVGGElement} [group]
 */
export function keepTabStop(drawing, group) {
  const all = [...drawing.querySelectorAll(SPIN)];
  const stop = group ?? all.find((each) => each.getAttribute("tabindex") === "0") ?? all[0];
  for (const each of all) each.setAttribute("tabindex", each === stop ? "0" : "-1");
}

/**
 * A number set to a value: in its limits, and on one of its steps.
 * @param {Hand} hand
 * @param {string} key
 * @param {number} to
 */
function setTo(hand, key, to) {
  const found = hand.find(key);
  if (!found) return;
  const { min, max, step } = found.spin;
  const onStep = Number((Math.round(to / step) * step).toFixed(6));
  const next = Math.min(max, Math.max(min, onStep));
  if (next !== found.value) hand.set(key, next);
}

/**
 * Where an event is in the drawing.
 * @param {SVGSVGElement} drawing
 * @param {PointerEvent} event
 */
const pointerAt = (drawing, { clientX, clientY }) =>
  new DOMPoint(clientX, clientY).matrixTransform(
    present(drawing.getScreenCTM(), "the place of a drawing").inverse(),
  );

/**
 * The value at the place of a line that the pointer is above or below.
 * @param {SVGSVGElement} drawing
 * @param {PointerEvent} event
 * @param {{ x: number, w: number }} along
 */
const movedTo = (drawing, event, { x, w }) => (pointerAt(drawing, event).x - x) / w;

/**
 * The value at which what turns points to where the pointer is: of several, the nearest to `now`.
 * @param {SVGSVGElement} drawing
 * @param {PointerEvent} event
 * @param {{ x: number, y: number, from: number, by: number }} circle
 * @param {number} now
 */
function turnedTo(drawing, event, { x, y, from, by }, now) {
  const at = pointerAt(drawing, event);
  const value = (Math.atan2(y - at.y, at.x - x) - from) / by;
  const whole = (2 * Math.PI) / Math.abs(by);
  return value + whole * Math.round((now - value) / whole);
}

/**
 * @param {SVGSVGElement} drawing
 * @param {Hand} hand
 */
function dragging(drawing, hand) {
  /** @type {{ key: string, y: number, start: number, spin: Spin } | null} */
  let drag = null;
  drawing.addEventListener("pointerdown", (event) => {
    const group = spinOf(event.target);
    const key = group?.dataset.key ?? "";
    const found = hand.find(key);
    if (!group || !found || event.button !== 0) return;
    drag = { key, y: event.clientY, start: found.value, spin: found.spin };
    drawing.setPointerCapture(event.pointerId);
    group.focus();
    hand.hold(true);
    if (found.spin.along) setTo(hand, key, movedTo(drawing, event, found.spin.along));
    event.preventDefault();
  });
  keepPageStill(drawing, isUnder(`${SPIN}, [data-grip]`));
  drawing.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const { key, y, start, spin } = drag;
    const steps = Math.round((y - event.clientY) / PIXELS);
    const now = hand.find(key)?.value ?? start;
    if (spin.along) setTo(hand, key, movedTo(drawing, event, spin.along));
    else if (spin.circle) setTo(hand, key, turnedTo(drawing, event, spin.circle, now));
    else setTo(hand, key, start + steps * spin.step);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    drawing.addEventListener(end, () => {
      if (drag) hand.hold(false);
      drag = null;
    });
  }
}

/**
 * Up and down change a number; left and right go to the next one, or along the line of this one.
 * @param {KeyboardEvent} event
 * @param {SVGSVGElement} drawing
 * @param {Hand} hand
 */
function onkey(event, drawing, hand) {
  const group = spinOf(event.target);
  const key = group?.dataset.key ?? "";
  const found = hand.find(key);
  if (!group || !found || event.ctrlKey || event.metaKey || event.altKey) return;
  const { spin: { step, min, max, along }, value } = found;
  /** @type {Record<string, number>} */
  const values = {
    ArrowUp: value + step,
    ArrowDown: value - step,
    PageUp: value + 10 * step,
    PageDown: value - 10 * step,
    Home: min,
    End: max,
  };
  if (along) Object.assign(values, { ArrowRight: value + step, ArrowLeft: value - step });
  const go = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (event.key in values) setTo(hand, key, values[event.key]);
  else if (go) {
    const all = /** @type {SVGGElement[]} */ ([...drawing.querySelectorAll(SPIN)]);
    all[(all.indexOf(group) + go + all.length) % all.length].focus();
  } else return;
  event.preventDefault();
}

/**
 * Where the focus was in a part of a drawing that is gone, it goes to the whole.
 * @param {SVGElement} drawing
 * @param {HTMLElement} root
 */
export function keepFocus(drawing, root) {
  const active = document.activeElement;
  const isLost = active && drawing.contains(active) && !active.hasAttribute("tabindex");
  if (isLost) root.focus({ preventScroll: true });
}
