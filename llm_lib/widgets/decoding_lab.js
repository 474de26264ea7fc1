// DecodingLab: what does each knob do to the next token, and to many texts? The traits are
// described in decoding_lab.py.

import { logSoftmax } from "../engine/functions.js";
import { seededRandom } from "../engine/random.js";
import { byProbability, sampleByLuck } from "../engine/sampling.js";
import {
  decodingProbabilities,
  decodingStages,
  KNOBS,
  NAMES,
  OFF,
} from "./parts/decoding_stages.js";
import { seedField, slider } from "./shared/controls.js";
import { eachFrame, h, onTraits } from "./shared/dom.js";
import { takeFiles } from "./shared/files.js";
import { Finding } from "./shared/frame.js";
import { showWithModel } from "./shared/model.js";
import { readText, showBlanks, spoken, tail } from "./shared/tokens.js";
import { ModelView } from "./shared/view.js";
import { capital, count, decimals, percent, roughly, round6 } from "./shared/words.js";

/** @import { Knobs, Stage } from "./parts/decoding_stages.js" */
/** @import { ModelViewParts, Place } from "./shared/types.js" */
/** @import { Cache, Floats } from "../engine/types.js" */
/** @typedef {{ ids: number[], text?: string, log_probability: number, ended: boolean }} Text */
/**
 * @typedef {object} Writing a text that is being written
 * @property {number[]} ids what is written
 * @property {number} sum of the log-probabilities
 * @property {number} n
 * @property {boolean} ended
 * @property {number} room
 * @property {Cache} cache
 * @property {Floats} logits
 * @property {Knobs} knobs
 * @property {() => number} random
 */

// 0, "all", stands at the right end
const TOP_K_STOPS = [1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 40, 50, 100, 0];
const DECODERS = new WeakSet(); // two views of one widget must not both write
const SLICE = 12; // milliseconds of writing before the page gets its turn

class DecodingLabView extends ModelView {
  /** @param {ModelViewParts} parts */
  constructor(parts) {
    super(parts);
    const { model, signal } = parts;
    this.build();
    this.repaint = eachFrame(() => this.paint(), signal);
    this.follow(["prompt"], () => this.read());
    onTraits(model, [...KNOBS, "seed", "n_samples", "n_tokens", "n_bars"], signal, this.repaint);
    onTraits(model, ["writing"], signal, () => this.write());
    signal.addEventListener("abort", () => {
      clearTimeout(this.timer);
      DECODERS.delete(model);
    });
    this.read();
    if (model.get("writing")) this.write();
  }

  /** @returns {Knobs} */
  knobs() {
    return /** @type {any} */ (Object.fromEntries(KNOBS.map((name) => [name, this.get(name)])));
  }

  build() {
    const set = (/** @type {string} */ name) => (/** @type {number} */ value) =>
      this.set(name, value);
    const knob = (
      /** @type {string} */ name,
      /** @type {number} */ min,
      /** @type {number} */ max,
      /** @type {number} */ step,
      /** @type {string} */ note,
      oninput = set(name),
    ) =>
      slider({
        name: NAMES[name][0].toUpperCase() + NAMES[name].slice(1),
        min,
        max,
        step,
        note,
        oninput,
      });
    this.prompt = h("textarea", {
      rows: 2,
      spellcheck: "false",
      "aria-label": "Prompt",
      oninput: () => {
        this.stop();
        this.set("prompt", this.prompt.value);
      },
    });
    /** @type {Record<string, ReturnType<typeof slider>>} */
    this.controls = {
      repetition_penalty: knob(
        "repetition_penalty",
        1,
        2,
        0.05,
        "Makes what stands in the text less likely.",
      ),
      temperature: knob(
        "temperature",
        0,
        2,
        0.05,
        "Divides the scores: low is safe, high is daring.",
      ),
      top_k: knob(
        "top_k",
        0,
        TOP_K_STOPS.length - 1,
        1,
        "Keeps this many tokens.",
        (i) => this.set("top_k", TOP_K_STOPS[i]),
      ),
      top_p: knob("top_p", 0.05, 1, 0.05, "Keeps the fewest that hold this share."),
      min_p: knob("min_p", 0, 0.5, 0.01, "Keeps what has this share of the top one."),
    };
    this.off = h("p", { class: "llm-note llm-decode-off" });
    this.panels = h("div", { class: "llm-decode-stages" });
    this.tokens = slider({
      name: "Tokens a text",
      min: 5,
      max: 150,
      step: 5,
      oninput: set("n_tokens"),
    });
    this.texts = slider({ name: "Texts", min: 1, max: 12, step: 1, oninput: set("n_samples") });
    this.seed = seedField((seed) => this.set("seed", seed));
    this.writeButton = h("button", {
      type: "button",
      class: "llm-main",
      onclick: () => this.set("writing", !this.get("writing")),
    });
    this.columns = {
      before: h("section", { class: "llm-decode-texts" }),
      samples: h("section", { class: "llm-decode-texts" }),
    };
    this.finding = new Finding(this.model, this.signal);
    this.body.append(
      h("label", {}, h("span", { class: "llm-label" }, "Prompt"), this.prompt),
      h(
        "div",
        { class: "llm-decode-columns" },
        h("div", { class: "llm-decode-controls" }, ...Object.values(this.controls)),
        h(
          "div",
          {},
          h("p", { class: "llm-label" }, "The next token, stage by stage"),
          this.panels,
          this.off,
        ),
      ),
      h(
        "div",
        { class: "llm-decode-many" },
        this.texts,
        this.tokens,
        h("label", { class: "llm-check" }, "Seed", this.seed),
      ),
      h(
        "div",
        { class: "llm-row" },
        this.writeButton,
        h("button", { type: "button", onclick: () => this.reset() }, "Reset"),
      ),
      this.finding.element,
      h("div", { class: "llm-decode-compare" }, this.columns.before, this.columns.samples),
    );
  }

  /** Read the prompt, and ask the model what comes next. */
  read() {
    const read = readText(this.tokenizer, this.get("prompt"));
    const { context_length } = this.gpt.config;
    const start = this.tokenizer.endOfText;
    this.problem = read.problem ?? "";
    this.ids = read.ids.length || start === null ? read.ids : [start];
    this.window = this.ids.slice(-context_length);
    this.logits = this.window.length && !this.problem
      ? this.gpt.forward(this.window, { lastOnly: true }).logits
      : null;
    this.paint();
  }

  paint() {
    const writing = this.get("writing");
    const k = this.get("top_k");
    if (document.activeElement !== this.prompt || this.prompt.value !== this.get("prompt")) {
      this.prompt.value = this.get("prompt");
    }
    for (const name of ["temperature", "top_p", "min_p", "repetition_penalty"]) {
      this.controls[name].show(this.get(name), this.get(name).toFixed(2));
    }
    const stop = TOP_K_STOPS.findIndex((s) => s === k || s > k || s === 0);
    this.controls.top_k.show(k === 0 ? TOP_K_STOPS.length - 1 : stop, k === 0 ? "all" : String(k));
    this.tokens.show(this.get("n_tokens"), String(this.get("n_tokens")));
    this.texts.show(this.get("n_samples"), String(this.get("n_samples")));
    this.seed.value = this.get("seed");
    this.writeButton.textContent = writing
      ? "Stop"
      : `Write ${count(this.get("n_samples"), "text")}`;
    this.writeButton.disabled = !writing &&
      (!this.logits || this.ids.length >= this.gpt.config.context_length);
    this.paintStages();
    if (!writing) this.paintTexts();
    this.say();
  }

  paintStages() {
    this.stages = this.logits ? decodingStages(this.logits, this.window, this.knobs()) : [];
    if (!this.stages.length) {
      this.panels.replaceChildren();
      this.off.textContent = "";
      return;
    }
    const shown = byProbability(this.stages[0].p).slice(0, this.get("n_bars"));
    const V = this.stages[0].p.length;
    this.panels.replaceChildren(...this.stages.map((stage, i) => this.panel(stage, i, shown, V)));
    const off = KNOBS.filter((knob) => this.get(knob) === OFF[knob]).map((knob) => NAMES[knob]);
    this.off.textContent = off.length ? `Off, so they change nothing: ${off.join(", ")}.` : "";
    const told = this.stages.map(({ name, p, cut }) => ({
      name,
      left: V - cut.size,
      tokens: shown.map((id) => [this.tokenizer.label(id), round6(p[id]), cut.get(id) ?? ""]),
    }));
    if (!this.get("writing")) this.set("stages", told);
  }

  /**
   * @param {Stage} stage
   * @param {number} i
   * @param {number[]} shown
   * @param {number} V
   */
  panel({ name, value, p, cut }, i, shown, V) {
    const title = name === "model"
      ? "The model"
      : `${NAMES[name]} ${name === "top_k" ? value : value.toFixed(2)}`;
    const rest = V - shown.length;
    const share = 1 - shown.reduce((sum, id) => sum + p[id], 0);
    const left = rest - [...cut.keys()].filter((id) => !shown.includes(id)).length;
    const row = (/** @type {number} */ id) => {
      const gone = cut.get(id);
      const new_ = gone && gone === NAMES[name];
      return h(
        "li",
        gone ? { class: "llm-cut" } : {},
        h("span", { class: "llm-decode-name" }, ...showBlanks(this.tokenizer.label(id))),
        h(
          "span",
          { class: "llm-decode-number" },
          gone ? (new_ ? "cut" : `by ${gone}`) : percent(p[id]),
        ),
        h(
          "span",
          { class: "llm-bar-track", "aria-hidden": "true" },
          h("span", { class: "llm-bar-fill", style: `width:${(100 * p[id]).toFixed(2)}%` }),
        ),
      );
    };
    const others = rest <= 0
      ? ""
      : left === 0
      ? `The other ${rest.toLocaleString("en")}: all cut`
      : `The other ${left.toLocaleString("en")}: ${percent(Math.max(0, share))}`;
    return h(
      "section",
      { class: "llm-decode-stage", "aria-label": title },
      h(
        "p",
        { class: "llm-decode-title" },
        h("span", { class: "llm-decode-step" }, String(i)),
        " ",
        title,
      ),
      h(
        "p",
        { class: "llm-note" },
        cut.size
          ? `${(V - cut.size).toLocaleString("en")} of ${V.toLocaleString("en")} left`
          : i === 0
          ? `${V.toLocaleString("en")} tokens`
          : "all may be drawn",
      ),
      h("ol", {}, ...shown.map(row)),
      h("p", { class: "llm-note" }, others),
    );
  }

  paintTexts() {
    for (const [name, column] of Object.entries(this.columns)) {
      const { knobs, texts } = this.get(name);
      const other = this.get(name === "samples" ? "before" : "samples").texts ?? [];
      column.hidden = !texts?.length;
      if (!texts?.length) continue;
      column.replaceChildren(
        h("p", { class: "llm-label" }, name === "samples" ? `Now: ${knobs}` : `Before: ${knobs}`),
        h(
          "ol",
          {},
          ...texts.map((/** @type {Text} */ text, /** @type {number} */ i) =>
            this.text(text, other[i])
          ),
        ),
      );
    }
  }

  /**
   * One text; what comes behind the first token that differs from its partner is marked.
   * @param {Text} text
   * @param {Text} partner
   */
  text({ ids, log_probability, ended }, partner) {
    let same = partner ? ids.findIndex((id, i) => id !== partner.ids[i]) : ids.length;
    if (same < 0) same = ids.length;
    const read = (/** @type {number} */ from, /** @type {number} */ to) =>
      this.tokenizer.decode(ids.slice(from, to));
    const changed = h("span", { class: "llm-decode-changed" }, read(same, ids.length));
    const how = !partner
      ? ""
      : same === ids.length && ids.length === partner.ids.length
      ? ", the same in both"
      : `, differs from token ${same + 1} on`;
    return h(
      "li",
      {},
      h(
        "p",
        {},
        read(0, same),
        ...(same < ids.length ? [changed] : []),
        ended
          ? h("span", { class: "llm-blank" }, " ■")
          : /[.!?"”]$/.test(read(0, ids.length))
          ? " …"
          : "…",
      ),
      h("p", { class: "llm-note" }, `log-probability ${decimals(log_probability)} a token${how}`),
    );
  }

  say() {
    this.finding.wait();
    if (this.get("writing")) return;
    this.finding.element.classList.toggle("llm-problem", Boolean(this.problem));
    this.finding.say(
      this.problem ||
        [this.stageWords(), this.textWords()].map((words) => words.join(" ")).join("\n").trim(),
    );
  }

  stageWords() {
    if (!this.logits) {
      return ["Type a prompt: this model has no token to start an empty text from."];
    }
    const name = (/** @type {number} */ id) => spoken(this.tokenizer.label(id));
    const first = this.stages[0];
    const last = this.stages.at(-1);
    const [top] = byProbability(first.p);
    const V = first.p.length;
    const said = [
      `After “${tail(this.tokenizer.decode(this.window))}”, the model gives ${name(top)} ` +
      `${roughly(first.p[top])}.`,
    ];
    if (this.stages.length === 1) {
      return [
        ...said,
        `All knobs are off: the draw is among all ${V.toLocaleString("en")} tokens, as the ` +
        "model says.",
      ];
    }
    this.stages.slice(1).forEach(({ name: knob, p, cut }, i) => {
      const before = this.stages[i];
      const fallen = [...cut.keys()].filter((id) => !before.cut.has(id));
      const lost = fallen.reduce((sum, id) => sum + before.p[id], 0);
      if (!["temperature", "repetition_penalty"].includes(knob)) {
        said.push(
          `${capital(NAMES[knob])} cuts ` + (fallen.length
            ? `${count(fallen.length, "token")} that held ${roughly(lost)}`
            : "nothing more") +
            ".",
        );
      } else if (knob === "temperature" && this.get("temperature") === 0) {
        said.push("Temperature 0 leaves the top token alone.");
      } else {said.push(
          `${capital(NAMES[knob])} ` +
            `${roughly(p[top]) === roughly(before.p[top]) ? "leaves" : "takes"} ${name(top)} ` +
            `${roughly(p[top]) === roughly(before.p[top]) ? "at" : "to"} ${roughly(p[top])}.`,
        );}
    });
    const likely = byProbability(last.p)[0];
    return [
      ...said,
      `The draw is among ${count(last.p.reduce((n, p) => n + (p > 0 ? 1 : 0), 0), "token")}; ` +
      `${name(likely)} has ${roughly(last.p[likely])}.`,
    ];
  }

  textWords() {
    const now = this.get("samples").texts;
    const before = this.get("before").texts;
    if (!now?.length) return [];
    const n = now.length;
    const line = (/** @type {Text[]} */ texts) =>
      `${count(distinctTexts(texts), "different text")}, ${roughly(distinctPairs(texts))} ` +
      "of their pairs of tokens distinct, log-probability " +
      `${decimals(meanLogProbability(texts))} a token`;
    const said = [
      this.note,
      `${count(n, "text")} with seed ${this.get("samples").seed}: ${line(now)}.`,
    ].filter(Boolean);
    if (before?.length) {
      const same = now.filter((/** @type {Text} */ text, /** @type {number} */ i) =>
        String(text.ids) === String(before[i]?.ids)
      ).length;
      said.push(`Before: ${line(before)}.`);
      if (
        this.get("before").seed === this.get("samples").seed &&
        this.get("before").prompt === this.get("samples").prompt
      ) {
        said.push(`With the same dice, ${same} of ${n} came out the same.`);
      }
    }
    return said;
  }

  reset() {
    this.stop();
    super.reset();
    this.model.set("samples", {});
    this.set("before", {});
    this.read();
  }

  stop() {
    if (this.get("writing")) this.set("writing", false);
  }

  /**
   * Follow the trait "writing": write the texts in short slices, so that the page stays alive; or
   * stop.
   */
  write() {
    if (!this.get("writing")) {
      this.repaint();
      return;
    }
    if (DECODERS.has(this.model)) return;
    if (!this.logits || this.ids.length >= this.gpt.config.context_length) {
      this.stop();
      return;
    }
    DECODERS.add(this.model);
    const knobs = this.knobs();
    const n = this.get("n_samples");
    /** @type {Text[]} */
    const texts = [];
    const batch = {
      knobs: this.knobWords(),
      seed: this.get("seed"),
      prompt: this.get("prompt"),
      texts,
    };
    const finish = (/** @type {string} */ note) => {
      DECODERS.delete(this.model);
      this.note = note;
      if (texts.length) {
        if (this.get("samples").texts?.length) this.model.set("before", this.get("samples"));
        this.set("samples", batch);
      }
      this.stop();
      this.repaint();
    };
    let writer = /** @type {Writing | null} */ (null);
    const slice = () => {
      if (!this.get("writing")) return finish(`Stopped after ${count(texts.length, "text")}.`);
      for (const end = performance.now() + SLICE; performance.now() < end;) {
        writer ??= this.startText(texts.length, knobs, batch.seed);
        if (this.writeToken(writer)) continue;
        texts.push({
          text: this.tokenizer.decode(writer.ids),
          ids: writer.ids,
          log_probability: round6(writer.sum / Math.max(1, writer.n)),
          ended: writer.ended,
        });
        writer = null;
        if (texts.length === n) return finish("");
      }
      this.writeButton.textContent = `Stop (text ${texts.length + 1} of ${n})`;
      this.timer = setTimeout(slice);
    };
    this.repaint();
    this.timer = setTimeout(slice);
  }

  /**
   * A text about to be written. Its dice depend on the seed and its number alone.
   * @param {number} number
   * @param {Knobs} knobs
   * @param {number} seed
   * @returns {Writing}
   */
  startText(number, knobs, seed) {
    const cache = this.gpt.newCache();
    const { logits } = this.gpt.forward(this.window, { cache, lastOnly: true });
    const room = Math.min(
      this.get("n_tokens"),
      this.gpt.config.context_length - this.window.length,
    );
    return {
      knobs,
      cache,
      logits,
      room,
      random: seededRandom(Math.imul(seed + 1, 2654435761) + number * 40503),
      ids: [],
      sum: 0,
      n: 0,
      ended: false,
    };
  }

  /**
   * Write one token; false where the text is at its end. Its log-probability is the model's own.
   * @param {Writing} text
   */
  writeToken(text) {
    if (text.ids.length >= text.room) return false;
    const id = sampleByLuck(
      decodingProbabilities(text.logits, [...this.window, ...text.ids], text.knobs),
      text.random,
    );
    text.sum += logSoftmax(text.logits)[id];
    text.n++;
    if (id === this.tokenizer.endOfText) {
      text.ended = true;
      return false;
    }
    text.ids.push(id);
    if (text.ids.length < text.room) text.logits = this.gpt.step(id, text.cache);
    return true;
  }

  knobWords() {
    const on = KNOBS.filter((knob) => this.get(knob) !== OFF[knob]);
    return on.map((knob) =>
      `${NAMES[knob]} ${knob === "top_k" ? this.get(knob) : this.get(knob).toFixed(2)}`
    ).join(", ") || "all knobs off";
  }
}

/** @param {Text[]} texts */
const distinctTexts = (texts) => new Set(texts.map(({ ids }) => String(ids))).size;

/** @param {Text[]} texts */
const meanLogProbability = (texts) =>
  texts.reduce((sum, { log_probability }) => sum + log_probability, 0) / texts.length;

/**
 * Of all pairs of neighbouring tokens in the texts, the share that are different ones.
 * @param {Text[]} texts
 */
function distinctPairs(texts) {
  const pairs = texts.flatMap(({ ids }) => ids.slice(1).map((id, i) => `${ids[i]},${id}`));
  return pairs.length ? new Set(pairs).size / pairs.length : 1;
}

/** @param {Place} place */
function render(place) {
  return showWithModel({
    ...place,
    name: "llm-decode",
    title: "From scores to text",
    tryThis:
      "Write some texts. Then turn one knob, see what it does to the next token, and write " +
      "them again with the same seed.",
    build: (parts) => new DecodingLabView(parts),
  });
}

export default { initialize: takeFiles, render };
