// TransformerMap: what happens between a text and its next token? The traits are described in
// transformer_map.py.

import { runToy } from "../engine/toy_gpt.js";
import { h, rove, setTrait } from "./shared/dom.js";
import { theBook } from "./shared/files.js";
import { Finding, showWidget } from "./shared/frame.js";
import { markChosen, svg, svgButton } from "./shared/svg.js";
import { View } from "./shared/view.js";
import { count, decimals, percent, quote, roughly } from "./shared/words.js";

/** @import { Place, ViewParts } from "./shared/types.js" */

const WALK_PAUSE = 5000; // ms at each part while it walks by itself: time to read two sentences

// ---- a tiny GPT: what llm_lib's GPT does, with lists instead of tensors -------------------------

// ---- the words ---------------------------------------------------------------------------------

/** @type {Record<string, any[]>} */
const PARTS = {
  text: [
    "Text",
    "The model is given a text and nothing else. Its one task is to say what comes next.",
  ],
  tokens: [
    "Tokens",
    "The tokenizer cuts the text into tokens, pieces from a fixed list, and replaces " +
    "each by its number in that list. In this toy each word is one token; real " +
    "tokenizers also cut inside words.",
  ],
  embedding: [
    "Token embedding",
    "Each number picks a row of a table: a vector, which is a list of numbers that " +
    "stands for the token. The table is learned, and tokens that are used alike end up " +
    "with similar rows.",
  ],
  positions: [
    "Positions",
    "A second table has a vector for each place in the text, and it is added. Now the " +
    "vector says what stands here, and where.",
  ],
  norm_1: [
    "Layer norm",
    "The norm shifts and scales the vector so that its numbers have mean 0 and spread 1. " +
    "That keeps sizes steady, so that a deep stack of blocks can learn.",
  ],
  attention: [
    "Multi-head attention",
    "Each token looks back at the tokens up to itself and takes something from each; " +
    "this is the only place where tokens meet. Several heads do so side by side, and how " +
    "much they take is worked out anew for each text.",
  ],
  residual_1: [
    "Add to the residual stream",
    "What attention found is added to the vector as it was before the norm; nothing is " +
    "overwritten. This running sum is the residual stream: every part reads from it and " +
    "adds to it.",
  ],
  norm_2: [
    "Layer norm",
    "The same once more: mean 0, spread 1. Each part reads a tidy copy, while the stream " +
    "itself goes on as it is.",
  ],
  feed_forward: [
    "Feed-forward network",
    "A small neural network works on each token’s vector by itself: wider, through a " +
    "bend, and back. Attention has brought things here; this part works with them.",
  ],
  residual_2: [
    "Add to the residual stream",
    "This result is added to the stream as well. One block is done.",
  ],
  repeat: [
    "The next block",
    "A GPT stacks the same kind of block N times, each with weights of its own. This toy " +
    "has 2 blocks, the smallest GPT-2 has 12.",
  ],
  final_norm: [
    "Final norm",
    "After the last block the vector is brought to mean 0 and spread 1 a last time. What " +
    "began as the word “a” has become a guess about the word after it.",
  ],
  output: [
    "Output layer and softmax",
    "The vector is compared with one vector for each token of the vocabulary, which " +
    "gives each a score, its logit. Softmax turns the scores into probabilities that sum " +
    "to 1.",
  ],
  next_token: [
    "Next token",
    "One token is picked: the most probable, or one drawn by chance in proportion to the " +
    "probabilities. The model itself stops here; it has given probabilities, and nothing " +
    "more.",
  ],
  loop: [
    "Once again",
    "The picked token is put at the end of the text, and the way begins anew. A whole " +
    "story is this loop, one round a token.",
  ],
};
const ORDER = Object.keys(PARTS);

/** @param {number[]} vector */
const list = (vector) => `[${vector.map(decimals).join(", ")}]`;
// ---- the figure --------------------------------------------------------------------------------

// [x, y, width, height] of each part, and what is written on it.
/** @type {Record<string, any[]>} */
const BOXES = {
  text: [44, 4, 272, 32, "Text"],
  tokens: [44, 52, 272, 32, "Tokens"],
  embedding: [44, 100, 130, 32, "Token embedding"],
  positions: [206, 100, 110, 32, "Positions"],
  norm_1: [160, 184, 144, 28, "Layer norm"],
  attention: [160, 224, 144, 34, "Multi-head attention"],
  residual_1: [95, 267, 28, 28, "+"],
  norm_2: [160, 304, 144, 28, "Layer norm"],
  feed_forward: [160, 344, 144, 34, "Feed-forward"],
  residual_2: [95, 387, 28, 28, "+"],
  repeat: [52, 387, 32, 28, "× N"],
  final_norm: [44, 442, 130, 32, "Final norm"],
  output: [44, 490, 272, 32, "Output, softmax"],
  next_token: [44, 538, 272, 32, "Next token"],
  loop: [6, 226, 28, 120, "once again"],
};
// The ways that lead to each part.
/** @type {Record<string, string>} */
const WAYS = {
  tokens: "M109 36V52",
  embedding: "M109 84V100",
  positions: "M261 84V100 M261 132V152H118 M109 132V143",
  norm_1: "M109 161V198H160",
  attention: "M232 212V224",
  residual_1: "M232 258V281H123 M109 198V267",
  norm_2: "M109 295V318H160",
  feed_forward: "M232 332V344",
  residual_2: "M232 378V401H123 M109 318V387",
  repeat: "M95 401H84 M68 387V174H103",
  final_norm: "M109 415V442",
  output: "M109 474V490",
  next_token: "M109 522V538",
  loop: "M44 554H20V346 M20 226V20H38",
};
// Arrow heads: x, y, and where they point.
/** @type {Record<string, number[][]>} */
const HEADS = {
  tokens: [[109, 52, 90]],
  embedding: [[109, 100, 90]],
  positions: [[261, 100, 90], [118, 152, 180], [109, 143, 90]],
  norm_1: [[160, 198, 0]],
  attention: [[232, 224, 90]],
  residual_1: [[123, 281, 180], [109, 267, 90]],
  norm_2: [[160, 318, 0]],
  feed_forward: [[232, 344, 90]],
  residual_2: [[123, 401, 180], [109, 387, 90]],
  repeat: [[84, 401, 180], [106, 174, 0]],
  final_norm: [[109, 442, 90]],
  output: [[109, 490, 90]],
  next_token: [[109, 538, 90]],
  loop: [[44, 20, 0]],
};

class MapView extends View {
  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    const { model, signal } = parts;
    this.toy = model.get("toy");
    this.run = runToy(this.toy);
    this.word = this.toy.prompt.at(-1);
    /** @type {[word: string, p: number][]} */
    const words = this.run.output.map((p, id) => [this.toy.words[id], p]);
    this.best = words.sort((a, b) => b[1] - a[1]);
    const {
      embedding,
      positions,
      norm_1,
      attention,
      residual_1,
      norm_2,
      feed_forward,
      residual_2,
      repeat,
      final_norm,
      output,
    } = this.run;
    setTrait(model, "values", {
      embedding,
      positions,
      norm_1,
      attention,
      residual_1,
      norm_2,
      feed_forward,
      residual_2,
      repeat,
      final_norm,
      output,
    });
    this.build();
    signal.addEventListener("abort", () => clearTimeout(this.timer));
    this.follow(["part", "playing"], () => this.paint());
    this.paint();
  }

  get at() {
    return Math.max(0, ORDER.indexOf(this.get("part")));
  }

  build() {
    const button = (
      /** @type {string} */ name,
      /** @type {() => void} */ onclick,
      attributes = {},
    ) => h("button", { type: "button", onclick, ...attributes }, name);
    this.play = button("Play", () => this.toggle(), { class: "llm-main llm-map-play" });
    this.back = button("Back", () => this.walk(-1));
    this.next = button("Next", () => this.walk(1));
    this.step = h("p", { class: "llm-note llm-map-step" });
    this.name = h("p", { class: "llm-map-name" });
    this.what = h("p", { class: "llm-map-what" });
    this.example = h("div", { class: "llm-map-example" });
    this.chapter = h("p", { class: "llm-map-chapter" });
    this.finding = new Finding(this.model, this.signal);
    this.panel = h(
      "div",
      { class: "llm-map-panel" },
      h(
        "div",
        { class: "llm-row" },
        this.play,
        this.back,
        this.next,
        button("Reset", () => this.reset()),
      ),
      this.step,
      this.name,
      this.what,
      this.example,
      this.chapter,
      this.finding.element,
    );
    this.box = h("div", { class: "llm-map-figure" }, this.figure());
    this.body.append(h("div", { class: "llm-map-columns" }, this.box, this.panel));
  }

  figure() {
    const drawing = svg("svg", {
      viewBox: "0 0 320 574",
      role: "group",
      "aria-label": "Map of a GPT: choose a part",
    });
    drawing.append(
      svg("rect", { class: "llm-map-block", x: 44, y: 166, width: 272, height: 262, rx: 10 }),
      this.label(304, 414, "one block", { "text-anchor": "end" }),
      this.label(0, 0, "residual stream", {
        transform: "translate(98 219) rotate(-90)",
        "text-anchor": "middle",
      }),
    );
    /** @type {Record<string, SVGElement>} */
    this.ways = {};
    for (const [part, d] of Object.entries(WAYS)) {
      const heads = HEADS[part].map(([x, y, turn]) =>
        svg("path", {
          class: "llm-map-head",
          d: "M0 0L-7 -3.5V3.5Z",
          transform: `translate(${x} ${y}) rotate(${turn})`,
        })
      );
      this.ways[part] = svg(
        "g",
        { class: "llm-map-way", "aria-hidden": "true" },
        svg("path", { d }),
        ...heads,
      );
      drawing.append(this.ways[part]);
    }
    drawing.append(
      svg("circle", { class: "llm-map-plus", cx: 109, cy: 152, r: 9 }),
      svg("path", { class: "llm-map-sign", d: "M105 152h8M109 148v8" }),
    );
    this.buttons = ORDER.map((part) => this.button(part));
    const group = svg("g", {}, ...this.buttons);
    rove(group, () => this.buttons, { onmove: (element) => this.choose(element.dataset.part) });
    drawing.append(group);
    return drawing;
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {string} text
   * @param {Record<string, unknown>} [attributes]
   */
  label(x, y, text, attributes = {}) {
    return svg("text", { class: "llm-map-label", x, y, ...attributes }, text);
  }

  /** @param {string} part */
  button(part) {
    const [x, y, width, height, name] = BOXES[part];
    const round = width === 28 && height === 28;
    const twin = part.endsWith("_1") ? ", first" : part.endsWith("_2") ? ", second" : "";
    const group = svgButton(
      { class: "llm-map-part", "data-part": part, "aria-label": PARTS[part][0] + twin },
      () => this.choose(part),
      svg("rect", { x, y, width, height, rx: round ? 14 : 6 }),
    );
    const extra =
      { text: this.quoted, tokens: this.chips, output: this.bars, next_token: this.chosen }[part];
    const middle = y + height / 2 + 4.5;
    if (part === "loop") {
      group.append(
        svg("text", {
          transform: `translate(${x + 18.5} ${y + height / 2}) rotate(-90)`,
          "text-anchor": "middle",
        }, name),
      );
    } else {group.append(svg(
        "text",
        extra ? { x: x + 12, y: middle } : { x: x + width / 2, y: middle, "text-anchor": "middle" },
        name,
      ));}
    if (extra) group.append(...extra.call(this, x, y));
    return group;
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  quoted(x, y) {
    return [
      svg(
        "text",
        { class: "llm-map-mono", x: x + 262, y: y + 20.5, "text-anchor": "end" },
        this.toy.prompt.join(" "),
      ),
    ];
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  chips(x, y) {
    let right = x + 262;
    return [...this.toy.prompt].reverse().flatMap((word) => {
      const width = 10 + 7.3 * word.length;
      const left = (right -= width);
      right -= 4;
      return [
        svg("rect", { class: "llm-map-chip", x: left, y: y + 7, width, height: 18, rx: 3 }),
        svg("text", {
          class: "llm-map-mono",
          x: left + width / 2,
          y: y + 20.5,
          "text-anchor": "middle",
        }, word),
      ];
    });
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  bars(x, y) {
    return this.best.slice(0, 4).map(([, p], i) =>
      svg("rect", {
        class: "llm-map-bar",
        x: x + 222 + 10 * i,
        y: y + 26 - Math.max(1.5, 20 * p),
        width: 7,
        height: Math.max(1.5, 20 * p),
      })
    );
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  chosen(x, y) {
    const word = this.best[0][0];
    const width = 10 + 7.3 * word.length;
    return [
      svg("rect", {
        class: "llm-map-chip",
        x: x + 262 - width,
        y: y + 7,
        width,
        height: 18,
        rx: 3,
      }),
      svg("text", {
        class: "llm-map-mono",
        x: x + 262 - width / 2,
        y: y + 20.5,
        "text-anchor": "middle",
      }, word),
    ];
  }

  // ---- what can be done -------------------------------------------------------------------------

  /** @param {string} part */
  choose(part) {
    if (this.get("playing")) this.set("playing", false);
    this.set("part", part);
  }

  /** @param {number} by */
  walk(by) {
    if (ORDER[this.at + by]) this.choose(ORDER[this.at + by]);
  }

  toggle() {
    if (!this.get("playing") && this.at === ORDER.length - 1) this.set("part", ORDER[0]);
    this.set("playing", !this.get("playing"));
  }

  reset() {
    this.set("playing", false);
    this.set("part", this.get("initial").part ?? "text");
  }

  // ---- what is shown ----------------------------------------------------------------------------

  paint() {
    const { at } = this;
    const part = ORDER[at];
    const [name, what] = PARTS[part];
    const playing = this.get("playing");
    markChosen(this.buttons, at, "llm-map-here");
    for (const [key, way] of Object.entries(this.ways)) {
      way.classList.toggle("llm-map-here", key === part);
    }
    this.play.textContent = playing ? "Pause" : "Play";
    this.back.setAttribute("aria-disabled", String(at === 0));
    this.next.setAttribute("aria-disabled", String(at === ORDER.length - 1));
    this.step.textContent = `Step ${at + 1} of ${ORDER.length}`;
    this.name.textContent = name;
    this.what.textContent = what;
    this.example.replaceChildren(...this.show(part));
    this.chapter.replaceChildren(...this.where(part));
    this.finding.say(this.say(part));
    this.bringIntoView(part);
    clearTimeout(this.timer);
    if (playing) {
      this.timer = setTimeout(() => {
        if (ORDER[at + 1]) this.set("part", ORDER[at + 1]);
        else this.set("playing", false);
      }, WALK_PAUSE);
    }
  }

  /**
   * Where the figure scrolls in a box of its own, keep the part in sight; the page stays where it
   * is.
   * @param {string} part
   */
  bringIntoView(part) {
    const box = this.box;
    const scale = box.clientWidth / 320;
    const [, y, , height] = BOXES[part];
    const top = y * scale;
    const bottom = (y + height) * scale;
    if (box.scrollHeight <= box.clientHeight + 1) return;
    if (top < box.scrollTop + 20 || bottom > box.scrollTop + box.clientHeight - 20) {
      box.scrollTop = (top + bottom) / 2 - box.clientHeight / 2;
    }
  }

  /**
   * The example of a part: rows of numbers, or tokens, or bars.
   * @param {string} part
   */
  show(part) {
    const { run, toy, word } = this;
    const now = (/** @type {number[]} */ vector) => [`${quote(word)} now`, vector, "llm-map-now"];
    const plain = (/** @type {string} */ text) => h("p", { class: "llm-map-plain" }, text);
    /** @type {Record<string, any[]>} */
    const tables = {
      embedding: [now(run.embedding)],
      positions: [
        ["token", run.embedding],
        [`+ place ${toy.prompt.length}`, run.place],
        now(run.positions),
      ],
      norm_1: [["stream", run.positions], ["normed copy", run.norm_1]],
      attention: [["brought along", run.attention]],
      residual_1: [["stream", run.positions], ["+ attention", run.attention], now(run.residual_1)],
      norm_2: [["stream", run.residual_1], ["normed copy", run.norm_2]],
      feed_forward: [["in", run.norm_2], ["out", run.feed_forward]],
      residual_2: [
        ["stream", run.residual_1],
        ["+ feed-forward", run.feed_forward],
        now(run.residual_2),
      ],
      repeat: [["after block 1", run.residual_2], ["after block 2", run.repeat]],
      final_norm: [["stream", run.repeat], now(run.final_norm)],
    };
    if (part === "text") return [plain(quote(toy.prompt.join(" ")))];
    if (part === "tokens") {
      return [
        h(
          "ul",
          { class: "llm-tokens", "aria-label": "Tokens and their numbers" },
          ...toy.prompt.map((/** @type {string} */ token, /** @type {number} */ i) =>
            h("li", { class: "llm-token" }, token, h("small", {}, String(run.ids[i])))
          ),
        ),
      ];
    }
    if (part === "attention") return [this.glances(), this.table(tables.attention)];
    if (part === "output") return [this.chances()];
    if (part === "next_token") {
      return [plain(`${quote(toy.prompt.join(" "))} → ${quote(this.best[0][0])}`)];
    }
    if (part === "loop") return [plain(quote([...toy.prompt, this.best[0][0]].join(" ")))];
    return [this.table(tables[part])];
  }

  /** @param {any[]} rows */
  table(rows) {
    const top = Math.max(...rows.flatMap(([, vector]) => vector.map(Math.abs)));
    const cell = (/** @type {number} */ x) =>
      h(
        "td",
        {},
        h("span", {}, decimals(x)),
        h("i", {
          class: x < 0 ? "llm-minus" : "",
          style: `width:${(50 * Math.abs(x) / top).toFixed(1)}%`,
        }),
      );
    return h(
      "table",
      { class: "llm-map-table" },
      h(
        "tbody",
        {},
        ...rows.map(([name, vector, kind]) =>
          h("tr", { class: kind }, h("th", { scope: "row" }, name), ...vector.map(cell))
        ),
      ),
    );
  }

  glances() {
    const { toy, run } = this;
    const shade = (/** @type {number} */ w) =>
      h(
        "td",
        { class: "llm-map-glance", style: `--share:${(100 * w).toFixed(0)}%` },
        w < 0.005 ? "<1\u00a0%" : `${Math.round(100 * w)}\u00a0%`,
      );
    return h(
      "table",
      { class: "llm-map-table" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, `${quote(this.word)} looks at`),
          ...toy.prompt.map((/** @type {string} */ word) => h("th", { scope: "col" }, word)),
        ),
      ),
      h(
        "tbody",
        {},
        ...run.weights.map((weights, head) =>
          h("tr", {}, h("th", { scope: "row" }, `head ${head + 1}`), ...weights.map(shade))
        ),
      ),
    );
  }

  chances() {
    const row = (/** @type {[word: string, p: number]} */ [word, p]) =>
      h(
        "li",
        {},
        h(
          "div",
          { class: "llm-bar" },
          h("span", { class: "llm-bar-name" }, word),
          h(
            "span",
            { class: "llm-bar-track" },
            h("span", { class: "llm-bar-fill", style: `width:${(100 * p).toFixed(1)}%` }),
          ),
          h("span", { class: "llm-bar-number" }, percent(p)),
        ),
      );
    return h(
      "ol",
      { class: "llm-bars", "aria-label": "The most probable next tokens" },
      ...this.best.slice(0, 4).map(row),
    );
  }

  /**
   * Where the part is built: links on a page of the book, names in a notebook.
   * @param {string} part
   */
  where(part) {
    const chapters = this.get("chapters")[part];
    const home = theBook() ? document.documentElement.dataset.content_root : undefined;
    const link = (/** @type {string[]} */ [file, title]) => {
      if (home === undefined) return quote(title);
      if (location.pathname.endsWith(`${file}.html`)) return "this chapter";
      return h("a", { href: `${home}${file}.html` }, title);
    };
    return [
      "Built in ",
      ...chapters.flatMap((
        /** @type {string[]} */ chapter,
        /** @type {number} */ i,
      ) => (i ? [" and ", link(chapter)] : [link(chapter)])),
      ".",
    ];
  }

  /** @param {string} part */
  say(part) {
    const { run, toy, word, best } = this;
    const is = (/** @type {number[]} */ vector) =>
      `the vector of ${quote(word)} is now ${list(vector)}.`;
    const text = toy.prompt.join(" ");
    const head = run.weights.map((w, i) => {
      const top = Math.max(...w);
      return `head ${i + 1} mostly at ${quote(toy.prompt[w.indexOf(top)])} (${roughly(top)})`;
    }).join(", ");
    return {
      text: `${quote(text)}: so far there is only text, and no numbers.`,
      tokens: `${count(toy.prompt.length, "token")}; the last, ${quote(word)}, is number ` +
        `${run.ids.at(-1)}. Follow that one: the next word is guessed from it.`,
      embedding:
        `Row ${run.ids.at(-1)} of the table: ${is(run.embedding)} This toy uses 4 numbers; ` +
        "real models use hundreds or thousands.",
      positions: `With the vector of place ${toy.prompt.length} added, ${is(run.positions)}`,
      norm_1: `A normed copy, ${list(run.norm_1)}, goes to attention. The stream keeps ` +
        `${list(run.positions)}.`,
      attention: `${quote(word)} looks back: ${head}. It brings along ${list(run.attention)}.`,
      residual_1: `Stream plus attention: ${is(run.residual_1)}`,
      norm_2: `A normed copy, ${list(run.norm_2)}, goes to the feed-forward network.`,
      feed_forward: `4 numbers become ${run.hidden.length}, pass a bend, and become 4 again: ` +
        `${list(run.feed_forward)}.`,
      residual_2: `Stream plus feed-forward: ${is(run.residual_2)}`,
      repeat: `After all ${toy.sizes.n_layer} blocks, ${is(run.repeat)}`,
      final_norm: `Normed a last time, ${is(run.final_norm)}`,
      output: `Of ${count(toy.words.length, "token")}, ${quote(best[0][0])} gets ` +
        `${roughly(best[0][1])}, then come ${quote(best[1][0])} with ${roughly(best[1][1])} ` +
        `and ${quote(best[2][0])} with ${roughly(best[2][1])}.`,
      next_token: `${quote(text)} goes on with ${quote(best[0][0])}.`,
      loop: `The text is now ${quote(`${text} ${best[0][0]}`)}, and its last token, ` +
        `${quote(best[0][0])}, takes the same way.`,
    }[part];
  }
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-map-book",
    title: "From a text to its next token",
    tryThis: "Press Play, or choose any part of the map: see what it does, what it makes of the " +
      "last word, and where you build it.",
    build: (parts) => new MapView(parts),
  });
}

export default { render };
