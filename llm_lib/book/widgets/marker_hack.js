// MarkerHack: a model learns from the reader's marker, live. The traits: see marker_hack.py.

import { groupAdvantages } from "../engine/advantages.js";
import { questionIds } from "../engine/answering.js";
import { lastOf } from "../engine/present.js";
import { mean } from "../engine/vectors.js";
import { EIGHT, HackCards } from "./marker_hack/cards.js";
import { HackChart } from "./marker_hack/chart.js";
import { isSame, MarkerForm } from "./marker_hack/form.js";
import { markOf, PROMPT, wantedOf } from "./marker_hack/marker.js";
import { hackWords, judge, share } from "./marker_hack/words.js";
import { TasteView } from "./shared/taste_view.js";
import { button } from "./shared/controls.js";
import { h } from "./shared/dom.js";
import { takeFiles } from "./shared/files.js";
import { Finding } from "./shared/frame.js";
import { split } from "./shared/layout.js";
import { localize } from "./shared/localize.js";
import { showWithModel } from "./shared/model.js";
import { decimals, round6 } from "./shared/words.js";

/** @import { Marked } from "./marker_hack/cards.js" */
/** @import { Marker, Points } from "./marker_hack/marker.js" */
/** @import { ModelViewParts, Place } from "./shared/types.js" */
/** @typedef {{ answers: { text: string, nats: number }[], mark: number, wanted: number }} Round */
/**
 * @typedef {object} Traits
 * @property {Points} points
 * @property {string} word
 * @property {number} kl_weight
 * @property {number} seed
 * @property {string[]} answers
 * @property {number[]} marks
 * @property {number[][]} rounds
 * @property {boolean} working
 */

const MOST_TOKENS = 40; // of an answer
const STEPS = 16; // of a run
const RATE = 5e-4;
const TRY =
  "Train it, and watch both curves. Then mend the marker, and train again. Wanted, paid for or " +
  "not: Mia, a fox, a kite, a speech of three words or more, fluent text.";

/** @extends {TasteView<Traits>} */
class MarkerHackView extends TasteView {
  drawn = 0; // answers so far, each with a seed of its own
  cards = new HackCards();
  form = new MarkerForm((marker) => this.change(marker));
  main = button("", () => this.act(), "llm-main llm-hack-main");
  status = h("p", { class: "llm-note", role: "status" });
  chart = new HackChart();
  earlier = h("ol", { class: "llm-hack-past", "aria-label": localize`Earlier runs` });
  finding = new Finding(this.model, this.signal);
  /** @type {Marker} */ paidBy;

  /** @param {ModelViewParts} parts */
  constructor(parts) {
    super(parts);
    this.prompt = questionIds(this.tokenizer, PROMPT);
    /** @type {Round[]} */
    this.rounds = [];
    /** @type {string[]} */
    this.past = []; // what earlier runs came to
    this.build();
    this.follow(["points", "word", "kl_weight"], () => this.paint());
    this.follow(["seed"], () => this.begin());
    this.begin();
  }

  /** @returns {Marker} the marker as it stands */
  get marker() {
    return {
      points: this.get("points"),
      word: this.get("word"),
      kl_weight: this.get("kl_weight"),
    };
  }

  build() {
    this.offerReset(() => {
      this.past = [];
      this.reset();
      this.begin();
    });
    this.body.append(
      split([
        h("p", { class: "llm-label" }, localize`Asked: ${PROMPT}`),
        this.cards.element,
      ], [
        this.form.element,
        h("div", { class: "llm-row" }, this.main, this.status),
        this.chart.element,
        this.finding.element,
        this.earlier,
      ], { sticky: false }),
    );
  }

  /** @param {Marker} marker */
  change(marker) {
    this.running = false;
    this.setAll({ ...marker });
    this.paint();
  }

  /** Whether the marker is another than the one that this run is paid by. */
  get edited() {
    return !isSame(this.marker, this.paidBy);
  }

  /** Begin with the model as it was. */
  begin() {
    this.running = false;
    this.paidBy = this.marker;
    this.rounds = [];
    this.work(() => this.startAnew(), localize`writing …`);
  }

  async startAnew() {
    const ended = this.rounds;
    if (ended.length > 2) this.past = [...this.past, pastWords(this.past.length, ended)];
    this.paidBy = this.marker;
    this.rounds = [];
    this.drawn = 1000 * this.get("seed");
    await this.ask("start", { config: this.gpt.config, weights: this.gpt.weights() });
    await this.draw();
  }

  /** Let the model write eight answers, as it is now. */
  async draw() {
    const { prompt, tokenizer } = this;
    const end = tokenizer.endOfText;
    this.written = [];
    for (let i = 0; i < EIGHT; i++) {
      const seed = this.drawn++;
      this.written.push(await this.ask("write", { prompt, most: MOST_TOKENS, end, seed }));
    }
    const { reference } = await this.ask("weigh", { rows: this.rows });
    const answers = this.written.map((ids, i) => ({
      text: tokenizer.decode(ids.filter((id) => id !== end)).trim(),
      nats: -reference[i] / ids.length,
    }));
    this.rounds.push(measured(answers, this.paidBy));
    this.paint();
  }

  act() {
    if (this.running) {
      this.running = false;
      this.paint();
    } else if (!this.busy) this.train();
  }

  /** A run of steps: from the start if the marker is another one now. */
  train() {
    this.running = true;
    this.work(async () => {
      if (this.edited) await this.startAnew();
      for (let i = 0; i < STEPS && this.running; i++) {
        const { rows, paidBy: { kl_weight: klWeight } } = this;
        const marks = lastOf(this.rounds).answers.map(({ text }) => markOf(text, this.paidBy));
        const advantages = groupAdvantages(marks);
        await this.ask("marked", { rows, advantages, rate: RATE, klWeight });
        await this.draw();
      }
    }, localize`writing …`);
  }

  paint() {
    const { rounds, running, busy, marker, edited } = this;
    /** @type {Marked[]} */
    const marked = (rounds.at(-1)?.answers ?? []).map(({ text, nats }) => ({
      text,
      mark: markOf(text, marker),
      wanted: wantedOf(text, nats),
    }));
    const taken = Math.max(0, rounds.length - 1);
    this.form.show(marker);
    this.cards.show(marked);
    this.chart.show(rounds, Math.max(STEPS, taken));
    const more = taken && !edited ? localize`${STEPS} steps more` : localize`Train ${STEPS} steps`;
    this.main.textContent = running ? localize`Stop` : more;
    this.main.disabled = Boolean(busy) && !running;
    this.status.textContent = busy ? localize`after step ${taken}: ${busy}` : "";
    this.earlier.replaceChildren(...this.past.slice(-2).map((words) => h("li", {}, words)));
    this.publish("answers", marked.map(({ text }) => text));
    this.publish("marks", marked.map(({ mark }) => round6(mark)));
    this.publish("rounds", rounds.map(({ mark, wanted }) => [round6(mark), round6(wanted)]));
    this.publish("working", Boolean(busy));
    const mark = mean(marked.map((each) => each.mark));
    const words = hackWords({ rounds, edited, mark, marker: this.paidBy });
    this.finding.say(this.problem || words, { quiet: running });
  }
}

/**
 * A round: the answers, their mean mark, and the share of what was wanted that is there.
 * @param {Round["answers"]} answers
 * @param {Marker} marker
 * @returns {Round}
 */
function measured(answers, marker) {
  const found = (/** @type {Round["answers"][0]} */ { text, nats }) =>
    mean(wantedOf(text, nats).map(([, there]) => Number(there)));
  const mark = mean(answers.map(({ text }) => markOf(text, marker)));
  return { answers, mark, wanted: mean(answers.map(found)) };
}

/**
 * @param {number} before how many runs
 * @param {Round[]} rounds
 */
function pastWords(before, rounds) {
  const { mark, wanted } = judge(rounds);
  const [first, last] = [decimals(rounds[0].mark), decimals(mark)];
  const [had, left] = [share(rounds[0].wanted), share(wanted)];
  return localize`Run ${before + 1}: mark ${first} → ${last}, wanted ${had} → ${left}`;
}

/** @param {Place} place */
function render(place) {
  return showWithModel({
    ...place,
    name: "llm-hack",
    title: localize`What does a model write that is paid by your marker?`,
    tryThis: localize(TRY),
    build: (parts) => new MarkerHackView(parts),
  });
}

export default { initialize: takeFiles, render };
