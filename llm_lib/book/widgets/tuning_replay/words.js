// What a model can do at one look during its tuning, in words.

import { present } from "../../engine/present.js";
import { localize } from "../shared/localize.js";

/** @import { Tunings } from "./chart.js" */

/**
 * @param {Tunings} record
 * @param {number} k which look
 */
export function describe({ looks, n_words, n_old }, k) {
  const { training, step, right, full, passage, mood } = looks[k];
  const { step: last } = present(looks.findLast((look) => look.training === training), training);
  const when = k === 0
    ? localize`Before the fine-tuning`
    : training === "fine-tuning"
    ? localize`After ${step} of ${last} steps of fine-tuning`
    : localize`After ${step} of ${last} steps of preference tuning`;
  const learned = localize`it is right about ${right} of ${n_words} new words, and says ${full} of
    them in a right full sentence.`;
  const kept = localize`Of its old skills, ${passage} of ${n_old} questions on a passage and ${mood}
    of ${n_old} “Happy or sad?” are right.`;
  return `${when}, ${learned} ${kept}`;
}
