// What each change of the training is, in a plain sentence.

import { localize } from "../shared/localize.js";

/** @type {Record<string, () => string>} */
const REASONS = {
  "AdamW, tuned": () =>
    localize`AdamW as before, at a higher learning rate and with a shorter schedule.`,
  "BPE 1,024": () =>
    localize`The model reads BPE tokens, 1,024 kinds, instead of single characters: each step takes
      in 2.4 times as much of the training text.`,
  "Muon": () =>
    localize`Another optimiser for the matrices in the blocks, with its own rate and schedule: its
      step is about as large in every direction. AdamW still moves the rest.`,
  "RMSNorm": () => localize`A simpler LayerNorm: it no longer subtracts the mean.`,
  "rotary": () =>
    localize`Positions turn queries and keys, instead of coming from a table of learned vectors.`,
  "QK-norm": () =>
    localize`Queries and keys are brought to one size before they meet, so that no score grows
      without limit.`,
  "ReLU²": () =>
    localize`Another activation than GELU: 0 for a negative input, its square for a positive one.`,
  "zero outputs": () =>
    localize`The last matrices of attention and feed-forward start at 0: at first, each block
      passes its input on unchanged.`,
  "twice the batch": () =>
    localize`Each step reads 24 windows instead of 12, so its gradient is less noisy. The learning
      rate is higher.`,
  "two layers": () => localize`Two layers instead of four: half the blocks to compute.`,
  "bfloat16": () =>
    localize`Matrix products in numbers of 16 bits instead of 32. This processor computes them
      faster.`,
  "one layer, BPE 2,048": () =>
    localize`One layer instead of two, and tokens of 2,048 kinds. The rate and the optimiser's
      averages are tuned anew.`,
};

/** The sentence for a change, by its name. @param {string} name */
export const reasonFor = (name) => REASONS[name]?.() ?? "";
