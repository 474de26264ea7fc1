// HeadLab: what does each head look at, and which one matters? The traits are described in
// head_lab.py.

import { maximum, softmax } from "../engine/functions.js";
import { logitsAt, textLoss } from "../engine/gpt.js";
import { byProbability } from "../engine/sampling.js";
import { AttentionMap, shade } from "./shared/attention_map.js";
import { barRow } from "./shared/bars.js";
import {
  count,
  eachFrame,
  h,
  onTheme,
  onTraits,
  percent,
  roughly,
  rove,
  setTrait,
  slider,
  themeColour,
} from "./shared/dom.js";
import { Finding, takeFiles } from "./shared/frame.js";
import { HeadGrid, headName } from "./shared/heads.js";
import { showWithModel } from "./shared/model.js";
import { readText, showBlanks, spoken } from "./shared/tokens.js";

class HeadView {
  constructor({ gpt, tokenizer, model, root, body, signal }) {
    Object.assign(this, { gpt, tokenizer, model, root, body, signal });
    this.hovered = null;
    this.build();
    const reread = eachFrame(() => this.read(), signal);
    onTraits(model, ["text"], signal, reread);
    onTraits(model, ["head_scale"], signal, eachFrame(() => this.rescale(), signal));
    onTraits(
      model,
      ["layer", "head", "query", "compare", "ranking"],
      signal,
      eachFrame(() => this.paint(), signal),
    );
    onTraits(model, ["query", "compare", "rank_by"], signal, () => this.forgetRanking());
    const repaint = eachFrame(() => this.paint(true), signal);
    onTheme(signal, repaint);
    const sizes = new ResizeObserver(repaint);
    sizes.observe(this.map.element);
    signal.addEventListener("abort", () => sizes.disconnect());
    this.read();
  }

  get(name) {
    return this.model.get(name);
  }
  set(name, value) {
    setTrait(this.model, name, value);
  }
  get normal() {
    return Array.from(
      { length: this.gpt.config.n_layer },
      () => Array(this.gpt.config.n_head).fill(1),
    );
  }
  factor(layer = this.get("layer"), head = this.get("head")) {
    return this.get("head_scale")[layer][head];
  }

  build() {
    const { n_layer, n_head } = this.gpt.config;
    this.text = h("textarea", {
      rows: 2,
      spellcheck: "false",
      "aria-label": "Text",
      oninput: () => this.set("text", this.text.value),
    });
    this.about = h("p", { class: "llm-note" });
    this.grid = new HeadGrid({
      n_layer,
      n_head,
      pick: (layer, head) => this.pick(layer, head),
      toggle: (l, hd) => this.toggle(l, hd),
      toggleLayer: (l) => this.toggleLayer(l),
    });
    this.map = new AttentionMap({
      onpick: (row) => this.set("query", row === this.T - 1 ? -1 : row),
      onhover: (row) => this.hover(row),
    });
    this.finding = new Finding(this.model, this.signal);
    this.body.append(
      h("label", {}, h("span", { class: "llm-label" }, "Text"), this.text),
      this.about,
      this.working = h(
        "div",
        {},
        h("div", { class: "llm-head-columns" }, this.buildGridPart(), this.buildCompare()),
        this.finding.element,
        this.buildDetail(),
        this.buildRanking(),
      ),
    );
    this.message = h("p", { class: "llm-problem", role: "status" });
    this.body.append(this.message);
  }

  buildGridPart() {
    this.headTitle = h("p", { class: "llm-label" });
    this.onOff = h("button", {
      type: "button",
      class: "llm-switch",
      role: "switch",
      onclick: () => this.toggle(this.get("layer"), this.get("head")),
    });
    this.strength = slider({
      name: "Strength",
      min: 0,
      max: 2,
      step: 0.05,
      oninput: (v) => this.scaleHead(this.get("layer"), this.get("head"), v),
      note: "0 off, below 1 weak, 1 normal, above 1 strong",
    });
    return h(
      "section",
      { "aria-label": "Choose a head" },
      h("p", { class: "llm-label" }, "Choose a head"),
      h(
        "p",
        { class: "llm-note" },
        "Head 1.0 is layer 1, head 0; counting starts at 0, as in the code. Arrow keys " +
          "choose, Space switches.",
      ),
      this.grid.element,
      this.headTitle,
      h("div", { class: "llm-head-strength" }, this.onOff, this.strength),
      h(
        "div",
        { class: "llm-row llm-head-reset" },
        h("button", { type: "button", onclick: () => this.reset() }, "Reset"),
        this.changedNote = h("span", { class: "llm-note" }),
      ),
    );
  }

  buildDetail() {
    this.rowTitle = h("p", { class: "llm-label" });
    this.rowText = h("div", {
      class: "llm-tokens llm-row-text",
      role: "group",
      "aria-label": "The row as text: choose a query token",
    });
    this.rowButtons = [];
    rove(this.rowText, () => this.rowButtons, { onmove: (button) => button.click() });
    return h(
      "section",
      { class: "llm-head-detail", "aria-label": "The chosen head" },
      h("p", { class: "llm-label" }, "Where the chosen head looks"),
      h(
        "p",
        { class: "llm-note" },
        "Each row is a token that looks; the stronger a square, the more it looks there. " +
          "Click a row or use arrow keys.",
      ),
      this.map.element,
      this.rowTitle,
      this.rowText,
    );
  }

  buildCompare() {
    const radio = (value, text) => {
      const input = h("input", {
        type: "radio",
        value,
        onchange: () => this.set("compare", value),
      });
      this.radios.push(input);
      return h("label", { class: "llm-check" }, input, text);
    };
    this.radios = [];
    this.where = h("p", { class: "llm-label" });
    this.before = h("ol", { class: "llm-bars" });
    this.after = h("ol", { class: "llm-bars" });
    this.actual = h("p", { class: "llm-note" });
    this.lossText = h("p", { class: "llm-loss" });
    return h(
      "section",
      { class: "llm-compare", "aria-label": "What the heads change" },
      h(
        "div",
        { class: "llm-row llm-compare-head" },
        this.where,
        h(
          "div",
          { class: "llm-row", role: "radiogroup", "aria-label": "Compare at" },
          radio("last", "at the last token"),
          radio("query", "at the query token"),
        ),
      ),
      h(
        "div",
        { class: "llm-sides" },
        h("div", {}, h("p", { class: "llm-note" }, "All heads normal"), this.before),
        h("div", {}, this.afterNote = h("p", { class: "llm-note" }), this.after),
      ),
      this.actual,
      this.lossText,
    );
  }

  buildRanking() {
    this.rankButton = h(
      "button",
      { type: "button", class: "llm-main", onclick: () => this.rank() },
      "Which head matters here?",
    );
    this.rankBy = h("input", {
      type: "checkbox",
      onchange: () => this.set("rank_by", this.rankBy.checked ? "probability" : "loss"),
    });
    this.rankNote = h("p", { class: "llm-note", role: "status" });
    this.rankList = h("ol", {
      class: "llm-bars llm-ranking",
      "aria-label": "Heads by how much they matter",
    });
    rove(this.rankList, () => [...this.rankList.querySelectorAll("button")]);
    return h(
      "section",
      { class: "llm-rank", "aria-label": "Which head matters" },
      h(
        "div",
        { class: "llm-row" },
        this.rankButton,
        h("label", { class: "llm-check" }, this.rankBy, "only for the token after the query"),
      ),
      this.rankNote,
      this.rankList,
    );
  }

  /** A new text: run the model with all heads normal, then with the reader's factors. */
  read() {
    const text = this.get("text");
    const { ids, labels, problem } = readText(this.tokenizer, text);
    const n = this.gpt.config.context_length;
    const start = this.tokenizer.endOfText;
    this.ids = ids.length || start === null ? ids.slice(-n) : [start];
    this.labels = ids.length || start === null ? labels.slice(-n) : [this.tokenizer.label(start)];
    this.T = this.ids.length;
    const message = problem ?? (this.T ? "" : "Type a text: the model needs at least one token.");
    this.message.textContent = message;
    this.message.hidden = !message;
    this.working.hidden = Boolean(message);
    if (document.activeElement !== this.text || this.text.value !== text) this.text.value = text;
    this.about.textContent = message ? "" : this.aboutText(ids.length, n);
    this.finding.wait();
    if (message) {
      this.set("finding", message);
      return;
    }
    this.forgetRanking();
    this.base = this.gpt.forward(this.ids);
    this.now = this.base;
    this.rescale();
  }

  aboutText(all, n) {
    if (all === 0) return "The text is empty: the model reads its end-of-text token alone.";
    return `${count(this.T, "token")}` +
      (all > n ? `: the last ones of ${all}, as many as the model’s context holds` : "");
  }

  /** New factors: only the layers from the first change on are worked out again. */
  rescale() {
    if (!this.T || !this.base) return;
    this.now = this.gpt.forward(this.ids, { headScale: this.get("head_scale"), reuse: this.now });
    this.losses = [textLoss(this.base), textLoss(this.now)];
    this.set("losses", this.T > 1 ? this.losses : []);
    this.paint();
  }

  get query() {
    const query = this.get("query");
    return query < 0 || query >= this.T ? this.T - 1 : query;
  }
  get place() {
    return this.get("compare") === "query" ? this.query : this.T - 1;
  }

  hover(row) {
    if (row === this.hovered) return;
    this.hovered = row;
    this.paintHead();
  }

  paint(repaint = false) {
    if (!this.T || !this.now) return;
    const scale = this.get("head_scale");
    const chosen = [this.get("layer"), this.get("head")];
    this.grid.show({
      run: this.now,
      scale,
      chosen,
      colour: themeColour(this.root, "--llm-accent"),
      repaint,
    });
    const changed = scale.flat().filter((factor) => factor !== 1).length;
    this.changedNote.textContent = changed
      ? `${count(changed, "head")} of ${scale.flat().length} changed`
      : "all heads normal";
    this.paintHead();
    this.paintCompare();
    this.paintRanking();
    this.say(changed);
  }

  paintHead() {
    const [layer, head, row] = [this.get("layer"), this.get("head"), this.hovered ?? this.query];
    const factor = this.factor();
    const weights = this.now.attention[layer][head];
    const off = factor === 0;
    this.headTitle.textContent = `Head ${headName(layer, head)}: layer ${layer}, head ${head}`;
    this.onOff.setAttribute("aria-checked", !off);
    this.onOff.setAttribute("aria-label", `Head ${headName(layer, head)}`);
    this.onOff.textContent = off ? "off" : "on";
    this.strength.show(factor, off ? "0 (off)" : `×${factor.toFixed(2)}`);
    const words = this.rowWords(layer, head, row);
    this.map.show({ weights, labels: this.labels, row, words, off });
    this.rowTitle.textContent = words;
    this.paintRowText(weights.subarray(row * this.T, (row + 1) * this.T), row);
  }

  /** The row as text: each token shaded by its weight, the three strongest with their percents. */
  paintRowText(weights, row) {
    if (this.rowFor !== this.labels) {
      this.rowButtons = this.labels.map((label, t) =>
        h(
          "button",
          {
            type: "button",
            class: "llm-token",
            tabindex: -1,
            onclick: () => this.set("query", t === this.T - 1 ? -1 : t),
          },
          h("span", {}, ...showBlanks(label)),
          h("small"),
        )
      );
      this.rowText.replaceChildren(...this.rowButtons);
      this.rowFor = this.labels;
    }
    const strongest = byProbability(weights).slice(0, 3);
    this.rowButtons.forEach((button, t) => {
      const weight = weights[t];
      button.style.setProperty("--weight", `${(60 * shade(weight)).toFixed(1)}%`);
      button.querySelector("small").textContent = t > row
        ? ""
        : strongest.includes(t) && weight >= 0.05
        ? roughly(weight)
        : "";
      button.classList.toggle("llm-query", t === row);
      button.classList.toggle("llm-future", t > row);
      button.tabIndex = t === this.query ? 0 : -1;
      button.setAttribute("aria-pressed", t === row);
      button.setAttribute(
        "aria-label",
        `${spoken(this.labels[t])}, ${t > row ? "not seen" : roughly(weight)}`,
      );
    });
  }

  rowWords(layer, head, row) {
    const weights = this.now.attention[layer][head].subarray(row * this.T, (row + 1) * this.T);
    const k = weights.indexOf(maximum(weights));
    const to = k === row ? "itself" : spoken(this.labels[k]);
    return `Head ${headName(layer, head)}${this.factor(layer, head) === 0 ? " (off)" : ""}: ` +
      `${spoken(this.labels[row])} looks most at ${to} (${roughly(weights[k])}).`;
  }

  /** What the model expected at this place before, and what it expects now. */
  paintCompare() {
    const place = this.place;
    const before = softmax(logitsAt(this.base, place));
    const after = softmax(logitsAt(this.now, place));
    Object.assign(this, { pBefore: before, pAfter: after, truth: this.ids[place + 1] });
    for (const radio of this.radios) radio.checked = radio.value === this.get("compare");
    this.where.textContent = "The next token after " + `${spoken(this.labels[place])}` +
      (place === this.T - 1 ? ", the last token" : "");
    this.before.replaceChildren(...this.compareRows(before, null));
    this.after.replaceChildren(...this.compareRows(after, before));
    const name = this.truth === undefined ? "" : spoken(this.tokenizer.label(this.truth));
    this.actual.textContent = name
      ? `◆ In the text, ${name} follows: ${percent(before[this.truth])} → ` +
        `${percent(after[this.truth])}.`
      : "Here the text ends: no token follows that could be compared.";
    const none = this.now.headScale.flat().every((v) => v === 1);
    this.afterNote.textContent = none ? "With your changes (none yet)" : "With your changes";
    if (!none) {
      this.actual.textContent +=
        " On the right, an outline shows the value before, brackets the change in points.";
    }
    this.lossText.textContent = this.lossWords();
  }

  compareRows(p, old) {
    return byProbability(p).slice(0, 7).map((id) => {
      const points = old ? 100 * (p[id] - old[id]) : 0;
      const change = !old
        ? ""
        : Math.abs(points) < 0.05
        ? ""
        : ` (${points > 0 ? "+" : "−"}${Math.abs(points).toFixed(1)})`;
      return barRow({
        name: this.tokenizer.label(id) + (id === this.truth ? " ◆" : ""),
        fill: p[id],
        raw: old && change ? old[id] : undefined,
        number: percent(p[id]) + change,
      });
    });
  }

  lossWords() {
    const [before, after] = this.losses;
    const difference = after - before;
    if (this.T < 2) {
      return "Loss needs at least two tokens: each is judged by the one that follows.";
    }
    const now = `Loss of the whole text: ${before.toFixed(2)} → ${after.toFixed(2)} nats a token.`;
    if (difference === 0) {
      return `Loss of the whole text: ${before.toFixed(2)} nats a token. That is as if each true ` +
        `next token got ${percent(Math.exp(-before))}.`;
    }
    if (Math.abs(difference) < 0.005) return `${now} That is as good as no change.`;
    const times = Math.exp(Math.abs(difference));
    return `${now} The true next token now gets, on average, ` +
      (times < 1.1
        ? `${(100 * (times - 1)).toFixed(1)}\u00a0% `
        : `${times.toFixed(times < 10 ? 1 : 0)} times `) +
      `${difference > 0 ? "less" : "more"} probability.`;
  }

  /** The finding in words. */
  say(changed) {
    const { pBefore, pAfter } = this;
    const [a, b] = [byProbability(pBefore)[0], byProbability(pAfter)[0]];
    const name = (id) => spoken(this.tokenizer.label(id));
    const said = [this.rowWords(this.get("layer"), this.get("head"), this.query)];
    if (changed) {
      const after = spoken(this.labels[this.place]);
      said.push(
        `With ${count(changed, "head")} changed, after ${after} the model expects ` + (a === b
          ? `still ${name(b)}: ${roughly(pBefore[a])} → ${roughly(pAfter[b])}`
          : `${name(b)} (${roughly(pAfter[b])}) instead of ${name(a)} (${roughly(pBefore[a])})`) +
          ".",
      );
      said.push(this.lossWords());
    }
    this.finding.say(said.join(" "));
  }

  pick(layer, head) {
    this.model.set("layer", layer);
    this.set("head", head);
  }
  scaleHead(layer, head, factor) {
    this.set(
      "head_scale",
      this.get("head_scale").map((row, l) =>
        row.map((v, hd) => (l === layer && hd === head ? factor : v))
      ),
    );
  }
  toggle(layer, head) {
    this.scaleHead(layer, head, this.factor(layer, head) === 0 ? 1 : 0);
  }
  toggleLayer(layer) {
    const to = this.get("head_scale")[layer].every((v) => v === 0) ? 1 : 0;
    this.set(
      "head_scale",
      this.get("head_scale").map((row, l) => (l === layer ? row.map(() => to) : row)),
    );
  }
  reset() {
    for (const [name, value] of Object.entries(this.get("initial"))) this.model.set(name, value);
    this.set("ranking", []);
  }

  /** A ranking holds for one text, one place and one measure. */
  forgetRanking() {
    this.ranking = null;
    if (this.get("ranking").length && this.rankedFor !== this.rankKey()) this.set("ranking", []);
  }
  rankKey() {
    return JSON.stringify([
      this.ids,
      this.get("rank_by"),
      this.get("rank_by") === "probability" ? this.query : "",
    ]);
  }

  /** Switch each head off in turn, all others normal, and see how much worse the model gets. */
  async rank() {
    const key = this.rankKey();
    const mine = (this.ranking = {});
    const { n_layer, n_head } = this.gpt.config;
    const found = [];
    const measure = this.get("rank_by") === "loss"
      ? textLoss
      : (run) => softmax(logitsAt(run, this.query))[this.target()];
    const base = measure(this.base);
    for (let layer = 0; layer < n_layer; layer++) {
      for (let head = 0; head < n_head; head++) {
        const headScale = this.normal;
        headScale[layer][head] = 0;
        found.push([
          layer,
          head,
          measure(this.gpt.forward(this.ids, { headScale, reuse: this.base })) - base,
        ]);
        this.rankNote.textContent = `Switching off each head in turn: ${found.length} of ` +
          `${n_layer * n_head}`;
        await new Promise((done) => setTimeout(done)); // let the page breathe
        if (this.signal.aborted || this.ranking !== mine || this.rankKey() !== key) return;
      }
    }
    this.rankedFor = key;
    this.set("ranking", found.sort((a, b) => Math.abs(b[2]) - Math.abs(a[2])));
  }

  /**
   * The token that follows the query in the text; after the last one, the one the model thinks
   * likeliest.
   */
  target() {
    return this.ids[this.query + 1] ?? byProbability(logitsAt(this.base, this.query))[0];
  }

  paintRanking() {
    const ranking = this.get("ranking");
    const byLoss = this.get("rank_by") === "loss";
    const top = Math.abs(ranking[0]?.[2] ?? 1) || 1;
    this.rankBy.checked = !byLoss;
    this.rankButton.disabled = byLoss && this.T < 2;
    if (this.ranking && !ranking.length) return; // at work
    this.rankNote.textContent = ranking.length
      ? this.rankWords(ranking[0], byLoss)
      : "Switches off each head in turn, with all others normal, and ranks them by what that " +
        "changes.";
    const focused = [...this.rankList.querySelectorAll("button")].indexOf(document.activeElement);
    this.rankList.replaceChildren(...ranking.map(([layer, head, change], i) => {
      const worse = byLoss ? change > 0 : change < 0;
      const size = byLoss ? Math.abs(change).toFixed(3) : (100 * Math.abs(change)).toFixed(1);
      const number = `${change < 0 ? "−" : "+"}${size}\u00a0${byLoss ? "nats" : "points"}`;
      const chosen = layer === this.get("layer") && head === this.get("head");
      return barRow({
        name: headName(layer, head),
        fill: Math.abs(change) / top,
        kind: worse ? "llm-worse" : "llm-better",
        number,
        label: `Show head ${headName(layer, head)}: without it ${number}, ` +
          `${worse ? "worse" : "better"}`,
        onclick: () => this.pick(layer, head),
        extra: { tabindex: i === 0 ? 0 : -1, "aria-pressed": chosen },
      });
    }));
    if (focused >= 0) this.rankList.querySelectorAll("button")[focused]?.focus();
  }

  rankWords([layer, head, change], byLoss) {
    const name = `head ${headName(layer, head)}`;
    if (byLoss) {
      return `Most matters ${name}: without it, the loss ${change > 0 ? "rises" : "falls"} by ` +
        `${Math.abs(change).toFixed(3)} nats a token. Striped bars: worse without the head. ` +
        "Plain bars: better without it.";
    }
    return `Most matters ${name}: without it, the probability of ` +
      `${spoken(this.tokenizer.label(this.target()))} after ` +
      `${spoken(this.labels[this.query])} ${change < 0 ? "falls" : "rises"} by ` +
      `${(100 * Math.abs(change)).toFixed(1)} points. Striped bars: worse without the head.`;
  }
}

function render({ model, el }) {
  return showWithModel({
    model,
    el,
    name: "llm-head-lab",
    title: "What does each head do?",
    tryThis:
      "Choose a head and see where each token looks. Then switch heads off, and watch what " +
      "the model expects next.",
    build: (parts) => new HeadView(parts),
  });
}

export default { initialize: takeFiles, render };
