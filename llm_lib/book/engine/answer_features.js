// Features of labelled texts at many places of a model, as llm_lib.book.studies.answer_features
// packs them, and probes that are trained on them.

import { fromBase64 } from "./base64.js";
import { entryOf } from "./present.js";
import { drawExamples, fitProbe, probeProbabilities } from "./probe.js";
import { indexOfLargest } from "./vectors.js";

/** @import { Probe } from "./probe.js" */
/**
 * @typedef {object} Packed
 * @property {number[]} shape layers, positions, texts, directions
 * @property {string} data 4 bits for each number, two in a byte, in base64
 * @property {number[]} scale of each layer, position and direction
 */
/**
 * @typedef {object} FeatureFile
 * @property {string[]} classes
 * @property {number[]} layers
 * @property {string[]} positions
 * @property {number[]} behind columns of padding behind the end
 * @property {string} padding the token that fills them
 * @property {number} l2
 * @property {[text: string, label: string][]} train
 * @property {[text: string, label: string][]} test
 * @property {{ n: number, mean: number }[]} words accuracies of TF-IDF, by number of examples
 * @property {{ layer: number, position: string, n: number, mean: number }[]} full accuracies of
 *   probes that have all channels
 * @property {Packed} text
 * @property {Packed} behind_end of the test texts, at the columns behind the end
 */
/** @typedef {{ layer: number, position: string, padding: number }} At where a probe reads */
/**
 * What a probe says of the test texts.
 * @typedef {object} Verdict
 * @property {number[][]} probabilities of each class, by text
 * @property {number[]} said the likeliest class of each text
 * @property {number} accuracy
 */

/**
 * The numbers of a file, by place and text.
 * @param {Packed} packed
 * @returns {Float64Array[][]}
 */
export function unpackFeatures({ shape: [layers, positions, texts, size], data, scale }) {
  const bytes = fromBase64(data);
  const row = (/** @type {number} */ place, /** @type {number} */ text) =>
    Float64Array.from({ length: size }, (_, j) => {
      const byte = bytes[((place * texts + text) * size + j) >> 1];
      return ((j % 2 ? byte & 15 : byte >> 4) - 8) * scale[place * size + j];
    });
  return Array.from(
    { length: layers * positions },
    (_, place) => Array.from({ length: texts }, (_, text) => row(place, text)),
  );
}

/** Probes of all places, trained on a few examples or on many. */
export class AnswerProbes {
  /** @param {FeatureFile} file */
  constructor(file) {
    this.file = file;
    const number = (/** @type {[string, string]} */ [, label]) => file.classes.indexOf(label);
    this.labels = file.train.map(number);
    this.truth = file.test.map(number);
    this.text = unpackFeatures(file.text);
    this.behind = unpackFeatures(file.behind_end);
    this.examples = /** @type {number[]} */ ([]);
    /** @type {Map<string, Probe>} by layer and position, of the examples now */
    this.probes = new Map();
  }

  /**
   * Learn from other examples.
   * @param {number} n
   * @param {number} seed
   */
  draw(n, seed) {
    this.examples = drawExamples(n, this.labels.length, seed);
    this.probes.clear();
  }

  /**
   * The probe of a place; padding plays no part in its training.
   * @param {At} at
   */
  probe({ layer, position }) {
    const key = `${layer} ${position}`;
    if (!this.probes.has(key)) {
      const rows = this.text[this.placeOf(layer, position)];
      const labels = this.examples.map((i) => this.labels[i]);
      this.probes.set(key, fitProbe(this.examples.map((i) => rows[i]), labels, this.file.l2));
    }
    return entryOf(this.probes, key);
  }

  /**
   * Let the probe of a place judge the test texts: at that place, or so many columns behind it.
   * @param {At} at
   * @returns {Verdict}
   */
  judge(at) {
    const probe = this.probe(at);
    const { classes } = this.file;
    const probabilities = this.testRows(at).map((row) =>
      probeProbabilities(probe, row, classes.length)
    );
    const said = probabilities.map(indexOfLargest);
    const right = said.filter((c, i) => c === this.truth[i]).length;
    return { probabilities, said, accuracy: right / said.length };
  }

  /**
   * The features of the test texts.
   * @param {At} at
   */
  testRows({ layer, position, padding }) {
    const { layers, behind, train } = this.file;
    if (!padding) return this.text[this.placeOf(layer, position)].slice(train.length);
    return this.behind[layers.indexOf(layer) * behind.length + behind.indexOf(padding)];
  }

  /** The accuracy of always saying the commonest class of the examples. */
  get guess() {
    const counts = this.file.classes.map((_, c) =>
      this.examples.filter((i) => this.labels[i] === c).length
    );
    const commonest = indexOfLargest(counts);
    return this.truth.filter((c) => c === commonest).length / this.truth.length;
  }

  /**
   * How often each class (a row) was taken for each (a column).
   * @param {number[]} said
   */
  confusion(said) {
    const counts = this.file.classes.map(() => this.file.classes.map(() => 0));
    said.forEach((c, i) => counts[this.truth[i]][c]++);
    return counts;
  }

  /**
   * @param {number} layer
   * @param {string} position
   */
  placeOf(layer, position) {
    const { layers, positions } = this.file;
    return layers.indexOf(layer) * positions.length + positions.indexOf(position);
  }
}
