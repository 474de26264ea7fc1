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
import { count, eachFrame, h, onTraits, problem, roughly, slider } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";

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

const powers = (low, high) => Array.from({ length: high - low + 1 }, (_, i) => 2 ** (low + i));
const divisors = (n, most) =>
  Array.from({ length: Math.min(n, most) }, (_, i) => i + 1).filter((d) => n % d === 0);

/** About evenly spaced on a log scale, from low to high, two digits that count. */
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

/** 124439808 -> "124 million". */
function inWords(n) {
  const [unit, name] =
    [[1e15, "quadrillion"], [1e12, "trillion"], [1e9, "billion"], [1e6, "million"], [
      1e3,
      "thousand",
    ]].find(([unit]) => n >= 0.9995 * unit) ?? [1, ""];
  const digits = Number((n / unit).toPrecision(3)).toLocaleString("en");
  return name ? `${digits}\u00a0${name}` : digits;
}

/** 497759232 -> "498 MB": units of a thousand. */
function inBytes(n) {
  const [unit, name] =
    [[1e15, "PB"], [1e12, "TB"], [1e9, "GB"], [1e6, "MB"], [1e3, "kB"]].find(([unit]) =>
      n >= 0.9995 * unit
    ) ?? [1, "bytes"];
  return `${Number((n / unit).toPrecision(3)).toLocaleString("en")}\u00a0${name}`;
}

/**
 * A slider over a list of values that may change: index by index, so that each key press moves it.
 */
function pick({ name, note, values, show, onpick }) {
  const element = slider({
    name,
    min: 0,
    max: 1,
    step: 1,
    note,
    oninput: (i) => onpick(element.values[i]),
  });
  const input = element.querySelector("input");
  element.follow = (value) => {
    element.values = values();
    input.max = element.values.length - 1;
    const far = (
      v,
    ) => (v === value
      ? -1
      : v === null || value === null
      ? Infinity
      : Math.abs(Math.log(v / value)));
    const distances = element.values.map(far);
    element.show(distances.indexOf(Math.min(...distances)), show(value));
  };
  return element;
}

/** Radio buttons. */
function choose({ label, options, onpick }) {
  const group = `llm-sizer-${Math.random().toString(36).slice(2)}`;
  const inputs = options.map(([value]) =>
    h("input", { type: "radio", name: group, onchange: () => onpick(value) })
  );
  const element = h(
    "div",
    { role: "radiogroup", "aria-label": label, class: "llm-sizer-choice" },
    h("b", {}, label),
    h(
      "span",
      { class: "llm-row" },
      ...options.map(([, text], i) => h("label", { class: "llm-check" }, inputs[i], text)),
    ),
  );
  element.follow = (value) =>
    options.forEach(([own], i) => {
      inputs[i].checked = own === value;
    });
  return element;
}

/** A heading with its total, and a row of name, bar and number for each part. */
class Bars {
  constructor(title, note) {
    this.total = h("span", { class: "llm-sizer-total" });
    this.note = h("p", { class: "llm-note" }, note);
    this.rows = h("ul", { class: "llm-bars" });
    this.element = h(
      "section",
      { "aria-label": title },
      h("p", { class: "llm-label llm-sizer-head" }, h("span", {}, title), this.total),
      this.note,
      this.rows,
    );
  }

  show(parts, write, total, notes = {}) {
    const all = sum(parts);
    const largest = Math.max(...Object.values(parts), 1);
    this.total.textContent = total;
    this.rows.replaceChildren(
      ...Object.entries(parts).map(([name, n]) =>
        h(
          "li",
          {},
          h(
            "div",
            { class: "llm-bar" },
            h(
              "span",
              { class: "llm-bar-name" },
              name,
              notes[name] ? h("small", {}, notes[name]) : "",
            ),
            h(
              "span",
              { class: "llm-bar-track" },
              h("span", {
                class: "llm-bar-fill",
                style: `width:${((100 * n) / largest).toFixed(2)}%`,
              }),
            ),
            h(
              "span",
              { class: "llm-bar-number" },
              write(n),
              h("small", {}, n ? roughly(n / all) : "none"),
            ),
          ),
        )
      ),
    );
  }
}

class SizerView {
  constructor({ model, body, signal }) {
    Object.assign(this, { model, signal });
    this.presets = Object.entries(this.get("presets")).map(([name, values]) => {
      const n = sum(countParameters(this.resolve({ ...values, n_tokens: null })));
      return { name, values, n };
    });
    this.build(body);
    onTraits(model, [...CONFIG, ...USE], signal, eachFrame(() => this.paint(), signal));
    this.paint();
  }

  get(name) {
    return this.model.get(name);
  }

  /** Set several traits, then tell Python once. */
  take(values) {
    for (const [name, value] of Object.entries(values)) this.model.set(name, value);
    this.model.save_changes();
  }

  /** The settings with every None filled in, as GPTConfig does. */
  resolve(values) {
    const c = { ...values };
    c.n_kv_head = c.n_kv_head || c.n_head;
    c.n_hidden = c.n_hidden || 4 * c.n_embd;
    c.n_tokens = c.n_tokens || c.context_length;
    c.head_size = c.n_embd / c.n_head;
    return c;
  }

  build(body) {
    const get = (name) => this.get(name);
    const plain = (n) => n.toLocaleString("en");
    const to = (name, more = () => ({})) => (value) => this.take({ [name]: value, ...more(value) });
    const multiples = () => {
      const n = get("n_head");
      return [...new Set(spread(8, 16384, 20).map((v) => Math.max(1, Math.round(v / n)) * n))];
    };
    const withHeads = (n_head) => {
      const kv = get("n_kv_head");
      return { n_kv_head: kv && Math.max(...divisors(n_head, Math.min(kv, n_head))) };
    };
    const withContext = (n) => (get("n_tokens") > n ? { n_tokens: null } : {});
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
    const grid = (fields) => h("div", { class: "llm-sizer-fields" }, ...Object.values(fields));
    body.append(
      h(
        "div",
        { class: "llm-sizer-head" },
        h("p", { class: "llm-label" }, "Where known models lie: press one to load it"),
        h("button", { type: "button", onclick: () => this.take(get("initial")) }, "Reset"),
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
    this.take({ ...counted, error });
    this.paintKnown(error ? null : sum(counted.parameters), raw);
    this.finding.say(error ? `There is no such model: ${error}.` : this.words(counted));
  }

  count(c) {
    const parameters = countParameters(c);
    const n = sum(parameters);
    const flops = countFlops(c);
    const training = countTraining(c, n);
    const inference = countInference(c, n);
    const plain = (v) => v.toLocaleString("en");
    this.parameters.show(parameters, plain, plain(n), PART_NOTES);
    this.flops.note.textContent =
      `For one token that looks back at ${plain(c.n_tokens)}, forward. Training takes 3 ` +
      "times that.";
    this.flops.show(flops, inWords, inWords(sum(flops)));
    this.training.show(training, inBytes, inBytes(sum(training)), { activations: "estimated" });
    this.inference.note.textContent =
      `${count(c.batch_size, "text")} of ${count(c.n_tokens, "token")}. The cache holds a ` +
      "key and a value for each token, block and key/value head.";
    this.inference.show(inference, inBytes, inBytes(sum(inference)));
    return { parameters, flops, training, inference };
  }

  /** The known models as points on a log scale, with the one that is shown among them. */
  paintKnown(n, raw) {
    const at = (v) =>
      `left:${Math.min(100, Math.max(0, (100 * (Math.log10(v) - 6)) / 6)).toFixed(2)}%`;
    const same = (values) => CONFIG.every((name) => values[name] === raw[name]);
    const focused = this.known.contains(document.activeElement)
      ? document.activeElement.dataset.name
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
            onclick: () => this.take({ ...values, n_tokens: null }),
          },
          h("span", { class: "llm-bar-name" }, name),
          h("span", { class: "llm-bar-track" }, h("i", { style: at(size) })),
          h("span", { class: "llm-bar-number" }, inWords(size)),
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
            h("span", { class: "llm-bar-number" }, inWords(n)),
          ),
        ),
      });
    }
    this.known.replaceChildren(...rows.sort((a, b) => a.size - b.size).map(({ row }) => row));
    if (focused) this.known.querySelector(`[data-name="${CSS.escape(focused)}"]`)?.focus();
  }

  words({ parameters, flops, training, inference }) {
    const n = sum(parameters);
    const [part, most] = Object.entries(parameters).reduce((a, b) => (b[1] > a[1] ? b : a));
    const ratio = sum(flops) / n;
    const cache = inference.cache > inference.weights
      ? "more than"
      : inference.cache === inference.weights
      ? "as much as"
      : "less than";
    return `${inWords(n)} parameters, ${roughly(most / n)} of them in ` +
      `${part === "head" ? "the head" : part}. A token takes ${inWords(sum(flops))} ` +
      `operations, ${ratio.toFixed(2)} for each parameter. ` +
      `Training holds ${inBytes(sum(training))}; writing holds ` +
      `${inBytes(inference.weights)} of weights and ${inBytes(inference.cache)} of cache, ` +
      `which is ${cache} the weights.`;
  }
}

function render({ model, el }) {
  return showWidget({
    model,
    el,
    name: "llm-sizer",
    title: "How large is a GPT, and what does it need?",
    tryThis: "Load GPT-2, double n_layer, then double n_embd instead: which costs more? Then " +
      "change n_tokens and batch_size: which numbers notice, and which do not?",
    build: (parts) => new SizerView(parts),
  });
}

export default { render };
