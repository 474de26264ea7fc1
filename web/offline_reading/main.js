// What each page does so that the book works without a network; web/book_extension.py joins the
// files. worker.js is the other half, and says what is kept.

import { ask, isOffered, startWorker } from "./asking.js";
import { listWhatIsHere } from "./away.js";
import { offerToKeep } from "./dialog.js";
import { tellOfNewVersions } from "./notice.js";

/** Which files a reader who pays for each byte wants kept: those that the page has anyway. */
function onlyTheLoaded() {
  const { saveData, type } = Reflect.get(navigator, "connection") ?? {};
  if (!saveData && type !== "cellular") return undefined;
  return performance.getEntriesByType("resource").map(({ name }) => name.split("?")[0]);
}

async function begin() {
  if (document.readyState !== "complete") {
    await new Promise((done) => addEventListener("load", done, { once: true }));
  }
  const registration = await startWorker();
  tellOfNewVersions(registration);
  await navigator.serviceWorker.ready; // it never is where the first version can't be kept
  const goOn = offerToKeep();
  await listWhatIsHere();
  const { kept } = await ask({ ask: "keep", page: location.href, only: onlyTheLoaded() });
  document.documentElement.dataset.kept = kept ? "yes" : "no";
  await goOn();
}

// A browser that keeps nothing has only the network, as if there were no worker.
if (isOffered()) begin().catch(() => {});
