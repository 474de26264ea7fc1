// What ArchitectureLab says a part buys besides bytes and operations, and what it costs. Where a
// sentence rests on somebody's tests, it names them; architecture_lab.py lists these sources.

import { LAB_PARTS } from "./parts.js";
import { localize } from "../shared/localize.js";

/** @import { Design } from "./parts.js" */

/** By the part, then by what a design has of it. @type {Record<string, Record<string, string>>} */
const BUYS = {
  norm: {
    rms: "Simpler: no mean is subtracted. Its authors saw no loss, and less time (Zhang and " +
      "Sennrich 2019).",
    layer: "It also subtracts the mean: more to compute, and no better in the tests of Zhang and " +
      "Sennrich (2019).",
  },
  bias: {
    false: "Simpler; and PaLM's authors saw large trainings run steadier without them " +
      "(Chowdhery et al. 2023).",
    qkv: "Three vectors a layer. Qwen2.5 keeps these biases, and has no others.",
    true: "Of the models in the list, GPT-2 alone has biases everywhere.",
  },
  position: {
    rotary:
      "Scores depend on how far apart two tokens stand (Su et al. 2024), and the angles can " +
      "be stretched for longer texts (Chen et al. 2023).",
    learned: "A vector for each place, learned by itself: behind the last one there is none.",
  },
  mlp: {
    swiglu: "A lower loss with as many parameters, in Shazeer's tests (2020), which give no " +
      "reason for it.",
    gelu: "No gate: two matrices in the place of three. In Shazeer's tests (2020) its loss was " +
      "higher.",
  },
  heads: {
    all: "Each head looks for its own, and all its keys and values have to be kept.",
    groups: "A smaller cache, at a quality close to that of all heads, in the tests of Ainslie " +
      "et al. (2023).",
    one: "Least keys and values to keep; quality and steady training can suffer (Ainslie et al. " +
      "2023).",
    latent: "Heads stay different and little is kept. Its authors found it better than all heads " +
      "(DeepSeek-AI 2024).",
  },
  windows: {
    none: "Nothing is out of sight, and the cache grows with each token.",
    half:
      "Less to keep and to compare; what is out of a window can still come by the layers that " +
      "see all.",
    most: "A far smaller cache. Gemma 3's authors saw the perplexity hardly rise (2025).",
    all: "The cache stops growing; what slid out of the window is known only as far as layers " +
      "passed it on.",
  },
  experts: {
    many:
      "More parameters at the operations of a few; all need memory, and tokens travel between " +
      "machines (Fedus et al. 2022).",
    one: "Nothing to route or to balance; but each parameter costs operations for each token.",
  },
  memories: {
    none: "Any token can be looked up exactly, and the cache grows with each.",
    half: "Memories that do not grow; the layers that see all are left for exact recall.",
    most: "Memories that do not grow; the layers that see all are left for exact recall.",
    all: "Nothing grows; but a memory keeps apart only so many keys as a head has channels " +
      "(Schlag et al. 2021), so exact recall is weaker.",
  },
  tie: {
    true: "One table less, and in Press and Wolf's tests (2017) a lower perplexity.",
    false: "Reading and writing need not share vectors; in a large model the second table is a " +
      "small part.",
  },
};

/**
 * What a design has of a part, as it is named here.
 * @param {string} key of the part
 * @param {Design} design
 */
const valueOf = (key, design) =>
  key === "experts" ? (design.experts ? "many" : "one") : String(LAB_PARTS[key].read(design));

/**
 * What a part of a design buys, in a sentence; "" where nothing is known of it.
 * @param {string} key of the part
 * @param {Design} design
 */
export const buysWords = (key, design) => {
  const words = BUYS[key][valueOf(key, design)];
  return words ? localize(words) : "";
};
