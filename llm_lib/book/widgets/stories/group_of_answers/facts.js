// Advantages from marks, and what one step does to each answer.

/** @typedef {{ text: string, p: number }} Answer */
/**
 * @typedef {object} Settings
 * @property {string} passage
 * @property {string} question
 * @property {Answer[]} answers
 * @property {number[]} draws
 * @property {number[]} right
 * @property {number[][]} marks
 * @property {Record<string, number[]>} after
 * @property {{ prompt: string, text: string, p: number }} easy
 */
/** @typedef {ReturnType<typeof groupOf>} Group */
/** @typedef {ReturnType<typeof factsOf>} Facts */

/**
 * How much better each mark is than its group, in standard deviations; 0 where all are alike.
 * @param {number[]} marks
 */
export function advantagesOf(marks) {
  const mean = marks.reduce((sum, mark) => sum + mark, 0) / marks.length;
  const squares = marks.reduce((sum, mark) => sum + (mark - mean) ** 2, 0);
  const spread = Math.sqrt(squares / (marks.length - 1));
  const alike = marks.every((mark) => mark === marks[0]);
  return { mean, spread, alike, advantages: marks.map((m) => alike ? 0 : (m - mean) / spread) };
}

/**
 * The words with which all begin.
 * @param {string[]} texts
 */
function sharedBeginning(texts) {
  const all = texts.map((text) => text.split(" "));
  let n = 0;
  while (all.every((words) => n < words.length - 1 && words[n] === all[0][n])) n += 1;
  return all[0].slice(0, n).join(" ");
}

/**
 * A group under certain marks, one for each different answer.
 * @param {Settings} settings
 * @param {number[]} marks
 */
function groupOf({ answers, draws, after }, marks) {
  const of = draws.map((place) => marks[place]);
  return {
    marks: of,
    each: marks,
    ...advantagesOf(of),
    before: answers.map(({ p }) => p),
    after: after[marks.join("")],
  };
}

/** @param {Settings} settings */
export function factsOf(settings) {
  const { answers, draws } = settings;
  const beginning = sharedBeginning(answers.map(({ text }) => text));
  const short = answers.map(({ text }) => text.slice(beginning.length).trim());
  return {
    ...settings,
    beginning,
    short,
    drawn: draws.map((place) => short[place]),
    counts: answers.map((_, i) => draws.filter((place) => place === i).length),
    group: groupOf(settings, settings.right),
    yours: groupOf(settings, settings.marks[0]),
  };
}
