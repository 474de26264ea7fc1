// ArchitectureLab: what does each change since GPT-2 buy? The traits are described in
// architecture_lab.py; what is counted is what llm_lib/costs/model_size.py counts.

import { buysWords } from "./architecture_lab/buys.js";
import { countDesign, hasWindows, LabBars } from "./architecture_lab/counts.js";
import { BlockDrawing } from "./architecture_lab/drawing.js";
import { expertField } from "./architecture_lab/experts.js";
import { FilePanel } from "./architecture_lab/file.js";
import { differing, LAB_PARTS, nextStep } from "./architecture_lab/parts.js";
import {
  changes,
  effects,
  kindOf,
  nameOf,
  reachWords,
  sameDesign,
} from "./architecture_lab/words.js";
import { sizeWords } from "./architecture_lab/words.js";
import { choose, pick } from "./shared/sizer_fields.js";
import { button, segments } from "./shared/controls.js";
import { h } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { more, split } from "./shared/layout.js";
import { localize } from "./shared/localize.js";
import { View } from "./shared/view.js";

/** @import { Place, ViewParts } from "./shared/types.js" */
/** @import { Design } from "./architecture_lab/parts.js" */
/** @import { LabCounts } from "./architecture_lab/counts.js" */
/** @import { ConfigFile } from "./architecture_lab/file.js" */
/**
 * @typedef {object} Traits
 * @property {Design} design
 * @property {number} n_tokens
 * @property {"GPT-2" | "before"} against
 * @property {"costs" | "file"} view
 * @property {boolean} folded
 * @property {Record<string, Design>} presets
 * @property {Record<string, ConfigFile>} config_files
 * @property {Design} before {} at the start
 * @property {LabCounts} counts
 */

const LENGTHS = Array.from({ length: 11 }, (_, i) => 2 ** (i + 10));
const OWN = "a published one"; // while none is loaded

/** @extends {View<Traits>} */
class ArchitectureView extends View {
  next = button("", () => this.goOn(), "llm-main");
  bars = new LabBars();
  against = segments(
    "Outline: compared with",
    [["GPT-2", "GPT-2"], ["before", "the step before"]],
    (value) => this.set("against", /** @type {"GPT-2" | "before"} */ (value)),
  );
  drawing = new BlockDrawing();
  finding = new Finding(this.model, this.signal);
  fields = Object.fromEntries(
    Object.entries(LAB_PARTS).map(([key, part]) => {
      const onpick = (/** @type {any} */ value) => this.change(key, value);
      const { name: label, options } = part;
      return [key, options ? choose({ label, options, onpick }) : expertField(onpick)];
    }),
  );
  length = pick({
    name: "Tokens of text",
    note: "",
    values: () => LENGTHS,
    show: (n) => n.toLocaleString("en"),
    onpick: (n) => this.set("n_tokens", n),
  });
  file = new FilePanel();
  views = segments(
    localize`What is shown`,
    [["costs", localize`costs`], ["file", localize`its config.json`]],
    (value) => this.set("view", /** @type {"costs" | "file"} */ (value)),
  );
  ask = h("span");
  controls = h("div", { class: "llm-side" });
  /** @type {HTMLSelectElement} */ known;
  /** @type {HTMLDivElement} */ whole;
  /** @type {HTMLElement} */ stage;

  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    this.presets = this.get("presets");
    this.gpt2 = this.presets["GPT-2"];
    this.shown = this.get("design");
    this.loaded = true;
    this.picked = "";
    this.build();
    this.follow(["design", "n_tokens", "against", "view"], () => this.paint());
    this.paint();
  }

  build() {
    this.offerReset();
    this.known = h(
      "select",
      { "aria-label": "A published model", onchange: () => this.load(this.known.value) },
      ...[...Object.keys(this.presets), OWN].map((name) => h("option", { value: name }, name)),
    );
    const row = { class: "llm-row llm-archlab-top" };
    const loading = h("label", {}, this.ask, this.known);
    this.body.append(h("div", row, this.next, loading, this.views), this.layOut());
  }

  /** The costs left and the controls right, or the lines of a file left and the drawing right. */
  layOut() {
    const compared = h("p", { class: "llm-label" }, "Outline: ", this.against);
    const fields = h("div", { class: "llm-archlab-fields" }, ...Object.values(this.fields));
    const folded = this.get("folded");
    if (folded) {
      const all = h("div", { class: "llm-side" }, fields, this.length, compared);
      this.controls.append(more("Set each part yourself", all));
    } else this.controls.append(fields, this.length);
    const costs = folded ? [this.bars.element] : [compared, this.bars.element];
    this.whole = split(costs, [this.finding.element, this.controls]);
    this.whole.classList.toggle("llm-archlab-folded", folded);
    this.stage = /** @type {HTMLElement} */ (this.whole.firstElementChild);
    this.stage.after(this.file.element);
    this.whole.append(this.drawing.element);
    return this.whole;
  }

  /** Exchange the next part on the way, or begin again. */
  goOn() {
    const step = nextStep(this.get("design"), this.gpt2);
    if (step) this.change(step[0], step[1]);
    else this.load("GPT-2");
  }

  /**
   * @param {string} key of the part
   * @param {any} value what it becomes
   */
  change(key, value) {
    this.loaded = false;
    this.picked = key;
    this.set("design", LAB_PARTS[key].write(this.get("design"), value));
  }

  /** @param {string} name of a published model */
  load(name) {
    this.loaded = name !== OWN; // that one is only shown, never chosen
    if (this.loaded) this.set("design", this.presets[name]);
    else this.paint();
  }

  paint() {
    const [design, n] = [this.get("design"), this.get("n_tokens")];
    if (!sameDesign(this.shown, design)) {
      this.publish("before", this.shown);
      this.shown = design;
    }
    const before = this.get("before");
    const then = this.get("against") === "before" && before.n_layer ? before : this.gpt2;
    const counts = countDesign(design, n);
    this.bars.show(counts, countDesign(then, n), n, hasWindows(design));
    const name = nameOf(design, this.presets);
    const kind = name || kindOf(design, this.gpt2);
    const file = this.get("config_files")[name];
    this.drawing.show(design, this.gpt2, kind, groupsIn(file));
    this.showView(name, file);
    this.showFields(design, n);
    this.publish("counts", counts);
    this.finding.say(this.words(design, counts));
  }

  /**
   * @param {string} name of a published model
   * @param {ConfigFile | undefined} file
   */
  showView(name, file) {
    const reads = this.get("view") === "file";
    this.views.show(this.get("view"));
    this.whole.classList.toggle("llm-archlab-reads", reads);
    this.ask.textContent = reads ? "Load " : "or load ";
    for (const element of [this.stage, this.controls, this.next]) element.hidden = reads;
    this.file.element.hidden = !reads;
    this.file.show(name, file);
  }

  /**
   * @param {Design} design
   * @param {number} n
   */
  showFields(design, n) {
    const step = nextStep(design, this.gpt2);
    this.next.textContent = step ? `Next change: ${step[2]}` : "Begin again with GPT-2";
    this.known.value = nameOf(design, this.presets) || OWN;
    this.against.show(this.get("against"));
    for (const [key, field] of Object.entries(this.fields)) {
      field.follow(LAB_PARTS[key].read(design));
    }
    this.length.follow(n);
  }

  /**
   * What the last change did, and what it buys; for a model as a whole, what it is.
   * @param {Design} design
   * @param {LabCounts} counts
   */
  words(design, counts) {
    const [before, n] = [this.get("before"), this.get("n_tokens")];
    const name = nameOf(design, this.presets);
    const changed = before.n_embd === design.n_embd ? differing(design, before) : [];
    if (this.loaded || changed.length < 1 || changed.length > 3) {
      const kind = kindOf(design, this.gpt2);
      return `${name || `Now ${kind}`}: ${sizeWords(design, counts, n)}`;
    }
    const kinds = [design, before].map((d) => kindOf(d, this.gpt2));
    const now = kinds[0] === kinds[1] || !kinds[0].startsWith("a ")
      ? ""
      : ` It is now ${kinds[0]}.`;
    const did = effects(counts, countDesign(before, n));
    const key = changed.includes(this.picked) ? this.picked : changed[0];
    const sums = `${changes(design, before)}: ${did}.${now}${reachWords(design, n)}`;
    return [sums, buysWords(key, design)].join("\n").trim();
  }
}

/**
 * How a router's experts are grouped, which the library's models do not have.
 * @param {ConfigFile | undefined} file of a published model
 */
const groupsIn = (file) => ({
  n_group: Number(file?.n_group ?? 1),
  topk_group: Number(file?.topk_group ?? 1),
});

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-archlab",
    title: "What does each change since GPT-2 buy?",
    tryThis:
      "Press “Next change” until GPT-2 is a Llama, and on. Watch which bar each change moves.",
    build: (parts) => new ArchitectureView(parts),
  });
}

export default { render };
