// What is said at each step, and each picture in words.

import { count } from "../../shared/words.js";
import { keptAt, LISTED, LOST, READ, seen } from "./facts.js";

/** @import { Character, Facts } from "./facts.js" */

/** The character whose way is told: the longest. @param {Facts} m */
const longest = (m) =>
  m.characters.reduce((best, c) => (c.end - c.start > best.end - best.start ? c : best));

/** @param {Facts} m @param {{ start: number, end: number }} span */
const hexOf = (m, { start, end }) => m.bytes.slice(start, end).join(" ");

/** @param {number} n */
const number = (n) => n.toLocaleString("en");

/** @param {Facts} m @param {number} n */
const textFrom = (m, n) => m.decoded(n).map(({ text }) => text).join("");

/**
 * A token that ends or begins inside of a character, if there is one.
 * @param {Facts} m
 */
const halfOf = (m) => m.tokens.find((token) => !m.characters.some(({ end }) => end === token.end));

/**
 * Says that an id need not be the byte's number, if a token of one byte shows it.
 * @param {Facts} m
 */
function ownOrder(m) {
  const single = m.tokens.filter(({ hex, id }) => hex.length === 2 && parseInt(hex, 16) !== id);
  const shown = single.find(({ hex }) => hex > "7f") ?? single[0];
  if (!shown) return "";
  const byte = `byte ${shown.hex}, that is ${parseInt(shown.hex, 16)}`;
  return ` The list has an order of its own: ${byte}, has id ${shown.id}.`;
}

/**
 * What the first n ids give.
 * @param {Facts} m
 * @param {number} n
 */
function decodedInWords(m, n) {
  if (!n) return "Nothing is left.";
  const out = m.decoded(n);
  const last = out[out.length - 1];
  const all = m.tokens.length;
  const ids = n === all
    ? (n > 1 ? `All ${n} ids give` : "The one id gives")
    : `${n > 1 ? `The first ${n} of ${all} ids give` : `The first of ${all} ids gives`}`;
  const given = `${ids} “${seen(textFrom(m, n))}”`;
  if (last.text !== LOST) return `${given}. All characters are whole.`;
  const part = last.end - last.start > 1
    ? `the bytes ${hexOf(m, last)} are only a part`
    : `the byte ${hexOf(m, last)} is only a part`;
  return `${given}: ${part} of a character, and ${LOST} stands in its place.`;
}

/** @type {Record<string, (m: Facts, k: number) => string>} */
export const sayOf = {
  "Text": (m) => {
    const owns = m.tokens.every(({ end }, i) => end === m.characters[i]?.end);
    const alike = m.tokens.length === m.characters.length && !owns;
    return `You see ${count(m.characters.length, "character")}${
      m.text.includes("凧") ? ", the last of them Japanese for kite" : ""
    }. GPT-2 gets ${count(m.tokens.length, "number")}${
      alike ? " (not one for each)" : ""
    }, since a network does little but multiply and add. How does one become the other?`;
  },
  "Letters": (m) => {
    const strange = m.characters.find(({ listed }) => listed < 0);
    return `First idea: list the characters of a text, here “${READ}”, and number them. ` +
      (strange
        ? `${strange.text} isn't on the list, so this text can't be written.`
        : "All of this text is on the list. An unknown character would be an error.");
  },
  "Unicode": (m) => {
    const { text, code } = longest(m);
    return `Unicode has a number for almost every character: ${seen(text)} is ${
      number(code)
    }. But a list ` +
      "of all of them is long, and most of them a model would hardly ever meet.";
  },
  "Bytes": (m) => {
    const c = longest(m);
    return `UTF-8 writes each number as one to four bytes: ${seen(c.text)} is ${hexOf(m, c)}, in ` +
      "hexadecimal: two signs a byte. There are only 256 different bytes, so nothing is ever " +
      "unknown.";
  },
  "Tokens": (m) => {
    const half = halfOf(m);
    const long = m.bytes.length > m.characters.length
      ? `But ${m.bytes.length} bytes for ${count(m.characters.length, "character")} is long. `
      : `But ${count(m.bytes.length, "byte")} make a long row. `;
    return `${long}GPT-2 has tokens for bytes that often stand together: ${m.tokens.length} will ` +
      "do." +
      (half ? ` One of them, ${half.hex}, ends inside a character.` : "");
  },
  "Token ids": (m) =>
    `GPT-2 has a list of 50,257 tokens, and each has a number on it, its id. These ${
      count(m.tokens.length, "number")
    } are all that the model gets.${ownOrder(m)}`,
  "Back": (m) =>
    `And back: each id stands for its bytes. Side by side they are read as UTF-8, and give “${
      seen(textFrom(m, m.tokens.length))
    }” again. Nothing was lost.`,
  "Cut short": (m, k) => {
    const n = keptAt(m, "Cut short", k);
    const said = k
      ? "Leave out one more."
      : "What if the last id is missing, since the model is still writing?";
    return `${said} ${decodedInWords(m, n)}`;
  },
  "Your turn": (m) => `Take another text, or decode fewer ids. ${decodedInWords(m, m.kept)}`,
};

/**
 * @param {Facts} m
 * @param {string} scene
 * @param {number} k
 */
export function altOf(m, scene, k) {
  const n = keptAt(m, scene, k);
  const named = (/** @type {(c: Character) => string} */ of) =>
    m.characters.map((c) => `${seen(c.text)} ${of(c)}`).join(", ");
  const tokens = m.tokens.map(({ hex, id }) => `${hex}: ${id}`).join("; ");
  /** @type {Record<string, string>} */
  const more = {
    "Text": `GPT-2 gets the ids ${m.tokens.map(({ id }) => id).join(", ")}.`,
    "Letters": `The list is ${LISTED.map((c, i) => `${seen(c)} ${i}`).join(", ")}. Numbers: ${
      named(({ listed }) => (listed < 0 ? "has none" : String(listed)))
    }.`,
    "Unicode": `Code points: ${named(({ code }) => String(code))}.`,
    "Bytes": `Bytes: ${named((c) => hexOf(m, c))}.`,
    "Tokens": `Tokens, as bytes: ${m.tokens.map(({ hex }) => hex).join("; ")}.`,
    "Token ids": `Tokens, as bytes, with their ids: ${tokens}.`,
  };
  const back = `Tokens, as bytes, with their ids: ${tokens}. The first ${n} are decoded: “${
    seen(textFrom(m, n))
  }”.`;
  const yours = scene === "Your turn" ? " Text and ids can be changed." : "";
  return `The text “${seen(m.text)}”. ${more[scene] ?? back}${yours}`;
}
