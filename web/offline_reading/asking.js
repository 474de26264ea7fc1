// What a page of the book and its service worker say to each other; see worker.js.

/** @typedef {"room" | "network"} Fault why something was not kept: no room, or no network */
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
const ON_THIS_MACHINE = ["localhost", "127.0.0.1", "[::1]"]; // who builds the book sees it as it is

/** Whether pages can be kept here: not where they are read from disk, or served on this machine. */
export const isOffered = () =>
  "serviceWorker" in navigator && isSecureContext && location.protocol.startsWith("http") &&
  !ON_THIS_MACHINE.includes(location.hostname);

/** Start the worker, or find it at work. Rejects where the browser keeps nothing. */
export const startWorker = () =>
  navigator.serviceWorker.register(ROOT + WORKER, { scope: ROOT, updateViaCache: "none" });

/**
 * The worker's answer to a question.
 * @param {{ ask: string, [name: string]: unknown }} question
 * @returns {Promise<any>}
 */
export async function ask(question) {
  const { active } = await navigator.serviceWorker.ready;
  const { port1, port2 } = new MessageChannel();
  return new Promise((done) => {
    port1.onmessage = ({ data }) => {
      port1.close();
      done(data);
    };
    active.postMessage(question, [port2]);
  });
}

/** @returns {Promise<Report>} */
export const askReport = () => ask({ ask: "report" });
