// What Transplant finds, in sentences.

/** @import { Patient } from "../transplant.js" */

/**
 * Two patients compared.
 * @typedef {object} Shown
 * @property {Patient} healthy
 * @property {Patient} now
 * @property {Record<string, number>} errors by place
 * @property {string} firstWrong
 * @property {string} jump where another mistake shows behind it, or ""
 * @property {[name: string, error: number][]} inside of the first wrong part
 */

/** @type {Record<string, [name: string, activation: string][]>} by the kind of part */
export const INSIDE = {
  attention: [
    ["queries", "attention.q"],
    ["keys", "attention.k"],
    ["values", "attention.v"],
    ["attention weights", "attention.pattern"],
  ],
  "feed-forward": [["hidden", "feed_forward.post"]],
};

const SLIGHT = 1e-3; // an error below it changes no word
const JUMP = 10; // times all errors before: what a healthy part does with wrong input stays below

/**
 * The first place behind the first wrong one whose error is far larger than all before: there is
 * another mistake. Beside a large first mistake, none can be told.
 * @param {Record<string, number>} errors by place, in the order in which a model computes them
 */
export function findJump(errors) {
  let most = 0;
  for (const [place, error] of Object.entries(errors)) {
    const isPart = !place.startsWith("stream"); // which only adds up what parts say
    if (isPart && most && error > SLIGHT && error > JUMP * most) return place;
    most = Math.max(most, error);
  }
  return "";
}

/**
 * An error in at most four characters: 0, 3e-5, 0.07, 1.2, 14.
 * @param {number} error
 */
export function shortError(error) {
  if (error === 0) return "0";
  if (error < 0.005) return error.toExponential(0).replace("-", "−");
  return error < 9.95 ? error.toFixed(error < 0.095 ? 2 : 1) : error.toFixed(0);
}

/**
 * What the first wrong part tells about the mistake.
 * @param {Shown} shown
 */
function clue({ errors, firstWrong, inside }) {
  if (errors[firstWrong] < SLIGHT) {
    return "So small a difference comes from a number such as eps, or from rounding.";
  }
  if (firstWrong === "logits") return "All layers are right, so it is the head.";
  if (firstWrong.startsWith("feed")) {
    return "The attention before it is right: look at up and down.";
  }
  const wrong = (/** @type {string} */ name) =>
    (inside.find(([each]) => each === name)?.[1] ?? 0) > SLIGHT;
  if (wrong("queries") && wrong("values")) {
    return "Queries, keys and values are all wrong there: look at their matrices.";
  }
  return "Values are right there, queries and keys are not: look at their order and their pairs.";
}

/** What a jump at a place tells. @param {string} place */
function jumpClue(place) {
  const [kind] = place.split(" ");
  const look = { logits: "the head", "feed-forward": "up and down" }[kind] ??
    "the matrices of that attention layer";
  return ` A far larger one shows at ${place}: look at ${look}, too.`;
}

/**
 * Where the transplant is wrong first, and what comes of it.
 * @param {Shown} shown
 */
export function findingOf(shown) {
  const { healthy, now, errors, firstWrong, jump } = shown;
  if (!firstWrong) {
    return "It speaks: every number is the healthy model’s, from the embedding to the logits.";
  }
  const losses = [now.loss, healthy.loss].map((loss) => loss.toFixed(2));
  const guess = Math.log(now.next.length);
  const silent = now.written === healthy.written
    ? ", and the text is the same: reading it would not have shown the mistake."
    : Number(losses[0]) < Number(losses[1])
    ? ": lower, which on one short text says little."
    : now.loss > guess
    ? `. A uniform guess has ${guess.toFixed(2)}: it is sure, and wrong.`
    : ".";
  const more = jump ? jumpClue(jump) : "";
  return `First wrong: ${firstWrong}, by ${shortError(errors[firstWrong])}. ${clue(shown)}` +
    `${more} Loss ${losses[0]}, healthy ${losses[1]}${silent}`;
}
