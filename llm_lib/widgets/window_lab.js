// WindowLab: how does a row of tokens become windows and batches? The traits are described in
// window_lab.py.

import { makeTokenizer } from "../engine/tokenizers.js";
import { ID_BYTES, planWindows } from "../engine/windows.js";
import { button, groupName, slider } from "./shared/controls.js";
import { h, rove } from "./shared/dom.js";
import { fetchFile, takeFiles } from "./shared/files.js";
import { Finding, reason, showWidget } from "./shared/frame.js";
import { Player } from "./shared/player.js";
import { readText, showBlanks, spoken } from "./shared/tokens.js";
import { View } from "./shared/view.js";
import { capital, count, enumerated, times } from "./shared/words.js";

/** @import { Plan, WindowSettings } from "../engine/windows.js" */
/** @import { Place, ViewParts } from "./shared/types.js" */
/** @typedef {{ label: string, ref: string, problem?: string }} Vocabulary */

const SENTENCE =
  "The fox was under the old tree. The bird was in the tree, and the fox was waiting.";
const DOCUMENTS = "Mia had a kite.<|endoftext|>By the lake lived a fox.<|endoftext|>";
// An id takes 2 bytes in a file, 8 in a tensor
const DRAWN = 240;
const ROWS_DRAWN = 60;
const CONTEXT_DRAWN = 44;
const FILE_BYTES = 2;
const SETTINGS = [
  "context_length",
  "stride",
  "batch_size",
  "shuffle",
  "drop_last",
  "seed",
  "epoch",
];
const PACE = 900;
const CALM_PACE = 2200; // milliseconds a window, and for readers who want less motion

/** @param {number} n */
const batchesOf = (n) => (n === 1 ? "1 batch" : `${n.toLocaleString("en")} batches`);
/**
 * The places where test(value) holds, in words: "token 3", "tokens 4 to 7 and 9", or how many there
 * are.
 * @param {number[]} values
 * @param {(value: number) => boolean} test
 */
function placesWhere(values, test) {
  /** @type {number[][]} */
  const runs = [];
  values.forEach((value, i) => {
    if (!test(value)) return;
    if (runs.at(-1)?.[1] === i - 1) runs.at(-1)[1] = i;
    else runs.push([i, i]);
  });
  const n = runs.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  if (runs.length > 3) return { n, words: count(n, "token") };
  return {
    n,
    words: `token${n === 1 ? "" : "s"} ` +
      (enumerated(
        runs.map((
          [from, to],
        ) => (from === to
          ? `${from}`
          : runs.length === 1 && to === from + 1
          ? `${from} and ${to}`
          : `${from} to ${to}`)
        ),
      )),
  };
}

/**
 * A token as a block.
 * @param {string} label
 * @param {string} [kind]
 */
const chip = (label, kind = "") =>
  h("span", { class: `llm-token ${kind}` }, h("span", {}, ...showBlanks(label)));

class WindowView extends View {
  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    const { model, signal } = parts;
    /** @type {string[]} */
    this.tokens = [];
    /** @type {Record<string, Promise<any>>} */
    this.tokenizers = {};
    this.settings = /** @type {WindowSettings} */ ({});
    const last = () => (this.plan ? this.last : 0);
    this.player = new Player({
      model,
      signal,
      trait: "step",
      last,
      paint: () => this.mark(),
      pace: PACE,
      calmPace: CALM_PACE,
    });
    this.build();
    this.follow(["text", "cut"], () => this.read());
    this.follow(SETTINGS, () => this.lay());
    this.follow(["step"], () => this.mark());
    this.read();
    if (this.get("playing")) this.player.follow();
  }

  get last() {
    return this.plan.order.length - 1;
  }
  get step() {
    return Math.max(0, Math.min(this.get("step"), this.last));
  }

  // ---- the parts of the page

  build() {
    this.finding = new Finding(this.model, this.signal);
    this.message = h("p", { class: "llm-problem", role: "status" });
    this.working = h(
      "div",
      {},
      this.buildFacts(),
      this.finding.element,
      this.buildPlayer(),
      this.buildStrip(),
      this.buildWindow(),
      this.buildBatches(),
    );
    this.body.append(this.buildText(), this.buildSettings(), this.message, this.working);
  }

  buildText() {
    const group = groupName("llm-window-cut");
    /** @type {Vocabulary[]} */
    this.vocabularies = this.get("vocabularies");
    this.text = h("textarea", {
      rows: 3,
      maxlength: 2000,
      spellcheck: "false",
      dir: "auto",
      "aria-label": "Text",
      oninput: () => this.change({ text: this.text.value }),
    });
    this.radios = this.vocabularies.map(({ label }) =>
      h("input", {
        type: "radio",
        name: group,
        value: label,
        onchange: () => this.change({ cut: label }),
      })
    );
    const examples = h(
      "div",
      { class: "llm-row llm-window-examples", role: "group", "aria-label": "Examples" },
      button("A sentence", () => this.change({ text: SENTENCE })),
      button("Two documents", () => this.showDocuments()),
      button("Reset", () => this.change(this.get("initial"))),
    );
    const choice = h(
      "div",
      { class: "llm-row llm-window-cuts", role: "radiogroup", "aria-label": "Cut into" },
      h("span", { class: "llm-note" }, "Cut into"),
      ...this.radios.map((/** @type {HTMLInputElement} */ radio, /** @type {number} */ i) =>
        h("label", { class: "llm-check" }, radio, this.vocabularies[i].label)
      ),
    );
    return h(
      "div",
      {},
      h("label", {}, h("span", { class: "llm-label" }, "Text"), this.text),
      ...(this.radios.length > 1 ? [choice] : []),
      examples,
    );
  }

  /** The end-of-text token is one id only for a tokenizer that has it: change to one that does. */
  async showDocuments() {
    const cut = this.get("cut");
    const entries = this.vocabularies.filter(({ ref }) => ref)
      .sort((a, b) => Number(b.label === cut) - Number(a.label === cut));
    for (const { label, ref } of entries) {
      const tokenizer = await this.tokenizerOf(ref).catch(() => /** @type {any} */ (null));
      if (this.signal.aborted) return;
      if (tokenizer && tokenizer.endOfText !== null) {
        this.change({ text: DOCUMENTS, cut: label });
        return;
      }
    }
    this.change({ text: DOCUMENTS });
  }

  buildSettings() {
    const sliderOf = (
      /** @type {string} */ name,
      /** @type {string} */ label,
      /** @type {number} */ max,
      /** @type {string} */ note,
    ) =>
      slider({
        name: label,
        min: 1,
        max,
        step: 1,
        note,
        oninput: (value) => this.change({ [name]: value }),
      });
    this.sliders = {
      context_length: sliderOf("context_length", "Context length", 32, "tokens in a window"),
      stride: sliderOf("stride", "Stride", 32, "between two starts"),
      batch_size: sliderOf("batch_size", "Batch size", 16, "windows in a batch"),
    };
    const box = (/** @type {string} */ name, /** @type {string} */ label) => {
      const input = h("input", {
        type: "checkbox",
        onchange: () => this.change({ [name]: input.checked }),
      });
      return Object.assign(input, { box: h("label", { class: "llm-check" }, input, label) });
    };
    this.shuffle = box("shuffle", "Shuffle");
    this.dropLast = box("drop_last", "Leave out an incomplete batch");
    this.nextEpoch = h("button", {
      type: "button",
      onclick: () => this.change({ epoch: this.get("epoch") + 1, step: 0 }),
    }, "Next epoch");
    return h(
      "div",
      { class: "llm-window-settings" },
      h("div", { class: "llm-window-sliders" }, ...Object.values(this.sliders)),
      h(
        "div",
        { class: "llm-row llm-window-boxes" },
        this.shuffle.box,
        this.nextEpoch,
        this.dropLast.box,
      ),
    );
  }

  buildFacts() {
    this.facts = ["Tokens", "Windows", "Batches", "One batch"].map((name) => ({
      name,
      value: h("dd"),
      note: h("dd", { class: "llm-note" }),
    }));
    return h(
      "dl",
      { class: "llm-window-facts" },
      ...this.facts.map(({ name, value, note }) => h("div", {}, h("dt", {}, name), value, note)),
    );
  }

  buildPlayer() {
    this.back = button("Back", () => this.player.go(this.step - 1));
    this.next = button("Next window", () => this.player.go(this.step + 1), "llm-main");
    this.playButton = button("Play", () => this.player.toggle(), "llm-window-play");
    this.jump = slider({
      name: "Shown so far",
      min: 1,
      max: 2,
      step: 1,
      oninput: (k) => this.player.go(k - 1),
    });
    return h(
      "div",
      { class: "llm-window-player" },
      h("div", { class: "llm-row" }, this.back, this.next, this.playButton),
      this.jump,
    );
  }

  buildStrip() {
    this.strip = h("ol", {
      class: "llm-window-strip",
      tabindex: 0,
      "aria-label": "The tokens, and how often each is input and target",
    });
    this.stripNote = h("p", { class: "llm-note" });
    const key = h(
      "p",
      { class: "llm-note llm-window-key" },
      h("span", {}, h("i", { class: "llm-window-bar llm-window-x" }), "in the input"),
      h("span", {}, h("i", { class: "llm-window-bar llm-window-y" }), "in the target"),
      h(
        "span",
        {},
        h("b", { class: "llm-window-count llm-window-x" }, "2"),
        "times input this epoch",
      ),
      h("span", {}, h("b", { class: "llm-window-count llm-window-y" }, "1"), "times target"),
    );
    return h(
      "section",
      { class: "llm-window-part", "aria-label": "The row of tokens" },
      h("p", { class: "llm-label" }, "The row of tokens"),
      this.strip,
      key,
      this.stripNote,
    );
  }

  buildWindow() {
    this.windowTitle = h("p", { class: "llm-label" });
    this.table = h("table", { class: "llm-window-table" });
    this.pairs = h("ol", {
      class: "llm-window-pairs",
      tabindex: 0,
      "aria-label": "What this window teaches",
    });
    this.pairsTitle = h("p", { class: "llm-label" });
    return h(
      "section",
      { class: "llm-window-part", "aria-label": "The window" },
      this.windowTitle,
      h("div", {
        class: "llm-window-scroll",
        tabindex: 0,
        role: "region",
        "aria-label": "Input and target, one under the other",
      }, this.table),
      this.pairsTitle,
      this.pairs,
    );
  }

  buildBatches() {
    this.batchesTitle = h("p", { class: "llm-label" });
    this.batches = h("ul", {
      class: "llm-window-batches",
      "aria-label": "The batches of this epoch",
    });
    this.batchesNote = h("p", { class: "llm-note" });
    rove(this.batches, () => [...this.batches.querySelectorAll("button")]);
    this.batches.addEventListener("click", (event) => {
      const target = /** @type {Element} */ (event.target);
      const at = target.closest("[data-at]")?.getAttribute("data-at");
      if (at) this.player.go(Number(at));
    });
    return h(
      "section",
      { class: "llm-window-part", "aria-label": "The batches" },
      this.batchesTitle,
      this.batches,
      this.batchesNote,
    );
  }

  // ---- from the traits to the page

  /**
   * The tokenizer for a ref: fetched once, however often the text changes meanwhile.
   * @param {string} ref
   */
  tokenizerOf(ref) {
    const isChosen = (/** @type {Vocabulary} */ { ref: its, label }) =>
      its === ref && label === this.get("cut");
    const say = (/** @type {string} */ text) => {
      if (this.vocabularies.some(isChosen)) {
        this.message.textContent = text;
        this.message.hidden = false;
      }
    };
    const fetched = () =>
      fetchFile({ model: this.model, signal: this.signal, say }, ref, makeTokenizer);
    return this.tokenizers[ref] ??= fetched().catch((error) => {
      delete this.tokenizers[ref];
      throw error;
    }); // a later try may succeed
  }

  /** A new text or tokenizer: cut the text. */
  async read() {
    const text = this.get("text");
    const cut = this.get("cut");
    const entry = this.vocabularies.find(({ label }) => label === cut);
    if (this.text.value !== text) this.text.value = text;
    for (const radio of this.radios) radio.checked = radio.value === cut;
    let tokenizer = null;
    if (!entry.ref) this.refuse(entry.problem);
    else {
      try {
        tokenizer = await this.tokenizerOf(entry.ref);
      } catch (error) {
        if (this.signal.aborted) return;
        console.error(error);
        this.refuse(`This vocabulary can't be read. ${reason(error)}`);
      }
    }
    if (this.signal.aborted || !tokenizer || text !== this.get("text") || cut !== this.get("cut")) {
      return;
    }
    const { ids, labels, problem: refusal } = readText(tokenizer, text);
    if (refusal || !text) {
      this.refuse(refusal ?? "Type a text, or choose an example.");
      return;
    }
    this.tokens = labels;
    this.refuse("");
    this.publish("token_ids", ids);
    this.drawStrip();
    this.lay();
    this.root.dataset.loaded = "yes";
  }

  /**
   * Say why there is nothing to show; "" where there is.
   * @param {string} words
   */
  refuse(words) {
    this.message.textContent = words;
    this.message.hidden = !words;
    this.working.hidden = Boolean(words);
    if (!words) return;
    this.player.stop();
    this.tokens = [];
    this.publish("token_ids", null);
    this.finding.say(words);
    this.root.dataset.loaded = "yes";
  }

  /** The settings have changed, or the text: plan the windows anew. */
  lay() {
    const value = /** @type {WindowSettings} */ (
      Object.fromEntries(SETTINGS.map((name) => [name, this.get(name)]))
    );
    for (const [name, element] of Object.entries(this.sliders)) {
      const size = Number(Reflect.get(value, name));
      element.show(size, String(size));
    }
    this.shuffle.checked = value.shuffle;
    this.dropLast.checked = value.drop_last;
    this.nextEpoch.disabled = !value.shuffle;
    if (!this.tokens.length) return;
    this.settings = value;
    this.plan = planWindows(this.tokens.length, value);
    this.publish("plan", this.plan);
    if (this.get("step") > Math.max(0, this.last)) this.set("step", Math.max(0, this.last));
    this.drawFacts();
    this.drawCounts();
    this.drawBatches();
    this.mark();
    this.finding.say(this.words().join(" "), { quiet: this.get("playing") });
  }

  drawFacts() {
    const { windows, batches, batch_bytes: bytes } = this.plan;
    const { context_length: T, batch_size: B } = this.settings;
    const n = this.tokens.length;
    /** @type {[value: number | string, note: string][]} */
    const facts = [
      [n, `${count(n * FILE_BYTES, "byte")} in a file`],
      [windows, `of ${T} tokens, and 1 more to guess`],
      [
        batches.length,
        batches.length ? `of ${B === 1 || batches.at(-1).length === B ? B : `at most ${B}`}` : "",
      ],
      [count(bytes, "byte"), `x and y, ${ID_BYTES} bytes an id`],
    ];
    facts.forEach(([value, note], i) => {
      this.facts[i].value.textContent = value.toLocaleString("en");
      this.facts[i].note.textContent = note;
    });
  }

  drawStrip() {
    this.cells = this.tokens.slice(0, DRAWN).map((label, i) => {
      const input = h("b", { class: "llm-window-count llm-window-x" });
      const target = h("b", { class: "llm-window-count llm-window-y" });
      const token = chip(label);
      const element = h(
        "li",
        {},
        h("i", { class: "llm-window-bar llm-window-x" }),
        token,
        h("i", { class: "llm-window-bar llm-window-y" }),
        h("small", {}, String(i)),
        h("span", { class: "llm-window-counts" }, input, target),
      );
      return { element, input, target, label };
    });
    const more = this.tokens.length - this.cells.length;
    this.strip.replaceChildren(...this.cells.map(({ element }) => element));
    this.stripNote.hidden = more <= 0;
    this.stripNote.textContent = more > 0
      ? `${count(more, "more token")}, counted but not drawn.`
      : "";
  }

  drawCounts() {
    const { as_input: inputs, as_target: targets } = this.plan;
    const most = Math.max(1, ...inputs, ...targets);
    this.cells.forEach(({ element, input, target, label }, i) => {
      for (const [cell, n] of [[input, inputs[i]], [target, targets[i]]]) {
        cell.textContent = String(n);
        cell.style.setProperty("--share", `${Math.round((55 * n) / most)}%`);
        cell.classList.toggle("llm-window-none", n === 0);
      }
      element.setAttribute(
        "aria-label",
        `${i}: ${spoken(label)}, input ${times(inputs[i])}, target ${times(targets[i])}`,
      );
    });
  }

  drawBatches() {
    const { batches, left_out: out, order } = this.plan;
    const { shuffle, epoch } = this.settings;
    const focused = this.batches.contains(document.activeElement);
    let at = 0;
    const button = (/** @type {number} */ window) =>
      h("button", {
        type: "button",
        "data-at": at++,
        tabindex: -1,
        "aria-label": `Window ${window}`,
      }, String(window));
    const row = (
      /** @type {string} */ name,
      /** @type {number[]} */ windows,
      kind = "",
    ) =>
      h(
        "li",
        { class: kind },
        h("span", { class: "llm-window-name" }, name),
        h("span", { class: "llm-window-row" }, ...windows.map(button)),
      );
    const rows = batches.slice(0, ROWS_DRAWN).map((windows, i) => row(`Batch ${i}`, windows));
    const more = batches.length - rows.length;
    if (more > 0) {
      rows.push(
        h(
          "li",
          {},
          h(
            "span",
            { class: "llm-window-name llm-window-more" },
            `and ${more === 1 ? "1 more batch" : `${more.toLocaleString("en")} more batches`}, ` +
              "not drawn",
          ),
        ),
      );
    } else if (out.length) rows.push(row("Left out", out, "llm-window-out"));
    this.batches.replaceChildren(...rows);
    this.batchesTitle.textContent =
      `Epoch ${epoch}: the windows ${shuffle ? "in random order" : "in order"}, in ` +
      `${batchesOf(batches.length)}`;
    this.batchesNote.textContent = order.length
      ? "The numbers are those of the windows, from the left of the text. Choose one to look at it."
      : "There is no window: the text is too short.";
    if (focused) this.batches.querySelectorAll("button")[this.step]?.focus();
  }

  /** Show the window of this step: in the row of tokens, on its own, and in its batch. */
  mark() {
    if (!this.plan || !this.tokens.length) return;
    const { order } = this.plan;
    const { context_length: T, stride } = this.settings;
    const k = this.step;
    const playing = this.get("playing");
    const window = order[k];
    const start = order.length ? window * stride : -Infinity;
    this.back.setAttribute("aria-disabled", String(k === 0));
    this.next.setAttribute("aria-disabled", String(k >= this.last));
    this.playButton.textContent = playing ? "Pause" : "Play";
    this.playButton.disabled = order.length < 2;
    const range = this.jump.querySelector("input");
    range.max = String(Math.max(2, order.length));
    range.disabled = order.length < 2;
    this.jump.show(k + 1, `${order.length ? k + 1 : 0} of ${order.length}`);
    this.cells.forEach(({ element }, i) => {
      element.classList.toggle("llm-window-in", i >= start && i < start + T);
      element.classList.toggle("llm-window-to", i > start && i <= start + T);
    });
    this.scrollToWindow();
    this.drawWindow(window, start, T);
    for (const button of this.batches.querySelectorAll("button")) {
      const chosen = Number(button.dataset.at) === k;
      if (chosen) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
      button.tabIndex = chosen ? 0 : -1;
    }
    this.finding.say(this.words().join(" "), { quiet: playing });
  }

  /** Where the row of tokens is longer than its box, the window must be in sight. */
  scrollToWindow() {
    const box = this.strip;
    const cells = box.querySelectorAll(/** @type {"li"} */ (".llm-window-in, .llm-window-to"));
    const [first, last] = [cells[0], cells[cells.length - 1]];
    if (
      !first ||
      (first.offsetTop >= box.scrollTop &&
        last.offsetTop + last.offsetHeight <= box.scrollTop + box.clientHeight)
    ) return;
    box.scrollTop = first.offsetTop - 8;
  }

  /**
   * @param {number} window
   * @param {number} start
   * @param {number} T
   */
  drawWindow(window, start, T) {
    const none = window === undefined;
    const place = (/** @type {number} */ i) => h("td", {}, h("small", {}, String(i)));
    this.windowTitle.textContent = none
      ? "No window"
      : `Window ${window}: input ${start} to ${start + T - 1}, target ${start + 1} to ${start + T}`;
    for (const element of [this.table, this.pairs, this.pairsTitle]) element.hidden = none;
    if (none) {
      this.table.replaceChildren();
      this.pairs.replaceChildren();
      return;
    }
    const token = (/** @type {number} */ i) => h("td", {}, chip(this.tokens[i]));
    const places = Array.from({ length: T }, (_, t) => start + t);
    const row = (
      /** @type {string} */ name,
      /** @type {string} */ kind,
      /** @type {number} */ shift,
      /** @type {(place: number) => Node} */ cell,
    ) =>
      h(
        "tr",
        { class: kind },
        h("th", { scope: "row" }, name),
        ...places.map((i) => cell(i + shift)),
      );
    this.table.replaceChildren(
      h(
        "tbody",
        {},
        row("input x", "llm-window-x", 0, token),
        row("", "llm-window-at", 0, place),
        row("target y", "llm-window-y", 1, token),
        row("", "llm-window-at", 1, place),
      ),
    );
    this.pairsTitle.textContent = T === 1
      ? "It teaches one guess"
      : `It teaches ${T} guesses at once`;
    this.pairs.replaceChildren(...places.map((end, t) => {
      let from = end;
      let letters = this.tokens[end].length;
      while (from > start && (letters += this.tokens[from - 1].length + 2) < CONTEXT_DRAWN) from--;
      const context = Array.from(
        { length: end - from + 1 },
        (_, i) => chip(this.tokens[from + i], "llm-window-x"),
      );
      return h(
        "li",
        {},
        h("small", {}, `after ${count(t + 1, "token")}`),
        h(
          "span",
          { class: "llm-window-guess" },
          ...(from > start ? ["… "] : []),
          ...context,
          h("span", { class: "llm-window-arrow" }, "→"),
          chip(this.tokens[end + 1], "llm-window-y"),
        ),
      );
    }));
  }

  // ---- the finding in words

  words() {
    const { windows, batches, left_out: out } = this.plan;
    const { context_length: T, batch_size: B, shuffle } = this.settings;
    const n = this.tokens.length;
    if (!windows) {
      return [
        `${count(n, "token")} are too few: one window of ${T} and the token after it take ` +
        `${T + 1}.`,
      ];
    }
    if (!batches.length) {
      return [
        `${count(windows, "window")} of ${count(T, "token")}, but a batch takes ${B}: ` +
        "nothing is shown. Take a smaller batch, or keep the incomplete one.",
      ];
    }
    const said = [
      `${count(n, "token")} give ${count(windows, "window")} of ${T}, in ` +
      `${batchesOf(batches.length)} of ${batches.at(-1).length === B ? "" : "at most "}${B}.`,
    ];
    if (out.length) {
      said.push(
        `${capital(count(out.length, "window"))} ${out.length === 1 ? "is" : "are"} left ` +
          `out, because ${out.length === 1 ? "it does" : "they do"} not fill a batch` + (shuffle
            ? `; in the next epoch ${out.length === 1 ? "it may be another" : "they may be others"}`
            : "") +
          ".",
      );
    }
    said.push(...this.seenInWords(), ...this.unseenInWords());
    const at = this.plan.order[this.step];
    said.push(...this.boundaryInWords(at));
    return said;
  }

  /** How often tokens come as an input. */
  seenInWords() {
    const inputs = this.plan.as_input;
    const most = Math.max(...inputs);
    const seen = placesWhere(inputs, (k) => k > 0);
    const top = placesWhere(inputs, (k) => k === most);
    if (most === 1) {
      return [`${capital(seen.words)} ${seen.n === 1 ? "is an input" : "are inputs"} once.`];
    }
    const all = top.n === seen.n ? "" : ", the others less often";
    return [
      `${capital(top.words)} ${top.n === 1 ? "is an input" : "are inputs"} ${times(most)}${all}.`,
    ];
  }

  /** Which tokens are never guessed, beyond the very first, which can't be. */
  unseenInWords() {
    const targets = this.plan.as_target;
    const n = targets.length;
    const end = targets.length - 1 - targets.findLastIndex((k) => k > 0);
    const inner = placesWhere(targets.slice(0, n - end), (k) => k === 0);
    const said = [];
    if (inner.n === 1 && !targets[0]) {
      said.push(
        end
          ? "Token 0 is never a target, since nothing stands before it"
          : "Every token but the first is a target",
      );
    } else said.push(`${capital(inner.words)} ${inner.n === 1 ? "is" : "are"} never a target`);
    if (end) {
      said.push(`${end === 1 ? "the last token is" : `the last ${end} tokens are`} not one either`);
    }
    return [`${said.join("; ")}.`];
  }

  /**
   * A window may reach over the end of a document.
   * @param {number} window
   */
  boundaryInWords(window) {
    const start = window * this.settings.stride;
    const inside = this.tokens.slice(start, start + this.settings.context_length);
    return inside.includes("<|endoftext|>") && start + inside.length < this.tokens.length
      ? [`Window ${window} holds the end of a document and what follows.`]
      : [];
  }

  // ---- what the reader does

  /** @param {Record<string, unknown>} values */
  change(values) {
    this.player.stop();
    for (const [name, value] of Object.entries(values)) this.model.set(name, value);
    this.model.save_changes();
  }
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-window",
    title: "How does a text become batches?",
    tryThis: "Press Play and watch the window slide. Then make the stride smaller than the " +
      "context length, and see which tokens are met twice.",
    build: (parts) => new WindowView(parts),
  });
}

export default { initialize: takeFiles, render };
