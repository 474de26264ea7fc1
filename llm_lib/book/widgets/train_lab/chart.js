// The loss of a training as it goes, between the losses of who only counts.

import { lastOf } from "../../engine/present.js";
import { h } from "../shared/dom.js";
import { localCount } from "../shared/localize.js";
import { polyline, stretched } from "../shared/svg.js";
import { decimals } from "../shared/words.js";
import { spread } from "../shared/spread_labels.js";

/** @import { Baselines, LossPoint, TrainCurve } from "./curve.js" */
/** @import { Label } from "../shared/spread_labels.js" */

const MOST_DRAWN = 400;
const MOST_TICKS = 6;
/** @type {(counted: string) => Record<keyof Baselines, string>} */
const LEVELS = (counted) => ({ uniform: "ln V", unigram: counted, bigram: "bigram" });
/** What they are called where nobody has read of them: each word says what is known. */
const PLAIN_LEVELS = {
  uniform: "guessing evenly",
  unigram: "letter counts",
  bigram: "letter pairs",
};

/**
 * The next round number: 100, 200, 500, 1,000 ...
 * @param {number} n
 */
function roundUp(n) {
  const unit = 10 ** Math.floor(Math.log10(Math.max(100, n)));
  return [1, 2, 5, 10].map((k) => k * unit).find((end) => end >= n) ?? n;
}

/**
 * Training loss solid, held-out loss dashed with its lowest point, grey the run before; dotted what
 * a reader reaches that only counts. Each line's name and value stand at its end. Before the first
 * step a dot is where the held-out loss begins.
 */
export class TrainChart {
  /** @param {boolean} plain whether the dotted lines have names that need no chapter */
  constructor(plain) {
    this.plain = plain;
    this.lines = {
      uniform: polyline("llm-train-level"),
      unigram: polyline("llm-train-level"),
      bigram: polyline("llm-train-level"),
      before: polyline("llm-train-before"),
      train: polyline("llm-train-line"),
      heldOut: polyline("llm-train-held"),
    };
    this.dot = h("span", { class: "llm-train-dot" });
    this.dotName = h("span", { class: "llm-train-dot-name" });
    this.flags = h("div", { class: "llm-train-flags" });
    this.goal = h("div", { class: "llm-train-goal" });
    this.names = h("div", { class: "llm-train-names" });
    this.y = h("div", { class: "llm-train-y" });
    const unit = plain ? "" : h("span", { class: "llm-train-unit" }, "loss, in nats");
    this.x = h("div", { class: "llm-train-x" }, h("span", {}, "0"), h("span"), h("span"));
    const picture = stretched(...Object.values(this.lines));
    this.element = h(
      "div",
      { class: "llm-train-chart", role: "img" },
      plain ? h("div", { class: "llm-train-title" }, "loss") : "",
      this.y,
      h(
        "div",
        { class: "llm-train-plot" },
        plain ? "" : this.goal,
        unit,
        picture,
        plain ? "" : this.flags,
        this.dot,
        this.dotName,
      ),
      this.names,
      this.x,
    );
  }

  /**
   * @param {object} shown
   * @param {TrainCurve} shown.curve
   * @param {LossPoint[]} shown.before the held-out losses of another run
   * @param {LossPoint[]} [shown.ours] those of one that we let run, where the reader has none
   * @param {Baselines} shown.baselines
   * @param {string} shown.counted what counts as one: "letters" or "tokens"
   */
  show({ curve, before: theirs, ours, baselines, counted }) {
    const before = ours ?? theirs;
    const { uniform } = baselines;
    const highest = Math.max(uniform, ...curve.heldOut.map(([, loss]) => loss));
    // High enough from the start for the first loss of most models: the scale then stays.
    const top = Math.min(Math.max(1.36 * uniform, 1.06 * highest), 2.2 * uniform);
    const low = this.plain ? lowest(curve, baselines) : 0;
    const end = roundUp(Math.max(curve.last, before.at(-1)?.[0] ?? 0));
    const x = (/** @type {number} */ step) => (100 * step) / end;
    const y = (/** @type {number} */ loss) =>
      100 - (100 * (Math.min(loss, top) - low)) / (top - low);
    const draw = (
      /** @type {keyof TrainChart["lines"]} */ name,
      /** @type {LossPoint[]} */ all,
    ) => {
      const every = Math.ceil(all.length / MOST_DRAWN);
      const some = all.filter((_, i) => (all.length - 1 - i) % every === 0);
      const points = some.map(([step, loss]) => `${x(step).toFixed(2)},${y(loss).toFixed(2)}`);
      this.lines[name].setAttribute("points", points.join(" "));
    };
    for (const name of /** @type {(keyof Baselines)[]} */ (["uniform", "unigram", "bigram"])) {
      draw(name, [[0, baselines[name]], [end, baselines[name]]]);
    }
    draw("before", before);
    draw("train", curve.train);
    draw("heldOut", curve.heldOut);
    this.showDot(curve, x, y);
    this.showGoal(curve, { baselines, counted, x, y });
    const names = this.plain ? PLAIN_LEVELS : LEVELS(counted);
    const level = (/** @type {keyof Baselines} */ name) =>
      ending([[end, baselines[name]]], y, names[name], "llm-train-level");
    const labels = [
      ...level("uniform"),
      ...level("unigram"),
      ...level("bigram"),
      ...ending(before, y, ours ? "a run of ours" : "run before", "llm-train-before"),
      ...ending(curve.last ? curve.heldOut : [], y, "held out", "llm-train-held"),
      ...ending(curve.train, y, "training", "llm-train-line"),
    ];
    this.names.replaceChildren(
      ...spread(labels).map(({ at, text, kind }) =>
        h("span", { class: kind, style: `top:${at.toFixed(1)}%` }, text)
      ),
    );
    this.y.replaceChildren(...ticks(low, top, y));
    const [, middle, last] = this.x.children;
    middle.textContent = (end / 2).toLocaleString("en");
    last.textContent = `${localCount(end)} steps`;
    this.element.classList.toggle("llm-train-ours", Boolean(ours));
    this.element.setAttribute("aria-label", describe(curve, baselines, before, Boolean(ours)));
  }

  /**
   * Before the first step, tint what lies below who only counts, and say what that takes; then put
   * a flag where the held-out loss has come below each who counts.
   * @param {TrainCurve} curve
   * @param {{ baselines: Baselines, counted: string, x: (step: number) => number,
   *   y: (loss: number) => number }} how
   */
  showGoal(curve, { baselines, counted, x, y }) {
    this.goal.style.top = `${y(baselines.bigram).toFixed(1)}%`;
    this.goal.textContent = `Down here, it uses more than the ${counted.slice(0, -1)} before.`;
    const { unigram, bigram } = curve.milestones(baselines);
    const reached = curve.heldOut.filter(([step]) => step > 0 && [unigram, bigram].includes(step));
    this.flags.replaceChildren(...reached.map(([step, loss]) => {
      const place = `left:${x(step).toFixed(1)}%;top:${y(loss).toFixed(1)}%`;
      return h("span", { style: place }, `✓ ${localCount(step)}`);
    }));
  }

  /**
   * Mark the lowest held-out loss; before the first step, the one to begin with.
   * @param {TrainCurve} curve
   * @param {(step: number) => number} x
   * @param {(loss: number) => number} y
   */
  showDot({ best, last }, x, y) {
    this.dot.hidden = this.dotName.hidden = !best || (best[0] === 0 && last > 0);
    if (!best || this.dot.hidden) return;
    const [step, loss] = best;
    for (const element of [this.dot, this.dotName]) {
      element.style.left = `${x(step)}%`;
      element.style.top = `${y(loss)}%`;
    }
    this.dotName.classList.toggle("llm-train-left", x(step) > 55);
    this.dotName.classList.toggle("llm-train-first", step === 0);
    if (step === 0) {
      this.dotName.textContent = `untrained ${decimals(loss)}`;
      return;
    }
    const at = h("span", {}, `, step ${localCount(step)}`);
    this.dotName.replaceChildren(`best ${decimals(loss)}`, at);
  }
}

/**
 * Where an axis begins that need not show 0: at a half, below all that is drawn.
 * @param {TrainCurve} curve
 * @param {Baselines} baselines
 */
function lowest({ heldOut, train }, { bigram }) {
  const losses = [...heldOut, ...train].map(([, loss]) => loss);
  return Math.floor(2 * Math.min(0.75 * bigram, ...losses)) / 2;
}

/**
 * Whole numbers along the axis of losses, each at its height, and few enough to be read.
 * @param {number} low
 * @param {number} top
 * @param {(loss: number) => number} y
 */
function ticks(low, top, y) {
  const step = Math.ceil((top - low) / MOST_TICKS);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(top / step) - first + 1 }, (_, i) => (first + i) * step)
    .map((loss) => h("span", { style: `top:${y(loss).toFixed(1)}%` }, String(loss)));
}

/**
 * The label at the end of a line, where it has one.
 * @param {LossPoint[]} points
 * @param {(loss: number) => number} y
 * @param {string} name
 * @param {string} kind
 * @returns {Label[]}
 */
const ending = (points, y, name, kind) =>
  points.length
    ? [{ at: y(lastOf(points)[1]), text: `${name} ${decimals(lastOf(points)[1])}`, kind }]
    : [];

/**
 * The picture in words.
 * @param {TrainCurve} curve
 * @param {Baselines} baselines
 * @param {LossPoint[]} before
 * @param {boolean} isOurs
 */
function describe(curve, { uniform, unigram, bigram }, before, isOurs) {
  const levels = `An even guess costs ${decimals(uniform)} nats, knowing how often each comes ` +
    `${decimals(unigram)}, a bigram ${decimals(bigram)}.`;
  const [first, last] = [curve.heldOut[0], curve.heldOut.at(-1)];
  const grey = before.length
    ? ` ${isOurs ? "A run of ours, faint," : "The run before, in grey,"} ended at ${
      decimals(lastOf(before)[1])
    }.`
    : "";
  if (!last || !curve.best) return `No loss yet. ${levels}${grey}`;
  const train = curve.train.length ? `, training loss ${decimals(lastOf(curve.train)[1])}` : "";
  return `Held-out loss from ${decimals(first[1])} to ${decimals(last[1])} in ${
    last[0]
  } steps${train}; ` +
    `lowest ${decimals(curve.best[1])} at step ${curve.best[0]}. ${levels}${grey}`;
}
