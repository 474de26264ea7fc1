// What is said at each step, and each picture in words.

import { lastOf } from "../../../engine/present.js";
import { localCount, localFixed, localize } from "../../shared/localize.js";

/** @import { Facts, Fit } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/** @param {Facts} m */
const listed = (m) =>
  m.sizes.map((n, i) => localize`${localCount(n)} parameters, loss ${localFixed(m.losses[i], 2)}`)
    .join("; ");

/** @param {Facts} m */
const measured = ({ losses }) => localFixed(lastOf(losses), 2);

/** @param {Facts} m */
const predicted = (m) => localFixed(m.predicted, 2);

/** @param {Fit} fit */
const alpha = (fit) => localFixed(fit.alpha, 2);

/** The law, as a sum. @param {Facts} m */
const lawOf = ({ floor, yours }) =>
  `${floor ? `${localCount(floor)} + ` : ""}${localCount(Number(yours.a.toPrecision(2)))} / N^${
    alpha(yours)
  }`;

/** @param {Facts} m */
const off = (m) => localFixed(Math.abs(lastOf(m.losses) - m.predicted), 2);

/** @type {Words} */
export const sayOf = {
  "Plain axes": () =>
    localize`Five models have read the same 300,000 tokens. The larger, the better, but each step to
      the right seems to bring less.`,
  "Log axes": (_m, k) =>
    k
      ? localize`Now the loss, too: equal steps down are equal ratios. The five points lie nearly on
          a straight line.`
      : localize`Stretch the axis so that equal steps are equal ratios: from 50k to 100k is as far
          as from 200k to 400k.`,
  Line: ({ all }) =>
    localize`A straight line here is a power law, loss = ${all.a.toFixed(0)} / N^${alpha(all)}. Each
      doubling of the size multiplies the loss by ${localFixed(2 ** -all.alpha, 2)}, wherever you
      start.`,
  Forecast: (m, k) =>
    k
      ? localize`Measured: ${measured(m)}. The line was off by ${
        off(m)
      }, and the model cost twice as
          much as the largest one before it.`
      : localize`Cover the largest model, and lay the line through the other four. It predicts
          ${predicted(m)} before you pay for that run.`,
  "Your turn": (m) =>
    localize`Drag a loss, or choose a floor that no size can beat. The law is now loss = ${
      lawOf(m)
    }; it misses a loss by up to
      ${Math.round(100 * m.yours.miss)} %.`,
};

/** @type {Words} */
export const altOf = {
  "Plain axes": (m) => localize`Loss over parameters, falling more and more slowly: ${listed(m)}.`,
  "Log axes": (m, k) =>
    k
      ? localize`The same points over a logarithmic axis of parameters, with a logarithmic axis of
          losses, nearly on a straight line: ${listed(m)}.`
      : localize`The same points over a logarithmic axis of parameters: ${listed(m)}.`,
  Line: ({ all }) =>
    localize`A straight line through the points, from ${localFixed(all.at(2e4), 2)} to ${
      localFixed(all.at(5e5), 2)
    }.`,
  Forecast: (m, k) =>
    k
      ? localize`A line through the four smaller models, which predicts ${predicted(m)}; measured
          ${measured(m)}.`
      : localize`A line through the four smaller models, which predicts ${predicted(m)}.`,
  "Your turn": (m) =>
    localize`Points and line as you have set them: ${listed(m)}; alpha ${alpha(m.yours)}.`,
};
