// One block of a design as a drawing, in which what is not GPT-2's stands out.

import { activation, biasWords, differing, LAB_PARTS } from "./lab_parts.js";
import { h } from "../shared/dom.js";
import { count } from "../shared/words.js";

/** @import { Design } from "./lab_parts.js" */

const MOST_HEADS = 32;
const FEW_EXPERTS = 32; // more are drawn small
const plain = (/** @type {number} */ n) => n.toLocaleString("en");

/**
 * A box with words and perhaps a small picture; one that has changed has a sign, too.
 * @param {string} text
 * @param {boolean} changed
 * @param {(Node | string)[]} children
 */
function box(text, changed, ...children) {
  const kind = `llm-archlab-box ${changed ? "llm-archlab-new" : ""}`;
  const sign = changed ? h("b", { role: "img", "aria-label": "changed" }, "◆ ") : "";
  return h("div", { class: kind }, h("span", {}, sign, text), ...children);
}

/**
 * Query heads above those of keys and values that they share.
 * @param {Design} d
 */
function headPicture(d) {
  const n = Math.min(MOST_HEADS, d.n_head);
  const shared = d.latent ? 1 : Math.max(1, Math.round((d.n_kv_head * n) / d.n_head));
  const cells = (/** @type {string} */ kind, /** @type {number} */ n) =>
    h("div", { class: kind }, ...Array.from({ length: n }, () => h("i")));
  return h(
    "div",
    { class: "llm-archlab-heads", "aria-hidden": "true" },
    cells("llm-archlab-queries", n),
    cells("llm-archlab-keys", shared),
  );
}

/**
 * A cell for each expert; as many are filled as a token meets.
 * @param {Design} d
 */
function expertPicture({ experts: e }) {
  const met = new Set(
    Array.from({ length: e.n_active }, (_, j) => Math.floor(((j + 0.5) * e.n_expert) / e.n_active)),
  );
  const kinds = [
    ...Array.from({ length: e.n_shared }, () => "llm-archlab-shared"),
    ...Array.from({ length: e.n_expert }, (_, i) => (met.has(i) ? "llm-archlab-active" : "")),
  ];
  const many = e.n_expert > FEW_EXPERTS ? "llm-archlab-many" : "";
  return h(
    "div",
    { class: `llm-archlab-experts ${many}`, "aria-hidden": "true" },
    ...kinds.map((kind) => h("i", { class: kind })),
  );
}

/**
 * A cell for each layer: attention to all, in a window, or a memory.
 * @param {Design} d
 */
function layerPicture(d) {
  const kinds = Array.from(
    { length: d.n_layer },
    (_, i) => d.delta_layers.includes(i) ? "memory" : d.window[i] ? "window" : "full",
  );
  const names = { full: "sees all", window: "sees a window", memory: "keeps a memory" };
  const legend = Object.entries(names)
    .map(([kind, name]) => ({ kind, name, n: kinds.filter((one) => one === kind).length }))
    .filter(({ n }) => n)
    .map(({ kind, name, n }) => h("span", {}, layerCell(kind), `${name}: ${count(n, "layer")} `));
  return h(
    "div",
    { class: "llm-archlab-layers" },
    h("div", { "aria-hidden": "true" }, ...kinds.map(layerCell)),
    h("p", { class: "llm-note" }, ...legend),
  );
}

/** @param {string} kind */
const layerCell = (kind) => h("i", { class: `llm-archlab-${kind}` });

/** @param {Design} d */
function attentionWords(d) {
  const of = d.latent ? LAB_PARTS.heads.is(d) : `${d.n_kv_head} of keys and values`;
  return `attention: ${count(d.n_head, "query head")}, ${of}`;
}

/** @param {Design} d */
function networkWords(d) {
  const width = plain(d.experts?.n_hidden ?? d.n_hidden);
  const one = `${activation(d)}, ${plain(d.n_embd)} → ${width} → ${plain(d.n_embd)}`;
  return d.experts ? `${LAB_PARTS.experts.is(d)}; each ${one}` : `feed-forward: ${one}`;
}

/** The drawing. */
export class BlockDrawing {
  constructor() {
    this.element = h("div", {
      class: "llm-archlab-drawing",
      role: "group",
      "aria-label": "The model, from its input to its output",
    });
  }

  /**
   * @param {Design} d
   * @param {Design} gpt2
   * @param {string} kind whose parts these are
   */
  show(d, gpt2, kind) {
    const differ = new Set(differing(d, gpt2));
    const norm = () => box(LAB_PARTS.norm.is(d), differ.has("norm"));
    const any = (/** @type {string[]} */ keys) => keys.some((key) => differ.has(key));
    const position = d.position === "learned"
      ? `+ ${plain(d.context_length)} learned positions`
      : "rotary positions in each block";
    this.element.replaceChildren(
      h("p", { class: "llm-label" }, `Now: ${kind}`, h("small", {}, "◆ not as in GPT-2")),
      box(`table: ${plain(d.vocab_size)} tokens × ${plain(d.n_embd)}`, false),
      box(position, differ.has("position")),
      h(
        "div",
        { class: "llm-archlab-block" },
        h("p", {}, `${d.n_layer} blocks: ${biasWords(d)}`),
        norm(),
        box(attentionWords(d), any(["heads"]), headPicture(d)),
        norm(),
        box(
          networkWords(d),
          any(["mlp", "experts"]),
          ...(d.experts ? [expertPicture(d)] : []),
        ),
        box("layers", any(["windows", "memories"]), layerPicture(d)),
      ),
      h(
        "div",
        { class: "llm-archlab-end" },
        norm(),
        box(d.tie_weights ? "head: the same table" : "head: its own table", differ.has("tie")),
      ),
    );
  }
}
