// RunPlanner: what does a large training run need? The traits are described in run_planner.py.

import { planLargeRun, runFault } from "../engine/run_plan.js";
import { PlannerFields } from "./run_planner/fields.js";
import { PlannerPicture } from "./run_planner/picture.js";
import { advice, plannerWords } from "./run_planner/words.js";
import { button } from "./shared/controls.js";
import { h, problem } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { more, split } from "./shared/layout.js";
import { View } from "./shared/view.js";

/** @import { Place, ViewParts } from "./shared/types.js" */
/** @import { LargeRun } from "../engine/run_plan.js" */
/**
 * @typedef {LargeRun & { known_gpus: Record<string, Partial<LargeRun>>,
 *   memory_parts: Record<string, number>, time: Record<string, number>, bytes_sent: number,
 *   days: number, mfu: number, binds: string, error: string }} Traits
 */

/** @type {(keyof LargeRun)[]} */
const RUN_FIELDS = [
  "parameters",
  "tokens",
  "gpus",
  "batch_tokens",
  "context_length",
  "micro_batch",
  "parallel",
  "precision",
  "checkpointing",
  "tensor_parallel",
  "pipeline_parallel",
  "pipeline_chunks",
  "peak_flops",
  "memory",
  "bandwidth",
  "network",
  "link",
  "efficiency",
  "overlap",
];
/** What a preset has unless it says otherwise. */
const USUAL_RUN = {
  micro_batch: 1,
  parallel: "ddp",
  precision: "mixed",
  checkpointing: "full",
  tensor_parallel: 1,
  pipeline_parallel: 1,
  pipeline_chunks: 1,
  network: 25e9,
  overlap: true,
};
/**
 * Runs by name, and the GPU of each. The figures of GPT-3 are those of Narayanan et al. 2021, those
 * of Llama 3 from its paper's table 4, and the first two from the ZeRO paper and nobody's. What a
 * GPU reaches between its waits is chosen so that the published 140 and 400 Tflop/s come out. How
 * many chunks Llama's pipeline has is a guess: one block each.
 * @type {[name: string, gpu: string, values: Partial<LargeRun>][]}
 */
const RUNS = [
  ["7.5 billion, 64 V100", "V100", {
    parameters: 7.5e9,
    tokens: 150e9,
    gpus: 64,
    batch_tokens: 2 ** 20,
    context_length: 1024,
    network: 6.25e9,
    efficiency: 0.4,
  }],
  ["GPT-2, 8 A100", "A100", {
    parameters: 124e6,
    tokens: 10e9,
    gpus: 8,
    batch_tokens: 2 ** 19,
    context_length: 1024,
    micro_batch: 32,
    checkpointing: "selective",
    efficiency: 0.4,
  }],
  ["GPT-3, 1,024 A100", "A100", {
    parameters: 175e9,
    tokens: 300e9,
    gpus: 1024,
    batch_tokens: 1536 * 2048,
    context_length: 2048,
    tensor_parallel: 8,
    pipeline_parallel: 8,
    efficiency: 0.515,
  }],
  ["Llama 3 405B, 16,384 H100", "H100", {
    parameters: 405e9,
    tokens: 15.6e12,
    gpus: 16_384,
    batch_tokens: 2 ** 24,
    context_length: 8192,
    parallel: "zero2",
    checkpointing: "selective",
    tensor_parallel: 8,
    pipeline_parallel: 16,
    pipeline_chunks: 8,
    network: 50e9,
    efficiency: 0.54,
  }],
];

/** @extends {View<Traits>} */
class PlannerView extends View {
  picture = new PlannerPicture();
  problem = h("div");
  finding = new Finding(this.model, this.signal);
  /** @type {{ element: HTMLButtonElement, values: typeof USUAL_RUN }[]} */ presets;
  /** @type {PlannerFields} */ fields;

  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    this.build();
    this.follow(RUN_FIELDS, () => this.paint());
    this.paint();
  }

  build() {
    this.offerReset();
    const gpus = this.get("known_gpus");
    this.presets = RUNS.map(([name, gpu, values]) => {
      const press = () => this.setAll({ ...USUAL_RUN, ...gpus[gpu], ...values });
      return { element: button(name, press), values: { ...USUAL_RUN, ...gpus[gpu], ...values } };
    });
    this.fields = new PlannerFields(gpus, (values) => this.setAll(values));
    const known = { class: "llm-row llm-planner-known", role: "group", "aria-label": "Known runs" };
    const whole = split([this.problem, this.picture.element], [
      this.fields.chosen,
      this.fields.sliders,
      more("More settings", this.fields.others),
    ]);
    whole.append(this.finding.element);
    this.body.append(h("div", known, ...this.presets.map(({ element }) => element)), whole);
  }

  paint() {
    const entries = RUN_FIELDS.map((name) => [name, this.get(name)]);
    const run = /** @type {LargeRun} */ (Object.fromEntries(entries));
    this.fields.show(run);
    for (const { element, values } of this.presets) {
      const shown = Object.entries(values).every(([name, value]) =>
        run[/** @type {keyof LargeRun} */ (name)] === value
      );
      element.setAttribute("aria-pressed", String(shown));
    }
    const error = runFault(run);
    this.picture.element.hidden = Boolean(error);
    this.problem.replaceChildren(
      ...(error ? [problem(`There can be no such run: ${error}.`)] : []),
    );
    if (error) {
      const nothing = { memory_parts: {}, time: {}, bytes_sent: 0, days: 0, mfu: 0, binds: "" };
      this.setAll({ ...nothing, error });
      this.finding.say(`There can be no such run: ${error}.`);
      return;
    }
    const plan = planLargeRun(run);
    this.picture.show(run, plan);
    const { memory, time, bytes_sent, days, mfu, binds } = plan;
    this.setAll({ memory_parts: memory, time, bytes_sent, days, mfu, binds, error });
    this.finding.say(`${plannerWords(run, plan)} ${advice(run, plan)}`);
  }
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-planner",
    title: "What does a large training run need?",
    tryThis:
      "Does it fit? Cut more of it over the GPUs until it does, then find what takes longest.",
    build: (parts) => new PlannerView(parts),
  });
}

export default { render };
