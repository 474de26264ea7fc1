// TuningReplay: what does a model say, learn and forget while it is tuned? The traits are described
// in tuning_replay.py.

import { SkillChart } from "./tuning_replay/chart.js";
import { describe } from "./tuning_replay/words.js";
import { h } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { split } from "./shared/layout.js";
import { localize } from "./shared/localize.js";
import { Player } from "./shared/player.js";
import { PlayerControls } from "./shared/player_controls.js";
import { View } from "./shared/view.js";
import { printable } from "./shared/words.js";

/** @import { Place, ViewParts } from "./shared/types.js" */
/** @import { Tunings } from "./tuning_replay/chart.js" */
/** @typedef {{ record: Tunings, look: number, playing: boolean }} Traits */

const PACE = 1400; // milliseconds a look
const CALM_PACE = 3000; // the same for readers who want less motion

/** @extends {View<Traits>} */
class TuningView extends View {
  finding = new Finding(this.model, this.signal);
  /** @type {SkillChart} */ chart;
  /** @type {PlayerControls} */ controls;
  /** @type {{ name: string; answer: HTMLElement; line: HTMLDivElement; }[]} */ answers;

  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    const { model, signal } = parts;
    this.record = this.get("record");
    this.player = new Player({
      model,
      signal,
      trait: "look",
      last: () => this.record.looks.length - 1,
      paint: () => this.paint(),
      pace: PACE,
      calmPace: CALM_PACE,
    });
    this.build();
    this.follow(["look"], () => this.paint());
    this.paint();
    if (this.get("playing")) this.player.follow();
  }

  build() {
    this.offerReset();
    this.chart = new SkillChart(this.record);
    this.controls = new PlayerControls(this.player, { name: localize`Steps done` });
    this.answers = Object.entries(this.record.asked).map(([name, prompt]) => {
      const answer = h("b", { class: "llm-tuning-answer" });
      const [user] = prompt.split("\n");
      const line = h(
        "div",
        { class: "llm-tuning-asked" },
        h("p", {}, user),
        h("p", {}, "Bot: ", answer),
      );
      return { name, answer, line };
    });
    this.body.append(
      this.controls.element,
      split([this.chart.element], [
        h(
          "div",
          { role: "group", "aria-label": localize`What it answers` },
          h("p", { class: "llm-label" }, localize`What it answers, word by word the likeliest`),
          ...this.answers.map(({ line }) => line),
        ),
        this.finding.element,
      ], { sticky: false, kind: "llm-tuning-split" }),
    );
  }

  paint() {
    const k = this.player.step;
    const look = this.record.looks[k];
    this.controls.show(localize`${localize(look.training)}, step ${look.step}`);
    for (const { name, answer } of this.answers) answer.textContent = printable(look.says[name]);
    const words = describe(this.record, k);
    this.chart.show(k, words);
    this.finding.say(words, { quiet: this.get("playing") });
  }

  reset() {
    this.player.stop();
    super.reset();
  }
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-tuning",
    title: "What does it learn, and what does it forget?",
    tryThis: localize`Move the time line through both trainings, and watch the answers and the four
      curves together.`,
    build: (parts) => new TuningView(parts),
  });
}

export default { render };
