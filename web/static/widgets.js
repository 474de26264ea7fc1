// Mounts anywidgets on a page that has no kernel. No dependencies, nothing fetched from elsewhere.
//
//   <div class="llm-mount" data-model="…">   where a widget goes (written by web/widget_state.py)
//   data-state on this script's own tag       the page's state file, loaded when first needed;
//                                             widget-sources/ has the scripts and styles it names
//   window.__llmBook.loadModel(ref)           for widgets: a model's weights, loaded once a page
(() => {
  "use strict";
  /** In the language of the page; English is the key. @type {(words: string) => string} */
  const localize = (words) => Reflect.get(globalThis, "__llmWords")?.words[words] ?? words;
  const me = document.currentScript;
  const base = me.src.replace(/widgets\.js.*$/, "");

  // A <script> works from disk as well (file://), where fetch() does not.
  const loadScript = (src) =>
    new Promise((done, fail) => {
      const tag = document.createElement("script");
      tag.src = src;
      tag.onload = done;
      tag.onerror = () =>
        fail(new Error(`${src.split("/").pop().split("?")[0]} could not be loaded`));
      document.head.append(tag);
    });

  // Remembers a promise by key, but forgets failures, so that a later try can succeed.
  const once = (make, known = new Map()) => (key) => {
    if (!known.has(key)) {
      known.set(
        key,
        make(key).catch((error) => {
          known.delete(key);
          throw error;
        }),
      );
    }
    return known.get(key);
  };

  const loadModel = once(async (ref) => {
    if (!/^[\w-]+$/.test(ref)) throw new Error(`"${ref}" is not the name of a model`);
    await loadScript(`${base}models/${ref}.js`);
    const model = globalThis.__llmModels?.[ref];
    if (!model) throw new Error(`models/${ref}.js holds no model named "${ref}"`);
    return model;
  });

  // What a widget's JavaScript sees as `model`: its traits, and who listens to them.
  class Model {
    #state;
    #listeners = new Map(); // event name -> Set of functions

    constructor({ state, buffers }) {
      this.#state = state;
      for (const { path, data } of buffers) {
        // a model's are millions: an iterator takes twenty times as long as this loop
        const letters = atob(data);
        const bytes = new Uint8Array(letters.length);
        for (let i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i);
        const parent = path.slice(0, -1).reduce((object, key) => object[key], state);
        parent[path.at(-1)] = new DataView(bytes.buffer);
      }
    }
    get(name) {
      return this.#state[name];
    }
    set(name, value) {
      const changes = typeof name === "object" ? name : { [name]: value };
      for (const [key, next] of Object.entries(changes)) {
        if (this.#state[key] === next) continue;
        this.#state[key] = next;
        this.#emit(`change:${key}`, next);
        this.#emit("change", next);
      }
    }
    on(names, listener) {
      for (const name of names.split(/\s+/)) {
        if (!this.#listeners.has(name)) this.#listeners.set(name, new Set());
        this.#listeners.get(name).add(listener);
      }
    }
    off(names, listener) {
      for (const name of names?.split(/\s+/) ?? [...this.#listeners.keys()]) {
        if (listener) this.#listeners.get(name)?.delete(listener);
        else this.#listeners.delete(name);
      }
    }
    #emit(name, value) {
      for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(this, value);
    }
    save_changes() {} // no kernel: the state lives in the page
    send() {}
    widget_manager = { get_model: (ref) => getModel(ref.replace("IPY_MODEL_", "")) };
  }

  const loadState = once(async () => {
    await loadScript(new URL(me.dataset.state, document.baseURI).href);
    return globalThis.__llmWidgetState;
  });
  const loadSource = once(async (name) => {
    await loadScript(`${base}widget-sources/${name}.js`);
    return globalThis.__llmSources[name];
  });
  const getModel = once(async (id) => {
    const { models } = await loadState("page");
    if (!models[id]) throw new Error("its state is missing from this page");
    const { buffers } = models[id];
    const state = { ...models[id].state };
    const shared = ["_esm", "_css"].filter((key) => state[key]);
    const sources = await Promise.all(shared.map((key) => loadSource(state[key])));
    shared.forEach((key, i) => state[key] = sources[i]);
    return new Model({ state, buffers });
  });

  const importModule = once(async (source) => {
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const module = await import(url).finally(() => URL.revokeObjectURL(url));
    const widget = module.default ?? module;
    return typeof widget === "function" ? widget() : widget;
  });
  // Each widget's style begins with the one that all share. That comes once: again, and behind
  // another widget's own, it would outweigh it.
  let first = "";
  const addStyle = once((css) => {
    const textContent = css.slice(commonRules(css, first));
    first ||= css;
    document.head.append(Object.assign(document.createElement("style"), { textContent }));
    return Promise.resolve();
  });
  /** How long the whole rules are with which two styles begin. */
  function commonRules(css, other) {
    let [end, depth] = [0, 0];
    for (let i = 0; i < css.length && css[i] === other[i]; i++) {
      if (css[i] === "{") depth++;
      else if (css[i] === "}" && --depth === 0) end = i + 1;
    }
    return end;
  }
  const experimental = { invoke: () => Promise.reject(new Error("this needs a running kernel")) };
  const lives = new Map(); // mounted box -> AbortController that ends its view
  const initialise = once(async (id) => {
    const model = await getModel(id);
    const widget = await importModule(model.get("_esm"));
    await widget.initialize?.({ model, signal: new AbortController().signal, experimental });
    return { model, widget };
  });

  async function mount(box) {
    const { model, widget } = await initialise(box.dataset.model);
    if (model.get("_css")) await addStyle(model.get("_css"));
    const life = new AbortController();
    const el = document.createElement("div");
    box.replaceChildren(el);
    const cleanup = await widget.render?.({ model, el, signal: life.signal, experimental });
    if (typeof cleanup === "function") life.signal.addEventListener("abort", cleanup);
    lives.set(box, life);
    box.dataset.mounted = "yes";
    box.style.minHeight = "";
  }

  // One widget's failure stays in its own box, in words, and can be tried again.
  function showFailure(box, error) {
    console.error(error);
    const note = document.createElement("p");
    note.className = "llm-failed";
    note.textContent = localize(
      "This widget could not start: {}. The rest of the page works without it.",
    )
      .replace("{}", () => error?.message ?? error);
    const again = document.createElement("button");
    again.type = "button";
    again.textContent = localize("Try again");
    again.addEventListener("click", () => start(box));
    note.append(" ", again);
    box.replaceChildren(note);
    box.dataset.mounted = "failed";
    box.style.minHeight = "";
  }

  const unmount = (box) => {
    lives.get(box)?.abort();
    lives.delete(box);
  };
  globalThis.__llmBook = { ...globalThis.__llmBook, loadModel, unmount };
  addEventListener("pagehide", (event) => {
    if (!event.persisted) [...lives.keys()].forEach(unmount);
  });

  const asleep = new Set(document.querySelectorAll(".llm-mount"));
  function wake(box) {
    if (!asleep.delete(box)) return;
    nearby.unobserve(box);
    start(box);
  }
  const start = (box) => mount(box).catch((error) => showFailure(box, error));
  const nearby = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) wake(target);
  }, { rootMargin: "400px" });
  asleep.forEach((box) => nearby.observe(box));
  document.addEventListener("llm-wake", () => { // for paper: see print.js
    for (const box of asleep) if (!box.dataset.exercise) wake(box);
  });
})();
