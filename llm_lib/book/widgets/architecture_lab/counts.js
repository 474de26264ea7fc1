// What ArchitectureLab counts of a design, and how it is written.

import {
  countActive,
  countCachePerToken,
  countFlops,
  countInference,
  countParameters,
  sum,
} from "../../engine/model_size.js";
import { h } from "../shared/dom.js";
import { cssPercent, inUnits } from "../shared/words.js";

/** @import { Design } from "./parts.js" */
/** @typedef {Record<keyof typeof COUNTED, number>} LabCounts */

/**
 * Bytes as all of the book's widgets write them: in powers of ten.
 * @param {number} n
 */
export const labBytes = (n) =>
  inUnits(n, [[1e12, "TB"], [1e9, "GB"], [1e6, "MB"], [1e3, "kB"], [1, "bytes"]]);

/**
 * What is counted: what its bar is called, how a sentence calls it, how it is written, and whether
 * it holds at one length of the text.
 */
export const COUNTED = {
  parameters: { name: "parameters", said: "parameters", write: inUnits },
  active: { name: "of these, for one token", said: "active parameters", write: inUnits },
  cache_token: { name: "cache per token", said: "cache per token", write: labBytes },
  cache: { name: "cache", said: "cache", write: labBytes, at: true },
  flops: { name: "FLOPs per token", said: "FLOPs per token", write: inUnits, at: true },
};

/**
 * Whether a layer has a window, so that it keeps no more once that is full.
 * @param {Design} design
 */
export const hasWindows = ({ window }) => window.some(Boolean);

/**
 * @param {Design} design
 * @param {number} n_tokens
 * @returns {LabCounts}
 */
export function countDesign(design, n_tokens) {
  const use = { batch_size: 1, bytes_per_number: 2, n_tokens };
  const c = /** @type {any} */ ({ head_size: design.head_dim, windows: design.window, ...use });
  Object.assign(c, design);
  const parameters = sum(countParameters(c));
  return {
    parameters,
    active: countActive(c),
    cache_token: countCachePerToken(c),
    cache: countInference(c, parameters).cache,
    flops: sum(countFlops(c)),
  };
}

/**
 * How many times as much: "× 4.0", "−7.0 %", "=".
 * @param {number} now
 * @param {number} then
 */
export function ratioWords(now, then) {
  const ratio = now / then;
  if (now === then) return "=";
  if (!then || !now) return now ? "new" : "none";
  if (ratio >= 1.95) return `×\u00a0${Number(ratio.toPrecision(2)).toLocaleString("en")}`;
  if (ratio <= 0.5125) return `÷\u00a0${Number((1 / ratio).toPrecision(2)).toLocaleString("en")}`;
  return signedPercent(ratio - 1);
}

/**
 * 0.07 -> "+7 %": as many digits as it needs.
 * @param {number} change
 */
export function signedPercent(change) {
  const size = 100 * Math.abs(change);
  const digits = size >= 10 ? size.toFixed(0) : String(Number(size.toPrecision(size < 1 ? 1 : 2)));
  return `${change < 0 ? "−" : "+"}${digits}\u00a0%`;
}

/** A bar for each count, with an outline for what it is compared with. */
export class LabBars {
  constructor() {
    this.element = h("ul", { class: "llm-bars", "aria-label": "What it costs" });
  }

  /**
   * @param {LabCounts} now
   * @param {LabCounts} then
   * @param {number} n_tokens
   * @param {boolean} windows whether a layer has one
   */
  show(now, then, n_tokens, windows) {
    const at = ` at ${n_tokens.toLocaleString("en")} tokens`;
    const until = windows ? ", until windows are full" : "";
    const rows = Object.entries(COUNTED).map(([key, { name, write, ...how }]) => {
      const [a, b] = [now, then].map((counts) => Reflect.get(counts, key));
      const more = "at" in how ? at : key === "cache_token" ? until : "";
      return labBar(name + more, write, a, b);
    });
    this.element.replaceChildren(...rows);
  }
}

/**
 * A row: name, bar with the outline of what it is compared with, number, and their ratio.
 * @param {string} name
 * @param {(n: number) => string} write
 * @param {number} now
 * @param {number} then
 */
function labBar(name, write, now, then) {
  const part = (/** @type {string} */ kind, /** @type {number} */ n) =>
    h("span", { class: kind, style: `width:${cssPercent(n / (Math.max(now, then) || 1))}` });
  const track = h("span", { class: "llm-bar-track" }, part("llm-bar-fill", now));
  track.append(part("llm-bar-raw", then));
  return h(
    "li",
    { class: "llm-bar" },
    h("span", { class: "llm-bar-name" }, name),
    track,
    h("span", { class: "llm-bar-number" }, write(now)),
    h("span", { class: "llm-archlab-ratio" }, ratioWords(now, then)),
  );
}
