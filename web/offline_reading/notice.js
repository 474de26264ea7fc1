// A new version of the book is told in the header, where nothing is covered by it, and shown when
// the reader says so: then every open page of the book is loaded anew.

import { h } from "../../llm_lib/book/widgets/shared/dom.js";
import { localize } from "../../llm_lib/book/widgets/shared/localize.js";

/**
 * Tell of new versions from now on.
 * @param {ServiceWorkerRegistration} registration
 */
export function tellOfNewVersions(registration) {
  const box = h("div", { class: "llm-notice", role: "status" });
  document.querySelector(".llm-where")?.after(box);
  let isAsked = false;

  const reload = () => {
    isAsked = true;
    if (registration.waiting) registration.waiting.postMessage("take over");
    else location.reload(); // it has taken over already
  };
  const tell = () => {
    if (!registration.waiting || !registration.active || box.childElementCount) return;
    const name = localize`New version`;
    const words = h(
      "span",
      {},
      name,
      h("span", { class: "visually-hidden" }, localize` of this book`),
    );
    const close = () => box.replaceChildren();
    box.append(
      words,
      h(
        "button",
        { type: "button", class: "llm-notice-reload", onclick: reload },
        localize`Reload`,
      ),
      h("button", { type: "button", "aria-label": localize`Not now`, onclick: close }, "×"),
    );
  };
  const follow = () => {
    const coming = registration.installing;
    coming?.addEventListener("statechange", () => coming.state === "installed" && tell());
  };
  tell();
  follow();
  registration.addEventListener("updatefound", follow);

  let before = navigator.serviceWorker.controller;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    // at the first visit the worker comes to a page that has none: nothing is new
    if (before || isAsked) location.reload();
    before = navigator.serviceWorker.controller;
  });
}
