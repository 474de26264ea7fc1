// The shell game, as llm_lib.book.studies.shell_game has it: balls lie under cups, pairs of cups
// are swapped; where are the balls? "cdaBECD=" is a problem, ":dca." its answer at once, and
// "BEcdaCDdca:dca." the same, thought aloud.

export const CUPS = "abcde";
export const BALLS = 3;
export const TRAINED = 6; // the most swaps of a problem that a model is trained on
const CLOSE = ":"; // of a thought, and of a text
const END = ".";

const CHARACTERS = `${END}${CLOSE}=${CUPS}${CUPS.toUpperCase()}`;
const IDS = new Map(Array.from(CHARACTERS, (character, id) => [character, id]));

/** How many different answers there are: a guess is right once in so many. */
export const GUESSES = Array.from({ length: BALLS }, (_, i) => CUPS.length - i)
  .reduce((product, n) => product * n, 1);

export const VOCABULARY = CHARACTERS.length;
export const END_ID = 0;

/** @typedef {"at once" | "thinking"} Way in which a model answers */

/**
 * The ids of a text. Throws an Error in words for a character that the game does not have.
 * @param {string} text
 */
export function gameIds(text) {
  return Array.from(text, (character) => {
    const id = IDS.get(character);
    if (id === undefined) throw new Error(`The game has no character ${character}.`);
    return id;
  });
}

/** @param {Iterable<number>} ids */
export const gameText = (ids) => Array.from(ids, (id) => CHARACTERS[id]).join("");

/** All pairs that can be swapped, the first in the alphabet first. */
export const PAIRS = Array.from(CUPS.toUpperCase()).flatMap((first, i, all) =>
  all.slice(i + 1).map((second) => first + second)
);

/**
 * A problem with so many swaps.
 * @param {() => number} random
 * @param {number} n
 */
export function drawProblem(random, n) {
  const below = (/** @type {number} */ most) => Math.floor(random() * most);
  const cups = Array.from(CUPS);
  const balls = Array.from({ length: BALLS }, () => cups.splice(below(cups.length), 1)[0]);
  const swaps = Array.from({ length: n }, () => PAIRS[below(PAIRS.length)]);
  return `${balls.join("")}${swaps.join("")}=`;
}

/**
 * The swaps of a problem.
 * @param {string} problem
 * @returns {string[]}
 */
export const swapsOf = (problem) => problem.slice(BALLS, -1).match(/../g) ?? [];

/**
 * Where the balls are after a swap.
 * @param {string} balls
 * @param {string} pair
 */
export function swapped(balls, pair) {
  const [one, other] = pair.toLowerCase();
  const moved = (/** @type {string} */ cup) => cup === one ? other : cup === other ? one : cup;
  return Array.from(balls, moved).join("");
}

/**
 * Where the balls are after each swap.
 * @param {string} problem
 */
export function trackBalls(problem) {
  let balls = problem.slice(0, BALLS);
  return swapsOf(problem).map((pair) => balls = swapped(balls, pair));
}

/**
 * Where the balls end.
 * @param {string} problem
 */
export const solution = (problem) => trackBalls(problem).at(-1) ?? problem.slice(0, BALLS);

/**
 * What a model is shown as the answer: where the balls end; or before it each swap, copied, with
 * where they are after it.
 * @param {string} problem
 * @param {Way} way
 */
export function shownAnswer(problem, way) {
  const answer = `${CLOSE}${solution(problem)}${END}`;
  if (way === "at once") return answer;
  const places = trackBalls(problem);
  return swapsOf(problem).map((pair, i) => pair + places[i]).join("") + answer;
}

/**
 * The cups named behind the colon, or "" where there is no such end.
 * @param {string} written
 */
export const finalAnswer = (written) => written.match(/:([a-e]+)\.?$/)?.[1] ?? "";

/** How many characters an answer may have. @param {string} problem */
export const longestAnswer = (problem) => (swapsOf(problem).length + 2) * (BALLS + 2);

/**
 * @typedef {object} Thought one step that a model has written
 * @property {string} pair
 * @property {string} balls
 * @property {boolean} copied whether this is the swap whose turn it is
 * @property {boolean} follows whether the balls are where that swap takes them from where the step
 *   before said they were
 */

/**
 * The steps of an answer, each held against the rules; a step that is not whole yet is left out.
 * @param {string} problem
 * @param {string} written
 */
export function checkThought(problem, written) {
  const swaps = swapsOf(problem);
  const size = 2 + BALLS;
  const [text] = written.split(CLOSE);
  let before = problem.slice(0, BALLS);
  /** @type {Thought[]} */
  const steps = [];
  for (let at = 0; at + size <= text.length; at += size) {
    const [pair, balls] = [text.slice(at, at + 2), text.slice(at + 2, at + size)];
    steps.push({
      pair,
      balls,
      copied: pair === swaps[steps.length],
      follows: balls === swapped(before, pair),
    });
    before = balls;
  }
  return steps;
}
