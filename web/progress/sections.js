// Which sections of the page were read: those whose end a reader has scrolled past.

import { eachFrame } from "../../llm_lib/book/widgets/shared/dom.js";
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
    .map((head) => head.parentElement);

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
  const look = () => {
    const bottom = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
    const size = read.size;
    for (const section of sections) {
      const end = section.getBoundingClientRect().bottom;
      if (end > 0 && end <= innerHeight) seen.add(section.id);
      // a jump over a section is no reading: its end has to have been in sight
      if (seen.has(section.id) && (bottom || end < 0.6 * innerHeight)) read.add(section.id);
    }
    if (read.size > size) keep();
  };
  keep();
  addEventListener("scroll", eachFrame(look, new AbortController().signal), { passive: true });
}
