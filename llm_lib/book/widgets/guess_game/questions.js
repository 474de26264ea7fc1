// Which words of a text to ask for, and what to offer.

import { maximum, softmax } from "../../engine/functions.js";
import { logitsAt } from "../../engine/loss.js";
import { seededRandom } from "../../engine/random.js";
import { byProbability } from "../../engine/sampling.js";
import { readText } from "../shared/tokens.js";

/** @import { GPT } from "../../engine/gpt.js" */
/** @import { Cache, Run, Tokenizer } from "../../engine/types.js" */
/** @import { Question } from "./answers.js" */

const TEXTS_A_GAME = 3;
const FIRST_PLACE = 6;

const LEAST_GAP = 5; // places and gaps in tokens

// How sure the model should be: an open word, a certain one, one between
const WISHES = [0.25, 1, 0.6];

// Words that say little are not asked for, nor those that a story chooses by chance.
const SMALL_WORDS = new Set(
  ("the and but for was were had has have not his her him she they them their its you " +
    "your are this that with who what how did does say said one").split(" "),
);

/** @param {string} label */
const wordOf = (label) => label.trim();

export const N_OPTIONS = 5;

/**
 * Chooses the words to ask for and what to offer, from a text and the model's probabilities alone.
 */
export class QuestionMaker {
  /**
   * @param {GPT} gpt
   * @param {Tokenizer} tokenizer
   */
  constructor(gpt, tokenizer) {
    this.gpt = gpt;
    this.tokenizer = tokenizer;
    /** @type {Map<number, boolean>} */
    this.wholeWords = new Map();
    this.continues = Array.from(
      { length: gpt.config.vocab_size },
      (_, id) => /^[\p{L}\p{N}'’]/u.test(tokenizer.label(id)),
    );
  }

  /**
   * The questions of a game: about three texts, from one on that the number of the game says.
   * @param {string[]} texts
   * @param {number} game
   * @param {number} n questions in all, or fewer
   * @returns {Question[]}
   */
  deal(texts, game, n) {
    const stories = Math.min(TEXTS_A_GAME, texts.length);
    const used = new Set();
    return Array.from({ length: stories }, (_, i) => {
      const text = texts[(game * stories + i) % texts.length];
      const share = Math.floor(((i + 1) * n) / stories) - Math.floor((i * n) / stories);
      const made = share ? this.questions(text, share, used) : [];
      return made.map((question) => ({ ...question, story: i + 1, stories }));
    }).flat();
  }

  /**
   * Up to n questions about one text, in the order of the text; `used` are words asked for before,
   * and what stood before them.
   * @param {string} text
   * @param {number} n
   * @param {Set<string>} used
   */
  questions(text, n, used) {
    const all = readText(this.tokenizer, text);
    const ids = all.ids.slice(0, this.gpt.config.context_length);
    const labels = all.labels.slice(0, ids.length);
    if (ids.length < 2) return [];
    const cache = this.gpt.newCache();
    const run = this.gpt.forward(ids, { cache });
    const places = labels.map((_, at) => at).filter((at) =>
      at >= FIRST_PLACE && this.asksWell(labels, at, all.labels)
    );
    /** @type {any[]} */
    const made = [];
    // From the last to the first: trying words out overwrites what the cache holds behind a place.
    for (let k = n - 1; k >= 0; k--) {
      const slot = places.slice(
        Math.floor((k * places.length) / n),
        Math.floor(((k + 1) * places.length) / n),
      )
        .filter((at) => !made.length || at <= made[0].at - LEAST_GAP);
      const ranked = slot.map((at) => ({
        at,
        cost: this.cost(run, labels, at, WISHES[k % WISHES.length], used),
      })).sort((a, b) => a.cost - b.cost);
      for (const { at } of ranked) {
        const question = this.question({ run, cache, ids, labels, at });
        if (!question) continue;
        made.unshift({ ...question, at, text: this.tokenizer.decode(ids.slice(0, at)) });
        used.add(question.true).add(labels.slice(at - 2, at).join(""));
        break;
      }
    }
    return made;
  }

  /**
   * Is the token at this place a whole word of three letters or more that says something?
   * @param {string[]} labels
   * @param {number} at
   * @param {string[]} all
   */
  asksWell(labels, at, all) {
    return /^ \p{L}{3,}$/u.test(labels[at]) && !SMALL_WORDS.has(wordOf(labels[at]).toLowerCase()) &&
      !/^[\p{L}\p{N}'’]/u.test(all[at + 1] ?? "");
  }

  /**
   * How far a place is from what is wished for. A certain word is best one that the text has told
   * before.
   * @param {Run} run
   * @param {string[]} labels
   * @param {number} at
   * @param {number} wish
   * @param {Set<string>} used
   */
  cost(run, labels, at, wish, used) {
    const sure = maximum(softmax(logitsAt(run, at - 1)));
    const told = labels.slice(0, at).some((label) => wordOf(label) === wordOf(labels[at]));
    // The first word of a sentence: anything goes
    const before = labels.slice(at - 2, at).join("");
    const opens = /[.!?"”]$/.test(before);
    return Math.abs(sure - wish) + (used.has(wordOf(labels[at])) || used.has(before) ? 0.5 : 0) +
      (opens ? 0.15 : 0) + (wish > 0.9 && !told ? 0.3 : 0);
  }

  /**
   * The true word, the model's two best others, and two from further down its list; null if there
   * are too few.
   * @param {{ run: Run, cache: Cache, ids: number[], labels: string[], at: number }} options
   */
  question({ run, cache, ids, labels, at }) {
    const p = softmax(logitsAt(run, at - 1));
    const taken = new Set([wordOf(labels[at]).toLowerCase()]);
    const others = [];
    if (!this.isWord(ids[at], cache, at)) return null;
    for (const id of byProbability(p).slice(0, 150)) {
      const label = this.tokenizer.label(id);
      const word = wordOf(label).toLowerCase();
      if (!/^ \p{L}{2,}$/u.test(label) || taken.has(word) || !this.isWord(id, cache, at)) continue;
      taken.add(word);
      if (others.push(id) === 14) break;
    }
    if (others.length < N_OPTIONS - 1) return null;
    const random = seededRandom(at * 7919 + ids[at]);
    const far = others.splice(2);
    const draw = (/** @type {number} */ from, /** @type {number} */ to) =>
      far[Math.min(far.length - 1, from + Math.floor(random() * (to - from)))];
    const half = Math.floor(far.length / 2);
    const chosen = [ids[at], ...others, draw(0, half), draw(half, far.length)];
    const options = chosen.map((id) => ({ word: wordOf(this.tokenizer.label(id)), p: p[id] })).sort(
      (a, b) => a.word.localeCompare(b.word, "en"),
    );
    const covered = options.reduce((sum, option) => sum + option.p, 0);
    return {
      words: options.map((option) => option.word),
      true: wordOf(labels[at]),
      model: options.map((option) => option.p / covered),
      covered,
    };
  }

  /**
   * Does the model end the word after this token? A piece like “ scar” goes on, “ scarf” does not.
   * @param {number} id
   * @param {Cache} cache
   * @param {number} at
   */
  isWord(id, cache, at) {
    if (!this.wholeWords.has(id)) {
      cache.length = at;
      const next = softmax(this.gpt.step(id, cache));
      this.wholeWords.set(
        id,
        next.reduce(
          (sum, /** @type {number} */ v, /** @type {number} */ i) =>
            sum + (this.continues[i] ? v : 0),
          0,
        ) < 0.5,
      );
    }
    return this.wholeWords.get(id);
  }
}
