// The box that a picture stands in: as wide as the page lets it be, or as large as the screen does.

import { h } from "../shared/dom.js";
import { fitted } from "./fit.js";
import { heightOfLongest } from "./sentence.js";

/** @import { Room, Story } from "./types.js" */

const MOST_RESERVED = 120; // pixels for a sentence on a phone: a film fits its screen
const UNSEEN = 912; // the width that is taken while the widget is not on show

export class PictureBox {
  room = /** @type {Room} */ ({ W: 0, H: 0, wide: false }); // until it is measured

  /**
   * @param {Story["room"]} roomOf of the story
   * @param {SVGElement} drawing
   * @param {HTMLElement} sentence above it
   */
  constructor(roomOf, drawing, sentence) {
    this.roomOf = roomOf;
    this.sentence = sentence;
    this.element = h("div", { class: "llm-walk-picture" }, drawing);
  }

  /**
   * The room on the page. On a phone, what the longest sentence takes is left free, up to a limit.
   * @param {string[]} sentences
   */
  usual(sentences) {
    const { element, roomOf } = this;
    element.style.width = "";
    const high = Math.min(MOST_RESERVED, heightOfLongest(this.sentence, sentences));
    const width = Math.round(element.clientWidth) || this.room.W || UNSEEN;
    this.room = { ...roomOf(width), W: width };
    // where it is wide, its style keeps room for two lines
    this.sentence.style.minHeight = this.room.wide ? "" : `${high}px`;
    element.style.height = `${this.room.H}px`;
  }

  /**
   * The room on a whole screen: a usual one, drawn larger. What the longest sentence takes is left
   * free, so that the picture keeps its size from scene to scene.
   * @param {HTMLElement} root of the widget
   * @param {HTMLElement} stand all that there is room for, with the picture in it
   * @param {string[]} sentences
   */
  largest(root, stand, sentences) {
    this.sentence.style.minHeight = `${heightOfLongest(this.sentence, sentences)}px`;
    const { room, scale } = fitted(this.roomOf, stand.clientWidth, stand.clientHeight);
    this.element.style.width = `${room.W * scale}px`;
    this.element.style.height = `${room.H * scale}px`;
    root.style.setProperty("--walk-width", `${room.W}px`);
    root.style.setProperty("--walk-scale", String(scale));
    this.room = room;
  }
}
