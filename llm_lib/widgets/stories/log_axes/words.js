// What is said at each step, and each picture in words.

/** @import { Facts } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/** @param {Facts} m */
const listed = (m) =>
  m.sizes.map((n, i) => `${n.toLocaleString("en")} parameters, loss ${m.losses[i].toFixed(2)}`)
    .join("; ");

/** @type {Words} */
export const sayOf = {
  "Plain axes": () =>
    "Five models have read the same 300,000 tokens. The larger, the better, but each step to the " +
    "right seems to bring less.",
  "Log axes": (_m, k) =>
    k
      ? "Now the loss, too: equal steps down are equal ratios. The five points lie nearly on a " +
        "straight line."
      : "Stretch the axis so that equal steps are equal ratios: from 50k to 100k is as far as " +
        "from 200k to 400k.",
  Line: (m) =>
    `A straight line here is a power law, loss = ${m.all.a.toFixed(0)} / N^${
      m.all.alpha.toFixed(2)
    }. Each doubling of the size multiplies the loss by ${
      (2 ** -m.all.alpha).toFixed(2)
    }, wherever you start.`,
  Forecast: (m, k) =>
    k
      ? `Measured: ${m.losses.at(-1).toFixed(2)}. The line was off by ${
        Math.abs(m.losses.at(-1) - m.predicted).toFixed(2)
      }, and the model cost twice as much as the largest one before it.`
      : `Cover the largest model, and lay the line through the other four. It predicts ${
        m.predicted.toFixed(2)
      } before you pay for that run.`,
  "Your turn": (m) =>
    `Drag a loss, or choose a floor that no size can beat. The law is now loss = ${
      m.floor ? `${m.floor} + ` : ""
    }${m.yours.a.toPrecision(2)} / N^${m.yours.alpha.toFixed(2)}; it misses by up to ${
      Math.round(100 * m.yours.miss)
    } %.`,
};

/** @type {Words} */
export const altOf = {
  "Plain axes": (m) => `Loss over parameters, falling more and more slowly: ${listed(m)}.`,
  "Log axes": (m, k) =>
    `The same points over a logarithmic axis of parameters${
      k ? ", with a logarithmic axis of losses, nearly on a straight line" : ""
    }: ${listed(m)}.`,
  Line: (m) =>
    `A straight line through the points, from ${m.all.at(2e4).toFixed(2)} to ${
      m.all.at(5e5).toFixed(2)
    }.`,
  Forecast: (m, k) =>
    `A line through the four smaller models, which predicts ${m.predicted.toFixed(2)}${
      k ? `; measured ${m.losses.at(-1).toFixed(2)}` : ""
    }.`,
  "Your turn": (m) =>
    `Points and line as you have set them: ${listed(m)}; alpha ${m.yours.alpha.toFixed(2)}.`,
};
