// Which tokens of a draft are accepted, by the random numbers that there are.

/** @typedef {[text: string, q: number, p: number]} Left */
/** @typedef {{ token: string, q: number, p: number, sum: number, left: Left[] }} Drafted */
/** @typedef {{ word: string, q: number, p: number, gap: number, share: number }} Option */
/**
 * @typedef {object} Settings
 * @property {string} text
 * @property {Drafted[]} drafts
 * @property {[text: string, p: number][]} next
 * @property {number[][]} luck
 */
/** @typedef {ReturnType<typeof factsOf>} Facts */

/** @param {string} token */
const bare = (token) => token.trim() || "␣";

/**
 * What may come instead of a drafted token, itself first: its gap, max(0, p − q), is 0.
 * @param {Drafted} draft
 * @returns {Option[]}
 */
const optionsOf = ({ token, q, p, sum, left }) =>
  /** @type {Left[]} */ ([[token, q, p], ...left]).map(([text, q, p]) => {
    const gap = Math.max(0, p - q);
    return { word: bare(text), q, p, gap, share: sum ? gap / sum : 0 };
  });

/** @param {Settings} settings */
export function factsOf({ text, drafts, next, luck }) {
  const all = drafts.map((draft, i) => {
    const { token, q, p, sum } = draft;
    const ratio = q > 0 ? p / q : 1;
    const chance = Math.min(1, ratio);
    const u = luck[0][i];
    const options = optionsOf(draft);
    return { word: bare(token), q, p, sum, options, ratio, chance, luck: u, ok: u < chance };
  });
  const wrong = all.findIndex(({ ok }) => !ok);
  const accepted = wrong < 0 ? all.length : wrong;
  return {
    text: text.trim(),
    drafts: all,
    accepted,
    isAll: wrong < 0,
    next: next.filter(([, p]) => p >= 0.005).map(([text, p]) => ({ word: bare(text), p })),
    own: wrong < 0 ? bare(next[0][0]) : all[wrong].options[1].word,
  };
}
