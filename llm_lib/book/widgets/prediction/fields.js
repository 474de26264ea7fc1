// Where a prediction is answered: choices, places to click, a number, a text, or a list of these.

import { groupName } from "../shared/controls.js";
import { h } from "../shared/dom.js";
import { localize } from "../shared/localize.js";
import { marked, unmarked } from "../shared/marked.js";
import { ordinal, readNumber } from "./judge.js";

/**
 * A field: read() gives the answer, null where there is none yet; show(answer, locked, wrong) sets
 * it. wrong: the answers that were tried and are not right.
 * @typedef {object} Field
 * @property {HTMLElement} element
 * @property {string} missing what to say where there is no answer
 * @property {() => any} read
 * @property {(answer: any, locked: boolean, wrong: any[]) => void} show
 */

/** @param {any} a @param {any} b */
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/**
 * @typedef {object} Radios
 * @property {{ answer: any, look: (Node | string)[] }[][]} rows
 * @property {string} look the classes of the group
 * @property {string} missing
 * @property {(answer: any) => void} take answers with what was clicked or tapped
 */

/**
 * Radio buttons, each of which stands for an answer. A click answers at once; the keyboard chooses
 * with the arrows, and checks with Enter or the button.
 * @param {string} label
 * @param {Radios} options
 * @returns {Field}
 */
function radios(label, { rows, look, missing, take }) {
  const name = groupName("llm-predict");
  const options = rows.map((row) =>
    row.map(({ answer, look }) => {
      const input = h("input", { type: "radio", name });
      const mark = h("span", { class: "llm-predict-mark" });
      return { answer, input, mark, label: h("label", {}, input, h("span", {}, ...look), mark) };
    })
  );
  const all = options.flat();
  for (const { answer, input, label } of all) {
    label.addEventListener("click", (event) => {
      // the browser's own click on the radio button comes behind a reader's, or from a key
      const isReaders = event.target !== input && event.detail > 0;
      if (!isReaders || input.disabled || label.dataset.mark) return;
      input.checked = true;
      take(answer);
    });
  }
  const lines = options.map((row) =>
    h("div", { class: "llm-predict-row" }, ...row.map((option) => option.label))
  );
  return {
    element: h("div", { class: look, role: "radiogroup", "aria-label": label }, ...lines),
    missing,
    read: () => all.find((option) => option.input.checked)?.answer ?? null,
    show(answer, locked, wrong) {
      for (const option of all) {
        const isWrong = wrong.some((tried) => same(tried, option.answer));
        option.input.checked = same(option.answer, answer);
        option.input.disabled = locked;
        option.label.dataset.mark = isWrong
          ? "wrong"
          : locked && option.input.checked
          ? "right"
          : "";
        option.mark.textContent = { wrong: localize`✕ no`, right: localize`✓ right` }[
          option.label.dataset.mark
        ] ?? "";
      }
    },
  };
}

/**
 * A line to type a number or a text in.
 * @param {string} label
 * @param {boolean} isNumber
 * @param {boolean} [narrow]
 * @returns {Field}
 */
function line(label, isNumber, narrow = false) {
  const input = h("input", {
    type: "text",
    class: narrow ? "llm-predict-narrow" : "",
    "aria-label": label,
    autocomplete: "off",
    inputmode: isNumber ? "decimal" : "text",
    spellcheck: "false",
  });
  return {
    element: input,
    missing: isNumber
      ? localize`Type a number, such as 12, 0.5, 1/8 or 20 %.`
      : localize`Type your answer first.`,
    read() {
      if (!isNumber) return input.value.trim() || null;
      const number = readNumber(input.value);
      return Number.isFinite(number) ? number : null;
    },
    show(answer, locked) {
      input.disabled = locked;
      // what was typed stays: 1/8 does not become 0.125
      if (!same(this.read(), answer)) input.value = answer === null ? "" : round(answer);
    },
  };
}

/** @param {any} value */
const round = (value) =>
  typeof value === "number" ? String(Number(value.toPrecision(6))) : String(value);

/**
 * One of some choices, for an item of a list.
 * @param {string} label
 * @param {[key: string, words: string][]} choices
 * @returns {Field}
 */
function picker(label, choices) {
  const options = choices.map(([key, words]) => h("option", { value: key }, localize(words)));
  const element = h("select", { "aria-label": label }, h("option", { value: "" }, "…"), ...options);
  return {
    element,
    missing: "",
    read: () => element.value || null,
    show(answer, locked) {
      element.value = answer ?? "";
      element.disabled = locked;
    },
  };
}

/**
 * A field for each item of a list.
 * @param {any[]} right
 * @param {string[]} items
 * @param {[key: string, words: string][]} choices
 * @returns {Field}
 */
function list(right, items, choices) {
  const fields = right.map((one, i) => {
    const label = items[i] ? localize(items[i]) : localize`The ${localize(ordinal(i))}`;
    return choices.length ? picker(label, choices) : line(label, typeof one === "number", true);
  });
  const rows = fields.map(({ element }, i) =>
    items.length
      ? h("li", {}, h("span", {}, ...marked(localize(items[i]))), element)
      : h("li", {}, element)
  );
  const kind = `llm-predict-list${items.length ? "" : " llm-predict-inline"}`;
  return {
    element: h("ol", { class: kind }, ...rows),
    missing: localize`Answer all ${right.length} first.`,
    read() {
      const values = fields.map((field) => field.read());
      return values.includes(null) ? null : values;
    },
    show(answer, locked) {
      // until all are answered there is no answer, and what is there stays
      if (answer !== null || this.read() !== null) {
        fields.forEach((field, i) => field.show(answer?.[i] ?? null, locked, []));
      }
    },
  };
}

const SHORT = 10; // letters: three such choices fit side by side; four stand two by two
const HALF = 34; // and two of these

/**
 * How many choices stand side by side.
 * @param {string[]} words
 */
function columns(words) {
  const longest = Math.max(...words.map((one) => unmarked(one).length));
  if (longest <= SHORT) return words.length === 4 ? 4 : 3;
  return longest <= HALF && words.length !== 3 ? 2 : 1; // the third would stand alone
}

/**
 * The field for a prediction; get reads a trait, and take answers with a choice or a place.
 * @param {(name: any) => any} get
 * @param {(answer: any) => void} take
 * @returns {Field}
 */
export function answerField(get, take) {
  const label = localize`Your answer`;
  const kind = get("kind");
  if (kind === "choice") {
    /** @type {[key: string, words: string][]} */
    const choices = get("choices");
    const rows = choices.map(([key, words]) => [{ answer: key, look: marked(localize(words)) }]);
    const beside = columns(choices.map(([, words]) => localize(words)));
    const look = `llm-predict-choices llm-predict-beside-${beside}`;
    const missing = localize`Choose one of the answers first.`;
    return radios(label, { rows, look, missing, take });
  }
  if (kind === "place") {
    const rows = get("places").map((/** @type {string[]} */ row, /** @type {number} */ i) =>
      row.map((words, j) => ({ answer: get("in_rows") ? [i, j] : j, look: [words] }))
    );
    const missing = localize`Click a place first.`;
    return radios(label, { rows, look: "llm-predict-places", missing, take });
  }
  if (kind === "list") return list(get("right"), get("items"), get("choices"));
  return line(label, kind === "number");
}
