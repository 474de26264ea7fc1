// A reload leads back to where the reader was. The browser would go to as many pixels from the top;
// but a page grows and shrinks above them while its widgets come.

import { HERE } from "./sections.js";

const PLACE_KEY = `llm-from-scratch.place ${HERE}`;
const SETTLING = 10_000; // milliseconds in which a page still finds its form
const HEAD = 70; // pixels at the top of the window that the page's head covers
const BY_HAND = ["wheel", "touchstart", "keydown", "pointerdown"]; // the reader goes elsewhere

/**
 * @typedef {{ at: number, of: number, top: number }} Place the number of an element, of how many,
 *   and where it stood
 */

/** What can be found again: the parts of all sections, before any script has added others. */
const partsOfPage = () => /** @type {HTMLElement[]} */ ([
  ...document.querySelectorAll("article section > :not(section)"),
]);

/**
 * The first part that begins in the window: what is above it may be lower or higher the next time.
 * Where none does, it is the one that fills the window.
 * @param {HTMLElement[]} parts
 * @returns {Place | null}
 */
function placeIn(parts) {
  if (scrollY === 0) return null;
  const boxes = parts.map((part) => part.getBoundingClientRect());
  const begins = boxes.findIndex(({ top, height }) =>
    height > 0 && top >= HEAD && top < innerHeight
  );
  const fills = boxes.findIndex(({ bottom, height }) => height > 0 && bottom > HEAD);
  const at = begins < 0 ? fills : begins;
  return at < 0 ? null : { at, of: parts.length, top: boxes[at].top };
}

/** @returns {Place | null} */
function keptPlace() {
  try {
    return JSON.parse(sessionStorage.getItem(PLACE_KEY) ?? "null");
  } catch { // it keeps nothing, or something else lies there
    return null;
  }
}

/** @param {Place | null} place */
function keepIt(place) {
  try {
    if (place) sessionStorage.setItem(PLACE_KEY, JSON.stringify(place));
    else sessionStorage.removeItem(PLACE_KEY);
    return place !== null;
  } catch {
    return false;
  }
}

/**
 * Hold a part where it stood, until the page has settled or the reader goes on.
 * @param {HTMLElement} part
 * @param {number} top
 */
function hold(part, top) {
  const end = new AbortController();
  const { signal } = end;
  const put = () => {
    const moved = part.getBoundingClientRect().top - top;
    if (Math.abs(moved) > 1) scrollBy({ top: moved, behavior: "instant" });
  };
  const look = () => {
    if (signal.aborted) return;
    put();
    requestAnimationFrame(look);
  };
  for (const name of BY_HAND) {
    addEventListener(name, () => end.abort(), { signal, passive: true, capture: true });
  }
  const wait = () => setTimeout(() => end.abort(), SETTLING);
  if (document.readyState === "complete") wait();
  else addEventListener("load", wait, { signal });
  look();
}

/** Come back to where the reader was, and remember where that is when the page is left. */
export function keepPlace() {
  const parts = partsOfPage();
  if (!HERE || !parts.length) return;
  const [entry] = performance.getEntriesByType("navigation");
  const { type } = /** @type {PerformanceNavigationTiming} */ (entry ?? {});
  const place = type === "reload" || type === "back_forward" ? keptPlace() : null;
  if (place?.of === parts.length && parts[place.at]) hold(parts[place.at], place.top);
  history.scrollRestoration = "auto";
  addEventListener("pagehide", () => {
    if (keepIt(placeIn(parts))) history.scrollRestoration = "manual";
  });
}
