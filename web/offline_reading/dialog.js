// "Read offline": what is on this device, and the whole book for those who want it.

import { h } from "../../llm_lib/book/widgets/shared/dom.js";
import { localFixed, localize } from "../../llm_lib/book/widgets/shared/localize.js";
import { askReport } from "./asking.js";
import { forget, isWanted, keepWhole, stop } from "./whole.js";

/** @import { Step } from "./whole.js" */

const ENDED = {
  done: "The whole book is on this device.",
  stopped: "Stopped. What was fetched stays.",
  changed: "The book has just changed: reload this page, then go on.",
  room: "This device has no room for more of it.",
  network: "There is no network. It goes on when a page of the book is opened with one.",
  silent: "The browser has ended what keeps pages here. It goes on when a page is opened anew.",
};

/** @param {number} bytes */
const inWords = (bytes) => `${localFixed(Math.max(bytes / 1e6, 0.1), 1)} MB`;

/** A dialog that is made once, and shown whenever it is asked for. */
function makeDialog() {
  let isRunning = false;
  const stands = h("p", {});
  const bar = h("progress", { "aria-label": localize`Files fetched`, value: 0, hidden: true });
  const step = h("p", { class: "llm-offline-step", hidden: true });
  const said = h("p", { role: "status", class: "llm-record-said" });
  const whole = h("button", { type: "button", class: "llm-offline-whole" });
  const remove = h("button", { type: "button" }, localize`Remove from this device`);

  /** What is here now, in words; or that nobody says so. */
  const refresh = () => look().catch(() => said.textContent = localize(ENDED.silent));
  const look = async () => {
    const { kept, pages, missing } = await askReport();
    const bytes = missing.reduce((sum, [, size]) => sum + size, 0);
    stands.textContent = missing.length
      ? localize`${kept.length} of ${pages} chapters are on this device.`
      : localize`All ${pages} chapters are on this device.`;
    whole.textContent = isRunning
      ? localize`Stop`
      : localize`Keep the whole book (${inWords(bytes)})`;
    whole.hidden = !missing.length && !isRunning;
  };
  /** @param {Step} now */
  const follow = (now) => {
    Object.assign(bar, { max: now.ofBytes || 1, value: now.bytes, hidden: Boolean(now.ended) });
    step.hidden = Boolean(now.ended);
    step.textContent = now.ended
      ? ""
      : localize`${now.files} of ${now.of} files, ${inWords(now.bytes)} of ${inWords(now.ofBytes)}`;
    if (now.ended) said.textContent = localize(ENDED[now.ended]);
  };
  const run = async () => {
    isRunning = true;
    said.textContent = "";
    bar.hidden = false;
    const going = keepWhole(follow);
    await refresh();
    await going;
    isRunning = false;
    await refresh();
  };
  whole.addEventListener("click", () => isRunning ? stop() : run());
  remove.addEventListener("click", async () => {
    const isDone = await forget().then(() => true, () => false);
    said.textContent = isDone
      ? localize`Removed. Pages that you open are kept again.`
      : localize(ENDED.silent);
    if (isDone) await refresh();
  });
  const made = h(
    "dialog",
    { class: "llm-record llm-offline", "aria-labelledby": "llm-offline-title" },
    h("h2", { id: "llm-offline-title" }, localize`Read offline`),
    h(
      "p",
      {},
      localize`Pages that you open are kept on this device, with all that they need, and work
        without a network. The rest of the book is fetched when you ask for it.`,
    ),
    stands,
    bar,
    step,
    said,
    h(
      "div",
      { class: "llm-record-row" },
      whole,
      remove,
      h(
        "button",
        { type: "button", class: "llm-main", onclick: () => made.close() },
        localize`Close`,
      ),
    ),
  );
  made.addEventListener("click", (event) => event.target === made && made.close()); // beside it
  document.body.append(made);
  return { made, refresh, run };
}

/**
 * Offer the dialog below the contents.
 * @returns {() => Promise<void>} what goes on with the whole book, where a page has begun it
 */
export function offerToKeep() {
  /** @type {ReturnType<typeof makeDialog> | null} */
  let dialog = null;
  const show = async () => {
    dialog ??= makeDialog();
    await dialog.refresh();
    dialog.made.showModal();
  };
  const button = h("button", { type: "button", class: "llm-offline-button", onclick: show });
  button.textContent = localize`Read offline`;
  document.querySelector("#contents")?.append(button);
  return async () => {
    if (!isWanted() || !(await askReport()).missing.length) return;
    dialog ??= makeDialog();
    await dialog.run();
  };
}
