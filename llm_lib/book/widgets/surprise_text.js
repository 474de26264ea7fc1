// SurpriseText: which tokens of a text surprise a model? The traits are described in
// surprise_text.py.

import { softmax } from "../engine/functions.js";
import { logitsAt, tokenLosses } from "../engine/loss.js";
import { byProbability } from "../engine/sampling.js";
import { mean } from "../engine/vectors.js";
import { barRow } from "./shared/bars.js";
import { button } from "./shared/controls.js";
import { focusedIndex, h, rove } from "./shared/dom.js";
import { takeFiles } from "./shared/files.js";
import { Finding } from "./shared/frame.js";
import { split } from "./shared/layout.js";
import { showWithModel } from "./shared/model.js";
import { readText, showBlanks, spoken, tail } from "./shared/tokens.js";
import { ModelView } from "./shared/view.js";
import { capital, count, cssPercent, decimals, percent, roughly, round6 } from "./shared/words.js";

/** @import { Run } from "../engine/types.js" */
/** @import { ModelViewParts, Place } from "./shared/types.js" */
/**
 * @typedef {object} Traits
 * @property {string} model_ref
 * @property {string} text
 * @property {number} place
 * @property {number[]} surprises
 * @property {number} loss
 */

const FULL = 8; // nats: this surprise, and any larger one, fills a box most strongly
const STRONGEST = 0.48;
const BARS = 5;
const KITE = "By the lake lived Mia, a brave fox. Mia had a kite that she loved very much.";
/** @type {[name: string, text: string][]} */
const EXAMPLES = [
  ["A story", KITE],
  ["Told on", `${KITE} One morning, the kite was gone.`],
  ["A slip", `${KITE} One morning, the drum was gone.`],
  ["Another world", "The capital of France is Paris."],
];

/** @extends {ModelView<Traits>} */
class SurpriseView extends ModelView {
  /** @param {ModelViewParts} parts */
  constructor(parts) {
    super(parts);
    const ref = this.get("model_ref");
    this.who = /^[a-z]+$/.test(ref) ? capital(ref) : "The model";
    this.build();
    this.follow(["text"], () => this.read());
    this.follow(["place"], () => this.paint());
    this.read();
  }

  build() {
    this.offerReset();
    const examples = EXAMPLES.map(([name, text]) => button(name, () => this.take(text)));
    this.field = h("textarea", {
      rows: 2,
      spellcheck: "false",
      "aria-label": "Text",
      oninput: () => this.take(this.field.value),
    });
    this.tokens = h("ul", { class: "llm-tokens", "aria-label": "The text's tokens" });
    rove(this.tokens, () => this.buttons);
    this.where = h("p", { class: "llm-label" });
    this.bars = h("ol", { class: "llm-bars" });
    this.finding = new Finding(this.model, this.signal);
    const scale = h(
      "p",
      { class: "llm-note llm-surprise-scale", "aria-hidden": "true" },
      "0",
      h("i"),
      `${FULL} and more: surprise, −ln p`,
    );
    this.body.append(
      h(
        "div",
        { class: "llm-row llm-surprise-examples", role: "group", "aria-label": "Texts" },
        h("span", { class: "llm-label" }, "Text"),
        ...examples,
      ),
      this.field,
      split([this.tokens, scale], [this.finding.element, h("div", {}, this.where, this.bars)], {
        sticky: false,
      }),
    );
  }

  get buttons() {
    return [...this.tokens.querySelectorAll("button")];
  }

  /** @param {string} text */
  take(text) {
    this.setAll({ text, place: -1 });
  }

  /** Read the text: its tokens, and what the model made of each. */
  read() {
    const text = this.get("text");
    if (document.activeElement !== this.field || this.field.value !== text) {
      this.field.value = text;
    }
    const { ids, labels, problem } = readText(this.tokenizer, text);
    const room = this.gpt.config.context_length;
    this.left = Math.max(0, ids.length - room);
    this.problem = problem;
    this.labels = labels.slice(0, room);
    this.run = this.labels.length > 1 ? this.gpt.forward(ids.slice(0, room)) : null;
    this.surprises = this.run ? tokenLosses(this.run) : [];
    this.publish("surprises", this.surprises.map(round6));
    this.publish("loss", this.run ? round6(mean(this.surprises)) : 0);
    this.paint();
  }

  /** The token that is looked at: the reader's, or the one with the largest surprise. */
  get place() {
    const place = this.get("place");
    if (place > 0 && place < this.labels.length) return place;
    return this.most;
  }

  /** The token with the largest surprise. */
  get most() {
    return 1 + this.surprises.indexOf(Math.max(...this.surprises));
  }

  paint() {
    const focused = focusedIndex(this.buttons);
    this.tokens.replaceChildren(...this.labels.map((label, i) => this.token(label, i)));
    if (focused >= 0) this.buttons[focused]?.focus();
    this.paintBars();
    this.say();
  }

  /**
   * @param {string} label
   * @param {number} i
   */
  token(label, i) {
    const name = h("span", {}, ...showBlanks(label));
    if (i === 0) {
      const first = h("span", { class: "llm-token llm-surprise-first" }, name, h("small", {}, "–"));
      return h("li", {}, first);
    }
    const surprise = this.surprises[i - 1] ?? 0;
    const isHere = i === this.place;
    const level = Math.min(1, surprise / FULL) * STRONGEST;
    return h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          class: "llm-token",
          style: `--level:${cssPercent(level)}`,
          "aria-pressed": String(isHere),
          "aria-label": `${spoken(label)}, surprise ${decimals(surprise)}`,
          tabindex: isHere ? 0 : -1,
          onclick: () => this.set("place", i),
        },
        name,
        h("small", {}, decimals(surprise)),
      ),
    );
  }

  /** What the model expected where the token came that is looked at. */
  paintBars() {
    if (!this.run) {
      this.where.textContent = "";
      this.bars.replaceChildren();
      return;
    }
    const at = this.place;
    const came = this.run.ids[at];
    const p = softmax(logitsAt(this.run, at - 1));
    const top = byProbability(p).slice(0, BARS);
    const before = tail(this.tokenizer.decode([...this.run.ids.slice(0, at)]));
    this.where.textContent = `Expected after “${before}”`;
    const shown = top.includes(came) ? top : [...top, came];
    this.bars.replaceChildren(
      ...shown.map((id) => {
        const isIt = id === came;
        const row = barRow({
          name: this.tokenizer.label(id),
          fill: p[id],
          number: percent(p[id]),
          extra: isIt ? { class: "llm-surprise-came" } : {},
        });
        return row;
      }),
    );
  }

  say() {
    this.finding.element.classList.toggle("llm-problem", Boolean(this.problem));
    if (this.problem) this.finding.say(this.problem);
    else if (!this.run) this.finding.say("Type at least two tokens: the first is never guessed.");
    else this.finding.say(this.words().join(" "));
  }

  words() {
    const at = this.place;
    const surprise = this.surprises[at - 1];
    const name = spoken(this.labels[at]);
    const p = roughly(Math.exp(-surprise));
    const most = at === this.most ? "The largest surprise: " : "";
    const said = [
      `${most}${name} came, and ${this.who} had given it ${p}. −ln p = ${decimals(surprise)}.`,
      `The mean over ${count(this.surprises.length, "token")}, the loss: ` +
      `${decimals(mean(this.surprises))}.`,
    ];
    if (this.left) {
      said.push(`The last ${count(this.left, "token")} did not fit, and are left out.`);
    }
    return said;
  }
}

/** @param {Place} place */
function render(place) {
  return showWithModel({
    ...place,
    name: "llm-surprise",
    title: "What surprises the model?",
    tryThis:
      "The fuller a token’s box, the less the model expected it. Choose one, or type a text.",
    build: (parts) => new SurpriseView(parts),
  });
}

export default { initialize: takeFiles, render };
