// Memory, traffic and time of a large training run, as llm_lib.costs.run_plan works them out.

import { total } from "./vectors.js";

/**
 * A run to plan: the fields of llm_lib.costs.run_plan.TrainingRun.
 * @typedef {object} LargeRun
 * @property {number} parameters
 * @property {number} tokens
 * @property {number} gpus
 * @property {number} batch_tokens
 * @property {number} context_length
 * @property {number} micro_batch
 * @property {"none" | "ddp" | "zero1" | "zero2" | "zero3"} parallel
 * @property {"mixed" | "float32"} precision
 * @property {"none" | "selective" | "full"} checkpointing
 * @property {number} tensor_parallel
 * @property {number} pipeline_parallel
 * @property {number} pipeline_chunks
 * @property {number} peak_flops
 * @property {number} memory
 * @property {number} bandwidth
 * @property {number} network
 * @property {number} link
 * @property {number} efficiency
 * @property {boolean} overlap
 */
/** @typedef {"memory" | "compute" | "pipeline" | "link" | "network" | "bandwidth"} Binding */
/** @typedef {"compute" | "bubble" | "sums" | "network" | "update"} StepPart */

/**
 * What binds if a part of a step takes longest.
 * @type {[part: StepPart, binding: Binding][]}
 */
export const STEP_PARTS = [
  ["compute", "compute"],
  ["bubble", "pipeline"],
  ["sums", "link"],
  ["network", "network"],
  ["update", "bandwidth"],
];

/** @type {Record<LargeRun["precision"], Record<string, number>>} */
const RUN_BYTES = {
  float32: { weights: 4, gradients: 4, "master copy": 0, moments: 8, activations: 4 },
  mixed: { weights: 2, gradients: 2, "master copy": 4, moments: 8, activations: 2 },
};
const STATES = ["weights", "gradients", "master copy", "moments"];
/**
 * What each way of sharing cuts over the GPUs.
 * @type {Record<LargeRun["parallel"], string[]>}
 */
const CUT = {
  none: [],
  ddp: [],
  zero1: ["master copy", "moments"],
  zero2: ["master copy", "moments", "gradients"],
  zero3: STATES,
};

/**
 * How the GPUs stand together: those of one copy, the copies, the sequences for each, the passes.
 * @param {LargeRun} run
 */
function arrange(run) {
  const perCopy = run.tensor_parallel * run.pipeline_parallel;
  const copies = Math.floor(run.gpus / perCopy);
  const sequences = run.batch_tokens / run.context_length / copies;
  return {
    perCopy,
    copies,
    sequences,
    microSteps: Math.ceil(sequences / run.micro_batch),
    own: run.parameters / perCopy,
  };
}

/**
 * Why a run is impossible, in the words of TrainingRun's errors, or "".
 * @param {LargeRun} run
 */
export function runFault(run) {
  const { perCopy, copies, sequences } = arrange(run);
  if (run.gpus % perCopy) {
    return `${run.gpus} GPUs can't be cut into groups of ${perCopy}, which is tensor_parallel ` +
      "times pipeline_parallel: take a multiple";
  }
  if (run.parallel === "none" && copies > 1) {
    return `with parallel "none" there is one copy of the model, and ${run.gpus} GPUs make ` +
      `${copies}: take "ddp" or a "zero", or fewer gpus`;
  }
  const blocks = Math.ceil(estimateShape(run.parameters).layers);
  const parts = run.pipeline_parallel * run.pipeline_chunks;
  if (parts > blocks) {
    return `a model of this size has about ${blocks} blocks, too few for ${parts} parts: take ` +
      "a smaller pipeline_parallel or pipeline_chunks";
  }
  if (sequences < 1) {
    const whole = (/** @type {number} */ n) => n.toLocaleString("en", { maximumFractionDigits: 0 });
    return `a batch of ${whole(run.batch_tokens)} tokens is ` +
      `${whole(Math.floor(run.batch_tokens / run.context_length))} sequences of ` +
      `${whole(run.context_length)}, too few for ${whole(copies)} copies of the model: take a ` +
      "larger batch_tokens, or fewer gpus";
  }
  return "";
}

/**
 * Bytes that one GPU holds, by part.
 * @param {LargeRun} run
 */
function memoryPerRank(run) {
  const bytes = RUN_BYTES[run.precision];
  const { own, copies, sequences } = arrange(run);
  /** @type {Record<string, number>} */
  const parts = {};
  for (const name of STATES) {
    parts[name] = bytes[name] * own / (CUT[run.parallel].includes(name) ? copies : 1);
  }
  const T = run.context_length;
  const { layers, C, heads } = estimateShape(run.parameters);
  const kept = { none: 34 + 5 * heads * T / C, selective: 34, full: 2 }[run.checkpointing];
  const atOnce = Math.min(run.micro_batch, sequences);
  parts.activations = T * atOnce * C * layers * kept / 2 / run.tensor_parallel * bytes.activations;
  return parts;
}

/**
 * Bytes that each GPU sends in a step, in rings.
 * @param {LargeRun} run
 */
function bytesSent(run) {
  const bytes = RUN_BYTES[run.precision];
  const { own, copies, microSteps } = arrange(run);
  const scatters = ["zero2", "zero3"].includes(run.parallel) ? microSteps : 1;
  const gathers = run.parallel === "zero3" ? 2 * microSteps : 1;
  const gathered = run.parallel === "ddp" ? bytes.gradients : bytes.weights;
  return (copies - 1) / copies * own * (scatters * bytes.gradients + gathers * gathered);
}

/**
 * Bytes that each GPU sends in a step for the sums inside blocks, where matrices are cut.
 * @param {LargeRun} run
 */
function bytesSummed(run) {
  const { layers, C } = estimateShape(run.parameters);
  const sums = run.checkpointing === "full" ? 6 : 4;
  const stream = arrange(run).sequences * run.context_length * C *
    RUN_BYTES[run.precision].activations;
  const share = (run.tensor_parallel - 1) / run.tensor_parallel;
  return sums * 2 * share * stream * layers / run.pipeline_parallel;
}

/**
 * Seconds of one step.
 * @param {LargeRun} run
 */
function stepTime(run) {
  const bytes = RUN_BYTES[run.precision];
  const { own, copies, microSteps } = arrange(run);
  const rate = run.gpus * run.peak_flops * run.efficiency;
  const compute = run.batch_tokens * 6 * run.parameters * repeatedWork(run) / rate;
  const bubble = compute * (run.pipeline_parallel - 1) / (run.pipeline_chunks * microSteps);
  const sums = bytesSummed(run) / run.link;
  const [working, network] = [compute + bubble + sums, bytesSent(run) / run.network];
  const copy = bytes["master copy"];
  const moved = bytes.gradients + 2 * (bytes.moments + (copy || bytes.weights)) +
    (copy ? bytes.weights : 0);
  const cut = run.parallel.startsWith("zero") ? copies : 1;
  const update = moved * own / cut / run.bandwidth;
  const both = run.overlap ? Math.max(working, network) : working + network;
  return { compute, bubble, sums, network, update, step: both + update };
}

/**
 * By which factor checkpointing raises the operations.
 * @param {LargeRun} run
 */
function repeatedWork({ parameters, context_length, checkpointing }) {
  const share = context_length / (6 * estimateShape(parameters).C);
  return { none: 1, selective: (1 + 2 * share) / (1 + share), full: 4 / 3 }[checkpointing];
}

/**
 * All figures of a run that is possible.
 * @param {LargeRun} run
 */
export function planLargeRun(run) {
  const [memory, time] = [memoryPerRank(run), stepTime(run)];
  const memoryTotal = total(Object.values(memory));
  const fits = memoryTotal <= run.memory;
  const steps = Math.ceil(run.tokens / run.batch_tokens);
  const seconds = steps * time.step;
  const longest = Math.max(...STEP_PARTS.map(([part]) => time[part]));
  const slow = STEP_PARTS.find(([part]) => time[part] === longest)?.[1];
  return {
    memory,
    memory_total: memoryTotal,
    fits,
    bytes_sent: bytesSent(run),
    time,
    steps,
    days: seconds / 86_400,
    gpu_hours: run.gpus * seconds / 3600,
    flops: 6 * run.parameters * run.tokens,
    mfu: run.batch_tokens / time.step * 6 * run.parameters / (run.gpus * run.peak_flops),
    binds: /** @type {Binding} */ (fits ? slow : "memory"),
  };
}

/**
 * Layers, channels and heads of a usual GPT: 128 channels per layer and per head.
 * @param {number} parameters
 */
function estimateShape(parameters) {
  const layers = Math.cbrt(parameters / (12 * 128 ** 2));
  return { layers, C: 128 * layers, heads: layers };
}
