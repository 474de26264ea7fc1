// Marks in the contents: what was read of each chapter; and a line on it at the chapter's end.

import { h } from "../../llm_lib/book/widgets/shared/dom.js";
import { localize } from "../../llm_lib/book/widgets/shared/localize.js";
import { showDialog } from "./dialog.js";
import { HERE } from "./sections.js";
import { pageLinks, standing, standingInWords, titleOf } from "./standing.js";
import { onProgress, readProgress } from "./store.js";

/** @param {HTMLAnchorElement} link @param {ReturnType<typeof standing>} stands */
function markLink(link, stands) {
  link.querySelector(".llm-mark")?.remove();
  if (!stands?.read) return;
  const whole = stands.read >= stands.sections;
  const words = whole
    ? localize`, read`
    : localize`, ${stands.read} of ${stands.sections} sections read`;
  const short = whole ? "✓" : localize`${stands.read} of ${stands.sections}`;
  link.append(
    h(
      "span",
      {
        class: "llm-mark",
        "data-state": whole ? "read" : "begun",
        title: localize`${stands.read} of ${stands.sections} sections read`,
      },
      h("span", { "aria-hidden": "true" }, short),
      h("span", { class: "llm-spoken" }, words),
    ),
  );
}

/** Mark the contents, and keep the marks true. */
export function markContents() {
  onProgress(() => {
    const progress = readProgress();
    for (const [name, link] of pageLinks()) markLink(link, standing(progress, name));
  });
}

/** Say at the end of a chapter how far its reader has come. */
export function addLastLine() {
  const article = document.querySelector("article.bd-article");
  const isLanding = document.body.classList.contains("llm-landing"); // it is no chapter
  if (!article || isLanding || !standing(readProgress(), HERE)) return;
  const words = h("span");
  const open = h("button", { type: "button", onclick: showDialog }, localize`Your progress`);
  article.append(h("p", { class: "llm-standing" }, words, " ", open));
  onProgress(() => {
    const stands = standing(readProgress(), HERE);
    words.textContent = stands ? localize`This chapter: ${standingInWords(stands)}.` : "";
  });
}

/** Lead back to the page that was read last, where the landing page has a link for that. */
export function offerToContinue() {
  const link = /** @type {HTMLAnchorElement} */ (document.querySelector("a[data-llm-continue]"));
  if (!link) return;
  onProgress(() => {
    const { pages } = readProgress();
    const known = new Map(pageLinks());
    const [last] = Object.keys(pages).filter((name) => known.has(name))
      .sort((one, other) => pages[other].at - pages[one].at);
    const page = known.get(last);
    link.hidden = !page;
    if (!page) return;
    link.href = page.href;
    link.textContent = localize`Continue: ${titleOf(page)}`;
  });
}
