// "Your progress": what is remembered, in words; export, import, forget.

import { h } from "../../llm_lib/book/widgets/shared/dom.js";
import { localize } from "../../llm_lib/book/widgets/shared/localize.js";
import { pageLinks, standing, standingInWords, titleOf } from "./standing.js";
import {
  asFile,
  changeProgress,
  fromFile,
  joinProgress,
  nothingYet,
  readProgress,
} from "./store.js";

/** @type {HTMLDialogElement | null} */
let dialog = null;

/** Show the dialog. */
export function showDialog() {
  dialog ??= makeDialog();
  dialog.dispatchEvent(new Event("refresh"));
  dialog.showModal();
}

function makeDialog() {
  const list = h("ul", { class: "llm-record-list" });
  const said = h("p", { role: "status", class: "llm-record-said" });
  const file = h("input", {
    type: "file",
    accept: ".json,application/json",
    hidden: true, // "Import" opens it
    onchange: async () => {
      const [chosen] = file.files ?? [];
      if (chosen) said.textContent = await takeIn(chosen);
      file.value = "";
      refresh();
    },
  });
  const forget = h("button", {
    type: "button",
    onclick: () => {
      if (forget.dataset.sure) changeProgress(nothingYet);
      said.textContent = forget.dataset.sure
        ? localize`All is forgotten.`
        : localize`This can't be undone.`;
      sure(!forget.dataset.sure);
      refresh();
    },
  });
  const sure = (/** @type {boolean} */ yes) => {
    forget.toggleAttribute("data-sure", yes);
    if (yes) forget.dataset.sure = "yes";
    forget.textContent = yes ? localize`Really forget all` : localize`Forget all`;
  };
  const refresh = () => {
    const lines = knownPages();
    list.replaceChildren(
      ...(lines.length
        ? lines
        : [h("li", {}, localize`Nothing yet: it fills as you read and answer.`)]),
    );
  };
  const made = h(
    "dialog",
    { class: "llm-record", "aria-labelledby": "llm-record-title" },
    h("h2", { id: "llm-record-title" }, localize`Your progress`),
    h(
      "p",
      {},
      localize`It is kept in this browser alone: no account, and nothing leaves this page. A file
        takes it to another browser; what you have checked in a notebook comes here as a file,
        too:`,
      " ",
      h("code", {}, 'save_progress("progress.json")'),
      ` ${localize`from`} `,
      h("code", {}, "llm_lib.book.progress"),
      ".",
    ),
    list,
    said,
    h(
      "div",
      { class: "llm-record-row" },
      h("button", { type: "button", onclick: giveOut }, localize`Export`),
      h("button", { type: "button", onclick: () => file.click() }, localize`Import`),
      forget,
      h(
        "button",
        { type: "button", class: "llm-main", onclick: () => made.close() },
        localize`Close`,
      ),
    ),
    file,
  );
  made.addEventListener("refresh", () => {
    said.textContent = "";
    sure(false);
    refresh();
  });
  made.addEventListener("click", (event) => event.target === made && made.close()); // beside it
  document.body.append(made);
  return made;
}

/** What is known of each page, in the order of the book. */
function knownPages() {
  const progress = readProgress();
  const names = new Set();
  return pageLinks().flatMap(([name, link]) => {
    const stands = standing(progress, name);
    if (!stands || names.has(name)) return [];
    names.add(name);
    const to = h("a", { href: link.href }, titleOf(link));
    return [h("li", {}, to, `: ${standingInWords(stands)}`)];
  });
}

/** Let the browser save a file. */
function giveOut() {
  const url = URL.createObjectURL(new Blob([asFile(readProgress())], { type: "application/json" }));
  h("a", { href: url, download: "llm-from-scratch-progress.json" }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/**
 * Take in a file, whole or not at all; returns what to say of it.
 * @param {File} file
 */
async function takeIn(file) {
  if (!file) return "";
  try {
    const progress = fromFile(await file.text());
    changeProgress((known) => joinProgress(known, progress));
    const n = Object.keys(progress.exercises).length;
    return n === 1
      ? localize`Taken in: 1 exercise, with what was read.`
      : localize`Taken in: ${n} exercises, with what was read.`;
  } catch (error) {
    return `${error instanceof Error ? error.message : error} ${localize`Nothing was changed.`}`;
  }
}

/** Offer the dialog below the contents, and where a page asks for it. */
export function offerDialog() {
  const contents = document.querySelector("nav.bd-links");
  const button = h(
    "button",
    { type: "button", class: "llm-record-button" },
    localize`Your progress`,
  );
  contents?.after(button);
  for (const opener of document.querySelectorAll(".llm-record-button, [data-llm-progress]")) {
    opener.addEventListener("click", showDialog);
  }
}
