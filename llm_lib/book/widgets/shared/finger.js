// What is otherwise where fingers touch the page, and there is no keyboard.

/** Whether this is a device for fingers: hints there speak of no keys. */
export const isForFingers = () => matchMedia("(hover: none) and (pointer: coarse)").matches;

/**
 * Keep the page still under a finger that comes down on what can be dragged. "touch-action" says so
 * to nothing inside of an <svg>: there the page scrolls away, and the drag ends.
 * @param {Element} around all that can be dragged
 * @param {(event: TouchEvent) => boolean} holds whether this finger drags something
 */
export function keepPageStill(around, holds) {
  around.addEventListener("touchstart", (event) => {
    if (holds(/** @type {TouchEvent} */ (event)) && event.cancelable) event.preventDefault();
  }, { passive: false });
}

/**
 * Whether a finger came down on something, by its selector.
 * @param {string} selector
 */
export const isUnder = (selector) => (/** @type {TouchEvent} */ { target }) =>
  Boolean(/** @type {Element} */ (target).closest(selector));
