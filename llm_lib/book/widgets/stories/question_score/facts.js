// What each answer of a question has, and what a rule makes of it. Log probabilities are measured.

/** @import { Choice } from "../../moving/types.js" */

/** @typedef {"acc" | "acc_per_token" | "acc_norm"} Rule */
/**
 * @typedef {object} Item
 * @property {string} question
 * @property {string[]} choices
 * @property {number} answer
 * @property {string[][]} tokens
 * @property {number[][]} log_probs
 */
/** @typedef {{ items: Item[], item: number, rule: Rule }} Settings */
/** @typedef {ReturnType<typeof scored>} Scored */
/** @typedef {ReturnType<typeof factsOf>} Facts */

/** @type {Record<Rule, string>} */
export const RULES = { acc: "the sum", acc_per_token: "per token", acc_norm: "per character" };

/**
 * An item by a rule: sums, by what they are divided, the values, and which answer wins.
 * @param {Item} item
 * @param {Rule} rule
 */
export function scored(item, rule) {
  const sums = item.log_probs.map((each) => each.reduce((sum, p) => sum + p, 0));
  const lengths = item.choices.map((choice, k) =>
    rule === "acc" ? 1 : rule === "acc_norm" ? Array.from(choice).length : item.tokens[k].length
  );
  const values = sums.map((sum, k) => sum / lengths[k]);
  return { item, rule, sums, lengths, values, best: values.indexOf(Math.max(...values)) };
}

/** @param {Settings} settings */
export function factsOf({ items, item, rule }) {
  const first = items[0];
  return {
    items,
    place: item,
    rule,
    first,
    by: {
      acc: scored(first, "acc"),
      acc_per_token: scored(first, "acc_per_token"),
      acc_norm: scored(first, "acc_norm"),
    },
    yours: scored(items[item], rule),
  };
}

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = (m) => [
  {
    name: "Question",
    options: m.items.map(({ question }, i) => [String(i), question]),
    value: String(m.place),
    pick: (i) => ({ item: Number(i) }),
  },
  {
    name: "Rule",
    options: /** @type {[string, string][]} */ (Object.entries(RULES)),
    value: m.rule,
    pick: (rule) => ({ rule }),
  },
];
