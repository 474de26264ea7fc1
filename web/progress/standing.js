// How far the reader has come on each page, in words, and the links by which pages are known.

import { localize } from "../../llm_lib/book/widgets/shared/localize.js";
import { pageName } from "./sections.js";

/** @import { Progress } from "./store.js" */

const LINKS = "nav.bd-links li > a, .llm-chapters a"; // in the contents, and on the landing page

/**
 * How much of a page was read and solved; null where nothing is known of it.
 * @param {Progress} progress
 * @param {string} name
 */
export function standing({ exercises, pages }, name) {
  const page = Object.hasOwn(pages, name) ? pages[name] : null;
  if (!page) return null;
  const solved = page.exercises.filter((task) => exercises[task]?.state === "solved").length;
  const read = Math.min(page.read.length, page.sections);
  return { read, sections: page.sections, solved, tasks: page.exercises.length };
}

/**
 * The same, in words.
 * @param {NonNullable<ReturnType<typeof standing>>} stands
 */
export const standingInWords = ({ read, sections, solved, tasks }) =>
  [
    sections ? localize`${read} of ${sections} sections read` : "",
    tasks ? localize`${solved} of ${tasks} exercises solved` : "",
  ].filter(Boolean).join(", ");

/** @param {HTMLAnchorElement} link */
const nameAtItem = (link) => link.parentElement?.dataset.page ?? "";

/**
 * The links to the book's pages, by page.
 * @returns {[name: string, link: HTMLAnchorElement][]}
 */
export const pageLinks = () =>
  /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll(LINKS)])
    .filter((link) => !link.hash || nameAtItem(link)) // the others lead to sections
    .map((link) => /** @type {[string, HTMLAnchorElement]} */ ([
      nameAtItem(link) || pageName(link.href),
      link,
    ]))
    .filter(([name]) => name);

/**
 * The title of a page as its link says it.
 * @param {HTMLAnchorElement} link
 */
export function titleOf(link) {
  const copy = /** @type {HTMLElement} */ (link.cloneNode(true));
  copy.querySelectorAll(".llm-mark, .llm-time, .llm-minutes").forEach((part) => part.remove());
  return copy.textContent.trim().replace(/\s+/g, " ");
}
