// The widgets that a playground mounts around its model: their scripts, and the traits that each is
// given.

import { entryOf } from "../../engine/present.js";
import { h } from "../shared/dom.js";
import { fetchFile } from "../shared/files.js";
import { PageModel } from "../shared/page_model.js";
import { pairOf } from "./brought_model.js";

/** @import { Running } from "./brought_model.js" */
/** @import { Loading, Place } from "../shared/types.js" */

/**
 * A widget behind a tab, as playground.py describes it: its ref is that of its script, `text` the
 * trait that holds what the model reads, `begins` what it begins with, by the ref of the model.
 * @typedef {object} Lab
 * @property {string} key
 * @property {string} name
 * @property {string} ref
 * @property {string} text
 * @property {Record<string, unknown>} state its traits
 * @property {string[]} settings those that Reset sets back
 * @property {Record<string, object>} begins
 * @property {number | null} most_layers of a model that it can show
 */
/** @typedef {{ render: (place: Place) => Promise<() => void> }} Script */

/** @type {Map<string, Script>} those that are loaded, by their ref */
const SCRIPTS = new Map();
const PAIR = "patching"; // reads two texts, which go together
/** @type {Record<string, (running: Running, text: string) => object>} what depends on the model */
const TO_BEGIN = {
  heads: ({ gpt: { config: { n_layer, n_head } } }) => ({
    head_scale: Array.from({ length: n_layer }, () => Array(n_head).fill(1)),
  }),
  patching: pairOf,
};

/**
 * A widget's script, which a page fetches when it is first wanted; its style comes with it.
 * @param {Lab} lab
 * @param {Loading} view
 * @returns {Promise<Script>}
 */
export async function loadScript({ ref }, view) {
  if (!SCRIPTS.has(ref)) {
    const { script, style } = await fetchFile(view, ref, (file) => file);
    const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    const loaded = await import(url).finally(() => URL.revokeObjectURL(url));
    const id = `llm-style-${ref}`; // the cell may have been run before
    if (!document.getElementById(id)) document.head.append(h("style", { id }, style));
    SCRIPTS.set(ref, loaded.default);
  }
  return entryOf(SCRIPTS, ref);
}

/** The traits of the widgets around one model, as they were left; all but one share a text. */
export class LabModels {
  /**
   * @param {string} ref of the model
   * @param {Running} running
   * @param {(text: string) => void} ontext told what the reader has typed in one of them
   */
  constructor(ref, running, ontext) {
    this.ref = ref;
    this.running = running;
    this.ontext = ontext;
    /** @type {Map<string, PageModel>} by the widget's key */
    this.models = new Map();
  }

  /**
   * The traits of a widget, which reads the text that is given.
   * @param {Lab} lab
   * @param {string} read
   */
  modelOf(lab, read) {
    if (!this.models.has(lab.key)) this.models.set(lab.key, this.begin(lab, read));
    this.read(lab, read);
    return entryOf(this.models, lab.key);
  }

  /**
   * @param {Lab} lab
   * @param {string} read
   */
  begin({ key, text, state, settings, begins }, read) {
    /** @type {Record<string, unknown>} */
    const traits = {
      ...structuredClone(state),
      [text]: read,
      ...TO_BEGIN[key]?.(this.running, read),
      ...begins[this.ref],
    };
    traits.initial = Object.fromEntries(settings.map((name) => [name, traits[name]]));
    const model = new PageModel({ ...traits, model_ref: this.ref, running: this.running });
    if (key !== PAIR) model.on(`change:${text}`, () => this.ontext(model.get(text)));
    return model;
  }

  /**
   * A widget that was begun reads another text.
   * @param {Lab} lab
   * @param {string} read
   */
  read({ key, text }, read) {
    if (key !== PAIR) this.models.get(key)?.set(text, read);
  }
}
