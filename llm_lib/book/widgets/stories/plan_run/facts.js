// Every number of the story: what a budget of operations buys, by a law of the loss.

import { localCount, localFixed, localize } from "../../shared/localize.js";
import { superscript } from "../../shared/words.js";
import { cheapestRun, inAll, TO_TRAIN } from "./serve.js";

/** @import { Choice } from "../../moving/types.js" */

/**
 * loss = floor + a / N^alpha + b / D^beta, for N parameters and D tokens.
 * @typedef {{ floor: number, a: number, b: number, alpha: number, beta: number }} Law
 */

/** By Hoffmann et al. 2022, and as Besiroglu et al. 2024 fitted it to the same points. */
export const LAWS = /** @type {Record<string, Law>} */ ({
  "2024": { floor: 1.8172, a: 482.01, b: 2085.43, alpha: 0.3478, beta: 0.3658 },
  "2022": { floor: 1.69, a: 406.4, b: 410.7, alpha: 0.34, beta: 0.28 },
});
const PER_SECOND = 4e14; // of one H100, at two fifths of its peak
const PRICE = 2; // dollars for an hour of it
/** The budgets of the scenes: the one of most, and ten and a hundred times of it. */
export const BUDGETS = [1e20, 1e21, 1e22];
export const SIZES = [1 / 30, 0.1, 0.25, 0.5, 1, 2, 4, 10, 30];
export const SERVED = [0, 1e11, 1e12, 1e13, 1e14];

/**
 * @typedef {object} Settings
 * @property {number} budget in operations
 * @property {string} law its year
 * @property {number} size of the model, in sizes of the best one
 * @property {number} gpus
 * @property {number} served tokens that the model reads or writes once it is trained
 */
/** @typedef {ReturnType<typeof factsOf>} Facts */
/** @typedef {ReturnType<typeof runOf>} Run */

/**
 * A run of a model of N parameters, for all of the budget.
 * @param {Law} law
 * @param {number} budget
 * @param {number} N
 */
export function runOf({ floor, a, b, alpha, beta }, budget, N) {
  const D = budget / (TO_TRAIN * N);
  const [small, short] = [a / N ** alpha, b / D ** beta];
  return { budget, N, D, small, short, each: D / N, loss: floor + small + short };
}

/** What the runs had to which the laws were fitted: Hoffmann et al. 2022, in the abstract. */
const FITTED = { N: [7e7, 1.6e10], D: [5e9, 5e11] };

/**
 * Whether a run has a size and a text such as the law's own runs had.
 * @param {{ N: number, D: number }} run
 */
export const isLikeFitted = ({ N, D }) =>
  N >= FITTED.N[0] && N <= FITTED.N[1] && D >= FITTED.D[0] && D <= FITTED.D[1];

/**
 * The size at which the loss is lowest: where its derivative is 0.
 * @param {Law} law
 * @param {number} budget
 */
export const bestSize = ({ a, b, alpha, beta }, budget) =>
  ((alpha * a) / (beta * b)) ** (1 / (alpha + beta)) *
  (budget / TO_TRAIN) ** (beta / (alpha + beta));

/**
 * The runs that one budget pays for, from small models to large.
 * @param {Law} law
 * @param {number} budget
 * @param {[from: number, to: number]} ends
 */
function curveOf(law, budget, [from, to]) {
  const n = 48;
  return Array.from({ length: n + 1 }, (_, i) => runOf(law, budget, from * (to / from) ** (i / n)));
}

/** @param {Settings} settings */
export function factsOf(settings) {
  const { budget, size, gpus, served } = settings;
  const law = LAWS["2024"];
  const curves = BUDGETS.map((c) => curveOf(law, c, [3e7, 3e11]));
  const bests = BUDGETS.map((c) => runOf(law, c, bestSize(law, c)));
  const tries = [runOf(law, BUDGETS[1], 6e10), runOf(law, BUDGETS[1], 1.3e8)];
  const own = LAWS[settings.law];
  const best = bestSize(own, budget);
  const yours = runOf(own, budget, best * size);
  const cheapest = cheapestRun(own, yours.loss, served);
  const hours = budget / PER_SECOND / 3600;
  return {
    ...settings,
    curves,
    bests,
    tries,
    floor: own.floor,
    best: runOf(own, budget, best),
    around: curveOf(own, budget, [best / 150, best * 150]),
    yours,
    total: inAll(yours, served),
    cheapest,
    least: inAll(cheapest, served),
    hours,
    days: hours / 24 / gpus,
    cost: hours * PRICE,
  };
}

const UNITS = /** @type {[size: number, many: string, one: string, short: string][]} */ ([
  [1e12, "{} trillion", "1 trillion", "{}T"],
  [1e9, "{} billion", "1 billion", "{}B"],
  [1e6, "{} million", "1 million", "{}M"],
]);

/**
 * Two digits, which is more than such a law knows.
 * @param {number} x
 */
export const plainly = (x) => localCount(Number(x.toPrecision(2)));

/** @param {number} x */
const unitOf = (x) => UNITS.find(([size]) => x >= size * 0.995);

/**
 * A large number as one says it: "2.8 billion".
 * @param {number} x
 */
export function spoken(x) {
  const unit = unitOf(x);
  if (!unit) return plainly(x);
  const [size, many, one] = unit;
  const n = plainly(x / size);
  return n === "1" ? localize(one) : localize(many, n);
}

/**
 * The same where there is little room: "2.8B".
 * @param {number} x
 */
export function inShort(x) {
  const unit = unitOf(x);
  return unit ? localize(unit[3], plainly(x / unit[0])) : plainly(x);
}

/** @param {number} c */
const exponent = (c) => Math.round(Math.log10(c));

/**
 * A power of ten, "10²¹".
 * @param {number} c
 */
export const power = (c) => `10${superscript(exponent(c))}`;

/**
 * Operations that are no power of ten, "1.6·10²¹".
 * @param {number} c
 */
export function operations(c) {
  const rest = Number((c / 10 ** Math.floor(Math.log10(c))).toFixed(1));
  if (rest === 1 || rest === 10) return power(c);
  return `${localFixed(rest, 1)}·10${superscript(Math.floor(Math.log10(c)))}`;
}

/** @param {number} size */
const inBests = (size) =>
  size === 1
    ? localize`the best`
    : size > 1
    ? localize`${size} times it`
    : localize`1/${Math.round(1 / size)} of it`;

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = (m) => [
  {
    name: localize`Budget (operations)`,
    options: [...new Set([18, 19, 20, 21, 22, 23, 24, 25, 26, exponent(m.budget)])]
      .map((n) => [`${n}`, `10${superscript(n)}`]),
    value: `${exponent(m.budget)}`,
    pick: (n) => ({ budget: 10 ** Number(n) }),
  },
  {
    name: localize`Model size`,
    options: [...new Set([...SIZES, m.size])].sort((a, b) => a - b).map((
      x,
    ) => [`${x}`, inBests(x)]),
    value: `${m.size}`,
    pick: (size) => ({ size: Number(size) }),
  },
  {
    name: localize`GPUs`,
    options: [...new Set([1, 8, 64, 1000, 16000, m.gpus])].sort((a, b) => a - b)
      .map((n) => [`${n}`, localCount(n)]),
    value: `${m.gpus}`,
    pick: (gpus) => ({ gpus: Number(gpus) }),
  },
  {
    name: localize`Tokens served`,
    options: [...new Set([...SERVED, m.served])].sort((a, b) => a - b)
      .map((n) => [`${n}`, n ? spoken(n) : localize`none`]),
    value: `${m.served}`,
    pick: (served) => ({ served: Number(served) }),
  },
  {
    name: localize`Law`,
    options: [["2022", "2022"], ["2024", localize`2024 refit`]],
    value: m.law,
    pick: (law) => ({ law }),
  },
];
