// Small helpers for the page. Text always enters as text, never as HTML.

/** h("button", {class: "x", onclick: f, "aria-label": "…"}, "text", otherElement) -> element. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    // "true" and "false" are words there
    else if (name.startsWith("aria-")) element.setAttribute(name, String(value));
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children);
  return element;
}

/** Set a trait and tell Python, where there is one. */
export function setTrait(model, name, value) {
  model.set(name, value);
  model.save_changes();
}

/** Call f whenever one of the traits changes, until the signal ends the view. */
export function onTraits(model, names, signal, f) {
  const events = names.map((name) => `change:${name}`);
  for (const event of events) model.on(event, f);
  signal.addEventListener("abort", () => events.forEach((event) => model.off(event, f)));
}

/** A function that runs f once in the next frame, however often it is called before. */
export function eachFrame(f, signal) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      if (!signal.aborted) f();
    });
  };
}

/** Call f when the page turns from light to dark or back: canvases must be painted anew. */
export function onTheme(signal, f) {
  const observer = new MutationObserver(f);
  const system = matchMedia("(prefers-color-scheme: dark)");
  for (const element of [document.documentElement, document.body]) {
    observer.observe(element, {
      attributeFilter: ["data-theme", "theme", "class", "data-jp-theme-light"],
    });
  }
  system.addEventListener("change", f);
  signal.addEventListener("abort", () => {
    observer.disconnect();
    system.removeEventListener("change", f);
  });
}

/** A colour of the theme as [red, green, blue]. */
export function themeColour(element, name) {
  const hex = getComputedStyle(element).getPropertyValue(name).trim();
  return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
}

/** A labelled slider. Its `show(value, text)` sets it from outside. */
export function slider({ name, min, max, step, note = "", oninput }) {
  const output = h("output");
  const input = h("input", { type: "range", min, max, step, "aria-label": name });
  input.addEventListener("input", () => oninput(Number(input.value)));
  // Not a <label>: an <output> can be labelled too, and would take the label from the slider.
  const element = h("div", { class: "llm-slider" }, h("b", {}, name), output, input);
  if (note) element.append(h("span", { class: "llm-note" }, note));
  element.show = (value, text) => {
    input.value = value;
    output.textContent = text;
    input.setAttribute("aria-valuetext", text);
  };
  return element;
}

/**
 * Let one Tab stop stand for a whole group, in which the arrow keys move. items(): the elements in
 * order; columns: 1 for a list; onmove(element) is told where the focus went.
 */
export function rove(group, items, { columns = () => 1, onmove = () => {} } = {}) {
  group.addEventListener("keydown", (event) => {
    const all = items();
    const at = all.indexOf(event.target);
    const n = columns();
    const steps = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: n,
      ArrowUp: -n,
      Home: -at,
      End: all.length - 1 - at,
    };
    if (at < 0 || !(event.key in steps) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = all[at + steps[event.key]];
    if (next) {
      next.focus();
      onmove(next);
    }
  });
  group.addEventListener("focusin", (event) => {
    if (items().includes(event.target)) {
      for (const item of items()) item.tabIndex = item === event.target ? 0 : -1;
    }
  });
}

/** 0.873 -> "87.3 %": never a bare 0 or 100 for what is only close to it. */
export function percent(p, digits = 1) {
  if (p > 0 && p < 0.0005) return "<\u00a00.1\u00a0%";
  if (p < 1 && p > 0.9995) return ">\u00a099.9\u00a0%";
  return `${(100 * p).toFixed(p > 0.1 && p < 0.99 ? digits : 1)}\u00a0%`;
}

/** The same for running text: whole percents where that is precise enough. */
export const roughly = (p) => percent(p, 0);

/** "1 token", "2 tokens". */
export const count = (n, noun) => `${n.toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;

/** Shown instead of a widget that can't work, or in it: what is wrong, in words. */
export const problem = (text) => h("p", { class: "llm-problem", role: "alert" }, text);
