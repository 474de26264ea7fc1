// What comes next in recorded texts: the same tokens and bars, without what only a model can do.

import { button } from "../shared/controls.js";
import { h } from "../shared/dom.js";
import { split } from "../shared/layout.js";
import { recordedTokenizer, RecordedView, spreadOut } from "../shared/recorded_view.js";
import { spoken } from "../shared/tokens.js";
import { roughly } from "../shared/words.js";
import { expectationInWords, NextBars } from "./bars.js";
import { PromptTokens } from "./prompt_tokens.js";

/** @import { RecordedParts } from "../shared/recorded_choice.js" */
/** @import { RecordedRun } from "../shared/recorded_run.js" */

const LISTED = 10; // bars

/**
 * @extends {RecordedView<
 *   { run: string, token_ids: number[], probabilities: any[] },
 *   RecordedRun & Required<Pick<RecordedRun, "next">>
 * >}
 */
export class RecordedNext extends RecordedView {
  /** @type {ReturnType<typeof recordedTokenizer>} */ tokenizer;
  /** @type {PromptTokens} */ tokens;
  /** @type {NextBars} */ bars;

  /** @param {RecordedParts} parts */
  constructor(parts) {
    super(parts, "NextTokenLab");
    this.step = 0; // how many of the recorded tokens have come
    this.back = button("One token back", () => this.go(-1));
    this.on = button("The next token", () => this.go(1), "llm-main");
    this.steps = h("div", { class: "llm-row llm-next-steps" }, this.back, this.on);
    this.stage = h("div");
    const side = [this.finding.element, this.steps];
    this.body.append(this.choice, split([this.stage], side, { sticky: false }));
    this.change();
  }

  /** The positions after which it is known what comes next. */
  get places() {
    return Object.keys(this.run.next ?? {}).map(Number).sort((a, b) => a - b);
  }

  change() {
    this.step = 0;
    const tokenizer = recordedTokenizer(this.run, Object.values(this.run.next ?? {}));
    this.tokenizer = tokenizer;
    this.tokens = new PromptTokens(tokenizer);
    this.bars = new NextBars(tokenizer, null, () => {});
    this.stage.replaceChildren(this.tokens.element, this.bars.element);
    super.change();
  }

  /** @param {number} steps */
  go(steps) {
    this.step = Math.max(0, Math.min(this.places.length - 1, this.step + steps));
    this.paint();
  }

  paint() {
    const { run, places, step } = this;
    const at = places[step];
    const { vocab_size: V, context_length: room } = /** @type {any} */ (this.record);
    const ids = run.ids.slice(0, at + 1);
    for (const place of places.slice(0, step)) {
      const came = run.next[place].find(([id]) => id === run.ids[place + 1]);
      if (came) this.tokens.note(run.ids.slice(0, place + 2), came[2]);
    }
    this.tokens.show(ids, ids, { room, withIds: false });
    const listed = run.next[at];
    const p = spreadOut(listed, V);
    const first = listed.map(([id]) => id);
    const known = new Set(first);
    const order = [...first, ...Array.from(p.keys()).filter((id) => !known.has(id))];
    const next = { before: p, after: p, cut: new Map(), order, changed: false };
    const n = Math.min(LISTED, listed.length);
    this.bars.show(next, n);
    this.steps.hidden = places.length < 2;
    this.back.disabled = step === 0;
    this.on.disabled = step === places.length - 1;
    this.publish("token_ids", ids);
    this.publish("probabilities", listed.slice(0, n).map(([, token, p]) => [token, p, p]));
    const words = expectationInWords(this.tokenizer, next, {
      n: ids.length,
      window: ids,
      room,
    });
    this.finding.say([this.cameWords(), ...words].filter(Boolean).join(" "));
  }

  /** What has come last, and how likely it was. */
  cameWords() {
    const { run, places, step } = this;
    if (step === 0) return "";
    const at = places[step - 1];
    const came = run.next[at].find(([id]) => id === run.ids[at + 1]);
    if (!came) return "";
    const [, token, p] = came;
    return `${spoken(token)} came, with ${roughly(p)}.`;
  }
}
