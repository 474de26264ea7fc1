// The sinusoidal table as a picture, and one of its channels as a wave.

import { frequency, sinusoid } from "../../engine/positions.js";
import { present } from "../../engine/present.js";
import { slider } from "../shared/controls.js";
import { find, h, penOf, themeColour } from "../shared/dom.js";
import { Curve } from "./curve.js";
import { inPositions, paceInWords } from "./words.js";

/** @import { PositionTable, Shown } from "./words.js" */

/** The table, with one channel framed. */
export class WavesPanel {
  /** @param {(channel: number) => void} onpick */
  constructor(onpick) {
    this.size = 1; // channels
    this.heat = h("canvas", { class: "llm-position-heat", role: "img" });
    this.heat.addEventListener("click", (event) => {
      const box = this.heat.getBoundingClientRect();
      const { size } = this;
      onpick(Math.min(size - 1, Math.floor(((event.clientX - box.left) / box.width) * size)));
    });
    this.channel = slider({
      name: "Channel",
      min: 0,
      max: 127,
      step: 1,
      oninput: onpick,
    });
    this.wave = new Curve();
    this.element = h(
      "section",
      { "aria-label": "Waves" },
      h("p", { class: "llm-label" }, "The table: rows are positions, columns are channels"),
      h(
        "div",
        { class: "llm-position-mapframe" },
        this.heat,
        h(
          "div",
          { class: "llm-position-key" },
          h("span", {}, h("i", { class: "llm-position-plus" }), "+1"),
          h("span", {}, h("i", { class: "llm-position-none" }), "0"),
          h("span", {}, h("i", { class: "llm-position-minus" }), "−1"),
        ),
      ),
      this.wave.element,
    );
    this.controls = [this.channel];
  }

  /**
   * @param {PositionTable} table
   * @param {number} channel
   * @returns {Shown}
   */
  show(table, channel) {
    const { n, size, base } = table;
    this.size = size;
    const rows = Array.from({ length: n }, (_, t) => sinusoid(t, size, base));
    this.paintHeat(rows, channel);
    const values = rows.map((row) => row[channel]);
    const turn = (2 * Math.PI) / frequency(channel >> 1, size, base);
    find(this.channel, "input").max = String(size - 1);
    this.channel.show(
      channel,
      `${channel}: ${channel % 2 ? "cosine" : "sine"} of pair ${channel >> 1}`,
    );
    this.wave.show({
      values,
      at: -1,
      limit: 1,
      xName: "position",
      words: `Channel ${channel} over ${n} positions: a ${channel % 2 ? "cosine" : "sine"} that ` +
        `repeats after ${inPositions(turn)} positions.`,
    });
    const seen = turn > n
      ? `so its curve shows ${n < turn / 10 ? "hardly any" : "only a part"} of a wave`
      : `so ${n} positions hold ${((n - 1) / turn).toFixed(1)} waves`;
    const words = `Channel ${channel} repeats after ${inPositions(turn)} positions, ${seen}. ` +
      paceInWords(table);
    return { words, traits: { shown: values } };
  }

  /**
   * The picture: how strong a colour is says how far from 0 a number is.
   * @param {number[][]} rows
   * @param {number} channel
   */
  paintHeat(rows, channel) {
    const n = rows.length;
    const size = rows[0].length;
    const ratio = Math.min(devicePixelRatio || 1, 2);
    const width = Math.max(
      120,
      present(this.heat.parentElement, "the place of the waves").clientWidth - 60,
    );
    // on a phone, the curve must have room below it
    const height = width < 400 ? 104 : Math.max(160, Math.min(300, 5 * n));
    const [w, hgt] = [Math.round(width * ratio), Math.round(height * ratio)];
    const context = penOf(this.heat);
    Object.assign(this.heat, { width: w, height: hgt });
    this.heat.style.width = `${width}px`;
    this.heat.style.height = `${height}px`;
    const colour = (/** @type {string} */ name) => `rgb(${themeColour(this.element, name)})`;
    const [plus, minus, mark] = ["--llm-accent", "--llm-accent-2", "--llm-fg"].map(colour);
    rows.forEach((row, t) =>
      row.forEach((value, c) => {
        const [x, y] = [Math.round((c * w) / size), Math.round((t * hgt) / n)];
        context.globalAlpha = Math.abs(value);
        context.fillStyle = value > 0 ? plus : minus;
        context.fillRect(
          x,
          y,
          Math.round(((c + 1) * w) / size) - x,
          Math.round(((t + 1) * hgt) / n) - y,
        );
      })
    );
    context.globalAlpha = 1;
    context.strokeStyle = mark;
    context.lineWidth = 1.5 * ratio;
    context.strokeRect((channel * w) / size, 0.75 * ratio, w / size, hgt - 1.5 * ratio);
    this.heat.setAttribute(
      "aria-label",
      `Table of ${n} positions and ${size} channels. On the left the values change from ` +
        `row to row; towards the right they hardly change at all. Channel ${channel} is ` +
        "framed.",
    );
  }
}
