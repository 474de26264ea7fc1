// Recorded runs: what a model that the page doesn't have made of a few texts. The format, and what
// each part means, stands in llm_lib/book/measured/recorded_run.py, which checks the same.

/** @typedef {[id: number, token: string, p: number]} NextToken */
/** @typedef {Record<string, NextToken[]>} NextTokens by position, the likeliest first */
/**
 * @typedef {object} RecordedHead
 * @property {number} layer
 * @property {number} head
 * @property {number[]} queries
 * @property {number[][]} weights of the keys up to each query
 * @property {number[][]} [scores]
 */
/** @typedef {{ heads: [number, number][], next: NextTokens, text?: string }} RecordedOff */
/**
 * @typedef {{ id: number, token: string, position: number, ranks: number[] }} RecordedRanks
 * @typedef {{ position: number, ranks: number[], p: number[], [more: string]: any }} RecordedTail
 * @typedef {{ settings: Record<string, any>, text: string, [more: string]: any }} RecordedText
 */
/**
 * @typedef {object} RecordedPatch
 * @property {string} text
 * @property {string[]} tokens
 * @property {[id: number, token: string][]} answers
 * @property {number[][]} shares token by depth
 */
/**
 * @typedef {object} RecordedRun
 * @property {string} name
 * @property {string} text
 * @property {string} [title] in place of the text, where that would be too long
 * @property {number[]} ids
 * @property {string[]} tokens the first is <|endoftext|>, and not of the text
 * @property {NextTokens} [next]
 * @property {number[]} [surprises]
 * @property {RecordedHead[]} [heads]
 * @property {RecordedRanks[]} [ranks]
 * @property {RecordedPatch[]} [patches]
 * @property {RecordedOff[]} [off]
 * @property {RecordedTail[]} [tails]
 * @property {RecordedText[]} [texts]
 */
/**
 * @typedef {object} RecordedFile
 * @property {string} model
 * @property {string} made_by
 * @property {RecordedRun[]} runs
 * @property {Record<string, any>} [counts]
 */

const RECORDED_VERSION = 1;
const SUM_SLACK = 0.02; // by how much weights that were rounded may miss 1

/**
 * A record, once it is checked: what fetchFile makes of its file. Throws an Error that names what
 * is wrong.
 * @param {any} file
 * @returns {RecordedFile}
 */
export function readRecorded(file) {
  if (file?.format !== "recorded-run") {
    throw new Error(`this is no recorded run: its format is ${JSON.stringify(file?.format)}`);
  }
  if (file.version !== RECORDED_VERSION) {
    throw new Error(
      `this recorded run has version ${JSON.stringify(file.version)}; version ` +
        `${RECORDED_VERSION} can be read`,
    );
  }
  takeField(file, "model", "text", "the file");
  takeField(file, "made_by", "text", "the file");
  const runs = takeField(file, "runs", "list", "the file");
  runs.forEach((/** @type {any} */ run, /** @type {number} */ i) => checkRun(run, `run ${i}`));
  const names = new Set(runs.map((/** @type {RecordedRun} */ run) => run.name));
  demand(names.size === runs.length, "the file", "two runs have one name");
  return file;
}

/**
 * @param {boolean} holds
 * @param {string} where
 * @param {string} said
 */
function demand(holds, where, said) {
  if (!holds) throw new Error(`this recorded run is damaged: ${where}: ${said}`);
}

/** @type {Record<string, [words: string, is: (value: any) => boolean]>} */
const KINDS = {
  text: ["a text", (value) => typeof value === "string"],
  list: ["a list", Array.isArray],
  object: [
    "an object",
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  ],
};

/**
 * A field that has to be there.
 * @param {any} data
 * @param {string} name
 * @param {string} kind
 * @param {string} where
 * @returns {any}
 */
function takeField(data, name, kind, where) {
  const [words, is] = KINDS[kind];
  demand(KINDS.object[1](data) && name in data, where, `${name} is missing`);
  demand(is(data[name]), where, `${name} should be ${words}`);
  return data[name];
}

/**
 * A list of numbers that has to be there.
 * @param {any} data
 * @param {string} name
 * @param {string} where
 * @param {{ n?: number, low?: number, high?: number }} [limits] n: how many there have to be
 * @returns {number[]}
 */
function takeNumbers(data, name, where, { n = NaN, low = -Infinity, high = Infinity } = {}) {
  const numbers = takeField(data, name, "list", where);
  demand(isNaN(n) || numbers.length === n, where, `${name} should have ${n} entries`);
  for (const x of numbers) {
    demand(Number.isFinite(x), where, `${name} holds what is no number`);
    demand(low <= x, where, `${name} holds ${x}, which is less than ${low}`);
    demand(x <= high, where, `${name} holds ${x}, which is more than ${high}`);
  }
  return numbers;
}

/**
 * A whole number from 0 and below n.
 * @param {any} data
 * @param {string} name
 * @param {string} where
 * @param {number} [n]
 */
function takePlace(data, name, where, n = Infinity) {
  demand(KINDS.object[1](data) && name in data, where, `${name} is missing`);
  const value = data[name];
  const isWhole = Number.isInteger(value) && value >= 0;
  demand(isWhole, where, `${name} should be a whole number, 0 or more`);
  demand(value < n, where, `${name} should be below ${n}`);
}

/**
 * @param {any} run
 * @param {string} place
 */
function checkRun(run, place) {
  const where = `${place}, ${takeField(run, "name", "text", place)}`;
  takeField(run, "text", "text", where);
  const tokens = takeField(run, "tokens", "list", where);
  demand(tokens.every(KINDS.text[1]), where, "tokens should be texts");
  demand(tokens.length > 0, where, "tokens is empty");
  takeNumbers(run, "ids", where, { n: tokens.length, low: 0 });
  if ("surprises" in run) takeNumbers(run, "surprises", where, { n: tokens.length - 1, low: 0 });
  if ("next" in run) checkNext(run, where, tokens.length);
  for (const [part, check] of Object.entries(PART_CHECKS)) {
    if (!(part in run)) continue;
    takeField(run, part, "list", where).forEach((
      /** @type {any} */ entry,
      /** @type {number} */ i,
    ) => check(entry, `${where}, ${part} ${i}`, tokens.length));
  }
}

/** @param {number[]} numbers */
const isFalling = (numbers) => numbers.every((x, i) => i === 0 || numbers[i - 1] >= x);

/** @param {number[]} numbers */
const sumOf = (numbers) => numbers.reduce((sum, x) => sum + x, 0);

/**
 * @param {any} data
 * @param {string} where
 * @param {number} T how many tokens there are
 */
function checkNext(data, where, T) {
  for (const [position, rows] of Object.entries(takeField(data, "next", "object", where))) {
    const at = `${where}, next ${position}`;
    demand(/^\d+$/.test(position) && Number(position) < T, at, `there are ${T} tokens`);
    demand(Array.isArray(rows) && rows.length > 0, at, "there is no token");
    demand(rows.every(isNextToken), at, "each entry should be [id, token, p]");
    const p = rows.map((/** @type {NextToken} */ row) => row[2]);
    takeNumbers({ p }, "p", at, { low: 0, high: 1 });
    demand(isFalling(p), at, "p should fall");
    demand(sumOf(p) <= 1 + SUM_SLACK, at, "p sums to more than 1");
  }
}

/** @param {any} row */
const isNextToken = (row) => Array.isArray(row) && row.length === 3 && typeof row[1] === "string";

/** @typedef {(entry: any, where: string, T: number) => void} PartCheck T: how many tokens */

/** @type {PartCheck} */
function checkHead(head, where, T) {
  takePlace(head, "layer", where);
  takePlace(head, "head", where);
  const queries = takeNumbers(head, "queries", where, { low: 0, high: T - 1 });
  for (const part of "scores" in head ? ["weights", "scores"] : ["weights"]) {
    const rows = takeField(head, part, "list", where);
    const n = queries.length;
    demand(rows.length === n, where, `${part} should have ${n} entries`);
    queries.forEach((query, i) => {
      const at = `${where}, query ${query}`;
      const limits = part === "weights" ? { low: 0, high: 1 } : {};
      takeNumbers({ [part]: rows[i] }, part, at, { n: query + 1, ...limits });
      const isWhole = part === "scores" || Math.abs(sumOf(rows[i]) - 1) <= SUM_SLACK;
      demand(isWhole, at, "the weights do not sum to 1");
    });
  }
}

/** @type {PartCheck} */
function checkRanks(entry, where, T) {
  takeField(entry, "token", "text", where);
  takePlace(entry, "id", where);
  takePlace(entry, "position", where, T);
  takeNumbers(entry, "ranks", where, { low: 1 });
}

/** @type {PartCheck} */
function checkPatch(entry, where, T) {
  takeField(entry, "text", "text", where);
  const answers = takeField(entry, "answers", "list", where);
  demand(answers.length === 2, where, "answers should have 2 entries");
  for (const part of ["tokens", "shares"]) {
    const rows = takeField(entry, part, "list", where);
    demand(rows.length === T, where, `${part} should have ${T} entries`);
  }
  const [first, ...rest] = entry.shares;
  const n = takeNumbers({ shares: first }, "shares", where).length;
  for (const shares of rest) takeNumbers({ shares }, "shares", where, { n });
}

/** @type {PartCheck} */
function checkOff(entry, where, T) {
  for (const heads of takeField(entry, "heads", "list", where)) {
    takeNumbers({ heads }, "heads", where, { n: 2, low: 0 });
  }
  checkNext(entry, where, T);
}

/** @type {PartCheck} */
function checkTail(entry, where, T) {
  takePlace(entry, "position", where, T);
  const ranks = takeNumbers(entry, "ranks", where, { low: 1 });
  const p = takeNumbers(entry, "p", where, { n: ranks.length, low: 0, high: 1 });
  demand(ranks.every((x, i) => i === 0 || ranks[i - 1] < x), where, "ranks should grow");
  demand(isFalling(p), where, "p should fall");
}

/** @type {PartCheck} */
function checkText(entry, where) {
  takeField(entry, "settings", "object", where);
  takeField(entry, "text", "text", where);
}

/** @type {Record<string, PartCheck>} */
const PART_CHECKS = {
  heads: checkHead,
  ranks: checkRanks,
  patches: checkPatch,
  off: checkOff,
  tails: checkTail,
  texts: checkText,
};
