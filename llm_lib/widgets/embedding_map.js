// EmbeddingMap: which tokens lie close to each other? The traits are described in embedding_map.py.

import { decodeVectors, project } from "../engine/projection.js";
import { dot } from "../engine/vectors.js";
import { barRow } from "./shared/bars.js";
import { groupName, slider } from "./shared/controls.js";
import { eachFrame, h, onResize, onTraits } from "./shared/dom.js";
import { fetchFile, takeFiles } from "./shared/files.js";
import { Finding, showWidget } from "./shared/frame.js";
import { svg } from "./shared/svg.js";
import { visibleText } from "./shared/tokens.js";
import { View } from "./shared/view.js";
import { count, percent } from "./shared/words.js";

/** @import { Place, ViewParts } from "./shared/types.js" */
/** @typedef {{ name: string, data: string, size: number }} PackedTable */
/** @typedef {{ groups: Record<string, string[]>, tables: PackedTable[] }} VectorFile */
/** @typedef {ReturnType<typeof project>} Projection */
/** @typedef {{ directions: Float64Array[], map: Projection, agreement?: number }} Table */

// The theme's colours, one a group
const INKS = ["accent", "accent-2", "positive", "negative", "fg", "muted"];

/** A mark of half-width r around 0, 0: each group has a shape as well as a colour. */
/** @type {((r: number) => string)[]} paths */
const MARKS = [
  (r) => `M${-r} 0A${r} ${r} 0 1 0 ${r} 0A${r} ${r} 0 1 0 ${-r} 0Z`,
  (r) => `M${-r} ${-r}H${r}V${r}H${-r}Z`,
  (r) => `M0 ${-1.3 * r}L${1.2 * r} ${r}H${-1.2 * r}Z`,
  (r) => `M0 ${-1.4 * r}L${1.4 * r} 0L0 ${1.4 * r}L${-1.4 * r} 0Z`,
  (r) => `M${-r} ${-r}L${r} ${r}M${-r} ${r}L${r} ${-r}`,
  (r) => `M${-1.3 * r} 0H${1.3 * r}M0 ${-1.3 * r}V${1.3 * r}`,
];

/**
 * A label on the map: its blanks at the ends say nothing there.
 * @param {string} label
 */
const plain = (label) => label.trim() || visibleText(label);

class MapView extends View {
  /** @param {ViewParts & { file: VectorFile }} parts */
  constructor(parts) {
    super(parts);
    const { model, signal, file } = parts;
    this.groups = Object.entries(file.groups);
    this.labels = this.groups.flatMap(([, labels]) => labels);
    this.groupOf = this.groups.flatMap(([, labels], g) => labels.map(() => g));
    this.tables = new Map(
      file.tables.map((
        /** @type {{ name: string, data: string, size: number }} */ table,
      ) => [table.name, this.prepare(decodeVectors(table))]),
    );
    this.build();
    const repaint = eachFrame(() => this.paint(), signal);
    onTraits(model, ["table", "selected", "n_neighbours", "highlight"], signal, repaint);
    onResize([this.stage], signal, repaint);
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
    const name = groupName("llm-embedding");
    this.radios = [...this.tables.keys()].map((key) =>
      h("input", { type: "radio", name, value: key, onchange: () => this.set("table", key) })
    );
    const tables = h("div", {
      class: "llm-row llm-embedding-tables",
      role: "radiogroup",
      "aria-label": "Which vectors",
    }, ...this.radios.map((input) => h("label", { class: "llm-check" }, input, input.value)));
    tables.hidden = this.radios.length < 2;
    this.select = h("select", {
      "aria-label": "Token",
      onchange: () => this.set("selected", this.labels[Number(this.select.value)]),
    });
    let i = 0;
    for (const [group, labels] of this.groups) {
      this.select.append(h(
        "optgroup",
        { label: group },
        ...labels.map((/** @type {string} */ label) => h("option", { value: i++ }, plain(label))),
      ));
    }
    this.many = slider({
      name: "Neighbours",
      min: 1,
      max: Math.min(15, this.labels.length - 1),
      step: 1,
      oninput: (v) => this.set("n_neighbours", v),
    });
    this.buildStage();
    this.list = h("ol", {
      class: "llm-bars",
      "aria-label": "Nearest neighbours in the full space",
    });
    this.finding = new Finding(this.model, this.signal);
    const reset = h("button", { type: "button", onclick: () => this.reset() }, "Reset");
    this.body.append(
      tables,
      h(
        "div",
        { class: "llm-embedding-columns" },
        h("div", { class: "llm-embedding-left" }, this.stage, this.axes, this.legend),
        h(
          "div",
          { class: "llm-embedding-right" },
          h(
            "div",
            { class: "llm-row" },
            h("label", { class: "llm-check" }, "Token", this.select),
            reset,
          ),
          this.many,
          h("p", { class: "llm-label" }, "Nearest in the full space, with the cosine"),
          this.list,
        ),
      ),
      this.finding.element,
    );
  }

  buildStage() {
    this.picture = svg("svg", { "aria-hidden": "true" });
    this.lines = svg("g", { class: "llm-embedding-lines" });
    this.dots = this.labels.map((_, i) =>
      svg("path", { class: `llm-embedding-dot llm-ink-${INKS[this.groupOf[i]]}` })
    );
    this.names = svg("g", { class: "llm-embedding-names" });
    this.picture.append(this.lines, ...this.dots, this.names);
    this.stage = h("div", { class: "llm-embedding-stage", role: "img" }, this.picture);
    this.stage.addEventListener("click", (event) => {
      const box = this.stage.getBoundingClientRect();
      const [x, y] = [event.clientX - box.left, event.clientY - box.top];
      const far = this.places.map(([px, py]) => Math.hypot(px - x, py - y));
      const nearest = far.indexOf(Math.min(...far));
      if (far[nearest] < 28) this.set("selected", this.labels[nearest]);
    });
    this.axes = h("p", { class: "llm-note" });
    this.chips = this.groups.map(([group], g) => {
      const mark = svg("svg", { viewBox: "-9 -9 18 18", "aria-hidden": "true" });
      mark.append(
        svg("path", { d: MARKS[g](5.5), class: `llm-embedding-dot llm-ink-${INKS[g]}` }),
      );
      return h(
        "button",
        {
          type: "button",
          "aria-pressed": false,
          onclick: () => this.set("highlight", this.get("highlight") === group ? "" : group),
        },
        mark,
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
    const table = this.tables.get(this.get("table"));
    const at = this.labels.indexOf(this.get("selected"));
    const many = Math.min(this.get("n_neighbours"), this.labels.length - 1);
    const near = this.ranked(table, at).slice(0, many);
    this.radios.forEach((input) => {
      input.checked = input.value === this.get("table");
    });
    this.select.value = at;
    this.many.show(many, `${many}`);
    this.chips.forEach((chip, g) =>
      chip.setAttribute("aria-pressed", String(this.get("highlight") === this.groups[g][0]))
    );
    this.draw(table.map, at, near);
    this.list.replaceChildren(...near.map(([j, cosine]) => this.row(j, cosine)));
    this.model.set("nearest", near.map(([j, cosine]) => [this.labels[j], cosine]));
    this.model.set("points", table.map.points);
    this.set("explained", table.map.explained);
    const words = this.words(table, at, near);
    this.stage.setAttribute(
      "aria-label",
      `Map of ${this.labels.length} tokens in ${this.groups.length} groups. ${words}`,
    );
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
      name: plain(this.labels[j]),
      fill: Math.max(0, cosine),
      number: `${number} · ${group}`,
      label: `${plain(this.labels[j])}, of ${group}, cosine ${number}: show its neighbours`,
      onclick: () => this.set("selected", this.labels[j]),
    });
  }

  /**
   * @param {ReturnType<typeof project>} options
   * @param {number} at
   * @param {number[][]} near
   */
  draw({ points, explained }, at, near) {
    const width = Math.max(200, this.stage.clientWidth);
    const height = Math.min(460, Math.max(300, 0.8 * width));
    const edge = 26;
    const ranges = [0, 1].map((axis) => {
      const all = points.map((p) => p[axis]);
      return [Math.min(...all), Math.max(...all)];
    });
    const [rx, ry] = ranges.map(([low, high]) => high - low || 1);
    // one for both: distances are true
    const scale = Math.min((width - 2 * edge) / rx, (height - 2 * edge) / ry);
    const [mx, my] = ranges.map(([low, high]) => (low + high) / 2);
    const place = (
      /** @type {number[]} */ [x, y],
    ) => [width / 2 + scale * (x - mx), height / 2 - scale * (y - my)];
    this.places = points.map(place);
    this.picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.picture.style.height = `${height}px`;
    const strong = new Set([at, ...near.map(([j]) => j)]);
    const highlight = this.get("highlight");
    this.dots.forEach((dot, i) => {
      const [x, y] = this.places[i];
      const r = i === at ? 7 : strong.has(i) ? 5.5 : 4;
      const faint = highlight && this.groups[this.groupOf[i]][0] !== highlight && !strong.has(i);
      dot.setAttribute("d", MARKS[this.groupOf[i]](r));
      dot.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
      dot.classList.toggle("llm-embedding-faint", faint);
    });
    this.lines.replaceChildren(
      ...near.map(([j]) =>
        svg("line", {
          x1: this.places[at][0],
          y1: this.places[at][1],
          x2: this.places[j][0],
          y2: this.places[j][1],
        })
      ),
    );
    this.write(at, near, width);
    this.axes.textContent = `The two widest axes carry ${percent(explained[0], 0)} and ` +
      `${percent(explained[1], 0)} of all the spread.`;
  }

  /**
   * Names of the chosen token and its neighbours, where they do not cover each other.
   * @param {number} at
   * @param {number[][]} near
   * @param {number} width
   */
  write(at, near, width) {
    /** @type {{ x0: number, x1: number, y0: number, y1: number }[]} */
    const taken = [];
    const names = [];
    for (const i of [at, ...near.map(([j]) => j)]) {
      const [x, y] = this.places[i];
      const text = plain(this.labels[i]);
      const long = 7.6 * text.length + 6;
      const left = x + 10 + long > width;
      const box = {
        x0: left ? x - 9 - long : x + 9,
        y0: y - 9,
        x1: left ? x - 9 : x + 9 + long,
        y1: y + 9,
      };
      if (
        i !== at &&
        taken.some((o) => box.x0 < o.x1 && o.x0 < box.x1 && box.y0 < o.y1 && o.y0 < box.y1)
      ) continue;
      taken.push(box);
      const name = svg("text", {
        x: left ? x - 10 : x + 10,
        y: y + 4,
        "text-anchor": left ? "end" : "start",
        class: i === at ? "llm-embedding-chosen" : "",
      });
      name.textContent = text;
      names.push(name);
    }
    this.names.replaceChildren(...names);
  }

  /**
   * @param {Table} table
   * @param {number} at
   * @param {number[][]} near
   */
  words(table, at, near) {
    const { points } = table.map;
    const same = near.filter(([j]) => this.groupOf[j] === this.groupOf[at]).length;
    const n = near.length;
    const flat = points.map((p, j) => [j, Math.hypot(p[0] - points[at][0], p[1] - points[at][1])])
      .filter(([j]) => j !== at).sort((a, b) => a[1] - b[1]).slice(0, n);
    const both = flat.filter(([j]) => near.some(([k]) => j === k)).length;
    const [group] = this.groups[this.groupOf[at]];
    const [first, cosine] = near[0];
    return `“${plain(this.labels[at])}” is closest to “${plain(this.labels[first])}” (cosine ` +
      `${cosine.toFixed(2).replace("-", "−")}); of its ${count(n, "nearest neighbour")}, ` +
      `${same} belong${same === 1 ? "s" : ""} to ${group} too, and the flat map shows ` +
      `${both} among the ${n} closest points. ` +
      "In this table " +
      (this.agreement(table) === 1
        ? "every token has its"
        : `${percent(this.agreement(table), 0)} of all tokens have their`) +
      " nearest neighbour in the same group.";
  }
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-embedding",
    title: "Which tokens lie close to each other?",
    tryThis: "Choose a token, in the list or on the map, and compare the map with its true " +
      "neighbours. Then take another table.",
    waiting: "Fetching the vectors …",
    load: (view) => fetchFile(view, view.model.get("ref"), (file) => ({ file })),
    build: (parts) => new MapView(parts),
  });
}

export default { initialize: takeFiles, render };
