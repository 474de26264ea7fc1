// Reading without the code: all visible code folds to one line each, which opens it again. The
// choice is kept for the pages to come; the page's head has set it before anything was drawn.
(() => {
  "use strict";
  /** In the language of the page; English is the key. @type {(words: string) => string} */
  const localize = (words) => Reflect.get(globalThis, "__llmWords")?.words[words] ?? words;
  const root = document.documentElement;
  /** @type {HTMLButtonElement} */
  const all = document.querySelector(".llm-code-switch");
  // A cell's code that no fold of its own hides, and the library's code that a cell shows.
  const boxes = [
    ...document.querySelectorAll("div.cell > .cell_input, .llm-source, .llm-my-gpt-code"),
  ];

  const isFolded = () => root.dataset.code === "folded";
  /** @type {(box: Element) => void} */
  const nameOpener = (box) => {
    const button = box.querySelector(".llm-code-open");
    const code = [...box.querySelectorAll("pre")].map((part) => part.textContent).join("");
    const lines = code.trimEnd().split("\n").length;
    const isOpen = box.classList.contains("is-open");
    button.setAttribute("aria-expanded", String(isOpen));
    button.textContent = isOpen
      ? localize("Fold the code")
      : localize(lines > 1 ? "Code · {} lines" : "Code · 1 line").replace("{}", String(lines));
  };
  /** @type {(box: Element) => void} */
  const addOpener = (box) => {
    if (box.querySelector(".llm-code-open")) return;
    const button = document.createElement("button");
    button.className = "llm-code-open";
    button.type = "button";
    button.addEventListener("click", () => {
      box.classList.toggle("is-open");
      nameOpener(box);
    });
    box.querySelector(".highlight").parentElement.prepend(button);
    nameOpener(box);
  };
  const show = () => {
    if (isFolded()) boxes.forEach(addOpener);
    if (!all) return;
    all.setAttribute("aria-pressed", String(isFolded()));
    all.textContent = localize(isFolded() ? "Read with the code" : "Read without the code");
  };
  all?.addEventListener("click", () => {
    root.dataset.code = isFolded() ? "shown" : "folded";
    try {
      localStorage.setItem("llm-from-scratch.code", root.dataset.code);
    } catch { /* a browser that keeps nothing */ }
    show();
  });
  show();
})();
