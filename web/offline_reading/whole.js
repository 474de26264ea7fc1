// The whole book on this device: fetched file by file, as long as a page of the book is open. What
// a page leaves undone, the next one goes on with.

import { ask, askReport } from "./asking.js";

/** @import { Fault } from "./asking.js" */

const KEY = "llm-from-scratch.offline"; // "whole" where the reader wants all of it
const LANES = 4;
/**
 * How far it has come. ended: why it does not go on.
 * @typedef {object} Step
 * @property {number} files
 * @property {number} of
 * @property {number} bytes
 * @property {number} ofBytes
 * @property {"" | "done" | "stopped" | "changed" | Fault} ended
 */

/** @returns {boolean} */
export const isWanted = () => {
  try {
    return localStorage.getItem(KEY) === "whole";
  } catch { // a browser that keeps nothing
    return false;
  }
};

/** @param {boolean} yes */
function want(yes) {
  try {
    if (yes) localStorage.setItem(KEY, "whole");
    else localStorage.removeItem(KEY);
  } catch { /* then it is wanted as long as this page is open */ }
}

let isStopped = false;

/** Fetch no more. */
export function stop() {
  isStopped = true;
  want(false);
}

/** Keep nothing but what every reader's browser does. */
export async function forget() {
  stop();
  await navigator.locks.request(KEY, () => ask({ ask: "forget" })); // once nothing is fetched
}

/**
 * Fetch what is missing, and say after each file how far it is. Another page of the book that does
 * it already is left to it.
 * @param {(step: Step) => void} say
 */
export async function keepWhole(say) {
  isStopped = false;
  want(true);
  // where a browser needs room, it takes it from others first; some ask the reader
  navigator.storage?.persist?.().catch(() => {});
  await navigator.locks.request(KEY, async () => {
    /** @type {Step} */
    const step = { files: 0, of: 0, bytes: 0, ofBytes: 0, ended: "" };
    await fetchMissing(step, say).catch(() => step.ended = "silent");
    step.ended ||= "done";
    if (step.ended === "room") stop(); // it would fail on every page
    say(step);
  });
}

/**
 * Fetch file by file, until the step says why it has ended or nothing is missing. Rejects where
 * nobody answers.
 * @param {Step} step
 * @param {(step: Step) => void} say
 */
async function fetchMissing(step, say) {
  const { missing } = await askReport();
  step.of = missing.length;
  for (const [, bytes] of missing) step.ofBytes += bytes;
  const lane = async () => {
    while (missing.length && !step.ended) {
      const next = missing.shift();
      if (!next) break;
      const [address, bytes] = next;
      const { kept, fault } = await ask({ ask: "fetchOne", address });
      if (!kept) step.ended ||= fault ?? "changed";
      else if (isStopped) step.ended ||= "stopped";
      else Object.assign(step, { files: step.files + 1, bytes: step.bytes + bytes });
      if (!step.ended) say(step);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}
