// Where all heads look in one held-out text, as they form; one of them large.

import { AttentionMap, paintThumbnail } from "../shared/attention_map.js";
import { button } from "../shared/controls.js";
import { h, rove, themeColour } from "../shared/dom.js";
import { headName } from "../shared/heads.js";
import { spoken, visibleText } from "../shared/tokens.js";
import { percent } from "../shared/words.js";

export class TrainHeads {
  /** @param {() => void} repaint */
  constructor(repaint) {
    this.large = -1; // which head is shown large
    this.row = -1; // whose query is marked there
    this.repaint = repaint;
    this.text = h("p", { class: "llm-note" });
    this.grid = h("div", { class: "llm-train-heads", role: "group", "aria-label": "All heads" });
    rove(this.grid, () => this.cells.map(({ view }) => view));
    this.map = new AttentionMap({
      onpick: (row) => {
        this.row = row;
        repaint();
      },
      onhover: () => {},
    });
    this.back = button("All heads", () => this.enlarge(-1));
    this.one = h("div", { class: "llm-train-head" }, this.back, this.map.element);
    this.words = h("p", { class: "llm-note" });
    this.element = h("div", {}, this.text, this.grid, this.one, this.words);
    /** @type {{ view: HTMLButtonElement, canvas: HTMLCanvasElement }[]} */
    this.cells = [];
    this.shape = "";
  }

  /** @param {number} i which head */
  enlarge(i) {
    const before = this.large;
    this.large = i;
    this.repaint();
    requestAnimationFrame(() => (i < 0 ? this.cells[before]?.view : this.back)?.focus());
  }

  /**
   * @param {number} nLayer
   * @param {number} nHead
   */
  build(nLayer, nHead) {
    if (this.shape === `${nLayer} ${nHead}`) return;
    this.shape = `${nLayer} ${nHead}`;
    this.large = -1;
    this.cells = Array.from({ length: nLayer * nHead }, (_, i) => {
      const name = headName(Math.floor(i / nHead), i % nHead);
      const canvas = h("canvas", { "aria-hidden": "true" });
      const view = h(
        "button",
        {
          type: "button",
          class: "llm-train-head-one",
          "aria-label": `Head ${name}, show it large`,
          onclick: () => this.enlarge(i),
        },
        canvas,
        h("span", {}, name),
      );
      view.tabIndex = i ? -1 : 0;
      return { view, canvas };
    });
    this.grid.style.setProperty("--heads", String(nHead));
    this.grid.replaceChildren(...this.cells.map(({ view }) => view));
  }

  /**
   * @param {Float32Array[][] | null} maps
   * @param {string[]} labels of the tokens
   */
  show(maps, labels) {
    const isLarge = Boolean(maps) && this.large >= 0;
    this.grid.hidden = !maps || isLarge;
    this.one.hidden = !isLarge;
    this.words.hidden = !maps;
    if (!maps) {
      this.text.textContent = "Where its heads look is seen here once it trains.";
      return;
    }
    this.build(maps.length, maps[0].length);
    const text = labels.map(visibleText).join("");
    this.text.textContent = `Where each head looks in the held-out “${text}”: a row for each token`;
    const flat = maps.flat();
    const colour = themeColour(this.grid, "--llm-weight");
    this.cells.forEach(({ canvas }, i) => paintThumbnail(canvas, flat[i], labels.length, colour));
    this.words.textContent = "Choose a head to see it large.";
    if (isLarge) this.showLarge(flat[this.large], labels);
  }

  /**
   * @param {Float32Array} weights
   * @param {string[]} labels
   */
  showLarge(weights, labels) {
    const T = labels.length;
    const row = this.row < 0 || this.row >= T ? T - 1 : this.row;
    const seen = Array.from(weights.subarray(row * T, row * T + row + 1));
    const most = seen.indexOf(Math.max(...seen));
    const itself = most === row ? " itself" : "";
    const words = `${spoken(labels[row])} (token ${row + 1}) looks most, ` +
      `${percent(seen[most], 0)}, at ${spoken(labels[most])} (token ${most + 1})${itself}`;
    this.map.show({ weights, labels, row, words, off: false });
    this.words.textContent = `The marked row: ${words}.`;
  }
}
