// ShrinkingTime: which part of a training's time does each change cut off? The traits are described
// in shrinking_time.py.

import { TimeArea } from "./shrinking_time/area.js";
import { TimeLedger } from "./shrinking_time/ledger.js";
import { reasonFor } from "./shrinking_time/reasons.js";
import { counting, isSmall, logged, runWith } from "./shrinking_time/values.js";
import { timeWords } from "./shrinking_time/words.js";
import { button, segments } from "./shared/controls.js";
import { h } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { split } from "./shared/layout.js";
import { localize } from "./shared/localize.js";
import { View } from "./shared/view.js";

/** @import { Place, ViewParts } from "./shared/types.js" */
/** @import { Change, Run, Trained } from "./shrinking_time/values.js" */
/**
 * @typedef {object} Traits
 * @property {string[]} switched
 * @property {string} scale
 * @property {boolean} growing
 * @property {Change[]} changes
 * @property {Trained[]} trained
 * @property {string} machine
 * @property {number} steps
 * @property {number} seconds
 * @property {boolean} measured
 */

/** @extends {View<Traits>} */
class ShrinkingTimeView extends View {
  area = new TimeArea();
  badge = h("p", { class: "llm-time-badge" });
  scales = segments(
    localize`Scale`,
    [["whole", localize`The whole run`], ["close", localize`Close up`]],
    (scale) => this.set("scale", scale),
  );
  reason = h("p", { class: "llm-time-reason" });
  next = button(localize`Next change`, () => this.takeNext(), "llm-main");
  finding = new Finding(this.model, this.signal);
  /** @type {TimeLedger} */ ledger;
  /** @type {HTMLButtonElement} */ all;

  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    this.build();
    this.follow(["switched", "scale"], () => this.paint());
    this.paint();
  }

  build() {
    this.offerReset();
    const [changes, trained] = [this.get("changes"), this.get("trained")];
    this.ledger = new TimeLedger(changes, trained, {
      growing: this.get("growing"),
      onswitch: (name, on) => this.turn(name, on),
    });
    this.all = button(localize`All of them`, () => this.set("switched", this.order()));
    this.body.append(
      split([
        this.area.element,
        h("div", { class: "llm-row" }, this.scales, this.badge),
      ], [
        h("div", { class: "llm-row" }, this.next, this.all),
        this.reason,
        this.ledger.element,
      ], { sticky: false }),
      this.finding.element,
      h("p", { class: "llm-note" }, noteWords(this.get("machine"), this.get("growing"))),
    );
  }

  /** @param {string} name @param {boolean} on */
  turn(name, on) {
    const before = this.get("switched");
    const order = this.get("changes").map((change) => change.name);
    this.set("switched", order.filter((one) => one === name ? on : before.includes(one)));
  }

  /** The changes that "Next change" goes through. */
  order() {
    const changes = this.get("changes");
    return this.get("growing") ? changes.map(({ name }) => name) : logged(changes);
  }

  /** Switch on the first change that is off. */
  takeNext() {
    const on = this.get("switched");
    const next = this.order().find((name) => !on.includes(name));
    if (next) this.turn(next, true);
  }

  /** The reader's choice, or else what shows more. @param {Run} before @param {Run} first */
  scaleFor(before, first) {
    const chosen = this.get("scale");
    if (chosen !== "auto") return chosen;
    return isSmall(before, first) ? "close" : "whole";
  }

  paint() {
    const [changes, trained, on] = [this.get("changes"), this.get("trained"), this.get("switched")];
    const now = runWith(changes, trained, on);
    const last = counting(changes, on).at(-1) ?? null;
    const before = runWith(changes, trained, on.filter((name) => name !== last?.name));
    const first = trained[0];
    const scale = this.scaleFor(before, first);
    const close = scale === "close";
    this.area.show({ first, before, now, close });
    this.ledger.show(on);
    this.scales.show(scale);
    this.reason.replaceChildren(...reasonParts(last));
    this.next.disabled = this.order().every((name) => on.includes(name));
    this.badge.textContent = now.measured
      ? localize`measured`
      : localize`an estimate, not measured`;
    this.badge.classList.toggle("llm-time-unmeasured", !now.measured);
    this.finding.say(timeWords({ now, before, last, first, on, growing: this.get("growing") }));
    this.publish("steps", now.steps);
    this.publish("seconds", now.seconds);
    this.publish("measured", now.measured);
  }
}

/** The last change and what it is. @param {Change | null} last */
const reasonParts = (last) =>
  last ? [h("b", {}, `${last.name}:`), ` ${reasonFor(last.name)}`] : [
    localize`Nothing is changed yet: four layers that read single characters, trained with AdamW.`,
  ];

/** @param {string} machine @param {boolean} growing */
const noteWords = (machine, growing) =>
  growing
    ? localize`Recorded on ${machine}, one thread; three seeds a change, five for the last.`
    : localize`Recorded on ${machine}, one thread; three seeds a change, five for the last. Range:
      two standard errors either side, and it holds beside the changes above it.`;

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-time",
    title: localize`One training, as an area of time`,
    tryThis: place.model.get("growing")
      ? localize`Press Next change, and watch: does the area get narrower, or lower?`
      : localize`Switch changes off and on: what is each worth beside the others?`,
    build: (parts) => new ShrinkingTimeView(parts),
  });
}

export default { render };
