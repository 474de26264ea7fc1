// The faults of the broken loaders: what each looks like, where it stands, and what mending does.

import { lastOf } from "../../engine/present.js";
import { localFixed, localize } from "../shared/localize.js";

/** @import { Curve } from "./chart.js" */
/** @import { Sample } from "./rows.js" */
/**
 * A run of the study. ends: at the last step, a number for each seed.
 * @typedef {object} Run
 * @property {Curve} curve of the first seed
 * @property {{ train: number[], val: number[], unseen: number[] }} ends unseen: the loss on
 *   messages that no run has read, fed as they should be
 * @property {Sample[]} sample
 */
/**
 * @typedef {"same_batch" | "shifted_twice" | "padding_counted" | "wrapped_ids" | "leaked"} Fault
 */
/** @typedef {{ fault: Fault, broken: Run, mended: Run }} Loader */

/**
 * What a reader may choose, and what that would look like where it is not so.
 * @type {Record<string, { label: string, looks: string }>}
 */
export const FAULTS = {
  not_shifted: {
    label: "The targets are not shifted",
    looks: "Then each target would be its own input, and both losses would run to almost 0.",
  },
  shifted_twice: {
    label: "The targets are shifted twice",
    looks: "Then each target would be the token after the next input.",
  },
  same_batch: {
    label: "Every step gets the same batch",
    looks: "Then the windows of two steps would be equal, and held-out text would get no easier.",
  },
  mismatched: {
    label: "Inputs and targets of different windows",
    looks:
      "Then the targets would be another text than the inputs, with nothing to learn from them.",
  },
  padding_counted: {
    label: "Padding counts in the loss",
    looks: "Then ends would fill the rows, and be targets, one after another.",
  },
  wrapped_ids: {
    label: "Ids have wrapped around in the file",
    looks:
      "Then the tokens would not be those of the text: ids above 255, or 65,535, become others.",
  },
  leaked: {
    label: "Held-out windows overlap training windows",
    looks: "Then you would find the words of the held-out window in a window of the training.",
  },
};

/**
 * Where to look, if another fault was named.
 * @type {Record<Fault, string>}
 */
const LOOK = {
  same_batch: "Compare the two windows of the training, and the two losses.",
  shifted_twice: "Take an input, and look for it among the targets: how far away is it?",
  padding_counted: "Which targets can be guessed without reading?",
  wrapped_ids: "Read the inputs aloud. The losses alone give nothing away here.",
  leaked: "Both losses fall far below a healthy run’s. Where have you read the last window before?",
};

/**
 * The line at fault, and what takes its place.
 * @type {Record<Fault, { broken: string, mended: string }>}
 */
export const CODE = {
  same_batch: {
    broken: "x, y = next(make_batches(ids, T, 16))",
    mended: "x, y = next(batches)  # made once",
  },
  shifted_twice: {
    broken: "loss = model(x, labels=y)  # shifts y",
    mended: "loss = model(x, labels=x)",
  },
  padding_counted: {
    broken: "y = rows[:, 1:]",
    mended: "y = rows[:, 1:].where(is_text, -100)",
  },
  wrapped_ids: {
    broken: "ids.astype(np.uint8).tofile(path)",
    mended: "ids.astype(np.uint16).tofile(path)",
  },
  leaked: {
    broken: "windows = shuffle(cut(text))",
    mended: "train, held_out = map(cut, split(text))",
  },
};

/** @type {(losses: number[]) => string} */
const last = (losses) => localFixed(lastOf(losses), 2);

/**
 * Two decimals, of the mean over the seeds.
 * @param {number[]} values
 */
const mean = (values) => localFixed(values.reduce((sum, v) => sum + v, 0) / values.length, 2);

/** @type {(values: number[]) => string} */
const range = (values) =>
  localize`${localFixed(Math.min(...values), 2)} to ${localFixed(Math.max(...values), 2)}`;

/**
 * What the chart draws, in words.
 * @param {Loader} loader
 * @param {boolean} isMended
 */
export function describe({ broken, mended }, isMended) {
  const { step, train, val } = broken.curve;
  const lowest = localFixed(Math.min(...val), 2);
  const words = localize`In ${step.at(-1)} steps the training loss goes from
    ${localFixed(train[0], 2)} to ${last(train)}, and the held-out loss from
    ${localFixed(val[0], 2)} to ${last(val)}; its lowest is ${lowest}.`;
  if (!isMended) return words;
  const { curve } = mended;
  return words + " " + localize`Mended: training ends at ${last(curve.train)}, held-out at
    ${last(curve.val)}.`;
}

/**
 * What an answer is worth, and what mending has done.
 * @param {Loader} loader
 * @param {string} answer
 * @param {boolean} isMended
 * @param {{ k: number, score: number, of: number }} place which loader it is, and how many of them
 *   are solved
 */
export function verdict(loader, answer, isMended, { k, score, of }) {
  const { fault, broken, mended } = loader;
  if (!answer) return localize`Loader ${k + 1} of ${of}: what is wrong?`;
  if (answer !== fault) {
    return localize`Not here. ${localize(FAULTS[answer].looks)} ${localize(LOOK[fault])}`;
  }
  if (!isMended) return localize`Right. ${evidence(loader)} ${score} of ${of} solved.`;
  const seeds = broken.ends.unseen.length;
  const [b, m] = [broken.ends.unseen, mended.ends.unseen];
  return outcome(loader) + " " + localize`On messages that no run has read, fed as they should
    be, the loss was ${mean(b)} and is now ${mean(m)} (means of ${seeds} seeds: ${range(b)}, and
    ${range(m)}).`;
}

/**
 * What shows the fault.
 * @param {Loader} loader
 */
function evidence({ fault, broken: { curve, sample } }) {
  const again = (sample[1]?.step ?? 0) + 1;
  const [train, val] = [last(curve.train), last(curve.val)];
  if (fault === "same_batch") {
    return localize`Steps 1 and ${again} have the same window. Sixteen windows can be
      learned by heart, so the training loss falls to ${train}; held-out text only gets worse, and
      ends at ${val}.`;
  }
  if (fault === "shifted_twice") {
    return localize`Each target is the token after the next: the loader shifts, and so does the
      model. Two tokens ahead there is less to know, and the losses stay high, at ${train} and
      ${val}.`;
  }
  if (fault === "padding_counted") {
    return localize`After an end comes another end: that is the easiest of all guesses, and it draws
      both losses down, to ${train} and ${val}.`;
  }
  if (fault === "wrapped_ids") {
    return localize`In one byte, id 256 becomes 0 and 511 becomes 255, so syllables have turned into
      single bytes that belong elsewhere. The losses fall as if all were well: nonsense that
      follows rules can be learned, too.`;
  }
  return localize`The last window begins 4 tokens after one that step ${again} learned
    from. Most of the held-out text was training text, so its loss falls along, to ${val}.`;
}

/**
 * What the mended loader's curves show.
 * @param {Loader} loader
 */
function outcome({ fault, broken, mended: { curve } }) {
  const [train, val] = [last(curve.train), last(curve.val)];
  if (fault === "padding_counted") {
    return localize`Mended, the held-out loss is higher, ${val} in place of
      ${last(broken.curve.val)}: this is what a real token costs.`;
  }
  if (fault === "leaked") {
    const low = curve.val.indexOf(Math.min(...curve.val));
    return localize`Mended, the held-out loss is worse, and true: it is lowest at step
      ${curve.step[low]}, and ends at ${val} while the training loss is ${train}.`;
  }
  return localize`Mended, both losses fall together, to ${train} and ${val}.`;
}
