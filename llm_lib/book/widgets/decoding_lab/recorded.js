// What settings of decoding make of recorded prompts: the next token, and a text.

import { present } from "../../engine/present.js";
import { barRow, endOfScale, scaleInWords } from "../shared/bars.js";
import { segments } from "../shared/controls.js";
import { h } from "../shared/dom.js";
import { RecordedView } from "../shared/recorded_view.js";
import { spoken, tail } from "../shared/tokens.js";
import { capital, count, decimals, percent, roughly } from "../shared/words.js";

/** @import { RecordedParts } from "../shared/recorded_choice.js" */
/** @import { NextToken } from "../shared/recorded_run.js" */
/** @typedef {{ kept: number, next: NextToken[] }} RecordedStage what may be drawn */
/** @typedef {{ name: string, text: string, nats: number, repeats: number }} WrittenText */

const STARTS_WITH = "T 1";

/** @extends {RecordedView<{ run: string, stages: any[] }>} */
export class RecordedDecoding extends RecordedView {
  /** @param {RecordedParts} parts */
  constructor(parts) {
    super(parts, "DecodingLab", ({ texts }) => Boolean(texts));
    const names = this.texts.map(({ name }) => name);
    this.setting = names.includes(STARTS_WITH) ? STARTS_WITH : names[0];
    this.settings = segments(
      "The setting",
      names.map((name) => [name, capital(name)]),
      (name) => {
        this.setting = name;
        this.paint();
      },
    );
    this.columns = ["The model", "To draw from"].map((title) => stageColumn(title));
    this.written = h("section", { class: "llm-decode-texts", "aria-label": "A text" });
    this.body.append(
      this.choice,
      this.settings,
      h(
        "div",
        { class: "llm-recorded-decoding" },
        ...this.columns.map(({ element }) => element),
        this.written,
      ),
      this.finding.element,
    );
    this.change();
  }

  /** @returns {WrittenText[]} the texts written after the prompt, one a setting */
  get texts() {
    return /** @type {any} */ (this.run.texts);
  }

  /** @returns {Record<string, RecordedStage>} by setting */
  get stages() {
    return /** @type {any} */ (this.run).stages;
  }

  reset() {
    super.reset();
    this.setting = STARTS_WITH;
    this.change();
  }

  paint() {
    const { setting, stages } = this;
    const V = /** @type {any} */ (this.record).vocab_size;
    const text = present(this.texts.find(({ name }) => name === setting), setting);
    const [model, drawn] = [stages[STARTS_WITH], stages[setting]];
    this.settings.show(setting);
    const end = endOfScale([model, drawn].flatMap(({ next }) => next.map(([, , p]) => p)));
    this.columns[0].show(model, V, end);
    this.columns[1].show(drawn, V, end, model);
    this.written.replaceChildren(
      h("p", { class: "llm-label" }, `Written with ${setting}`),
      h("p", {}, h("span", { class: "llm-note" }, this.run.text), `${withoutHoles(text.text)} …`),
      h("p", { class: "llm-note" }, `surprise ${decimals(text.nats)} nats per token`),
    );
    this.publish("stages", [["model", model], [setting, drawn]].map(told));
    this.finding.say(this.words(drawn, text));
  }

  /**
   * @param {RecordedStage} drawn
   * @param {WrittenText} text
   */
  words(drawn, text) {
    const [, token, p] = drawn.next[0];
    const said = [
      `After “${tail(this.run.text)}”, with ${this.setting}, the draw is among ` +
      `${count(drawn.kept, "token")}; ${spoken(token)} has ${roughly(p)}.`,
      `This text surprises the model by ${decimals(text.nats)} nats per token.`,
    ];
    const all = this.record.counts?.settings?.[this.setting];
    if (all) {
      const [low, high] = all.range.map(decimals);
      said.push(`In ${count(all.texts, "text")} with this setting: ${low} to ${high}.`);
    }
    if (text.repeats > 0.5) {
      said.push(`It goes in circles: ${roughly(text.repeats)} of its groups of four come again.`);
    }
    return said.join(" ");
  }
}

/**
 * A text with its lines, but without the empty ones between them.
 * @param {string} text
 */
const withoutHoles = (text) => text.replace(/\n\s*\n/g, "\n");

/** @param {any} stage its name, and what may be drawn */
const told = ([name, { kept, next }]) => ({
  name,
  left: kept,
  tokens: next.map((/** @type {NextToken} */ [, token, p]) => [token, p, ""]),
});

/**
 * A list of tokens with their probabilities.
 * @param {string} title
 */
function stageColumn(title) {
  const left = h("p", { class: "llm-note" });
  const list = h("ol", { class: "llm-bars" });
  const element = h(
    "section",
    { class: "llm-decode-stage", "aria-label": title },
    h("p", { class: "llm-decode-title" }, title),
    left,
    list,
  );
  /**
   * @param {RecordedStage} stage
   * @param {number} V
   * @param {number} end of the bars' scale
   * @param {RecordedStage} [model] what it is made of: outlined, and struck out where it is cut
   */
  const show = ({ kept, next }, V, end, model) => {
    const all = V.toLocaleString("en");
    const words = kept < V ? `${kept.toLocaleString("en")} of ${all} left` : `${all} tokens`;
    left.textContent = `${words}; ${scaleInWords(end)}`;
    const rows = (model ?? { next }).next.map(([id, name, was]) => {
      const p = next.find(([other]) => other === id)?.[2];
      return barRow({
        name,
        fill: (p ?? 0) / end,
        raw: model && p !== was ? was / end : undefined,
        kind: model && p !== was ? "llm-better" : "",
        number: p === undefined ? "cut" : percent(p),
        extra: p === undefined ? { class: "llm-cut" } : {},
      });
    });
    list.replaceChildren(...rows);
  };
  return { element, show };
}
