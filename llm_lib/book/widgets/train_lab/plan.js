// From what a reader has chosen to what is trained on what.

import { madeNames } from "../../engine/made_names.js";
import { present } from "../../engine/present.js";
import { configOf, sizesOf } from "./sizes.js";
import { cutMatter, learnTokenizer, linesSource, ownSource, TextProblem } from "./text.js";

/** @import { Config, TokenizerFile, Weights } from "../../engine/types.js" */
/** @import { Model } from "../shared/types.js" */
/** @import { Plan } from "./run.js" */
/** @import { SetupTraits } from "./setup.js" */
/** @import { Matter, Source } from "./text.js" */
/** @typedef {SetupTraits & { steps: number, seed: number, fault: string }} Settings */
/**
 * A model that was loaded: weights and tokenizer are its own, and so is its size.
 * @typedef {{ id: number, config: Config, tokenizer: TokenizerFile, weights?: Weights }} Loaded
 */
/**
 * @typedef {object} Means
 * @property {boolean} narrow whether the device is a small one
 * @property {Loaded | null} loaded
 * @property {() => Promise<string[]>} sentences those of Small World
 */

/** How often the held-out loss is measured, and on how much. */
const MEASURED = { eval_interval: 25, eval_batches: 10 };

/** The settings that make another training. */
export const TRAIN_CHOICES = [
  "data",
  "text",
  "tokens",
  "size",
  "n_layer",
  "n_head",
  "n_embd",
  "context_length",
  "seed",
  "fault",
];

/**
 * All settings of a training, as a reader has them now.
 * @param {Model} model
 * @returns {Settings}
 */
export function readSettings(model) {
  const names = [...TRAIN_CHOICES, "learning_rate", "batch_size", "steps"];
  return /** @type {any} */ (Object.fromEntries(names.map((name) => [name, model.get(name)])));
}

/** @type {{ key: string, matter: Matter | null }} the last one is asked for again and again */
const LAST = { key: "", matter: null };

/**
 * What tells two trainings apart; and two texts.
 * @param {Settings} settings
 * @param {Loaded | null} loaded
 */
export function keysOf(settings, loaded) {
  const { data, text, tokens } = settings;
  const own = data === "own" ? text : "";
  const all = { ...settings, text: own };
  const chosen = TRAIN_CHOICES.map((name) => all[/** @type {keyof Settings} */ (name)]);
  return {
    key: JSON.stringify([chosen, loaded?.id]),
    textKey: JSON.stringify([data, own, tokens, loaded?.id]),
  };
}

/**
 * The plan of a training. Rejects with a TextProblem where the text can't be learned from.
 * @param {Settings} settings
 * @param {Means} means
 * @returns {Promise<Plan>}
 */
export async function planTraining(settings, { narrow, loaded, sentences }) {
  const sizes = sizesOf(settings, narrow);
  const T = loaded?.config.context_length ?? sizes.context_length;
  const { key, textKey } = keysOf(settings, loaded);
  if (sizes.n_embd % sizes.n_head) {
    throw new TextProblem(
      `A width of ${sizes.n_embd} can't be shared evenly by ${sizes.n_head} heads: choose another.`,
    );
  }
  const matterKey = `${textKey} ${T}`;
  if (LAST.key !== matterKey) {
    const source = await sourceOf(settings, T, sentences);
    const file = loaded?.tokenizer ?? learnTokenizer(source.text, settings.tokens);
    LAST.matter = cutMatter(source, file, T);
    LAST.key = matterKey;
  }
  const matter = present(LAST.matter, "what is learned from");
  const { learning_rate, batch_size, steps, seed, fault } = settings;
  return {
    key,
    textKey,
    fault,
    matter,
    config: loaded?.config ?? configOf(sizes, matter.tokenizer.vocabSize),
    training: { learning_rate, batch_size, steps, seed, ...MEASURED },
    weights: loaded?.weights,
  };
}

/**
 * @param {Settings} settings
 * @param {number} T
 * @param {() => Promise<string[]>} sentences
 * @returns {Promise<Source>}
 */
async function sourceOf({ data, text }, T, sentences) {
  if (data === "own") return ownSource(text, T);
  if (data === "small world") return linesSource(await sentences());
  return linesSource(madeNames(data === "names" ? 800 : 8000));
}
