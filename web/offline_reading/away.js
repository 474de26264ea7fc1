// The page that stands in for one that is not on this device: what is, and a way back.

import { h } from "../../llm_lib/book/widgets/shared/dom.js";
import { askReport, ROOT } from "./asking.js";

/** The page that was asked for; the book's first one, unless it is one of the book. */
function wantedPage() {
  const wanted = new URL(new URLSearchParams(location.search).get("page") ?? "", ROOT).href;
  return wanted.startsWith(ROOT) ? wanted : ROOT;
}

/** Fill the page, where this is it. */
export async function listWhatIsHere() {
  const list = document.querySelector(".llm-kept-pages");
  if (!list) return;
  const wanted = wantedPage();
  /** @type {HTMLAnchorElement | null} */
  const again = document.querySelector(".llm-try-again");
  if (again) again.href = wanted;
  addEventListener("online", () => location.replace(wanted));
  const { kept } = await askReport();
  /** @type {NodeListOf<HTMLAnchorElement>} */
  const links = document.querySelectorAll("nav.bd-links li[data-page] > a");
  const here = [...links].filter((link) => kept.includes(link.href));
  list.replaceChildren(
    ...here.map((link) => h("li", {}, h("a", { href: link.href }, titleIn(link)))),
  );
  if (!here.length) list.append(h("li", {}, "No page yet: each that you open is kept."));
}

/** What a chapter is called in the contents, without its minutes and marks. */
function titleIn(/** @type {HTMLAnchorElement} */ link) {
  const copy = /** @type {HTMLElement} */ (link.cloneNode(true));
  copy.querySelectorAll(".llm-minutes, .llm-mark").forEach((one) => one.remove());
  return copy.textContent.trim();
}
