// What a page and its training say to each other: types alone.

/** @import { Config, Weights } from "./types.js" */

/**
 * How to train, as llm_lib.training.TrainingConfig has it: what is left out has its defaults. The
 * last four are this engine's own; three of them are for breaking a training on purpose.
 * @typedef {object} TrainingSettings
 * @property {number} [steps] 1000
 * @property {number} [batch_size] windows a step; 16
 * @property {number} [learning_rate] the highest, after the warm-up; 1e-3
 * @property {number} [min_learning_rate] the last one: 1e-5, or a tenth of a rate below 1e-4
 * @property {number} [warmup_steps] 100, or a tenth of `steps` below 1000
 * @property {number} [weight_decay] of matrices; 0.1
 * @property {[number, number]} [betas] [0.9, 0.99]
 * @property {number | null} [grad_clip] the largest norm of a gradient; 1, null lets all pass
 * @property {number} [eval_interval] steps from one held-out loss to the next; 100
 * @property {number} [eval_batches] at most so many batches of held-out windows; 20
 * @property {number} [seed] of the first weights, the order of the windows and dropout; 0
 * @property {number | null} [patience] stop after so many held-out losses above the best; null
 * @property {boolean} [mask] false lets attention see the future
 * @property {number} [shift] targets lie so many tokens after inputs: 1 is right, 0 is a copy
 * @property {boolean} [shuffle] false shows the windows in the order of the text
 */

/**
 * Where a training is: `start` goes on from it. A plain object that can be copied and stored.
 * @typedef {object} TrainingState
 * @property {Required<Config>} config
 * @property {Required<TrainingSettings>} training as it was changed meanwhile
 * @property {number} step
 * @property {number} batch the number of the next batch
 * @property {Weights} weights
 * @property {Weights} means AdamW's running means of the gradients
 * @property {Weights} squares and of their squares
 * @property {Best | null} best
 */

/** @typedef {{ step: number, heldOut: number, weights: Weights }} Best by held-out loss */

/**
 * What a training begins with.
 * @typedef {object} Start
 * @property {Config} config of a GPT
 * @property {TrainingSettings} training
 * @property {ArrayLike<number>} tokens ids to train on
 * @property {ArrayLike<number>} [heldOut] ids to measure the held-out loss on
 * @property {Weights} [weights] instead of fresh ones
 * @property {TrainingState} [state] to go on from; `config` and `training` are then those in it
 * @property {boolean} [paused] wait for `resume` or `step`; false
 * @property {boolean} [wasm] false: plain loops in place of the kernel
 */

/** @typedef {{ type: "start", run: number } & Start} StartMessage `run`: which start it is */
/** @typedef {{ learning_rate?: number, batch_size?: number }} Change */
/** @typedef {{ ids: number[], n: number, temperature?: number, seed?: number }} SampleRequest */
/** @typedef {{ ids: number[] }} AttentionRequest */
/** @typedef {{ which?: "current" | "best" }} WeightsRequest */

/**
 * Page -> training. Those with a `request` are answered once, in the order in which they came.
 * @typedef {StartMessage | { type: "pause" } | { type: "resume" } | { type: "step", n: number }
 *   | { type: "change", change: Change }
 *   | { type: "sample", request: number, of: SampleRequest }
 *   | { type: "attention", request: number, of: AttentionRequest }
 *   | { type: "weights", request: number, of: WeightsRequest }
 *   | { type: "state", request: number, of: object }} ToTraining
 */

/**
 * One slice of steps is done. `losses` holds those of all steps since the last slice, each from
 * before its step; `rate` and `norm` (of the gradient, before clipping) are the last step's.
 * @typedef {object} Progress
 * @property {number} step how many are done in all
 * @property {number[]} losses
 * @property {number} rate
 * @property {number} norm
 * @property {number} stepsPerSecond of late
 */

/** @typedef {{ step: number, heldOut: number, best: Omit<Best, "weights"> }} Evaluated */
/** @typedef {{ step: number, parameters: number, wasm: boolean, worker: boolean }} Started */
/** @typedef {{ step: number, reason: "steps" | "patience" }} Done */
/**
 * What went wrong, in one sentence for the reader; `lost` if nothing is left to go on with.
 * @typedef {{ message: string, lost: boolean }} Failure
 */
/**
 * @typedef {{ type: "started" } & Started | { type: "progress" } & Progress
 *   | { type: "evaluated" } & Evaluated | { type: "done" } & Done | { type: "error" } & Failure
 *   } TrainingEvent
 */

/**
 * Training -> page. `run` is the start that an event belongs to.
 * @typedef {TrainingEvent & { run: number }
 *   | { type: "answer", request: number, answer?: any, message?: string }} FromTraining
 */
