// Words and numbers in the language of the page. English is the key: what a language has no words
// for stays English, and so does all of a notebook. A page's catalogue is made by web/translation.

/** @typedef {{ language: string, words: Record<string, string> }} Catalogue */

/** @type {Catalogue} */
const ENGLISH = { language: "en", words: Object.create(null) };

/** @returns {Catalogue} */
const catalogue = () => Reflect.get(globalThis, "__llmWords") ?? ENGLISH;

/**
 * A text, or a template such as localize`loss ${loss}`, whose key is "loss {}". A language may put
 * the values in another order: "{1} {0}". Where a template goes on in the next line, its key has a
 * space.
 * @param {string | readonly string[]} text
 * @param {unknown[]} values
 * @returns {string}
 */
export function localize(text, ...values) {
  const key = typeof text === "string" ? text : text.join("{}").replace(/\n {2,}/g, " ");
  const words = catalogue().words[key] ?? key;
  let next = 0;
  const fill = (/** @type {string} */ _, /** @type {string} */ n) =>
    String(values[n ? Number(n) : next++]);
  return values.length ? words.replace(/\{(\d?)\}/g, fill) : words;
}

/**
 * A whole or rounded number with its thousands apart: 1234.5 -> "1,234.5".
 * @param {number} n
 */
export const localCount = (n) => n.toLocaleString(catalogue().language);

/**
 * A number written with a decimal point, with the sign that the language has for it.
 * @param {string} text
 */
export function localPoint(text) {
  const { language } = catalogue();
  return language === "en" ? text : text.replace(".", (0.5).toLocaleString(language)[1]);
}

/**
 * A number with so many digits after the point.
 * @param {number} x
 * @param {number} digits
 */
export const localFixed = (x, digits) => localPoint(x.toFixed(digits));
