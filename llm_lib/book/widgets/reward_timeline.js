// RewardTimeline: a recorded run of GRPO with a checker. The traits are described in
// reward_timeline.py.

import { groupAdvantages } from "../engine/advantages.js";
import { lastOf, present } from "../engine/present.js";
import { finalAnswer, solution } from "../engine/shell_game.js";
import { stepChips } from "./shared/thinking_steps.js";
import { TimelineChart, written } from "./reward_timeline/chart.js";
import { segments } from "./shared/controls.js";
import { h } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { split } from "./shared/layout.js";
import { localize } from "./shared/localize.js";
import { Player } from "./shared/player.js";
import { PlayerControls } from "./shared/player_controls.js";
import { View } from "./shared/view.js";
import { decimals } from "./shared/words.js";

/** @import { Segments } from "./shared/controls.js" */
/** @import { Place, ViewParts } from "./shared/types.js" */
/** @import { TimelineStop } from "./reward_timeline/chart.js" */
/** @typedef {{ kind: string, seed: number, price: number, timeline: TimelineStop[] }} RewardRun */
/**
 * @typedef {object} Traits
 * @property {{ watched: string, runs: RewardRun[] }} data
 * @property {string} kind
 * @property {number} seed
 * @property {number} stop
 * @property {boolean} playing
 */

/** @type {Record<string, string>} */
const KIND_NAMES = {
  plain: "a checker",
  price: "and a price on tokens",
  weak: "from weak thoughts",
};

/** @extends {View<Traits>} */
class RewardTimelineView extends View {
  chart = new TimelineChart();
  texts = h("div", { class: "llm-timeline-texts" });
  finding = new Finding(this.model, this.signal);
  /** @type {Segments} */ kinds;
  /** @type {Segments} */ seeds;
  /** @type {PlayerControls} */ controls;

  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    const { model, signal } = parts;
    this.player = new Player({
      model,
      signal,
      trait: "stop",
      last: () => this.run.timeline.length - 1,
      paint: () => this.paint(),
      pace: 900,
      calmPace: 2500,
    });
    this.build();
    this.follow(["kind", "seed", "stop"], () => this.paint());
    this.paint();
    if (this.get("playing")) this.player.follow();
  }

  /** The run that is shown: the first of its kind where it has none of that seed. */
  get run() {
    const ofKind = this.get("data").runs.filter(({ kind }) => kind === this.get("kind"));
    return ofKind.find(({ seed }) => seed === this.get("seed")) ?? ofKind[0];
  }

  build() {
    this.offerReset();
    const { runs, watched } = this.get("data");
    const all = (/** @type {"kind" | "seed"} */ key) => [
      ...new Set(runs.map((run) => String(run[key]))),
    ];
    this.kinds = segments(
      localize`Learns from`,
      all("kind").map((kind) => [kind, localize(KIND_NAMES[kind] ?? kind)]),
      (kind) => this.set("kind", kind),
    );
    this.seeds = segments(
      localize`Seed`,
      all("seed").map((seed) => [seed, seed]),
      (seed) => this.set("seed", Number(seed)),
    );
    this.controls = new PlayerControls(this.player, { name: localize`Steps of GRPO` });
    const named = (/** @type {string} */ name, /** @type {HTMLElement} */ field) => {
      const hidden = field.childElementCount < 2; // nothing to choose
      const label = h("span", { class: "llm-label" }, name);
      return h("div", { class: "llm-timeline-named", hidden }, label, field);
    };
    this.body.append(
      h(
        "div",
        { class: "llm-row llm-timeline-choice" },
        named(localize`Learns from`, this.kinds),
        named(localize`Seed`, this.seeds),
      ),
      this.controls.element,
      split([this.chart.element], [
        h("p", { class: "llm-label" }, localize`Two texts, drawn to `, h("code", {}, watched)),
        this.texts,
        this.finding.element,
      ], { sticky: false }),
    );
  }

  paint() {
    const { run } = this;
    const rows = run.timeline;
    const k = Math.min(this.get("stop"), rows.length - 1);
    this.kinds.show(run.kind);
    this.seeds.show(String(run.seed));
    this.controls.show(String(rows[k].step));
    this.chart.show(rows, k);
    this.paintTexts(rows[k].texts, run.price);
    this.finding.say(foundWords(rows, k), { quiet: this.get("playing") });
  }

  /**
   * @param {string[]} texts
   * @param {number} price of a token
   */
  paintTexts(texts, price) {
    const { watched } = this.get("data");
    const right = texts.map((text) => finalAnswer(text) === solution(watched));
    const marks = texts.map((text, i) => Number(right[i]) - price * text.length);
    const advantages = texts.length > 1 ? groupAdvantages(marks) : [0];
    const signed = (/** @type {number} */ x) => `${x > 0 ? "+" : ""}${decimals(x)}`;
    this.texts.replaceChildren(
      ...texts.map((text, i) =>
        h(
          "div",
          { class: "llm-timeline-text" },
          h("div", { class: "llm-timeline-chips" }, ...stepChips(watched, text)),
          h(
            "p",
            { class: "llm-timeline-mark" },
            h("b", {}, right[i] ? localize`✓ right` : localize`✗ wrong`),
            h("span", {}, localize`mark ${price ? decimals(marks[i]) : marks[i]}`),
            h("span", {}, localize`advantage ${signed(advantages[i])}`),
          ),
        )
      ),
      h("p", { class: "llm-note" }, localize`Advantages as if these two were the group.`),
    );
  }

  reset() {
    this.player.stop();
    super.reset();
  }
}

/**
 * What the time line shows at a stop, in words.
 * @param {TimelineStop[]} rows
 * @param {number} k
 */
function foundWords(rows, k) {
  const [{ step, right, tokens, thinking }, last] = [rows[k], lastOf(rows).step];
  if (right === null) {
    return localize`Step ${step} of ${last}: nothing is learned from marks yet.`;
  }
  const now = localize`From step ${rows[k - 1]?.step ?? 0} to ${step} of ${last}, ${
    written("thinking", thinking)
  } of the texts thought aloud, with ${written("tokens", tokens)} tokens each on average, and ${
    written("right", right)
  } ended right.`;
  const first = present(rows.find((row) => row.right !== null), "a measured step");
  if (first === rows[k]) return now;
  return `${now} ${localize`At first: ${written("thinking", first.thinking)}, ${
    written("tokens", first.tokens)
  } and ${written("right", first.right)}.`}`;
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-timeline",
    title: localize`What does a mark teach?`,
    tryThis: localize`Press Play, or move along the steps: what rises, and when does it stop?`,
    build: (parts) => new RewardTimelineView(parts),
  });
}

export default { render };
