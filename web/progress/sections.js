// Which sections of the page were read: those that were in sight for as long as somebody needs who
// reads fast, to their end.

import { cardsOfPage } from "./cards.js";
import { changeProgress, readProgress } from "./store.js";

/** The book's pages have a name below its first folder: "chapters/09_self_attention". */
const ROOT = new URL("..", /** @type {HTMLScriptElement} */ (document.currentScript).src).href;

/**
 * The name of the page at an address; "" for one outside the book.
 * @param {string} href
 */
export function pageName(href) {
  const page = href.split(/[?#]/)[0];
  if (!page.startsWith(ROOT)) return "";
  return decodeURIComponent(page.slice(ROOT.length)).replace(/\.html$/, "");
}

export const HERE = pageName(location.href);

/**
 * Those that have to be read: what goes deeper can be skipped without loss, and the entries of the
 * reference are looked up.
 * @returns {Element[]}
 */
const sectionsOfPage = () =>
  [...document.querySelectorAll("article section[id]:not(.llm-deeper, .llm-entry) > h2")]
    .flatMap((head) => head.parentElement ?? []);

const TICK = 250; // milliseconds from one look to the next
const SPEED = 12; // words a second: nobody reads faster
const LEAST_SECONDS = 1; // seconds for any section
const MOST_SECONDS = 20;
const PART = 0.3; // of the window, in which a section has to lie, or all of it

/**
 * How long a section has to be in sight to be read, in seconds.
 * @param {Element} section
 */
function secondsFor(section) {
  const words = section.textContent.match(/\S+/g)?.length ?? 0;
  return Math.min(MOST_SECONDS, Math.max(LEAST_SECONDS, words / SPEED));
}

/** @param {DOMRect} box */
function isInSight({ top, bottom, height }) {
  const seen = Math.min(bottom, innerHeight) - Math.max(top, 0);
  return seen > 0 && seen >= Math.min(PART * innerHeight, height - 1);
}

/** Follow the reader down the page. */
export function followReading() {
  const sections = sectionsOfPage();
  if (!HERE || !sections.length) return;
  const ids = sections.map((section) => section.id);
  const before = readProgress().pages[HERE]?.read ?? [];
  const read = new Set(before.filter((id) => ids.includes(id))); // the page may have been rewritten
  const seen = new Set(); // sections whose end was in the window
  const keep = () =>
    changeProgress(({ exercises, pages }) => {
      const names = cardsOfPage().map(({ name }) => name);
      const page = { read: [...read], sections: ids.length, exercises: names, at: Date.now() };
      return { exercises, pages: { ...pages, [HERE]: page } };
    });
  /** @type {Map<Element, number>} seconds that each was in sight */
  const time = new Map();
  let height = scrollY;
  const look = () => {
    const flies = Math.abs(scrollY - height) > innerHeight;
    height = scrollY;
    if (document.hidden || flies) return;
    const bottom = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
    const size = read.size;
    for (const section of sections) {
      if (read.has(section.id)) continue;
      const box = section.getBoundingClientRect();
      const end = box.bottom;
      if (isInSight(box)) time.set(section, (time.get(section) ?? 0) + TICK / 1000);
      if (end > 0 && end <= innerHeight) seen.add(section.id);
      // a jump over a section is no reading: its end has to have been in sight
      const isPast = seen.has(section.id) && (bottom || end < 0.6 * innerHeight);
      if (isPast && (time.get(section) ?? 0) >= secondsFor(section)) read.add(section.id);
    }
    if (read.size > size) keep();
  };
  keep();
  setInterval(look, TICK);
}
