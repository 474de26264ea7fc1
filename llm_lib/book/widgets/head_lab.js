// HeadLab: what does each head look at, and which one matters? The traits are described in
// head_lab.py.

import { textLoss } from "../engine/loss.js";
import { HeadChoice } from "./head_lab/choice.js";
import { Comparison } from "./head_lab/comparison.js";
import { HeadDetail } from "./head_lab/detail.js";
import { rankHeads, Ranking, rankingKey } from "./head_lab/ranking.js";
import { Reading } from "./head_lab/reading.js";
import { HeadText, TRY } from "./head_lab/text.js";
import { headsToBeginWith } from "./shared/prompts_to_begin.js";
import { RecordedHeads } from "./head_lab/recorded.js";
import { eachFrame, h, onResize, onTheme, onTraits } from "./shared/dom.js";
import { takeFiles } from "./shared/files.js";
import { coloursOf, headName, inkOf } from "./shared/heads.js";
import { more } from "./shared/layout.js";
import { showBesideRecord } from "./shared/recorded_choice.js";
import { readText } from "./shared/tokens.js";
import { ModelView } from "./shared/view.js";

/** @import { Run } from "../engine/types.js" */
/** @import { Ranked } from "./head_lab/ranking.js" */
/** @import { OnHead } from "./shared/heads.js" */
/** @import { ModelViewParts, Place } from "./shared/types.js" */

/**
 * @typedef {object} Traits
 * @property {string} text
 * @property {number[][]} head_scale
 * @property {number} layer
 * @property {number} head
 * @property {number} query
 * @property {"last" | "query"} compare
 * @property {"loss" | "probability"} rank_by
 * @property {Ranked[]} ranking
 * @property {number[]} losses
 * @property {string} finding
 */

/** @extends {ModelView<Traits>} */
class HeadView extends ModelView {
  text = new HeadText((text) => this.set("text", text), this.signal);
  message = h("p", { class: "llm-problem", role: "status" });
  finding = new Reading(this.model, this.signal);
  /** @type {Comparison} */ comparison;
  /** @type {Ranking} */ ranking;
  /** @type {HeadDetail} */ detail;
  /** @type {HTMLDivElement} */ working;
  /** @type {HTMLElement} */ folded;
  /** @type {HeadChoice} */ choice;
  /** @type {number[]} */ losses;
  /** @type {Run} */ base; // the text with all heads normal
  /** @type {Run} */ now; // and with the reader's factors

  /** @param {ModelViewParts} parts */
  constructor(parts) {
    super(parts);
    /** @type {number[]} */
    this.ids = [];
    /** @type {string[]} */
    this.labels = [];
    this.work = {}; // stands for the ranking at work: another one ends it
    this.isRanking = false;
    this.rankedFor = "";
    this.build();
    this.listen();
    this.read();
  }

  listen() {
    const repaint = eachFrame(() => this.paint(true), this.signal);
    this.follow(["text"], () => this.read());
    this.follow(["head_scale"], () => this.rescale());
    this.follow(["layer", "head", "query", "compare", "ranking"], () => this.paint());
    onTraits(this.model, ["query", "compare", "rank_by"], this.signal, () => this.forgetRanking());
    onTheme(this.signal, repaint);
    onResize([this.detail.map.element], this.signal, repaint);
  }

  // ---- what is on the page

  build() {
    this.offerReset();
    this.comparison = new Comparison(this.tokenizer, (at) => this.set("compare", at));
    this.ranking = new Ranking({
      tokenizer: this.tokenizer,
      onrank: () => this.rank(),
      onmeasure: (by) => this.set("rank_by", by),
      onpick: (layer, head) => this.setAll({ layer, head }),
    });
    const pick = (/** @type {number} */ t) => this.set("query", t === this.ids.length - 1 ? -1 : t);
    this.detail = new HeadDetail(pick);
    this.working = h(
      "div",
      {},
      this.detail.row.element,
      this.finding.element,
      h(
        "div",
        { class: "llm-head-columns" },
        this.buildChoice(),
        this.detail.element,
        this.comparison.element,
      ),
    );
    this.folded = more(
      "More: which head matters for this text?",
      this.ranking.element,
      this.comparison.loss,
    );
    const examples = headsToBeginWith(
      this.model.get("model_ref"),
      this.gpt.config,
      (text, layer, head) => this.setAll({ text, layer, head, query: -1 }),
    );
    this.body.append(examples, this.working, this.message, this.text.element, this.folded);
  }

  buildChoice() {
    const { n_layer, n_head } = this.gpt.config;
    this.choice = new HeadChoice({
      n_layer,
      n_head,
      pick: (layer, head) => this.setAll({ layer, head }),
      toggle: this.toggle,
      toggleLayer: (layer) => this.toggleLayer(layer),
      scaleHead: (layer, head, factor) => this.scaleHead(layer, head, factor),
    });
    return this.choice.element;
  }

  // ---- what is chosen

  /** @returns {[layer: number, head: number]} the head that is shown large */
  get chosen() {
    return [this.get("layer"), this.get("head")];
  }

  /** The position whose row of attention is shown. */
  get query() {
    const query = this.get("query");
    return query < 0 || query >= this.ids.length ? this.ids.length - 1 : query;
  }

  /** The position whose next token is shown as bars. */
  get place() {
    return this.get("compare") === "query" ? this.query : this.ids.length - 1;
  }

  /** What the ranking measures: the token whose bars are shown, or the loss of the text. */
  get measured() {
    return { base: this.base, by: this.get("rank_by"), query: this.place };
  }

  // ---- running the model

  /** A new text: run the model with all heads normal, then with the reader's factors. */
  read() {
    const text = this.get("text");
    const { ids, labels, problem } = readText(this.tokenizer, text);
    const room = this.gpt.config.context_length;
    const start = this.tokenizer.endOfText;
    const isEmpty = ids.length === 0 && start !== null;
    this.ids = isEmpty ? [start] : ids.slice(-room);
    this.labels = isEmpty ? [this.tokenizer.label(start)] : labels.slice(-room);
    this.text.show(text);
    const nothing = "Type a text: the model needs at least one token.";
    this.refuse(problem ?? (this.ids.length ? "" : nothing));
    if (this.working.hidden) return;
    this.text.tell(ids.length, this.ids.length);
    this.base = this.gpt.forward(this.ids);
    this.now = this.base;
    this.forgetRanking();
    this.rescale();
  }

  /**
   * Say why there is nothing to show; "" where there is.
   * @param {string} words
   */
  refuse(words) {
    this.message.textContent = words;
    this.message.hidden = !words;
    this.working.hidden = this.folded.hidden = Boolean(words);
    this.finding.wait();
    if (!words) return;
    this.text.about.textContent = "";
    this.set("finding", words);
  }

  /** New factors: only the layers from the first change on are worked out again. */
  rescale() {
    if (this.working.hidden) return;
    this.now = this.gpt.forward(this.ids, { headScale: this.get("head_scale"), reuse: this.now });
    this.losses = [textLoss(this.base), textLoss(this.now)];
    this.set("losses", this.ids.length > 1 ? this.losses : []);
    this.paint();
  }

  /** A ranking holds for one text, one place and one measure. */
  forgetRanking() {
    this.work = {};
    this.isRanking = false;
    if (this.working.hidden || !this.get("ranking").length) return;
    if (this.rankedFor !== rankingKey(this.measured)) this.set("ranking", []);
  }

  /** Switch each head off in turn, and see how much worse the model gets. */
  async rank() {
    const { measured } = this;
    const mine = this.work = {};
    this.isRanking = true;
    const ranking = await rankHeads(this.gpt, measured, (done, all) => {
      const isWanted = !this.signal.aborted && this.work === mine;
      if (isWanted) this.ranking.showProgress(done, all);
      return isWanted;
    });
    if (!ranking) return;
    this.rankedFor = rankingKey(measured);
    this.set("ranking", ranking);
  }

  // ---- painting

  /** @param {boolean} [repaint] thumbnails too whose weights are the same, as in other colours */
  paint(repaint = false) {
    if (this.working.hidden) return;
    const scale = this.get("head_scale");
    const changed = scale.flat().filter((factor) => factor !== 1).length;
    const { n_head } = this.gpt.config;
    const colours = coloursOf(this.root, n_head);
    this.body.style.cssText = inkOf(this.chosen[1], n_head);
    this.choice.show({ run: this.now, scale, chosen: this.chosen, colours, repaint });
    this.paintHead();
    const { labels, base, now, losses, chosen, isRanking: isWorking } = this;
    const compared = { base, now, at: this.get("compare"), place: this.place, labels, losses };
    this.comparison.show(compared);
    this.ranking.show(this.get("ranking"), this.measured, { labels, chosen, isWorking });
    const said = [this.detail.words];
    if (changed) said.push(this.comparison.words(compared, changed));
    this.finding.say(said.join(" "));
  }

  paintHead() {
    const [layer, head] = this.chosen;
    this.detail.show({
      name: headName(layer, head),
      isOff: this.get("head_scale")[layer][head] === 0,
      weights: this.now.attention[layer][head],
      labels: this.labels,
      query: this.query,
    });
    const [before, after] = [this.base, this.now].map((run) => this.comparison.likeliest(run));
    this.detail.ending.show(before, after);
  }

  // ---- what the reader does

  /**
   * @param {number} layer
   * @param {number} head
   * @param {number} factor
   */
  scaleHead(layer, head, factor) {
    const scale = this.get("head_scale").map((row) => [...row]);
    scale[layer][head] = factor;
    this.set("head_scale", scale);
  }

  /** @type {OnHead} */
  toggle = (layer, head) =>
    this.scaleHead(layer, head, this.get("head_scale")[layer][head] === 0 ? 1 : 0);

  /** @param {number} layer all of whose heads go off, or on if they are off */
  toggleLayer(layer) {
    const scale = this.get("head_scale").map((row) => [...row]);
    scale[layer].fill(scale[layer].every((factor) => factor === 0) ? 1 : 0);
    this.set("head_scale", scale);
  }

  reset() {
    super.reset();
    this.set("ranking", []);
  }
}

/** @param {Place} place */
function render(place) {
  return showBesideRecord({
    ...place,
    name: "llm-head-lab",
    title: "What does each head do?",
    tryThis: TRY,
    tryRecorded: TRY,
    live: (parts) => new HeadView(parts),
    recorded: (parts) => new RecordedHeads(parts),
  });
}

export default { initialize: takeFiles, render };
