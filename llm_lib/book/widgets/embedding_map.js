// EmbeddingMap: which tokens lie close to each other? The traits are described in embedding_map.py.

import { entryOf } from "../engine/present.js";
import { decodeVectors, project } from "../engine/projection.js";
import { dot } from "../engine/vectors.js";
import { groupMark, plainNames, TokenMap } from "./embedding_map/token_map.js";
import { barRow } from "./shared/bars.js";
import { segments, slider } from "./shared/controls.js";
import { eachFrame, h, onResize, onTraits } from "./shared/dom.js";
import { fetchFile, takeFiles } from "./shared/files.js";
import { Finding, showWidget } from "./shared/frame.js";
import { split } from "./shared/layout.js";
import { View } from "./shared/view.js";
import { count, percent } from "./shared/words.js";

/** @import { Segments, Slider } from "./shared/controls.js" */
/** @import { Place, ViewParts } from "./shared/types.js" */
/** @typedef {{ name: string, data: string, size: number }} PackedTable */
/** @typedef {{ groups: Record<string, string[]>, tables: PackedTable[] }} VectorFile */
/** @import { Projection } from "./embedding_map/token_map.js" */
/** @typedef {{ directions: Float64Array[], map: Projection, agreement?: number }} Table */

/**
 * @typedef {object} Traits
 * @property {string} table
 * @property {string} selected the label of a token
 * @property {number} n_neighbours
 * @property {number} turn degrees
 * @property {string} highlight a group
 * @property {[label: string, cosine: number][]} nearest
 * @property {number[][]} points
 * @property {number[]} explained
 */

/** @extends {View<Traits>} */
class MapView extends View {
  list = h("ol", {
    class: "llm-bars",
    "aria-label": "Nearest neighbours in the full space",
  });
  finding = new Finding(this.model, this.signal);
  turn = slider({
    name: "Turn",
    min: -180,
    max: 180,
    step: 1,
    oninput: (v) => this.set("turn", v),
  });
  axes = h("p", { class: "llm-note" });
  /** @type {Segments} */ choice;
  /** @type {HTMLSelectElement} */ select;
  /** @type {Slider} */ many;
  /** @type {TokenMap} */ map;
  /** @type {HTMLButtonElement[]} */ chips;
  /** @type {HTMLDivElement} */ legend;

  /** @param {ViewParts & { file: VectorFile }} parts */
  constructor(parts) {
    super(parts);
    const { model, signal, file } = parts;
    this.groups = Object.entries(file.groups);
    this.labels = this.groups.flatMap(([, labels]) => labels);
    this.names = plainNames(this.labels);
    this.groupOf = this.groups.flatMap(([, labels], g) => labels.map(() => g));
    this.tables = new Map(
      file.tables.map((table) => [table.name, this.prepare(decodeVectors(table))]),
    );
    this.build();
    const repaint = eachFrame(() => this.paint(), signal);
    onTraits(model, ["table", "selected", "n_neighbours", "turn", "highlight"], signal, repaint);
    onResize([this.map.element], signal, repaint);
    this.paint();
  }

  /**
   * What is computed of a table: directions at once, the map when it is first shown.
   * @param {Float64Array[]} rows
   * @returns {Table}
   */
  prepare(rows) {
    const directions = rows.map((row) => {
      const length = Math.hypot(...row);
      return row.map((v) => v / length);
    });
    /** @type {Projection} */
    let map;
    return {
      directions,
      get map() {
        return map ??= project(rows);
      },
    };
  }

  /**
   * All other points, the closest in the full space first: [index, cosine].
   * @param {Table} table
   * @param {number} i
   */
  ranked({ directions }, i) {
    return directions.map((direction, j) => [j, dot(directions[i], direction)]).filter(([j]) =>
      j !== i
    ).sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  }

  /**
   * The share of points whose nearest neighbour is of their own group.
   * @param {Table} table
   */
  agreement(table) {
    return (table.agreement ??=
      this.labels.filter((_, i) => this.groupOf[this.ranked(table, i)[0][0]] === this.groupOf[i])
        .length / this.labels.length);
  }

  build() {
    this.offerReset();
    const keys = [...this.tables.keys()];
    this.choice = segments(
      "Which vectors",
      keys.map((key) => [key, key]),
      (key) => this.set("table", key),
    );
    this.choice.hidden = keys.length < 2;
    this.buildMap();
    this.body.append(
      this.choice,
      split([this.map.element, this.turn, this.axes], [
        this.finding.element,
        ...this.buildToken(),
        h(
          "div",
          {},
          h("p", { class: "llm-label" }, `Nearest of all ${this.labels.length} in the full space`),
          this.list,
        ),
        this.legend,
      ], { sticky: false }),
    );
  }

  /** Which token is looked at, and how many neighbours. */
  buildToken() {
    this.select = h("select", {
      "aria-label": "Token",
      onchange: () => this.set("selected", this.labels[Number(this.select.value)]),
    });
    let i = 0;
    for (const [group, labels] of this.groups) {
      this.select.append(h(
        "optgroup",
        { label: group },
        ...labels.map(() => h("option", { value: i }, this.names[i++])),
      ));
    }
    this.many = slider({
      name: "Neighbours",
      min: 1,
      max: Math.min(15, this.labels.length - 1),
      step: 1,
      oninput: (v) => this.set("n_neighbours", v),
    });
    return [h("label", { class: "llm-check" }, "Token", this.select), this.many];
  }

  buildMap() {
    this.map = new TokenMap(
      this.names,
      this.groupOf,
      this.groups.map(([group]) => group),
      {
        onpick: (token) => this.set("selected", this.labels[token]),
        onturn: (by) => this.set("turn", wrapped(this.get("turn") + by)),
      },
    );
    this.chips = this.groups.map(([group], g) => {
      return h(
        "button",
        {
          type: "button",
          "aria-pressed": false,
          onclick: () => this.set("highlight", this.get("highlight") === group ? "" : group),
        },
        groupMark(g),
        group,
      );
    });
    this.legend = h("div", {
      class: "llm-row llm-embedding-legend",
      role: "group",
      "aria-label": "Show one group strongly",
    }, ...this.chips);
  }

  paint() {
    const table = entryOf(this.tables, this.get("table"));
    const at = this.labels.indexOf(this.get("selected"));
    const many = Math.min(this.get("n_neighbours"), this.labels.length - 1);
    const near = this.ranked(table, at).slice(0, many);
    this.choice.show(this.get("table"));
    this.select.value = String(at);
    this.many.show(many, `${many}`);
    this.chips.forEach((chip, g) =>
      chip.setAttribute("aria-pressed", String(this.get("highlight") === this.groups[g][0]))
    );
    this.list.replaceChildren(...near.map(([j, cosine]) => this.row(j, cosine)));
    this.model.set("nearest", near.map(([j, cosine]) => [this.labels[j], cosine]));
    this.model.set("points", table.map.points);
    this.set("explained", table.map.explained);
    const turn = this.get("turn");
    const points = turned(table.map, turn);
    const words = this.words(table, { at, near, points });
    this.turn.show(turn, `${turn}°`.replace("-", "−"));
    const reach = Math.max(...table.map.points.map(([x], i) => Math.hypot(x, table.map.depth[i])));
    this.map.draw({ points, reach }, { at, near, highlight: this.get("highlight"), words });
    const [first, second] = table.map.explained.map((share) => percent(share, 0));
    this.axes.textContent = turn
      ? "Seen from the side: across, the cloud’s widest direction mixed with its third."
      : `The two widest axes: ${first} and ${second} of the spread.`;
    this.finding.say(words);
  }

  /**
   * @param {number} j
   * @param {number} cosine
   */
  row(j, cosine) {
    const group = this.groups[this.groupOf[j]][0];
    const number = cosine.toFixed(2).replace("-", "−");
    return barRow({
      name: this.names[j],
      fill: Math.max(0, cosine),
      number: `${number} · ${group}`,
      label: `${this.names[j]}, of ${group}, cosine ${number}: show its neighbours`,
      onclick: () => this.set("selected", this.labels[j]),
    });
  }

  /**
   * @param {Table} table
   * @param {{ at: number, near: number[][], points: number[][] }} shown points: as they are turned
   */
  words(table, { at, near, points }) {
    const same = near.filter(([j]) => this.groupOf[j] === this.groupOf[at]).length;
    const n = near.length;
    const flat = points.map((p, j) => [j, Math.hypot(p[0] - points[at][0], p[1] - points[at][1])])
      .filter(([j]) => j !== at).sort((a, b) => a[1] - b[1]).slice(0, n);
    const both = flat.filter(([j]) => near.some(([k]) => j === k)).length;
    const [group] = this.groups[this.groupOf[at]];
    const [first, cosine] = near[0];
    const share = this.agreement(table) === 1 ? "all" : percent(this.agreement(table), 0);
    const all = count(n, "nearest neighbour");
    return `“${this.names[at]}” is closest to “${this.names[first]}” (cosine ` +
      `${cosine.toFixed(2).replace("-", "−")}; 1 is the same direction). Of its ${all}, ` +
      `${same} belong${same === 1 ? "s" : ""} to ${group}, too. On this flat map, ` +
      `${both === n ? "all" : both} of them ${both === 1 ? "is" : "are"} among the ` +
      `${count(n, "point")} closest to it${both < n ? ": the map leaves much out" : ""}. ` +
      `Of these ${this.labels.length} tokens, ${share} have their nearest neighbour in their ` +
      "own group.";
  }
}

/**
 * The points of a map after its cloud was turned about the vertical axis.
 * @param {Projection} map
 * @param {number} degrees
 */
function turned({ points, depth }, degrees) {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return points.map(([x, y], i) => [x * cos + depth[i] * sin, y]);
}

/**
 * Degrees from -180 to 180.
 * @param {number} degrees
 */
const wrapped = (degrees) => Math.round(degrees - 360 * Math.round(degrees / 360));

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-embedding",
    title: "Which tokens lie close to each other?",
    tryThis:
      "Drag the map to turn the cloud. Choose a token, and compare with its true neighbours.",
    waiting: "Fetching the vectors …",
    load: (view) => fetchFile(view, view.model.get("ref"), (file) => ({ file })),
    build: (parts) => new MapView(parts),
  });
}

export default { initialize: takeFiles, render };
