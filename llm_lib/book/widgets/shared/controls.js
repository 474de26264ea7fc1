// What a reader sets a widget with.

import { h } from "./dom.js";

/** @typedef {HTMLDivElement & { show: (value: number, text: string) => void }} Slider */

/**
 * A labelled slider. Its `show(value, text)` sets it from outside.
 * @param {object} options
 * @param {string} options.name
 * @param {number} options.min
 * @param {number} options.max
 * @param {number} options.step
 * @param {string} [options.note] what it does, in a few words
 * @param {(value: number) => void} options.oninput
 * @returns {Slider}
 */
export function slider({ name, min, max, step, note = "", oninput }) {
  // An <output> would be read out at each change, beside what the slider itself says.
  const output = h("span", { class: "llm-slider-value", "aria-hidden": "true" });
  const input = h("input", { type: "range", min, max, step, "aria-label": name });
  input.addEventListener("input", () => oninput(Number(input.value)));
  const element = h("div", { class: "llm-slider" }, h("b", {}, name), output, input);
  if (note) element.append(h("span", { class: "llm-note" }, note));
  const show = (/** @type {number} */ value, /** @type {string} */ text) => {
    input.value = String(value);
    output.textContent = text;
    input.setAttribute("aria-valuetext", text);
  };
  return Object.assign(element, { show });
}

/** @typedef {HTMLDivElement & { showK: (k: number) => void }} TopKSlider */

/**
 * A slider for top-k, in steps that grow. Its `showK(k)` sets it from outside; 0, "all", stands at
 * the right end.
 * @param {object} options
 * @param {number} options.most the largest k before that
 * @param {string} options.note
 * @param {(k: number) => void} options.oninput
 * @returns {TopKSlider}
 */
export function topKSlider({ most, note, oninput }) {
  const stops = [...TOP_K_STOPS.filter((k) => k <= most), 0];
  const end = stops.length - 1;
  const pick = (/** @type {number} */ i) => oninput(stops[i]);
  const element = slider({ name: "Top-k", min: 0, max: end, step: 1, note, oninput: pick });
  const showK = (/** @type {number} */ k) => {
    const stop = stops.findIndex((s) => s === k || s > k || s === 0);
    element.show(k === 0 ? end : stop, k === 0 ? "all" : String(k));
  };
  return Object.assign(element, { showK });
}

const TOP_K_STOPS = [1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 40, 50, 100];
const MOST = 4294967295; // the largest seed: 32 bits

/**
 * A field for a seed: a whole number that fits 32 bits, whatever is typed.
 * @param {(seed: number) => void} onpick
 */
export function seedField(onpick) {
  const read = () => Math.min(MOST, Math.max(0, Math.floor(Number(field.value) || 0)));
  const field = h("input", {
    type: "number",
    min: 0,
    max: MOST,
    step: 1,
    "aria-label": "Seed",
    onchange: () => onpick(read()),
  });
  return field;
}

/**
 * A button with words on it.
 * @param {string} words
 * @param {(event: MouseEvent) => void} onclick
 * @param {string} [kind] its classes
 */
export const button = (words, onclick, kind) =>
  h("button", { type: "button", class: kind, onclick }, words);

/**
 * A name for a group of radio buttons that no other view has: those of one name exclude each other.
 * @param {string} start
 */
export const groupName = (start) => `${start}-${Math.random().toString(36).slice(2)}`;

/** @typedef {HTMLDivElement & { show: (value: string) => void }} Segments */

/**
 * Two to five choices of which one holds, as radio buttons in one frame. Its `show(value)` sets it
 * from outside.
 * @param {string} name what they choose
 * @param {[value: string, label: string][]} choices
 * @param {(value: string) => void} onpick
 * @returns {Segments}
 */
export function segments(name, choices, onpick) {
  const group = groupName("llm-segments");
  const inputs = choices.map(([value]) =>
    h("input", { type: "radio", name: group, value, onchange: () => onpick(value) })
  );
  const labels = inputs.map((input, i) => h("label", {}, input, choices[i][1]));
  const frame = { class: "llm-segments", role: "radiogroup", "aria-label": name };
  const show = (/** @type {string} */ value) => {
    for (const input of inputs) input.checked = input.value === value;
  };
  return Object.assign(h("div", frame, ...labels), { show });
}

/**
 * A box to tick. Its `show(on)` sets it from outside.
 * @param {string} text
 * @param {(on: boolean) => void} onpick
 * @returns {HTMLLabelElement & { show: (on: boolean) => void }}
 */
export function tickBox(text, onpick) {
  const input = h("input", { type: "checkbox", onchange: () => onpick(input.checked) });
  const show = (/** @type {boolean} */ on) => {
    input.checked = on;
  };
  return Object.assign(h("label", { class: "llm-check" }, input, text), { show });
}

/** @typedef {HTMLTextAreaElement & { show: (text: string) => void }} LineField */

/**
 * A field for a text of one line, which may be long: line breaks become spaces. Its `show(text)`
 * sets it from outside.
 * @param {string} name
 * @param {(text: string) => void} onpick told at each key
 * @param {{ most?: number | null, whole?: boolean }} [options] most: how many letters it takes;
 *   whole: told once the text is there, with Enter or when the reader leaves the field
 * @returns {LineField}
 */
export function lineField(name, onpick, { most = null, whole = false } = {}) {
  const read = () => onpick(oneLine(field.value));
  const field = h("textarea", {
    class: "llm-line",
    rows: 1,
    maxlength: most,
    spellcheck: "false",
    "aria-label": name,
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      if (whole) read();
    },
  });
  field.addEventListener(whole ? "change" : "input", read);
  const show = (/** @type {string} */ text) => {
    if (field.value !== text) field.value = text; // the cursor of one who types stays where it is
  };
  return Object.assign(field, { show });
}

/** What is typed or pasted, without its line breaks. @param {string} text */
const oneLine = (text) => text.replace(/[\r\n]+$/, "").replace(/\s*[\r\n]+\s*/g, " ");
