// ModelSizer: how large is a GPT, and what does it need? The traits are described in
// model_sizer.py; what is counted here is what llm_lib/model_size.py counts.

import {
  countFlops,
  countInference,
  countParameters,
  countTraining,
  faultOf,
  sum,
} from "../engine/model_size.js";
import { Bars, choose, pick } from "./parts/sizer_fields.js";
import { h, problem } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { View } from "./shared/view.js";
import { count, inUnits, roughly } from "./shared/words.js";

/** @import { Place, ViewParts } from "./shared/types.js" */
/** @import { Parts, Use } from "../engine/model_size.js" */

const CONFIG = [
  "vocab_size",
  "context_length",
  "n_layer",
  "n_head",
  "n_embd",
  "dropout",
  "bias",
  "n_kv_head",
  "position",
  "norm",
  "mlp",
  "tie_weights",
  "n_hidden",
  "rope_base",
  "norm_eps",
  "init_std",
];
const USE = ["batch_size", "n_tokens", "bytes_per_number"];
const RATIOS = [0.5, 1, 1.5, 2, 2.5, 8 / 3, 3, 3.5, 4, 5, 6, 8];
const PART_NOTES = {
  "token embedding": "a row for each token",
  "position embedding": "a row for each place",
  attention: "queries, keys, values, output",
  "feed-forward": "up and down again",
  norms: "two a block, one at the end",
  head: "its own scores for each token",
};

/**
 * @param {number} low
 * @param {number} high
 */
const powers = (low, high) => Array.from({ length: high - low + 1 }, (_, i) => 2 ** (low + i));

/**
 * @param {number} n
 * @param {number} most
 */
const divisors = (n, most) =>
  Array.from({ length: Math.min(n, most) }, (_, i) => i + 1).filter((d) => n % d === 0);

/**
 * About evenly spaced on a log scale, from low to high, two digits that count.
 * @param {number} low
 * @param {number} high
 * @param {number} perTenfold
 */
const spread = (low, high, perTenfold) => {
  const steps = Math.round(Math.log10(high / low) * perTenfold);
  return [
    ...new Set(
      Array.from(
        { length: steps + 1 },
        (_, i) => Number((low * 10 ** (i / perTenfold)).toPrecision(2)),
      ),
    ),
  ];
};

/**
 * 497759232 -> "498 MB": units of a thousand.
 * @param {number} n
 */
const inBytes = (n) =>
  inUnits(n, [[1e15, "PB"], [1e12, "TB"], [1e9, "GB"], [1e6, "MB"], [1e3, "kB"], [1, "bytes"]]);

class SizerView extends View {
  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    this.presets = Object.entries(this.get("presets")).map(([name, values]) => {
      const n = sum(countParameters(this.resolve({ ...values, n_tokens: null })));
      return { name, values, n };
    });
    this.build();
    this.follow([...CONFIG, ...USE], () => this.paint());
    this.paint();
  }

  /**
   * The settings with every None filled in, as GPTConfig does.
   * @param {Record<string, any>} values
   * @returns {any}
   */
  resolve(values) {
    const c = { ...values };
    c.n_kv_head = c.n_kv_head || c.n_head;
    c.n_hidden = c.n_hidden || 4 * c.n_embd;
    c.n_tokens = c.n_tokens || c.context_length;
    c.head_size = c.n_embd / c.n_head;
    return c;
  }

  build() {
    const get = (/** @type {string} */ name) => this.get(name);
    const plain = (/** @type {number} */ n) => n.toLocaleString("en");
    /** @type {(name: string, more?: (value: any) => object) => (value: any) => void} */
    const to = (name, more = () => ({})) => (value) =>
      this.setAll({ [name]: value, ...more(value) });
    const multiples = () => {
      const n = get("n_head");
      return [...new Set(spread(8, 16384, 20).map((v) => Math.max(1, Math.round(v / n)) * n))];
    };
    const withHeads = (/** @type {number} */ n_head) => {
      const kv = get("n_kv_head");
      return { n_kv_head: kv && Math.max(...divisors(n_head, Math.min(kv, n_head))) };
    };
    const withContext = (
      /** @type {number} */ n,
    ) => (get("n_tokens") > n ? { n_tokens: null } : {});
    this.fields = {
      n_layer: pick({
        name: "n_layer",
        note: "blocks, one after the other",
        values: () => [...Array(128).keys()].map((i) => i + 1),
        show: plain,
        onpick: to("n_layer"),
      }),
      n_embd: pick({
        name: "n_embd",
        note: "channels of the residual stream",
        values: multiples,
        show: plain,
        onpick: to("n_embd"),
      }),
      n_head: pick({
        name: "n_head",
        note: "they share n_embd evenly",
        values: () => divisors(get("n_embd"), 128),
        show: (n) => `${n}, each ${Number((get("n_embd") / n).toFixed(1))} wide`,
        onpick: to("n_head", withHeads),
      }),
      n_kv_head: pick({
        name: "n_kv_head",
        note: "fewer: grouped-query attention",
        values: () => [...divisors(get("n_head"), 128).filter((d) => d < get("n_head")), null],
        show: (n) => (n ? plain(n) : `${get("n_head")}, as n_head`),
        onpick: to("n_kv_head"),
      }),
      n_hidden: pick({
        name: "n_hidden",
        note: "width of the feed-forward network",
        values: () => [
          null,
          ...new Set(RATIOS.map((r) => Math.max(1, Math.round(r * get("n_embd"))))),
        ],
        show: (n) => (n ? plain(n) : `${plain(4 * get("n_embd"))}, 4 · n_embd`),
        onpick: to("n_hidden"),
      }),
      vocab_size: pick({
        name: "vocab_size",
        note: "different tokens",
        values: () => spread(64, 260000, 20),
        show: plain,
        onpick: to("vocab_size"),
      }),
      context_length: pick({
        name: "context_length",
        note: "positions that it can see",
        values: () => powers(3, 20),
        show: plain,
        onpick: to("context_length", withContext),
      }),
      position: choose({
        label: "position",
        options: [["learned", "learned"], ["rotary", "rotary"]],
        onpick: to("position"),
      }),
      norm: choose({
        label: "norm",
        options: [["layer", "layer"], ["rms", "rms"]],
        onpick: to("norm"),
      }),
      mlp: choose({
        label: "mlp",
        options: [["gelu", "gelu"], ["swiglu", "swiglu"]],
        onpick: to("mlp"),
      }),
      tie_weights: choose({
        label: "tie_weights",
        options: [[true, "one table"], [false, "two"]],
        onpick: to("tie_weights"),
      }),
      bias: choose({ label: "bias", options: [[true, "yes"], [false, "no"]], onpick: to("bias") }),
    };
    const free = {
      dropout: pick({
        name: "dropout",
        note: "share set to zero in training",
        values: () => [0, 0.05, 0.1, 0.2, 0.3, 0.5],
        show: (v) => `${v}`,
        onpick: to("dropout"),
      }),
      rope_base: pick({
        name: "rope_base",
        note: "how slowly rotary pairs turn",
        values: () => [1e3, 1e4, 1e5, 5e5, 1e6, 1e7],
        show: plain,
        onpick: to("rope_base"),
      }),
      norm_eps: pick({
        name: "norm_eps",
        note: "keeps a norm from dividing by 0",
        values: () => [1e-8, 1e-6, 1e-5, 1e-3],
        show: (v) => `${v}`,
        onpick: to("norm_eps"),
      }),
      init_std: pick({
        name: "init_std",
        note: "size of the first random numbers",
        values: () => [null, 0.005, 0.01, 0.02, 0.05, 0.1],
        show: (v) => (v ? `${v}` : "1 / √inputs"),
        onpick: to("init_std"),
      }),
    };
    const use = {
      n_tokens: pick({
        name: "n_tokens",
        note: "length of each text",
        values: () => [...powers(0, 20).filter((n) => n < get("context_length")), null],
        show: (n) => (n ? plain(n) : `${plain(get("context_length"))}, all of it`),
        onpick: to("n_tokens"),
      }),
      batch_size: pick({
        name: "batch_size",
        note: "texts side by side",
        values: () => powers(0, 10),
        show: plain,
        onpick: to("batch_size"),
      }),
      bytes_per_number: choose({
        label: "bytes a number, for writing",
        options: [[4, "4"], [2, "2"], [1, "1"]],
        onpick: to("bytes_per_number"),
      }),
    };
    this.parameters = new Bars("Parameters", "Every learned number, counted.");
    this.flops = new Bars("Operations a token", "");
    this.training = new Bars(
      "Memory to train, in float32",
      "Weights, gradients and the two averages of AdamW: 16 bytes a parameter. Activations " +
        "are an estimate.",
    );
    this.inference = new Bars("Memory to write", "");
    this.problem = h("div");
    this.results = h(
      "div",
      { class: "llm-sizer-results" },
      this.parameters.element,
      this.flops.element,
      this.training.element,
      this.inference.element,
    );
    this.known = h("ul", {
      class: "llm-bars llm-sizer-known",
      "aria-label": "Known models by size",
    });
    this.finding = new Finding(this.model, this.signal);
    const grid = (/** @type {Record<string, HTMLElement>} */ fields) =>
      h("div", { class: "llm-sizer-fields" }, ...Object.values(fields));
    this.body.append(
      h(
        "div",
        { class: "llm-sizer-head" },
        h("p", { class: "llm-label" }, "Where known models lie: press one to load it"),
        h("button", { type: "button", onclick: () => this.reset() }, "Reset"),
      ),
      this.known,
      h(
        "p",
        { class: "llm-note llm-sizer-scale" },
        "A log scale: each line is ten times the one before, from 1 million to 1 trillion " +
          "parameters.",
      ),
      h("p", { class: "llm-label" }, "The config"),
      grid(this.fields),
      h(
        "details",
        {},
        h("summary", {}, "Four fields that change none of these counts"),
        grid(free),
      ),
      h("p", { class: "llm-label" }, "Its use"),
      grid(use),
      this.problem,
      this.results,
      this.finding.element,
    );
    Object.assign(this.fields, free, use);
  }

  paint() {
    const raw = Object.fromEntries([...CONFIG, ...USE].map((name) => [name, this.get(name)]));
    const c = this.resolve(raw);
    const error = faultOf(c);
    for (const [name, field] of Object.entries(this.fields)) field.follow(raw[name]);
    this.results.hidden = Boolean(error);
    this.problem.replaceChildren(...(error ? [problem(`There is no such model: ${error}.`)] : []));
    const counted = error
      ? { parameters: {}, flops: {}, training: {}, inference: {} }
      : this.count(c);
    this.setAll({ ...counted, error });
    this.paintKnown(error ? null : sum(counted.parameters), raw);
    this.finding.say(error ? `There is no such model: ${error}.` : this.words(counted));
  }

  /** @param {Use} c */
  count(c) {
    const parameters = countParameters(c);
    const n = sum(parameters);
    const flops = countFlops(c);
    const training = countTraining(c, n);
    const inference = countInference(c, n);
    const plain = (/** @type {number} */ v) => v.toLocaleString("en");
    this.parameters.show(parameters, plain, plain(n), PART_NOTES);
    this.flops.note.textContent =
      `For one token that looks back at ${plain(c.n_tokens)}, forward. Training takes 3 ` +
      "times that.";
    this.flops.show(flops, inUnits, inUnits(sum(flops)));
    this.training.show(training, inBytes, inBytes(sum(training)), { activations: "estimated" });
    this.inference.note.textContent =
      `${count(c.batch_size, "text")} of ${count(c.n_tokens, "token")}. The cache holds a ` +
      "key and a value for each token, block and key/value head.";
    this.inference.show(inference, inBytes, inBytes(sum(inference)));
    return { parameters, flops, training, inference };
  }

  /**
   * The known models as points on a log scale, with the one that is shown among them.
   * @param {number} n
   * @param {Record<string, any>} raw
   */
  paintKnown(n, raw) {
    const at = (/** @type {number} */ v) =>
      `left:${Math.min(100, Math.max(0, (100 * (Math.log10(v) - 6)) / 6)).toFixed(2)}%`;
    const same = (/** @type {Record<string, any>} */ values) =>
      CONFIG.every((name) => values[name] === raw[name]);
    const focused = this.known.contains(document.activeElement)
      ? document.activeElement.getAttribute("data-name")
      : null;
    const rows = this.presets.map(({ name, values, n: size }) => ({
      size,
      row: h(
        "li",
        {},
        h(
          "button",
          {
            type: "button",
            class: "llm-bar",
            "data-name": name,
            "aria-pressed": String(same(values)),
            onclick: () => this.setAll({ ...values, n_tokens: null }),
          },
          h("span", { class: "llm-bar-name" }, name),
          h("span", { class: "llm-bar-track" }, h("i", { style: at(size) })),
          h("span", { class: "llm-bar-number" }, inUnits(size)),
        ),
      ),
    }));
    if (n !== null) {
      rows.push({
        size: n + 0.5,
        row: h(
          "li",
          { class: "llm-sizer-yours" },
          h(
            "div",
            { class: "llm-bar" },
            h("span", { class: "llm-bar-name" }, "this config"),
            h("span", { class: "llm-bar-track" }, h("i", { style: at(n) })),
            h("span", { class: "llm-bar-number" }, inUnits(n)),
          ),
        ),
      });
    }
    this.known.replaceChildren(...rows.sort((a, b) => a.size - b.size).map(({ row }) => row));
    if (!focused) return;
    const again = [...this.known.querySelectorAll("button")].find((each) =>
      each.dataset.name === focused
    );
    again?.focus();
  }

  /** @param {Record<string, Parts>} options */
  words({ parameters, flops, training, inference }) {
    const n = sum(parameters);
    const [part, most] = Object.entries(parameters).reduce((a, b) => (b[1] > a[1] ? b : a));
    const ratio = sum(flops) / n;
    const cache = inference.cache > inference.weights
      ? "more than"
      : inference.cache === inference.weights
      ? "as much as"
      : "less than";
    return `${inUnits(n)} parameters, ${roughly(most / n)} of them in ` +
      `${part === "head" ? "the head" : part}. A token takes ${inUnits(sum(flops))} ` +
      `operations, ${ratio.toFixed(2)} for each parameter. ` +
      `Training holds ${inBytes(sum(training))}; writing holds ` +
      `${inBytes(inference.weights)} of weights and ${inBytes(inference.cache)} of cache, ` +
      `which is ${cache} the weights.`;
  }
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-sizer",
    title: "How large is a GPT, and what does it need?",
    tryThis: "Load GPT-2, double n_layer, then double n_embd instead: which costs more? Then " +
      "change n_tokens and batch_size: which numbers notice, and which do not?",
    build: (parts) => new SizerView(parts),
  });
}

export default { render };
