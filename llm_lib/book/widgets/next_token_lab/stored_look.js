// What a widget shows of its model before it has fetched it: the probabilities after its prompt.

import { button } from "../shared/controls.js";
import { find, h, problem } from "../shared/dom.js";
import { theBook } from "../shared/files.js";
import { reason } from "../shared/frame.js";
import { localize } from "../shared/localize.js";
import { fetchModel } from "../shared/model.js";

/** @import { GPT } from "../../engine/gpt.js" */
/** @import { Tokenizer } from "../../engine/types.js" */
/** @import { ModelViewParts } from "../shared/types.js" */
/**
 * @typedef {object} FirstLook
 * @property {string} prompt
 * @property {number[]} ids of the prompt
 * @property {string[]} labels of those
 * @property {[id: number, label: string, p: number][]} next the likeliest tokens after it
 * @property {number} vocab_size
 * @property {number} context_length
 */

const WAITING = "Fetching the model …";

/**
 * How a widget begins: with what is stored of its model, where that is; else with the model.
 * @param {FirstLook} look its prompt is "" where nothing is stored
 * @param {(parts: ModelViewParts) => PromptView} makeView
 */
export function firstLook(look, makeView) {
  if (!theBook() || !look.prompt) return { live: makeView };
  return {
    load: () => Promise.resolve(storedModel(look)),
    live: (/** @type {ModelViewParts} */ parts) => untilTouched(parts, makeView),
  };
}

/**
 * A model and a tokenizer that know one prompt, and what comes next there: enough to show it.
 * @param {FirstLook} look
 * @returns {{ gpt: GPT, tokenizer: Tokenizer }}
 */
function storedModel({ prompt, ids, labels, next, vocab_size, context_length }) {
  const names = new Map([
    ...ids.map((id, i) => /** @type {[number, string]} */ ([id, labels[i]])),
    ...next.map(([id, label]) => /** @type {[number, string]} */ ([id, label])),
  ]);
  const listed = next.reduce((sum, [, , p]) => sum + p, 0);
  const other = Math.max(1e-9, (1 - listed) / Math.max(1, vocab_size - next.length));
  const logits = new Float32Array(vocab_size).fill(Math.log(other));
  for (const [id, , p] of next) logits[id] = Math.log(p);
  const encode = (/** @type {string} */ text) => {
    if (text !== prompt) throw new Error(WAITING);
    return ids;
  };
  const decode = (/** @type {number[]} */ some) => some.map((id) => names.get(id) ?? "").join("");
  const label = (/** @type {number} */ id) => names.get(id) ?? "";
  const tokenizer = { encode, decode, label, endOfText: /** @type {number | null} */ (null) };
  const gpt = { config: { context_length, vocab_size }, forward: () => ({ logits }) };
  return /** @type {any} */ ({ gpt, tokenizer });
}

/** @typedef {{ prompt: HTMLTextAreaElement }} PromptView a view with a field for the prompt */

/**
 * A view of what is stored, until the reader touches it: then the model is fetched, and another
 * view takes its place, with the cursor where it was.
 * @param {ModelViewParts} parts
 * @param {(parts: ModelViewParts) => PromptView} makeView
 */
function untilTouched(parts, makeView) {
  const { model, root, body, signal } = parts;
  const first = new AbortController();
  signal.addEventListener("abort", () => first.abort());
  const stored = makeView({ ...parts, signal: first.signal });
  renewOnTouch({ root, body, signal }, async () => {
    const real = await fetchModel({ model, signal, say: () => {} });
    const { prompt } = stored;
    const cursor = document.activeElement === prompt ? prompt.selectionStart : null;
    first.abort();
    find(root, ".llm-titlebar button").remove();
    body.replaceChildren();
    const view = makeView({ ...parts, ...real });
    if (cursor === null) return;
    view.prompt.focus({ preventScroll: true });
    view.prompt.setSelectionRange(cursor, cursor);
  });
}

/**
 * Once the reader comes to a widget, fetch what it waits for and show it anew; then do what the
 * reader meant, if that was a click. Where that fails, what is shown stays, and the next click or
 * key tries again.
 * @param {Pick<ModelViewParts, "root" | "body" | "signal">} view
 * @param {() => Promise<void>} renew
 */
function renewOnTouch({ root, body, signal }, renew) {
  const waiting = new AbortController(); // until the widget is renewed
  const coming = new AbortController(); // until the reader has come near
  signal.addEventListener("abort", () => [waiting, coming].forEach((one) => one.abort()));
  const buttons = () => [...root.querySelectorAll("button")];
  const again = button(localize`Try again`, () => {}); // as any click does
  const failure = h("div", { class: "llm-row", hidden: true });
  body.append(failure);
  let clicked = -1;
  let isAwake = false;
  const wake = async () => {
    coming.abort();
    if (isAwake) return;
    isAwake = true;
    failure.hidden = true;
    try {
      await renew();
      waiting.abort();
      buttons()[clicked]?.click();
    } catch (error) {
      if (signal.aborted) return;
      console.error(error);
      [isAwake, clicked] = [false, -1];
      failure.replaceChildren(problem(`This widget can't run its model. ${reason(error)}`), again);
      failure.hidden = false;
    }
  };
  const remember = (/** @type {MouseEvent} */ event) => {
    const target = /** @type {Element} */ (event.target).closest("button");
    if (!target) return;
    event.stopPropagation();
    clicked = target === again ? -1 : buttons().indexOf(target);
    wake();
  };
  root.addEventListener("click", remember, { capture: true, signal: waiting.signal });
  root.addEventListener("keydown", wake, { signal: waiting.signal });
  for (const sign of ["pointerover", "focusin"]) {
    root.addEventListener(sign, wake, { signal: coming.signal });
  }
}
