// What a page of the book and its service worker say to each other; see worker.js.

/**
 * Why something was not kept: no room, no network, or nobody who answers.
 * @typedef {"room" | "network" | "silent"} Fault
 */
/**
 * @typedef {object} Report what is on this device
 * @property {string[]} kept the addresses of the book's pages that are
 * @property {number} pages how many the book has
 * @property {[string, number][]} missing the files that are not, with their bytes over the wire
 */

const SCRIPT = /** @type {HTMLScriptElement} */ (document.currentScript);
/** The address of the book's first page, without a name. */
export const ROOT = new URL("../", SCRIPT.src).href;
const WORKER = "offline-worker.js";
const LOOK = 10_000; // ms from one look at what the worker says to the next
const MOST_LOOKS = 6; // without a word; it gives a sign of life every ten seconds
const ON_THIS_MACHINE = ["localhost", "127.0.0.1", "[::1]"]; // who builds the book sees it as it is

/** Whether pages can be kept here: not where they are read from disk, or served on this machine. */
export const isOffered = () =>
  "serviceWorker" in navigator && isSecureContext && location.protocol.startsWith("http") &&
  !ON_THIS_MACHINE.includes(location.hostname);

/** Start the worker, or find it at work. Rejects where the browser keeps nothing. */
export const startWorker = () =>
  navigator.serviceWorker.register(ROOT + WORKER, { scope: ROOT, updateViaCache: "none" });

/**
 * The worker's answer to a question. Rejects, with an Error in words, once the worker has said
 * nothing for a minute: a browser may end it at any time, and does not tell.
 * @param {{ ask: string, [name: string]: unknown }} question
 * @returns {Promise<any>}
 */
export function ask(question) {
  return new Promise((done, fail) => {
    const { port1, port2 } = new MessageChannel();
    let looks = 0;
    const end = () => {
      clearInterval(timer);
      port1.close();
    };
    // Looks are counted, and not the time: a page that was asleep hears first what was said.
    const timer = setInterval(() => {
      if (++looks <= MOST_LOOKS) return;
      end();
      fail(new Error("The browser has ended what keeps pages on this device."));
    }, LOOK);
    port1.onmessage = ({ data }) => {
      looks = 0;
      if (data.isWorking) return;
      end();
      done(data);
    };
    navigator.serviceWorker.ready.then(({ active }) => active?.postMessage(question, [port2]));
  });
}

/** @returns {Promise<Report>} */
export const askReport = () => ask({ ask: "report" });
