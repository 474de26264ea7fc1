// What ArchitectureLab says of a change, and of a design.

import { COUNTED, hasWindows, labBytes, signedPercent } from "./counts.js";
import { differing, LAB_PARTS } from "./parts.js";
import { capital, inUnits } from "../shared/words.js";

/** @import { Design } from "./parts.js" */
/** @import { LabCounts } from "./counts.js" */

/**
 * Whose parts a design has.
 * @param {Design} d
 * @param {Design} gpt2
 */
export function kindOf(d, gpt2) {
  const differ = differing(d, gpt2);
  const llama = ["norm", "bias", "position", "mlp"].every((key) => differ.includes(key));
  if (d.delta_layers.length === d.n_layer) return "a model of linear attention alone";
  if (d.delta_layers.length) return d.experts ? "a hybrid with experts" : "a hybrid";
  if (d.experts) return "a mixture of experts";
  if (llama) return hasWindows(d) ? "a Llama with windows" : "a Llama";
  return differ.length ? "on the way from GPT-2 to a Llama" : "GPT-2's parts";
}

/**
 * A published model, or what it is nearest to.
 * @param {Design} d
 * @param {Record<string, Design>} presets
 */
export const nameOf = (d, presets) =>
  Object.keys(presets).find((name) => sameDesign(presets[name], d)) ?? "";

/**
 * Whether two designs are one, in whatever order their fields stand.
 * @param {Design} a
 * @param {Design} b
 */
export const sameDesign = (a, b) =>
  Object.keys(a).every((key) => inOrder(a[key]) === inOrder(b[key]));

/** @param {any} value a field */
const inOrder = (value) =>
  JSON.stringify(
    value && typeof value === "object" && !Array.isArray(value)
      ? Object.entries(value).sort()
      : value,
  );

/**
 * @param {string} name
 * @param {number} now
 * @param {number} then
 */
function effect(name, now, then) {
  if (!then || !now) return now ? `${name} again` : `${name} no longer grows`;
  const ratio = now / then;
  const times = (/** @type {number} */ n) => Number(n.toPrecision(2)).toLocaleString("en");
  if (ratio >= 1.95) return `${name} ${times(ratio)} times larger`;
  if (ratio <= 0.5125) return `${name} ${times(1 / ratio)} times smaller`;
  return `${name} ${signedPercent(ratio - 1)}`;
}

/**
 * What a change did to the counts: "cache 4 times smaller (against the step before)".
 * @param {LabCounts} now
 * @param {LabCounts} then
 */
export function effects(now, then) {
  const same = (/** @type {keyof LabCounts} */ a, /** @type {keyof LabCounts} */ b) =>
    Math.abs(now[a] / then[a] - now[b] / then[b]) < 1e-9;
  const keys = /** @type {(keyof LabCounts)[]} */ (Object.keys(COUNTED)).filter((key) =>
    now[key] !== then[key] &&
    !(key === "active" && same("active", "parameters")) &&
    !(key === "active" && now.active === now.parameters && then.active === then.parameters) &&
    !(key === "cache_token" && Math.abs(now.cache / then.cache / (now[key] / then[key]) - 1) < 0.05)
  );
  if (!keys.length) return "nothing counted here changes";
  const said = keys.map((key) => effect(COUNTED[key].said, now[key], then[key]));
  return `${said.join(", ")} (against the step before)`; // the bars may compare with GPT-2
}

/**
 * What differs between two designs of one size: "RMSNorm in place of LayerNorm".
 * @param {Design} now
 * @param {Design} then
 */
export function changes(now, then) {
  const said = differing(now, then).map((key) => {
    const [a, b] = [now, then].map((design) => LAB_PARTS[key].is(design));
    return `${a} in place of ${withoutEnd(b, a)}`;
  });
  return capital(said.join("; "));
}

/**
 * Without the last words that another text has, too: "12 key/value heads", "3 key/value heads" ->
 * "12". All of it where nothing would be left, or half a bracket.
 * @param {string} text
 * @param {string} other
 */
function withoutEnd(text, other) {
  const [own, others] = [text.split(" "), other.split(" ")];
  while (own.length && own.at(-1) === others.pop()) own.pop();
  return own.length && !text.includes("(") ? own.join(" ") : text;
}

/**
 * @param {Design} design
 * @param {LabCounts} counts
 * @param {number} n_tokens
 */
export function sizeWords(design, counts, n_tokens) {
  const { parameters, active, cache_token, cache } = counts;
  const met = active === parameters
    ? "all of which each token meets"
    : `of which a token meets ${inUnits(active)}`;
  const until = hasWindows(design) ? " until its windows are full" : "";
  return `${inUnits(parameters)} parameters, ${met}; ${labBytes(cache_token)} of cache per ` +
    `token${until}, ${labBytes(cache)} at ${n_tokens.toLocaleString("en")}.` +
    reachWords(design, n_tokens);
}

/**
 * Learned positions end somewhere; the counts go on as if they did not.
 * @param {Design} design
 * @param {number} n_tokens
 */
export const reachWords = ({ position, context_length }, n_tokens) =>
  position === "learned" && n_tokens > context_length
    ? ` Its learned positions end at ${context_length.toLocaleString("en")}: so long a text is ` +
      "counted only to compare."
    : "";
