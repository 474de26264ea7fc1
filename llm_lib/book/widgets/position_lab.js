// PositionLab: how do numbers say where a token stands? The traits are described in
// position_lab.py.

import { ClocksPanel } from "./position_lab/clocks_panel.js";
import { DistancesPanel } from "./position_lab/distances_panel.js";
import { WavesPanel } from "./position_lab/waves_panel.js";
import { segments, slider } from "./shared/controls.js";
import { eachFrame, h, onResize, onTheme, onTraits } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { split } from "./shared/layout.js";
import { View } from "./shared/view.js";

/** @import { Place, ViewParts } from "./shared/types.js" */
/** @import { PositionTable, Shown } from "./position_lab/words.js" */
/**
 * @typedef {object} Traits
 * @property {"waves" | "clocks" | "distances"} view
 * @property {number} n_positions
 * @property {number} dimension
 * @property {number} base
 * @property {number} channel
 * @property {number} position
 * @property {string} scheme what is multiplied
 * @property {number} seed
 */

/** @type {[view: Traits["view"], text: string][]} */
const VIEWS = [
  ["waves", "Waves: the table"],
  ["clocks", "Clocks: rotary pairs"],
  ["distances", "Distances: dot products"],
];

/** @extends {View<Traits>} */
class PositionView extends View {
  views = segments("What to look at", VIEWS, (view) => {
    this.set("view", /** @type {Traits["view"]} */ (view));
  });
  finding = new Finding(this.model, this.signal);
  // They hold what belongs to the view, and to no other.
  stage = h("div");
  own = h("div", { class: "llm-position-own" });
  panels = {
    waves: new WavesPanel((channel) => this.set("channel", channel)),
    clocks: new ClocksPanel((position) => this.set("position", position)),
    distances: new DistancesPanel({
      onscheme: (scheme) => this.set("scheme", scheme),
      onstart: (position) => this.set("position", position),
      onother: () => this.set("seed", (this.get("seed") + 1) % 2 ** 31),
    }),
  };
  sliders = {
    n_positions: slider({
      name: "Positions",
      min: 8,
      max: 256,
      step: 1,
      oninput: (v) => this.set("n_positions", v),
    }),
    dimension: slider({
      name: "Dimension",
      min: 2,
      max: 128,
      step: 2,
      note: "channels; two make a pair",
      oninput: (v) => this.set("dimension", v),
    }),
    base: slider({
      name: "Base",
      min: 1,
      max: 6,
      step: 0.05,
      note: "the larger, the slower the slow pairs",
      oninput: (v) => this.set("base", Number((10 ** v).toPrecision(3))),
    }),
  };

  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    const { model, body, signal } = parts;
    this.build();
    const repaint = eachFrame(() => this.paint(), signal);
    onTraits(
      model,
      ["view", "n_positions", "dimension", "base", "channel", "position", "scheme", "seed"],
      signal,
      repaint,
    );
    onTheme(signal, repaint);
    onResize([body], signal, repaint);
    this.paint();
  }

  /**
   * A setting that can be out of range while another one is small: here it is brought into range.
   * @param {"channel" | "position"} name
   * @param {number} size
   */
  within(name, size) {
    return Math.min(this.get(name), size - 1);
  }

  build() {
    this.offerReset();
    this.body.append(
      this.views,
      split([this.stage], [this.finding.element, this.own, this.buildSizes()]),
    );
  }

  /** How large the table is, and its base. */
  buildSizes() {
    return h("div", { class: "llm-position-sizes llm-slim" }, ...Object.values(this.sliders));
  }

  paint() {
    const view = this.get("view");
    const n = this.get("n_positions");
    const size = this.get("dimension");
    const base = this.get("base");
    this.views.show(view);
    this.sliders.n_positions.show(n, `${n}`);
    this.sliders.dimension.show(size, `${size}`);
    this.sliders.base.show(Math.log10(base), Number(base.toPrecision(3)).toLocaleString("en"));
    const { element, controls } = this.panels[view];
    if (this.stage.firstChild !== element) {
      this.stage.replaceChildren(element);
      this.own.replaceChildren(...controls);
    }
    const { words, traits } = this.showPanel(view, { n, size, base });
    this.setAll(traits);
    this.finding.say(words);
  }

  /**
   * Show the panel of a view.
   * @param {Traits["view"]} view
   * @param {PositionTable} table
   * @returns {Shown}
   */
  showPanel(view, table) {
    const { waves, clocks, distances } = this.panels;
    const position = this.within("position", table.n);
    if (view === "waves") return waves.show(table, this.within("channel", table.size));
    if (view === "clocks") return clocks.show(table, position);
    const [scheme, seed] = [this.get("scheme"), this.get("seed")];
    return distances.show(table, { scheme, start: position, seed });
  }
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-position",
    title: "How do numbers say where a token stands?",
    tryThis: "Look at waves, clocks and distances. Change the base, and see which part reacts.",
    build: (parts) => new PositionView(parts),
  });
}

export default { render };
