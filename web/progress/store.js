// What a reader's browser remembers: which sections were read, and how each exercise stands. It
// stays in the browser. Whatever lies there, a page works: what is damaged is passed over.

/** @import { Note } from "../../llm_lib/book/widgets/shared/types.js" */
/**
 * What is remembered of a page. read: the ids of the sections that were read to their end.
 * @typedef {object} PageNote
 * @property {string[]} read
 * @property {number} sections how many there are
 * @property {string[]} exercises the names of those on the page
 * @property {number} at when it was last opened, in ms
 */
/** @typedef {{ exercises: Record<string, Note>, pages: Record<string, PageNote> }} Progress */

const KEY = "llm-from-scratch.progress.1"; // a later edition takes another, and leaves this one
const FORMAT = "llm-from-scratch-progress"; // as in llm_lib/book/progress.py
const VERSION = 1;
const STATES = ["tried", "shown", "solved"]; // the later ones win
const NAME = /^[a-z0-9][\w-]{0,79}$/i;
const PAGE = /^[a-z0-9][\w/-]{0,119}$/i;
const MOST = 2000; // entries of one kind

/** @returns {Progress} */
export const nothingYet = () => ({ exercises: {}, pages: {} });

/** @param {unknown} value @returns {value is Record<string, any>} */
const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** @param {unknown} n */
const isCount = (n) => Number.isInteger(n) && Number(n) >= 0 && Number(n) < 1e6;

/**
 * The entries of a record whose names and values are as they should be.
 * @template T
 * @param {unknown} record
 * @param {RegExp} name
 * @param {(value: Record<string, any>) => T | null} make
 * @returns {Record<string, T>}
 */
function sound(record, name, make) {
  if (!isRecord(record)) return {};
  const entries = Object.entries(record).slice(0, MOST)
    .filter(([key, value]) => name.test(key) && isRecord(value))
    .map(([key, value]) => /** @type {[string, T]} */ ([key, make(value)]));
  return Object.fromEntries(entries.filter(([, value]) => value !== null));
}

/** @param {Record<string, any>} value @returns {Note | null} */
function soundNote({ state, passed, total, answer }) {
  if (!STATES.includes(state)) return null;
  /** @type {Note} */
  const note = { state };
  if (isCount(passed) && isCount(total) && passed <= total) Object.assign(note, { passed, total });
  if (answer !== undefined && JSON.stringify(answer).length < 500) note.answer = answer;
  return note;
}

/** @param {unknown} list @returns {string[]} */
const soundNames = (list) =>
  Array.isArray(list)
    ? [...new Set(list.filter((one) => typeof one === "string" && one.length < 200))].slice(0, 200)
    : [];

/** @param {Record<string, any>} value @returns {PageNote} */
const soundPage = ({ read, sections, exercises, at }) => ({
  read: soundNames(read),
  sections: isCount(sections) ? sections : 0,
  exercises: soundNames(exercises),
  at: Number.isFinite(at) ? at : 0,
});

/**
 * What is sound in some data, whatever they are.
 * @param {unknown} data
 * @returns {Progress}
 */
export function soundProgress(data) {
  if (!isRecord(data)) return nothingYet();
  return {
    exercises: sound(data.exercises, NAME, soundNote),
    pages: sound(data.pages, PAGE, soundPage),
  };
}

/**
 * Of two notes on an exercise, that which has got further; the second where none has.
 * @param {Note | undefined} one
 * @param {Note} other
 */
export function furtherNote(one, other) {
  const rank = (/** @type {Note} */ note) => 1e6 * STATES.indexOf(note.state) + (note.passed ?? 0);
  return one && rank(one) > rank(other) ? one : other;
}

/**
 * Both together: what was read or solved in either.
 * @param {Progress} one
 * @param {Progress} other
 * @returns {Progress}
 */
export function joinProgress(one, other) {
  const joined = { exercises: { ...one.exercises }, pages: { ...one.pages } };
  for (const [name, note] of Object.entries(other.exercises)) {
    joined.exercises[name] = furtherNote(joined.exercises[name], note);
  }
  for (const [name, page] of Object.entries(other.pages)) {
    const known = joined.pages[name];
    const read = [...new Set([...(known?.read ?? []), ...page.read])];
    const newer = known && known.at > page.at ? known : page;
    joined.pages[name] = { ...newer, read };
  }
  return joined;
}

/**
 * The text of a file to keep.
 * @param {Progress} progress
 */
export const asFile = (progress) =>
  JSON.stringify({ format: FORMAT, version: VERSION, ...progress }, null, 1) + "\n";

/**
 * What is in such a file. Throws an Error, in words for the reader, if it is none.
 * @param {string} text
 * @returns {Progress}
 */
export function fromFile(text) {
  let data;
  try {
    data = JSON.parse(text);
  } catch {
    throw new Error("This is no file of progress: it can't be read as JSON.");
  }
  if (!isRecord(data) || data.format !== FORMAT) {
    throw new Error("This is no file of progress of this book.");
  }
  if (data.version !== VERSION) {
    throw new Error(
      `This file is of version ${data.version}, and this edition of the book reads ${VERSION}.`,
    );
  }
  return soundProgress(data);
}

let inMemory = nothingYet(); // where a browser keeps nothing

/** @returns {Progress} */
export function readProgress() {
  try {
    const text = localStorage.getItem(KEY);
    return text === null ? inMemory : soundProgress(JSON.parse(text));
  } catch { // storage is off, or what lies there is damaged
    return inMemory;
  }
}

/**
 * Replace what is remembered by what f makes of it, and tell the page.
 * @param {(progress: Progress) => Progress} f
 */
export function changeProgress(f) {
  inMemory = f(readProgress());
  try {
    localStorage.setItem(KEY, JSON.stringify(inMemory));
  } catch { // off, or full: it lasts as long as the page
  }
  document.dispatchEvent(new Event("llm-progress"));
}

/**
 * What is remembered of an exercise.
 * @param {string} name
 * @returns {Note | null}
 */
export function exerciseNote(name) {
  const { exercises } = readProgress();
  return Object.hasOwn(exercises, name) ? exercises[name] : null;
}

/**
 * Remember how an exercise stands; null forgets it.
 * @param {string} name
 * @param {Note | null} note
 */
export function noteExercise(name, note) {
  if (!NAME.test(name)) return;
  changeProgress(({ exercises, pages }) => {
    const { [name]: _before, ...others } = exercises;
    return { exercises: note ? { ...others, [name]: note } : others, pages };
  });
}

/**
 * Call f now, and whenever something else is remembered, here or on another page.
 * @param {() => void} f
 */
export function onProgress(f) {
  document.addEventListener("llm-progress", f);
  addEventListener("storage", f);
  f();
}
