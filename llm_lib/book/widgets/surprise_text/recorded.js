// Which tokens of recorded texts have surprised the model that read them?

import { mean } from "../../engine/vectors.js";
import { h } from "../shared/dom.js";
import { split } from "../shared/layout.js";
import { RecordedView } from "../shared/recorded_view.js";
import { round6 } from "../shared/words.js";
import { SurprisePanel } from "./panel.js";

/** @import { RecordedParts } from "../shared/recorded_choice.js" */
/** @import { RecordedRun } from "../shared/recorded_run.js" */
/** @import { Reading } from "./panel.js" */
/** @typedef {RecordedRun & Required<Pick<RecordedRun, "next" | "surprises">>} ReadRun */

/**
 * @typedef {{ run: string, place: number, surprises: number[], loss: number }} Traits
 * @extends {RecordedView<Traits, ReadRun>}
 */
export class RecordedSurprise extends RecordedView {
  /** @param {RecordedParts} parts */
  constructor(parts) {
    super(parts, "SurpriseText");
    this.panel = new SurprisePanel("SmolLM2", (at) => this.set("place", at));
    const { tokens, scale, where, bars } = this.panel;
    this.body.append(
      this.choice,
      split([tokens, scale], [this.finding.element, h("div", {}, where, bars)], { sticky: false }),
    );
    this.follow(["place"], () => this.paint());
    this.change();
  }

  paint() {
    const reading = recordedReading(this.run);
    this.publish("surprises", reading.surprises);
    this.publish("loss", round6(mean(reading.surprises)));
    this.panel.show(reading, this.get("place"));
    this.finding.say(this.panel.words().join(" "));
  }
}

/**
 * What the model made of a recorded text.
 * @param {ReadRun} run
 * @returns {Reading}
 */
function recordedReading({ ids, tokens, surprises, next }) {
  return {
    labels: tokens,
    surprises,
    expected: (at) => {
      const rows = (next[at - 1] ?? []).map(([id, label, p]) => ({
        label,
        p,
        came: id === ids[at],
      }));
      if (rows.some(({ came }) => came)) return rows;
      return [...rows, { label: tokens[at], p: Math.exp(-surprises[at - 1]), came: true }];
    },
  };
}
