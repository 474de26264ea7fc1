// The largest picture that a screen has room for.

/** @import { Room } from "./types.js" */

const MADE_FOR = [912, 860, 810, 760, 712]; // widths of a picture on a page
const ON_A_PHONE = 328;

/**
 * The room in which a picture fills most of a screen, and how many times larger than on a page it
 * is drawn there.
 * @param {(width: number) => Room} roomOf of a story
 * @param {number} width there is, in pixels
 * @param {number} height
 */
export function fitted(roomOf, width, height) {
  const side = MADE_FOR.map((W) => ({ ...roomOf(W), W })).filter((room) => room.wide);
  const all = [...side, { ...roomOf(ON_A_PHONE), W: ON_A_PHONE }].map((room) => {
    const scale = Math.min(width / room.W, height / room.H);
    return { room, scale, area: scale ** 2 * room.W * room.H };
  });
  return all.reduce((best, one) => one.area > best.area ? one : best);
}
