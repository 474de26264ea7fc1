// ThinkingLab: two models learn the shell game in the page, one in each way of answering. The
// traits are described in thinking_lab.py.

import { entryOf } from "../engine/present.js";
import { seededRandom } from "../engine/random.js";
import { drawProblem, swapsOf } from "../engine/shell_game.js";
import { ThinkingClient } from "../engine/thinking_client.js";
import { ThinkingAnswers } from "./thinking_lab/answers.js";
import { ThinkingChart } from "./thinking_lab/chart.js";
import { ThinkingProblem } from "./thinking_lab/problem.js";
import { progressWords, thinkingWords, WAY_NAMES, WAYS } from "./thinking_lab/words.js";
import { button, segments } from "./shared/controls.js";
import { eachFrame, h } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { split } from "./shared/layout.js";
import { localCount, localize } from "./shared/localize.js";
import { View } from "./shared/view.js";

/** @import { Way } from "../engine/shell_game.js" */
/** @import { ThinkingNews } from "../engine/thinking_session.js" */
/** @import { AllNews } from "./thinking_lab/words.js" */
/** @import { Place, ViewParts } from "./shared/types.js" */
/**
 * @typedef {object} Traits
 * @property {number} seconds
 * @property {number} seed
 * @property {number} swaps
 * @property {string} problem
 * @property {boolean} training
 * @property {Partial<Record<Way, number>>} steps
 * @property {Partial<Record<Way, number[]>>} right
 * @property {Partial<Record<Way, number[]>>} asked
 * @property {Partial<Record<Way, string>>} answers
 */

const TIMES = [20, 40, 60];

/** @extends {View<Traits>} */
class ThinkingLabView extends View {
  chart = new ThinkingChart();
  main = button("", () => this.act(), "llm-main llm-thinking-main");
  times = segments(
    localize`Seconds of training`,
    TIMES.map((s) => [String(s), localize`${s} s`]),
    (s) => this.set("seconds", Number(s)),
  );
  rows = WAYS.map((way) => {
    const status = h("span");
    const kind = way === "thinking" ? "llm-thinking-is-written" : "llm-thinking-is-direct";
    const name = h("b", { class: `llm-thinking-name ${kind}` }, localize(WAY_NAMES[way]));
    return { way, status, element: h("p", { class: "llm-note" }, name, status) };
  });
  size = h("p", { class: "llm-note" });
  problem = h("p", { class: "llm-problem", role: "alert", hidden: true });
  finding = new Finding(this.model, this.signal);
  maker = new ThinkingProblem({
    draw: (swaps) => this.draw(swaps),
    make: (problem) => this.set("problem", problem),
  });
  answers = new ThinkingAnswers(this.signal);

  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    this.state = /** @type {"new" | "running" | "halted" | "done"} */ ("new");
    /** @type {AllNews} */
    this.news = {};
    /** @type {Map<Way, ThinkingClient>} */
    this.clients = new Map(); // none before the first start
    this.wrong = "";
    this.asking = 0; // what was asked before is dropped
    this.draws = 0; // how many problems were drawn
    this.repaint = eachFrame(() => this.paint(), this.signal);
    this.signal.addEventListener("abort", () => this.free());
    this.build();
    this.follow(["seconds"], () => this.paint());
    this.follow(["seed"], () => this.forget());
    this.follow(["swaps"], () => this.draw(this.get("swaps")));
    this.follow(["problem"], () => this.pose());
    this.forget();
  }

  build() {
    this.offerReset(() => {
      this.reset();
      this.forget();
    });
    this.body.append(
      split([this.chart.element], [
        h("div", { class: "llm-row" }, this.main, this.times),
        ...this.rows.map(({ element }) => element),
        this.size,
        this.problem,
        this.finding.element,
      ], { sticky: false }),
      h(
        "div",
        { class: "llm-thinking-yours" },
        this.maker.element,
        this.answers.element,
      ),
    );
  }

  /** Begin with nothing learned, and with the problem that the widget began with. */
  forget() {
    this.free();
    this.state = "new";
    this.news = {};
    this.wrong = "";
    this.draws = 0;
    this.setAll({ training: false, steps: {}, right: {}, asked: {}, answers: {} });
    const { problem } = this.model.get("initial") ?? {};
    if (problem) this.set("problem", problem);
    else this.draw(this.get("swaps"));
    this.pose();
    this.paint();
  }

  /** Let the workers go. */
  free() {
    for (const client of this.clients.values()) client.stop();
    this.clients.clear();
  }

  /** The main button. */
  act() {
    if (this.state === "running") {
      this.state = "halted";
      for (const client of this.clients.values()) client.halt();
      this.ask();
    } else if (this.state === "halted") {
      this.state = "running";
      for (const client of this.clients.values()) client.goOn();
    } else this.start();
    this.paint();
  }

  start() {
    const [seconds, seed] = [this.get("seconds"), this.get("seed")];
    this.free();
    this.news = {};
    this.wrong = "";
    this.state = "running";
    this.seconds = seconds;
    this.answers.write(this.get("problem"), {});
    for (const way of WAYS) {
      const client = new ThinkingClient((news) => this.hear(way, news));
      this.clients.set(way, client);
      client.start({ way, seconds, seed });
    }
  }

  /**
   * @param {Way} way
   * @param {ThinkingNews} news
   */
  hear(way, news) {
    if (this.signal.aborted) return;
    if (news.problem) {
      this.free();
      Object.assign(this, { wrong: news.problem, state: "new", news: {} });
    } else this.news[way] = news;
    if (this.state === "running" && WAYS.every((each) => this.news[each]?.done)) {
      this.state = "done";
      this.ask();
    }
    this.repaint();
  }

  /**
   * Draw another problem for the reader.
   * @param {number} swaps
   */
  draw(swaps) {
    const random = seededRandom(1000 * (this.get("seed") + 1) + this.draws++);
    this.set("problem", drawProblem(random, swaps));
  }

  /** Show the problem, and let both answer. */
  pose() {
    const problem = this.get("problem");
    this.maker.show(problem);
    this.answers.write(problem, {});
    this.publish("answers", {});
    if (swapsOf(problem).length) this.ask();
  }

  /** Let the models as they are now answer the problem, if there are any. */
  async ask() {
    const problem = this.get("problem");
    const turn = ++this.asking;
    if (!this.clients.size || !swapsOf(problem).length) return;
    try {
      const texts = await Promise.all(WAYS.map((way) => entryOf(this.clients, way).ask(problem)));
      if (turn !== this.asking || this.signal.aborted) return;
      const answers = Object.fromEntries(WAYS.map((way, i) => [way, texts[i]]));
      this.answers.write(problem, answers);
      this.publish("answers", answers);
    } catch { // the training was stopped, or began anew
    }
  }

  paint() {
    const { state, news } = this;
    const seconds = state === "new" ? this.get("seconds") : this.seconds ?? 0;
    this.main.textContent = {
      new: localize`Start`,
      running: localize`Stop`,
      halted: localize`Go on`,
      done: localize`Train again`,
    }[state];
    this.times.show(String(this.get("seconds")));
    for (const input of this.times.querySelectorAll("input")) {
      input.disabled = state === "running" || state === "halted";
    }
    for (const { way, status } of this.rows) status.textContent = progressWords(news[way], seconds);
    const parameters = news.thinking?.parameters ?? 0;
    this.size.textContent = parameters
      ? localize`Each has ${localCount(parameters)} parameters, in two layers.`
      : localize`Both have the same size and start anew.`;
    this.problem.hidden = !this.wrong;
    this.problem.textContent = this.wrong;
    const tallies = Object.fromEntries(
      WAYS.flatMap((way) => news[way] ? [[way, news[way].tally]] : []),
    );
    this.chart.show(tallies);
    const of = (/** @type {(news: ThinkingNews) => any} */ take) =>
      Object.fromEntries(WAYS.flatMap((way) => news[way] ? [[way, take(news[way])]] : []));
    this.publish("training", state === "running");
    if (state !== "running") {
      this.publish("steps", of(({ steps }) => steps));
      this.publish("right", of(({ tally }) => tally.right));
      this.publish("asked", of(({ tally }) => tally.of));
    }
    this.finding.say(thinkingWords(news, { seconds, state }), { quiet: state === "running" });
  }
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-thinking",
    title: localize`At once, or thinking aloud?`,
    tryThis: localize`Press Start: two models learn where three balls end after swaps.
        Then give both a problem.`,
    build: (parts) => new ThinkingLabView(parts),
  });
}

export default { render };
