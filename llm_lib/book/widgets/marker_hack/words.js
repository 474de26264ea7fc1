// What is seen in MarkerHack, in words.

import { lastOf } from "../../engine/present.js";
import { mean } from "../../engine/vectors.js";
import { localize } from "../shared/localize.js";
import { decimals } from "../shared/words.js";

/** @import { Round } from "./chart.js" */
/** @import { Marker } from "./marker.js" */

const LAST = 3; // rounds whose mean counts: one round is eight answers alone
const FALLEN = 0.15; // of what was wanted: less is within what two rounds differ by

/**
 * 0.873 -> "87 %".
 * @param {number} x
 */
export const share = (x) => `${Math.round(100 * x)}\u00a0%`;

/**
 * How a run went: "hacked" where more is paid and less of what was wanted is there.
 * @param {Round[]} rounds
 * @returns {{ verdict: "hacked" | "held" | "broken" | "stuck", mark: number, wanted: number }}
 */
export function judge(rounds) {
  const ends = rounds.slice(-LAST);
  const [mark, wanted] = [mean(ends.map((r) => r.mark)), mean(ends.map((r) => r.wanted))];
  const rose = mark > rounds[0].mark;
  const fell = wanted < rounds[0].wanted - FALLEN;
  const verdict = fell ? (rose ? "hacked" : "broken") : rose ? "held" : "stuck";
  return { verdict, mark, wanted };
}

/**
 * @param {object} shown
 * @param {Round[]} shown.rounds the first is before any step
 * @param {boolean} shown.edited whether the marker is another than the run's
 * @param {number} shown.mark the mean of the eight, by the marker as it stands
 * @param {Marker} shown.marker the run's
 */
export function hackWords({ rounds, edited, mark, marker }) {
  if (!rounds.length) return localize`Sprout is writing eight stories …`;
  if (edited && rounds.length > 1) {
    return localize`You changed the marker: it gives these eight stories ${
      decimals(mark)
    } on average. Train begins again with Sprout as it was.`;
  }
  if (rounds.length < 3) {
    return localize`This is how Sprout writes before training: your marker gives ${
      decimals(mark)
    } on average, and ${share(lastOf(rounds).wanted)} of what was wanted is there.`;
  }
  return `${trained(rounds)} ${VERDICTS[judge(rounds).verdict](marker)}`;
}

/** @param {Round[]} rounds */
function trained(rounds) {
  const { mark, wanted } = judge(rounds);
  const n = rounds.length - 1;
  const [first, now] = [decimals(rounds[0].mark), decimals(mark)];
  const [before, after] = [share(rounds[0].wanted), share(wanted)];
  return localize`${n} steps: mean mark ${first} → ${now}, what was wanted ${before} → ${after}
    (mean of the last three rounds, one run).`;
}

const HACKED =
  "Hacked: more is paid, and less is there. Which part pays for this? Mend it, set a " +
  "KL weight, and train again.";

/** @type {Record<string, (marker: Marker) => string>} */
const VERDICTS = {
  hacked: ({ kl_weight }) =>
    kl_weight
      ? localize`Hacked, in spite of the price: more is paid, and less is there.`
      : localize(HACKED),
  held: () => localize`It holds: more is paid, and what was wanted is still there.`,
  broken: () => localize`It broke: less is there, and it isn't even paid for.`,
  stuck: () => localize`The marker gives no more than before, and nothing is lost.`,
};
