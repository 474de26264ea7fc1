// Which tokens of a draft are accepted, by the random numbers that there are.

/** @typedef {[text: string, p: number]} Likely */
/** @typedef {{ token: string, q: number, p: number, left: Likely[] }} Drafted */
/**
 * @typedef {object} Settings
 * @property {string[]} tokens
 * @property {Drafted[]} drafts
 * @property {Likely[]} next
 * @property {number[][]} luck
 */
/** @typedef {ReturnType<typeof factsOf>} Facts */

/** @param {string} token */
const bare = (token) => token.trim() || "␣";

/** @param {Settings} settings */
export function factsOf({ tokens, drafts, next, luck }) {
  const all = drafts.map(({ token, q, p, left }, i) => {
    const chance = Math.min(1, p / q);
    return { word: bare(token), q, p, left, chance, luck: luck[0][i], ok: luck[0][i] < chance };
  });
  const wrong = all.findIndex(({ ok }) => !ok);
  const accepted = wrong < 0 ? all.length : wrong;
  const source = wrong < 0 ? next : all[wrong].left;
  return {
    words: tokens.map(bare),
    drafts: all,
    accepted,
    isAll: wrong < 0,
    source: source.filter(([, p]) => p >= 0.005).map(([text, p]) => ({ word: bare(text), p })),
    own: bare(source[0][0]),
  };
}
