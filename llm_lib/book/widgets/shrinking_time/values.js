// What a training takes with some of its changes: as it was trained, or an estimate by ratios.

/**
 * @typedef {object} Change
 * @property {string} name
 * @property {number} steps by how much it multiplied the steps
 * @property {number} time and the seconds per step
 * @property {number} cost
 * @property {number} low the end of the range of `cost`
 * @property {number} high
 * @property {number} seeds
 */
/** @typedef {{ on: string[], steps: number, seconds: number }} Trained */
/** @typedef {{ steps: number, seconds: number }} Run */
/** @typedef {Run & { measured: boolean, product: Run }} Shown */

const TUNED = "AdamW, tuned";
const MUON = "Muon"; // which has a rate of its own

/** Whether a change does nothing, since another one takes its place. @param {string[]} on */
export const isReplaced = (/** @type {string} */ name, on) => name === TUNED && on.includes(MUON);

/**
 * Those that count, in the order of the page.
 * @param {Change[]} changes
 * @param {string[]} on
 */
export const counting = (changes, on) =>
  changes.filter(({ name }) => on.includes(name) && !isReplaced(name, on));

/**
 * The run with these changes. Where nobody has trained it, it is the longest part of it that was
 * trained, times the ratios of what comes after. `product` multiplies all ratios.
 * @param {Change[]} changes
 * @param {Trained[]} trained the first of which has no change
 * @param {string[]} on
 * @returns {Shown}
 */
export function runWith(changes, trained, on) {
  const those = counting(changes, on);
  const names = those.map(({ name }) => name);
  let start = trained[0];
  for (const run of trained) {
    const begins = run.on.every((name, k) => name === names[k]);
    if (begins && run.on.length > start.on.length) start = run;
  }
  const { steps, seconds } = times(start, those.slice(start.on.length));
  const measured = start.on.length === those.length;
  return { steps, seconds, measured, product: times(trained[0], those) };
}

/** @param {Run} run @param {Change[]} changes @returns {Run} */
function times({ steps, seconds }, changes) {
  for (const change of changes) {
    steps *= change.steps;
    seconds *= change.time;
  }
  return { steps, seconds };
}

/** The log's changes: all but the first, which tunes what Muon replaces. @param {Change[]} all */
export const logged = (all) => all.slice(1).map(({ name }) => name);

/** Whether little is left of the first: too little to see a change in. @param {Run} run */
export const isSmall = (run, /** @type {Run} */ first) => secondsOf(run) < secondsOf(first) / 12;

/** @param {Run} run */
export const secondsOf = ({ steps, seconds }) => steps * seconds;
