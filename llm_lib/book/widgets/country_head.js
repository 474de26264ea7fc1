// CountryHead: where does the country cross? The traits are described in country_head.py.

import { present } from "../engine/present.js";
import { CountryGrid } from "./country_head/grid.js";
import { cellWords, crossingWords, headWords } from "./country_head/words.js";
import { barRow } from "./shared/bars.js";
import { segments } from "./shared/controls.js";
import { h } from "./shared/dom.js";
import { fetchFile, takeFiles } from "./shared/files.js";
import { Finding, showWidget } from "./shared/frame.js";
import { split } from "./shared/layout.js";
import { readRecorded } from "./shared/recorded_run.js";
import { showBlanks } from "./shared/tokens.js";
import { View } from "./shared/view.js";
import { percent } from "./shared/words.js";

/** @import { Segments } from "./shared/controls.js" */
/** @import { NextToken, RecordedFile, RecordedPatch } from "./shared/recorded_run.js" */
/** @import { RecordedRun } from "./shared/recorded_run.js" */
/** @import { Place, ViewParts } from "./shared/types.js" */
/**
 * @typedef {object} Traits
 * @property {string} country
 * @property {number} depth
 * @property {number} position
 * @property {boolean} head
 * @property {number} share
 * @property {Record<string, number>} next
 */
/**
 * @typedef {RecordedRun & Required<Pick<RecordedRun, "heads" | "next" | "off" | "patches">>
 *   & { writes: string[] }} CountryRun
 */

/** @extends {View<Traits>} */
class CountryView extends View {
  grid = new CountryGrid((depth, position) => this.setAll({ depth, position }));
  finding = new Finding(this.model, this.signal);
  row = h("p", { class: "llm-country-row" });
  writes = h("ul", { class: "llm-tokens" });
  switch = segments(
    "Head 23.4",
    [["on", "on"], ["off", "off"]],
    (value) => this.set("head", value === "on"),
  );
  bars = h("ul", { class: "llm-bars", "aria-label": "The likeliest next words" });
  lost = h("p", { class: "llm-note", role: "status" });
  label = h("p", { class: "llm-label" });
  /** @type {Segments} */ pairs;

  /** @param {ViewParts & { file: RecordedFile }} parts */
  constructor(parts) {
    super(parts);
    this.runs = /** @type {CountryRun[]} */ (parts.file.runs);
    this.counts = present(parts.file.counts, "the counts of a record");
    this.build();
    this.follow(["country", "depth", "position", "head"], () => this.paint());
    this.paint();
  }

  build() {
    this.offerReset();
    /** @type {[value: string, label: string][]} */
    const pairs = this.runs.map((run) => [run.name, `${run.name} ← ${otherOf(run.patches[0])}`]);
    this.pairs = segments("The two countries", pairs, (country) => this.set("country", country));
    const part = (/** @type {string} */ name, /** @type {HTMLElement[]} */ ...inside) =>
      h("div", {}, h("p", { class: "llm-label" }, name), ...inside);
    const depths = h(
      "p",
      { class: "llm-note" },
      "The stronger the colour, the further the answer turns. Beside each row: how many of the " +
        "30 blocks have run.",
    );
    this.body.append(
      h("div", { class: "llm-country-pairs" }, this.pairs),
      split([this.label, this.grid.element, depths], [
        this.finding.element,
        part("Where head 23.4, in block 23, looks from the last word", this.row),
        part("The five tokens that it raises most", this.writes),
        h(
          "div",
          { class: "llm-country-off" },
          h("p", { class: "llm-label" }, "Head 23.4"),
          this.switch,
          this.bars,
          this.lost,
        ),
        h("p", { class: "llm-country-limit" }, crossingWords(this.counts)),
      ], { sticky: false }),
    );
  }

  get run() {
    const country = this.get("country");
    return present(this.runs.find(({ name }) => name === country), country);
  }

  paint() {
    const { run } = this;
    const [patch] = run.patches;
    const cell = { depth: this.get("depth"), position: this.get("position") };
    const share = patch.shares[cell.position][cell.depth];
    const words = cellWords(run, cell);
    this.pairs.show(run.name);
    this.label.textContent =
      `${otherOf(patch)}’s stream, put into the run on ${run.name}: how far ` +
      `does it turn “${patch.answers[0][1].trim()}” into “${patch.answers[1][1].trim()}”?`;
    this.grid.show({ tokens: run.tokens, other: patch.tokens, shares: patch.shares, cell, words });
    this.finding.say(words);
    this.paintHead(run);
    this.publish("share", share);
  }

  /** @param {CountryRun} run */
  paintHead(run) {
    const [weights] = run.heads[0].weights;
    this.row.replaceChildren(
      ...run.tokens.slice(1).flatMap((token, i) => {
        const weight = weights[i + 1];
        const style = `--level:${(40 * weight).toFixed(1)}%`;
        const shown = weight >= 0.1 ? [h("small", {}, weight.toFixed(2))] : [];
        return [" ", h("span", { class: "llm-country-token", style }, token.trim(), ...shown)];
      }),
    );
    this.writes.replaceChildren(
      ...run.writes.map((token) =>
        h("li", { class: "llm-token" }, h("span", {}, ...showBlanks(token)))
      ),
    );
    const isOn = this.get("head");
    const here = String(run.tokens.length - 1);
    const on = run.next[here];
    const without = run.off.find(({ heads }) => String(heads) === "23,4");
    const off = present(without, "the run without head 23.4").next[here];
    const rows = isOn ? on : off;
    this.switch.show(isOn ? "on" : "off");
    this.bars.replaceChildren(...rows.map(([id, token, p]) => {
      const raw = on.find((row) => row[0] === id)?.[2];
      const outline = isOn || raw === undefined ? {} : { raw };
      return barRow({ name: token.trim(), fill: p, number: percent(p), ...outline });
    }));
    this.lost.textContent = headWords(isOn, on, off);
    this.publish("next", Object.fromEntries(rows.map(([, token, p]) => [token.trim(), p])));
  }
}

/** The country whose stream is put in. @param {RecordedPatch} patch */
const otherOf = (patch) => patch.tokens[patch.tokens.length - 2].trim();

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-country",
    title: "Where does the country cross to the last word?",
    tryThis: "Choose a cell of the grid. Then switch head 23.4 off: what becomes of the capital?",
    waiting: "Fetching the record …",
    load: (view) =>
      fetchFile(view, view.model.get("ref"), (file) => ({ file: readRecorded(file) })),
    build: (parts) => new CountryView(parts),
  });
}

export default { initialize: takeFiles, render };
