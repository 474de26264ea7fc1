// All that the story shows: characters, bytes and tokens with the bytes that each covers.

import { present } from "../../../engine/present.js";

/** @import { Choice } from "../../moving/types.js" */

export const READ = "a red café"; // the text that the list of characters was made from
export const LOST = "\ufffd"; // what stands for bytes that are no character

/** @typedef {[text: string, tokens: [id: number, hex: string][]]} Cut */
/** @typedef {{ cuts: Cut[], text: string, keep: number }} Settings */
/** @typedef {{ start: number, end: number }} Span the bytes that something covers */
/** @typedef {Span & { text: string, code: number, listed: number }} Character */
/** @typedef {Span & { id: number, hex: string }} Token */
/** @typedef {ReturnType<typeof factsOf>} Facts */

/** @param {string} text */
const bytesOf = (text) => Array.from(new TextEncoder().encode(text));

/** @param {number} byte */
const writtenByte = (byte) => byte.toString(16).padStart(2, "0");

/** The characters of `READ`, each once, in the order of their code points. */
export const LISTED = [...new Set(READ)].sort();

/** @param {Settings} settings */
export function factsOf({ cuts, text, keep }) {
  let end = 0;
  const characters = Array.from(text, (character) => {
    const start = end;
    end += bytesOf(character).length;
    const [code, listed] = [character.codePointAt(0) ?? 0, LISTED.indexOf(character)];
    return { text: character, start, end, code, listed };
  });
  end = 0;
  const [, cut] = present(cuts.find(([name]) => name === text), `the cut of “${text}”`);
  const tokens = cut.map(([id, hex]) => {
    const start = end;
    end += hex.length / 2;
    return { id, hex: hex.replace(/..(?=.)/g, "$& "), start, end };
  });
  const bytes = bytesOf(text).map(writtenByte);
  const kept = Math.min(keep, tokens.length);

  /**
   * What the first n ids give: whole characters, and one sign for bytes that are none.
   * @param {number} n
   * @returns {(Span & { text: string })[]}
   */
  function decoded(n) {
    const last = tokens[n - 1]?.end ?? 0;
    const whole = characters.filter((character) => character.end <= last);
    const start = whole[whole.length - 1]?.end ?? 0;
    return start < last ? [...whole, { text: LOST, start, end: last }] : whole;
  }

  return { cuts, text, keep, kept, characters, bytes, tokens, decoded };
}

/**
 * How many ids a scene keeps.
 * @param {Facts} m
 * @param {string} scene
 * @param {number} k
 */
export function keptAt(m, scene, k) {
  if (scene === "Your turn") return m.kept;
  const n = m.tokens.length;
  return scene === "Cut short" ? Math.max(0, n - 1 - k) : n;
}

/** A text with its spaces to be seen. @param {string} text */
export const seen = (text) => text.replaceAll(" ", "␣");

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = (m) => [
  {
    name: "Text",
    options: m.cuts.map(([text]) => [text, seen(text)]),
    value: m.text,
    pick: (text) => ({ text, keep: 12 }),
  },
  {
    name: "Ids that are decoded",
    options: m.tokens.map((_, i) => {
      const all = i + 1 === m.tokens.length;
      const these = i ? `all ${i + 1}` : "the only one";
      return [String(i + 1), all ? these : `the first ${i + 1}`];
    }),
    value: String(m.kept),
    pick: (n) => ({ keep: Number(n) }),
  },
];
