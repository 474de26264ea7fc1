// What is said at each step, and each picture in words.

import { lastOf } from "../../../engine/present.js";
import { count, decimals, percent, quote } from "../../shared/words.js";

/** @import { Facts, Group } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/** Three decimals, so that a sum that a reader does again comes out. @param {number} x */
const exact = (x) => x.toFixed(3);

/** @param {Facts} m @param {(i: number) => string} say */
const each = (m, say) => m.answers.map((_, i) => say(i)).join(", ");

/** @param {Facts} m @param {Group} group */
function moved(m, group) {
  if (group.alike) {
    return `All eight marks are ${group.marks[0]}: nothing is better than the rest, every ` +
      "advantage is 0, and no probability moves.";
  }
  return `After the step: ${
    each(
      m,
      (i) =>
        `${quote(m.short[i])} ${percent(group.after[i])} (before: ${percent(group.before[i])})`,
    )
  }.`;
}

/** @type {Words} */
export const sayOf = {
  Question: () =>
    "A short story and a question. Nobody will show the model the answer. It tries, and a " +
    "program says only which tries are right.",
  Draw: (m) =>
    `The model answers eight times, each answer drawn at random: ${
      each(m, (i) => `${count(m.counts[i], "time")} ${quote(m.short[i])}`)
    }.`,
  Marks: (m) => {
    const right = m.short.filter((_, i) => m.right[i]).map(quote).join(" or ");
    const told = lastOf(m.passage.split(/(?<=\.) /));
    return `The program marks each: 1 for ${right}, 0 for the rest. The story said: ${quote(told)}`;
  },
  Advantages: ({ group }, k) =>
    k
      ? `Take the mean from each mark and divide by the deviation: (1 − ${exact(group.mean)}) / ${
        exact(group.spread)
      } = ${
        decimals(Math.max(...group.advantages))
      }. Better than the group is above 0, worse is below.`
      : `Is a 1 good? That depends on the group. Its mean mark is ${
        exact(group.mean)
      }, and the standard deviation is ${exact(group.spread)}.`,
  "One step": (m, k) =>
    k
      ? moved(m, m.group)
      : `How likely is each answer as a whole? (Other answers share ${
        percent(1 - m.group.before.reduce((sum, p) => sum + p, 0))
      }.) One step now pushes each drawn answer’s log probability by its advantage.`,
  "All alike": (m, k) =>
    k
      ? "All eight marks are the mean, and 0 / 0 has no value. So every advantage is set to 0, " +
        "and so is the gradient: a group that agrees teaches nothing."
      : `The failing case: a question that this model always gets right. ${
        quote(m.easy.text)
      } has ${percent(m.easy.p)}, and all eight answers get a 1.`,
  "Your turn": (m) => `Change a mark. ${moved(m, m.yours)}`,
};

/** @param {Facts} m @param {Group} group */
const inGroup = (m, group) =>
  m.drawn.map((text, i) =>
    `${text} mark ${group.marks[i]}, advantage ${decimals(group.advantages[i])}`
  ).join("; ");

/** @type {Words} */
export const altOf = {
  Question: (m) => `The story: ${m.passage} The question: ${m.question}`,
  Draw: (m) => `${m.question} Eight answers, ${m.beginning} …: ${m.drawn.join(" ")}`,
  Marks: (m) => `Marks: ${m.drawn.map((text, i) => `${text} ${m.group.marks[i]}`).join(", ")}.`,
  Advantages: (m, k) =>
    k
      ? `Answers, marks and advantages: ${inGroup(m, m.group)}.`
      : `Mean mark ${decimals(m.group.mean)}, standard deviation ${decimals(m.group.spread)}.`,
  "One step": (m, k) =>
    `Bars of the answers: ${
      each(m, (i) => `${m.short[i]} ${percent((k ? m.group.after : m.group.before)[i])}`)
    }${k ? " after the step" : " before the step"}.`,
  "All alike": (m, k) =>
    `The prompt ${m.easy.prompt} and eight times ${m.easy.text}, each with mark 1${
      k ? " and advantage 0" : ""
    }.`,
  "Your turn": (m) =>
    `Your marks: ${inGroup(m, m.yours)}. Bars before and after: ${
      each(
        m,
        (i) => `${m.short[i]} ${percent(m.yours.before[i])} to ${percent(m.yours.after[i])}`,
      )
    }.`,
};
