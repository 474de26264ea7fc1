// The three files of a model, as llm_lib.pretrained.save_load.save_model writes them and load_model
// reads them: config.json, tokenizer.json and model.safetensors, loose or in a zip. Or one GGUF
// file.
//
//   const model = await readModelFiles([{ name, blob }, ...]);  // {config, tokenizer, weights}
//   modelZip(model);                                            // a Blob
//
// A file may be anything. What is wrong with it is said in one sentence, and nothing of it is used.

import { readGGUF } from "./gguf_model.js";
import { checkSize, MOST_NUMBERS, readConfig, tensorShapes } from "./model_config.js";
import { readSafetensors, writeSafetensors } from "./safetensors.js";
import { readTokenizer } from "./tokenizer_file.js";
import { sizeOf } from "./weights.js";
import { readZip, writeZip } from "./zip.js";

/** @import { FullConfig } from "./model_config.js" */
/** @import { Config, Floats, TokenizerFile } from "./types.js" */
/** @import { NamedBytes } from "./zip.js" */
/** @typedef {{ name: string, blob: Blob }} NamedBlob the name may have folders before it */
/** @typedef {{ name: string, read: (most: number) => Promise<Blob> }} Readable */
/**
 * @typedef {{ config: FullConfig, tokenizer: TokenizerFile, weights: Record<string, Floats> }}
 *   LooseModel
 */

const MODEL_FILES = ["config.json", "tokenizer.json", "model.safetensors"];
const MOST_CONFIG = 100_000; // bytes
const MOST_TOKENIZER = 40_000_000;
const TOGETHER = "it and config.json should be of one model";

/**
 * A model from its files. Throws an Error in words if one is missing, damaged, or does not go with
 * the others.
 * @param {NamedBlob[]} files the three, perhaps among others, or one zip that holds them, or one
 *   GGUF file
 * @param {number} [most] how many numbers this device can hold: see MOST_NUMBERS
 * @returns {Promise<LooseModel>}
 */
export async function readModelFiles(files, most = MOST_NUMBERS.laptop) {
  const gguf = files.find(({ name }) => /\.gguf$/i.test(name));
  if (gguf) return await readGGUF(gguf.blob, most);
  const [configFile, tokenizerFile, weightsFile] = findThree(await listFiles(files));
  const config = readConfig(await readJSON(configFile, MOST_CONFIG));
  checkSize(config, most);
  const tokenizer = await readJSON(tokenizerFile, MOST_TOKENIZER);
  readTokenizer(tokenizer, config.vocab_size);
  const mostBytes = 4 * most + MOST_TOKENIZER; // room for the header
  const weights = await readSafetensors(
    await weightsFile.read(mostBytes),
    (shapes) => checkShapes(shapes, tensorShapes(config)),
  );
  return { config, tokenizer, weights };
}

/**
 * What was given, or what is in the zip that was given.
 * @param {NamedBlob[]} files
 * @returns {Promise<Readable[]>}
 */
async function listFiles(files) {
  const isZip = (/** @type {NamedBlob} */ { name }) => /\.zip$/i.test(name);
  if (files.length === 1 && isZip(files[0])) return await readZip(files[0].blob);
  if (files.some(isZip)) {
    throw new Error("Give one zip alone, or the three files of one model without a zip.");
  }
  return files.map(({ name, blob }) => ({
    name,
    read: (most) =>
      blob.size > most ? Promise.reject(tooLong(name, blob.size, most)) : Promise.resolve(blob),
  }));
}

/**
 * @param {string} name
 * @param {number} size
 * @param {number} most
 */
const tooLong = (name, size, most) =>
  new Error(
    `${name} has ${size.toLocaleString("en")} bytes; at most ${most.toLocaleString("en")} are ` +
      "allowed.",
  );

/**
 * The three files of the one model among these, in the order of MODEL_FILES.
 * @param {Readable[]} files
 */
function findThree(files) {
  const baseName = (/** @type {string} */ path) => path.slice(path.lastIndexOf("/") + 1);
  const folder = (/** @type {string} */ path) => path.slice(0, -baseName(path).length);
  const real = files.filter(({ name }) => !name.startsWith("__MACOSX/")); // what macOS adds
  const three = MODEL_FILES.map((wanted) => {
    const found = real.filter(({ name }) => baseName(name) === wanted);
    if (found.length > 1) {
      throw new Error(
        `There is more than one ${wanted} (${found[0].name} and ${found[1].name}): give one model.`,
      );
    }
    if (!found.length) throw missing(wanted, real.map(({ name }) => baseName(name)));
    return found[0];
  });
  if (three.some(({ name }) => folder(name) !== folder(three[0].name))) {
    throw new Error(
      `The files lie in different folders (${
        three.map(({ name }) => name).join(", ")
      }): give one ` +
        "model.",
    );
  }
  return three;
}

/**
 * @param {string} wanted
 * @param {string[]} names
 */
function missing(wanted, names) {
  const given = names.filter(Boolean).slice(0, 6).join(", ").slice(0, 200) || "nothing";
  return new Error(
    `${wanted} is missing. A model is the three files ${MODEL_FILES.join(", ")} that ` +
      `save_model(model, tokenizer, folder) writes, or one GGUF file; given: ${given}.`,
  );
}

/**
 * @param {Readable} file
 * @param {number} most
 */
async function readJSON(file, most) {
  const bytes = await (await file.read(most)).arrayBuffer();
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new Error(`${file.name} is not a JSON file: copy it or save it again.`);
  }
}

/**
 * Refuse tensors other than those that the config asks for.
 * @param {Record<string, number[]>} shapes
 * @param {Record<string, number[]>} needed
 */
function checkShapes(shapes, needed) {
  const said = (/** @type {number[]} */ shape) => `(${shape.join(", ")})`;
  for (const [name, shape] of Object.entries(needed)) {
    if (!Object.hasOwn(shapes, name)) {
      throw new Error(`model.safetensors: the weight “${name}” is missing; ${TOGETHER}.`);
    }
    if (said(shapes[name]) !== said(shape)) {
      throw new Error(
        `model.safetensors: “${name}” has shape ${said(shapes[name])}, the config asks for ` +
          `${said(shape)}; ${TOGETHER}.`,
      );
    }
  }
  const unknown = Object.keys(shapes).find((name) => !Object.hasOwn(needed, name));
  if (unknown !== undefined) {
    throw new Error(`model.safetensors: unknown weight “${unknown.slice(0, 60)}”; ${TOGETHER}.`);
  }
}

/**
 * The three files of a model, which load_model reads in Python. Throws an Error in words if the
 * weights do not fit the config.
 * @param {{ config: Config, tokenizer: TokenizerFile, weights: Record<string, Floats> }} model
 * @param {"F32" | "F16"} [dtype] F16 halves the largest file
 * @returns {NamedBytes[]}
 */
export function modelFiles({ config, tokenizer, weights }, dtype = "F32") {
  const full = readConfig(config);
  const shapes = tensorShapes(full);
  for (const [name, shape] of Object.entries(shapes)) {
    if (weights[name]?.length !== sizeOf(shape)) {
      throw new Error(
        `“${name}” should hold ${sizeOf(shape)} numbers and holds ` +
          `${weights[name]?.length ?? 0}.`,
      );
    }
  }
  const json = (/** @type {object} */ data, /** @type {number} */ indent) =>
    new TextEncoder().encode(`${JSON.stringify(data, null, indent)}\n`);
  return [
    { name: MODEL_FILES[0], bytes: json(full, 1) },
    { name: MODEL_FILES[1], bytes: json(tokenizer, 0) },
    { name: MODEL_FILES[2], bytes: writeSafetensors(weights, shapes, dtype) },
  ];
}

/**
 * The same as one zip, in which they lie in a folder.
 * @param {Parameters<typeof modelFiles>[0]} model
 * @param {{ dtype?: "F32" | "F16", folder?: string }} [options]
 */
export const modelZip = (model, { dtype = "F32", folder = "model" } = {}) =>
  writeZip(
    modelFiles(model, dtype).map(({ name, bytes }) => ({ name: `${folder}/${name}`, bytes })),
  );
