// One block of a design as a drawing, in which what is not GPT-2's stands out.

import { activation, biasWords, differing, LAB_PARTS } from "./parts.js";
import { h } from "../shared/dom.js";
import { count } from "../shared/words.js";

/** @import { Design } from "./parts.js" */
/** @typedef {{ n_group: number, topk_group: number }} Groups of experts; how many are searched */

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
  return h("div", { class: kind }, h("span", {}, changed ? sign() : "", text), ...children);
}

const sign = () => h("b", { role: "img", "aria-label": "changed" }, "◆ ");

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
 * So many places, evenly spread over so many.
 * @param {number} k
 * @param {number} n
 */
const spread = (k, n) => Array.from({ length: k }, (_, j) => Math.floor(((j + 0.5) * n) / k));

/**
 * A cell for each expert, in groups where the router chooses groups first; as many are filled as a
 * token meets.
 * @param {Design} d
 * @param {Groups} groups
 */
function expertPicture({ experts: e }, { n_group, topk_group }) {
  const size = e.n_expert / n_group;
  const met = spread(e.n_active / topk_group, size);
  const used = spread(topk_group, n_group);
  const cell = (/** @type {string} */ kind) => h("i", { class: kind });
  const cells = (/** @type {number} */ group) =>
    Array.from(
      { length: size },
      (_, i) =>
        cell(
          used.includes(group) && met.includes((i + 5 * group) % size) ? "llm-archlab-active" : "",
        ),
    );
  const all = Array.from(
    { length: n_group },
    (_, g) => n_group > 1 ? [h("div", { class: "llm-archlab-group" }, ...cells(g))] : cells(g),
  );
  const shared = Array.from({ length: e.n_shared }, () => cell("llm-archlab-shared"));
  const many = e.n_expert > FEW_EXPERTS ? "llm-archlab-many" : "";
  const kind = `llm-archlab-experts ${many}`;
  return h("div", { class: kind, "aria-hidden": "true" }, ...shared, ...all.flat());
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
  const size = Math.max(...d.window.map(Number));
  const window = `sees ${plain(size)} tokens`;
  const names = { full: "sees all", window, memory: "keeps a memory" };
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
function positionWords(d) {
  if (d.position === "learned") return `+ ${plain(d.context_length)} learned positions`;
  const { factor, kind } = d.rope_scaling ?? {};
  const names = { yarn: "YaRN", llama3: "Llama 3's way", linear: "evenly" };
  const how = factor ? `, stretched ${plain(factor)} times (${Reflect.get(names, kind)})` : "";
  return `rotary positions in each block, base ${plain(d.rope_base)}${how}`;
}

/** @param {Design} d */
function attentionWords(d) {
  const queries = d.latent?.n_query_latent;
  const kept = d.latent
    ? `one latent of ${d.latent.n_latent} + ${d.latent.n_rotary} numbers`
    : `${d.n_kv_head} of keys and values`;
  const rest = [queries && `queries from one of ${plain(queries)}`, d.qk_norm && "QK-norm"];
  const heads = `${count(d.n_head, "query head")} of ${d.head_dim} channels, ${kept}`;
  return ["attention: " + heads, ...rest.filter(Boolean)].join("; ");
}

/**
 * @param {Design} d
 * @param {number} width
 */
const networkWords = (d, width) =>
  `${activation(d)}, ${plain(d.n_embd)} → ${plain(width)} → ${plain(d.n_embd)}`;

/**
 * @param {Design} d
 * @param {Groups} groups
 */
function expertsWords(d, { n_group, topk_group }) {
  const e = d.experts;
  const router = `router: ${e.score} scores${e.balance_bias ? ", a bias for balance" : ""}`;
  const where = n_group > 1 ? `, first the best ${topk_group} of ${n_group} groups` : "";
  const experts = `${LAB_PARTS.experts.is(d)}, each ${networkWords(d, e.n_hidden)}`;
  return `${blocks(d, e.n_dense + 1, d.n_layer)}${experts}; ${router}${where}`;
}

/**
 * "blocks 1 to 3: ", or "" for all of them.
 * @param {Design} d
 * @param {number} first
 * @param {number} last
 */
function blocks(d, first, last) {
  if (first === 1 && last === d.n_layer) return "";
  return first === last ? `block ${first}: ` : `blocks ${first} to ${last}: `;
}

/**
 * One feed-forward network, or experts, or the one in the first blocks and the other behind.
 * @param {Design} d
 * @param {boolean} changed
 * @param {Groups} groups
 */
function networks(d, changed, groups) {
  const n_dense = d.experts ? d.experts.n_dense : d.n_layer;
  const where = blocks(d, 1, n_dense);
  const dense = box(`${where}feed-forward: ${networkWords(d, d.n_hidden)}`, changed);
  if (!d.experts) return [dense];
  const mixture = box(expertsWords(d, groups), changed, expertPicture(d, groups));
  return n_dense ? [dense, mixture] : [mixture];
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
   * @param {Groups} groups
   */
  show(d, gpt2, kind, groups) {
    const differ = new Set(differing(d, gpt2));
    const norm = () => box(LAB_PARTS.norm.is(d), differ.has("norm"));
    const any = (/** @type {string[]} */ keys) => keys.some((key) => differ.has(key));
    this.element.replaceChildren(
      h("p", { class: "llm-label" }, `Now: ${kind}`, h("small", {}, "◆ not as in GPT-2")),
      box(`table: ${plain(d.vocab_size)} tokens × ${plain(d.n_embd)}`, false),
      box(positionWords(d), differ.has("position")),
      h(
        "div",
        { class: "llm-archlab-block" },
        h("p", {}, differ.has("bias") ? sign() : "", `${d.n_layer} blocks: ${biasWords(d)}`),
        norm(),
        box(attentionWords(d), differ.has("heads"), headPicture(d)),
        norm(),
        ...networks(d, any(["mlp", "experts"]), groups),
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
