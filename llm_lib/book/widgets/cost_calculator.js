// CostCalculator: what does it cost to train a model? The traits are described in
// cost_calculator.py.

import { button, slider } from "./shared/controls.js";
import { h } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { split } from "./shared/layout.js";
import { View } from "./shared/view.js";
import { count, inUnits, percent, superscript } from "./shared/words.js";

/** @import { Place, ViewParts } from "./shared/types.js" */

/**
 * Known runs: parameters and tokens from the papers that the chapter cites; one device of the time.
 * @type {[name: string, values: Record<string, number>][]}
 */
const RUNS = [
  ["GPT-3", { parameters: 175e9, tokens: 300e9 }],
  ["Chinchilla", { parameters: 70e9, tokens: 1.4e12 }],
  ["Llama 3 405B", { parameters: 405e9, tokens: 15.6e12 }],
  ["Sprout, on a laptop", {
    parameters: 1.2e6,
    tokens: 33e6,
    peak_flops: 1e11,
    utilization: 0.3,
    price: 0,
    n_devices: 1,
  }],
];
const DEVICE = { peak_flops: 312e12, utilization: 0.4, price: 2, n_devices: 1000 };
/**
 * 3.15e23 -> "3.15 · 10²³".
 * @param {number} n
 */
function inPowers(n) {
  if (n < 1e6) return Math.round(n).toLocaleString("en");
  const power = Math.floor(Math.log10(n));
  return `${(n / 10 ** power).toFixed(2)}\u00a0·\u00a010${superscript(power)}`;
}

/**
 * Years, days, hours or minutes, whichever reads best.
 * @param {number} hours
 */
function inTime(hours) {
  if (hours >= 2 * 365 * 24) return `${inUnits(hours / 24 / 365)}\u00a0years`;
  if (hours >= 48) return `${inUnits(hours / 24)}\u00a0days`;
  return hours >= 1
    ? `${hours.toPrecision(2)}\u00a0hours`
    : `${Math.max(0.1, hours * 60).toPrecision(2)}\u00a0minutes`;
}

/**
 * @typedef {object} Traits
 * @property {number} parameters
 * @property {number} tokens
 * @property {number} peak_flops
 * @property {number} utilization
 * @property {number} price
 * @property {number} n_devices
 * @property {number} flops
 * @property {number} hours
 */

/** @type {(keyof Traits)[]} */
const SETTINGS = ["parameters", "tokens", "peak_flops", "utilization", "price", "n_devices"];

/** @extends {View<Traits>} */
class CostView extends View {
  results = h("dl", { class: "llm-cost-results" });
  finding = new Finding(this.model, this.signal);
  /** @type {HTMLElement} */ flops;
  /** @type {HTMLElement} */ hours;
  /** @type {HTMLElement} */ time;
  /** @type {HTMLElement} */ money;

  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    const logSlider = (
      /** @type {keyof Traits} */ name,
      /** @type {string} */ label,
      /** @type {number} */ low,
      /** @type {number} */ high,
      note = "",
    ) => {
      const element = slider({
        name: label,
        min: Math.log10(low),
        max: Math.log10(high),
        step: 0.01,
        note,
        oninput: (v) =>
          this.set(name, Math.min(high, Math.max(low, Number((10 ** v).toPrecision(3))))),
      });
      const follow = (/** @type {number} */ value, /** @type {string} */ text) =>
        element.show(Math.log10(value), text);
      return Object.assign(element, { follow });
    };
    this.sliders = {
      parameters: logSlider("parameters", "Parameters", 1e5, 1e13, "numbers that are learned"),
      tokens: logSlider("tokens", "Tokens", 1e6, 1e14, "read in training"),
      peak_flops: logSlider(
        "peak_flops",
        "Speed of one device",
        1e10,
        1e17,
        "operations per second, at best",
      ),
      utilization: slider({
        name: "Share of that reached",
        min: 0.01,
        max: 1,
        step: 0.01,
        note: "waiting for memory and network costs the rest",
        oninput: (v) => this.set("utilization", v),
      }),
      n_devices: logSlider("n_devices", "Devices at the same time", 1, 1e6),
      price: slider({
        name: "Price",
        min: 0,
        max: 20,
        step: 0.1,
        note: "dollars per device and hour",
        oninput: (v) => this.set("price", v),
      }),
    };
    this.build();
    this.follow(SETTINGS, () => this.paint());
    this.paint();
  }

  build() {
    this.offerReset();
    const result = (/** @type {string} */ title, formula = "") => {
      const value = h("dd");
      const name = h("dt", {}, title, h("span", { class: "llm-cost-formula" }, formula));
      this.results.append(h("div", {}, name, value));
      return value;
    };
    const press = (/** @type {Record<string, number>} */ values) => () =>
      this.setAll({ ...DEVICE, ...values });
    const presets = RUNS.map(([name, values]) => button(name, press(values)));
    this.flops = result("Operations", ", 6 · parameters · tokens");
    this.hours = result("Device-hours");
    this.time = result("Time");
    this.money = result("Money");
    this.body.append(split([this.results, this.finding.element], [
      h("div", { class: "llm-row", role: "group", "aria-label": "Known runs" }, ...presets),
      h("div", { class: "llm-cost-sliders" }, ...Object.values(this.sliders)),
    ]));
  }

  paint() {
    const [n, tokens, peak, share, price, devices] = SETTINGS.map((name) => this.get(name));
    const flops = 6 * n * tokens;
    const hours = flops / (peak * share) / 3600;
    this.sliders.parameters.follow(n, inUnits(n));
    this.sliders.tokens.follow(tokens, inUnits(tokens));
    this.sliders.peak_flops.follow(peak, inUnits(peak));
    this.sliders.utilization.show(share, percent(share, 0));
    this.sliders.n_devices.follow(devices, Math.round(devices).toLocaleString("en"));
    this.sliders.price.show(price, `$${price.toFixed(2)}`);
    this.flops.textContent = inPowers(flops);
    this.hours.textContent = hours >= 10 ? inUnits(hours) : hours.toPrecision(2);
    this.time.textContent = inTime(hours / devices);
    this.money.textContent = `$${inUnits(hours * price)}`;
    this.model.set("flops", flops);
    this.set("hours", hours);
    this.finding.say(
      `${inPowers(flops)} operations: ${inTime(hours / devices)} on ` +
        `${count(Math.round(devices), "device")}, ` +
        (price ? `$${inUnits(hours * price)} for the devices` : "for nothing but electricity") +
        `. That is ${inUnits(tokens / n)} tokens for each parameter.`,
    );
  }
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-cost",
    title: "What does it cost to train a model?",
    tryThis: "Choose a known model, then change one thing: twice the parameters, half the tokens.",
    build: (parts) => new CostView(parts),
  });
}

export default { render };
