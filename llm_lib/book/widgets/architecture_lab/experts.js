// How many experts there are, how many a token meets, and how many all tokens share.

import { h } from "../shared/dom.js";

const EXPERT_COUNTS = [1, 4, 8, 16, 32, 64, 128, 256];
const ACTIVE_COUNTS = [1, 2, 4, 6, 8];
const SHARED_COUNTS = [0, 1, 2];

/**
 * Three menus in a row, which `follow(experts)` sets from outside.
 * @param {(value: { n_expert: number, n_active: number, n_shared: number }) => void} onpick
 */
export function expertField(onpick) {
  let chosen = false;
  const pickAll = () => {
    // two active ones where there was none before
    const rest = chosen ? { n_active: at(active), n_shared: at(shared) } : FIRST;
    onpick({ n_expert: at(all), ...rest });
  };
  const all = menu("Experts", EXPERT_COUNTS, pickAll);
  const active = menu("Experts for each token", ACTIVE_COUNTS, pickAll);
  const shared = menu("Shared experts", SHARED_COUNTS, pickAll);
  const follow = (
    /** @type {[n_expert: number, n_active: number, n_shared: number]} */ experts,
  ) => {
    const [n_expert, n_active, n_shared] = experts ?? [1, 1, 0];
    chosen = Boolean(experts);
    all.value = String(n_expert);
    active.value = String(n_active);
    shared.value = String(n_shared);
    active.disabled = shared.disabled = !chosen;
    for (const option of active.options) option.disabled = Number(option.value) > n_expert;
  };
  const menus = h("span", {}, all, " active ", active, " shared ", shared);
  const element = h("div", { class: "llm-sizer-choice" }, h("b", {}, "Experts"), menus);
  return Object.assign(element, { follow });
}

const FIRST = { n_active: 2, n_shared: 0 };

/** @param {HTMLSelectElement} select */
const at = (select) => Number(select.value);

/**
 * @param {string} name
 * @param {number[]} values
 * @param {() => void} onchange
 */
const menu = (name, values, onchange) =>
  h(
    "select",
    { "aria-label": name, onchange },
    ...values.map((value) => h("option", { value }, String(value))),
  );
