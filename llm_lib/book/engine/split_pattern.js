// The patterns that cut a text into chunks, and which of those in a file are quick on every text.

const CONTRACTION = "'(?:[sSſ]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])";
/** The same as published files write it; not every browser follows "(?i:". */
const ANY_CASE = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
const LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
/** @type {Record<string, string>} by their names in llm_lib.bpe.PATTERNS */
const SPLIT_PATTERNS = {
  gpt2: "'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
  cl100k: CONTRACTION + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}" +
    "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s+(?![^])|\\s*[\\r\\n]|\\s+(?!\\S)|\\s",
  o200k: `[^\\r\\n\\p{L}\\p{N}]?${UPPER}*${LOWER}+(?:${CONTRACTION})?` +
    `|[^\\r\\n\\p{L}\\p{N}]?${UPPER}+${LOWER}*(?:${CONTRACTION})?` +
    "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
};

/** GPT-2's cuts, and each digit alone, as SmolLM2 cuts: llm_lib.bpe.convert.SINGLE_DIGITS. */
export const SINGLE_DIGITS =
  "\\p{N}|'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?=\\p{N})|\\s+(?!\\S)|\\s+";

/**
 * How Llama 3 cuts, with at most three digits together, and Qwen, with each alone.
 * @param {string} digits
 */
const newerPattern = (digits) =>
  `${ANY_CASE}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*` +
  "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const SPELLED_OUT = [SINGLE_DIGITS, newerPattern("\\p{N}{1,3}"), newerPattern("\\p{N}")];
const KNOWN_PATTERNS = new Set([
  ...Object.keys(SPLIT_PATTERNS),
  ...SPELLED_OUT,
  // what lies between matches is a chunk too: so llm_lib reads a file of Hugging Face's
  ...SPELLED_OUT.map((one) => `${one}|(?:(?!${one})[\\s\\S])+`),
]);

// One character: a class such as \p{L} or [^a-z], an escaped one, a dot, or itself
const ONE_CLASS = String.raw`\\[pP]\{[^}]*\}|\[(?:\\.|[^\]\\])+\]`;
const ONE_CHARACTER = String.raw`(?:${ONE_CLASS}|\\.|[^\\[\](){}|*+?^$])`;
const REPEATED = String.raw`(?:[*+?]|\{\d+(?:,\d*)?\})\+?`;
// Choices between runs of a few characters, of which the first two may be left out, and the last
// may repeat: nothing stands behind it for which it would be tried again with fewer.
const ONE_CHOICE = `(?:${ONE_CHARACTER}\\?){0,2}${ONE_CHARACTER}{1,8}(?:${REPEATED})?`;
const PLAIN_PATTERN = new RegExp(`^${ONE_CHOICE}(?:\\|${ONE_CHOICE})*$`, "su");

/**
 * Whether a pattern, which may come from anywhere, takes time in proportion to the text. Others may
 * take twice as long with each letter: "(a+)+b" for "aaaa…" does.
 * @param {string} pattern
 */
export const isQuickPattern = (pattern) =>
  KNOWN_PATTERNS.has(pattern) || PLAIN_PATTERN.test(pattern);

/** The names of the patterns that have one. */
export const PATTERN_NAMES = Object.keys(SPLIT_PATTERNS);

/**
 * A pattern for JavaScript. Its own \s counts another set of characters as space than Python and
 * Rust do, so \s is spelled out, and so are contractions in letters of any case; "possessive"
 * quantifiers (a second +), which only save time, lose that plus.
 * @param {string} name of a pattern of the book's, or a pattern
 */
export function splitPattern(name) {
  const source = (Object.hasOwn(SPLIT_PATTERNS, name) ? SPLIT_PATTERNS[name] : name)
    .replaceAll(ANY_CASE, CONTRACTION)
    .replaceAll("\\s", "\\p{White_Space}").replaceAll("\\S", "\\P{White_Space}")
    .replace(/([*+?]|\{\d+(?:,\d*)?\})\+/g, "$1");
  return new RegExp(source, "gu");
}
