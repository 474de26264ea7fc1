// What StreamLab finds, in words.

import { spoken } from "../shared/tokens.js";
import { enumerated, percent } from "../shared/words.js";

/** @import { Shown } from "./lens.js" */

/** @param {number} x */
const oneDigit = (x) => `${x < 0 ? "−" : ""}${Math.abs(x).toFixed(1)}`;

/**
 * The finding: who wrote most or, with parts off, what they had written and what went without them.
 * @param {string[]} names
 * @param {Shown} shown
 */
export function findingOf(names, { base, now, answer, label }) {
  const goal = spoken(answer);
  const end = names.length - 1;
  const [first, p] = now.leaders[end];
  if (now === base) {
    const most = base.ledger.reduce((a, v, i) => (v > base.ledger[a] ? i : a), 0);
    return `With all parts on, the model says ${goal} (${percent(p)}). The largest share of ` +
      `its logit is written by ${names[most]}: ${oneDigit(base.ledger[most])} of ` +
      `${oneDigit(base.lead)}.`;
  }
  const wrote = names.reduce(
    (sum, name, i) => sum + (now.off.includes(name) ? base.ledger[i] : 0),
    0,
  );
  const off = now.off.length > 3 ? `${now.off.length} parts` : enumerated(now.off);
  const says = label(first) === answer
    ? `the model still says ${goal}: ${percent(base.lens[end])} → ${percent(p)}`
    : `${goal} falls from ${percent(base.lens[end])} to ${percent(now.lens[end])}, and the model ` +
      `says ${spoken(label(first))} (${percent(p)})`;
  const change = now.lead - base.lead;
  const moved = `${change < 0 ? "falls" : "rises"} by ${oneDigit(Math.abs(change))}`;
  return `Without ${off}, ${says}. ${now.off.length > 1 ? "They" : "It"} had written ` +
    `${oneDigit(wrote)} of the logit’s ${oneDigit(base.lead)}; without ` +
    `${now.off.length > 1 ? "them" : "it"} the logit ${moved}.`;
}
