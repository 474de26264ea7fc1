// Counts of runs of words or letters: what llm_lib.before.ngram counts and draws from.

/** @typedef {{ total: number, next: Map<string, number> }} Row what came after a context */
/** @typedef {{ n: number, k: number, interpolate: boolean }} Settings */

/** The longest run that is counted, in tokens. */
export const LONGEST = 6;

const WORD = /[\p{L}\p{N}_]+(?:'[\p{L}\p{N}_]+)*|[^\p{L}\p{N}_\s]/gu;
const SEPARATOR = "\u0001"; // between the tokens of a key

/**
 * Cut a text into words and marks, or into characters, as llm_lib.tokenizer does.
 * @param {string} text
 * @param {string} unit
 */
export const cutText = (text, unit) => unit === "words" ? text.match(WORD) ?? [] : Array.from(text);

/** All runs of up to six tokens of a text, counted. */
export class RunCounts {
  /** @param {string[]} tokens */
  constructor(tokens) {
    this.vocabulary = [...new Set(tokens)].sort();
    this.size = this.vocabulary.length + 1; // and one token for all that the text does not hold
    this.tables = Array.from({ length: LONGEST }, (_, length) => {
      const table = new Map();
      for (let t = length; t < tokens.length; t++) {
        const key = tokens.slice(t - length, t).join(SEPARATOR);
        let row = table.get(key);
        if (!row) table.set(key, row = { total: 0, next: new Map() });
        row.total++;
        row.next.set(tokens[t], (row.next.get(tokens[t]) ?? 0) + 1);
      }
      return table;
    });
  }

  /**
   * What came after the last `length` tokens of a context: {total, next}.
   * @param {string[]} context
   * @param {number} length
   */
  row(context, length) {
    return this.tables[length].get(context.slice(context.length - length).join(SEPARATOR)) ??
      { total: 0, next: new Map() };
  }

  /**
   * The rows that a prediction needs, from the shortest context to the longest.
   * @param {string[]} before
   * @param {Pick<Settings, "n" | "interpolate">} options
   */
  rows(before, { n, interpolate }) {
    const context = n > 1 ? before.slice(-(n - 1)) : [];
    const longest = context.length;
    return interpolate
      ? Array.from({ length: longest + 1 }, (_, length) => this.row(context, length))
      : [this.row(context, longest)];
  }

  /**
   * p(token | rows): see llm_lib.before.ngram.NGramModel.
   * @param {Row[]} rows
   * @param {string} token
   * @param {number} k
   */
  probability(rows, token, k) {
    const extra = k * this.size;
    return rows.reduce(
      (p, { total, next }) => ((next.get(token) ?? 0) + extra * p) / (total + extra),
      1 / this.size,
    );
  }

  /**
   * e to the mean of -ln p over all tokens.
   * @param {string[]} tokens
   * @param {Settings} settings
   */
  perplexity(tokens, settings) {
    let sum = 0;
    tokens.forEach((token, t) => {
      sum -= Math.log(
        this.probability(
          this.rows(tokens.slice(Math.max(0, t - LONGEST), t), settings),
          token,
          settings.k,
        ),
      );
    });
    return Math.exp(sum / tokens.length);
  }

  /**
   * How many of these tokens follow a context of n - 1 that the text has shown.
   * @param {string[]} tokens
   * @param {number} n
   */
  known(tokens, n) {
    return tokens.filter((_, t) =>
      this.row(tokens.slice(Math.max(0, t - n + 1), t), Math.min(t, n - 1)).total > 0
    ).length;
  }
}

/**
 * A number from 0 to 1 that depends on the seed and on how much was written, and on nothing else.
 * @param {number} seed
 * @param {number} at
 */
export function diceOf(seed, at) {
  let x = (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(at + 1, 0x85ebca6b)) >>> 0;
  for (let i = 0; i < 2; i++) {
    x = Math.imul(x ^ (x >>> 16), 0x21f0aaad) >>> 0;
    x = Math.imul(x ^ (x >>> 15), 0x735a2d97) >>> 0;
  }
  return ((x ^ (x >>> 15)) >>> 0) / 4294967296;
}
