// The reader's own file: its lines are copied, downloaded and unfolded.
(() => {
  "use strict";
  /** In the language of the page; English is the key. @type {(words: string) => string} */
  const localize = (words) => Reflect.get(globalThis, "__llmWords")?.words[words] ?? words;
  const LINES = "pre > span";

  /**
   * The text of lines: each ends with a line break.
   * @type {(lines: Iterable<Element>) => string}
   */
  const textOf = (lines) => [...lines].map((line) => line.textContent).join("");

  /** The file as it stands after this chapter. @type {(panel: Element) => string} */
  function whole(panel) {
    const last = [...panel.querySelectorAll(".highlight")].at(-1);
    return textOf([...last.querySelectorAll(LINES)].filter((line) => !line.closest("del")));
  }

  /**
   * Its new lines, with an empty one where others lie between.
   * @type {(panel: Element) => string}
   */
  function fresh(panel) {
    const blocks = [...panel.querySelectorAll("ins")].map((block) =>
      textOf(block.querySelectorAll(LINES)).replace(/^\n+|\n+$/g, "")
    );
    return blocks.filter((text) => text.trim()).join("\n\n") + "\n";
  }

  /** @type {(button: HTMLButtonElement, text: string) => Promise<void>} */
  async function copy(button, text) {
    const words = button.textContent;
    const done = await navigator.clipboard?.writeText(text).then(() => true, () => false);
    button.textContent = localize(done ? "Copied" : "Select it to copy");
    setTimeout(() => button.textContent = words, 2000);
  }

  /** A page opened from disk may not download a file: it makes one. */
  function download(link, text) {
    const url = URL.createObjectURL(new Blob([text], { type: "text/x-python" }));
    const made = document.createElement("a");
    made.href = url;
    made.download = link.download;
    made.click();
    setTimeout(() => URL.revokeObjectURL(url), 0);
  }

  const SHORT = "llm-my-gpt-short";

  /** Show all of a listing. @type {(listing: Element) => void} */
  const grow = (listing) => {
    listing.classList.remove(SHORT);
    listing.querySelectorAll("[hidden]").forEach((line) => line.removeAttribute("hidden"));
  };

  /** Show all of a long listing once that is asked for, or something in it is arrived at. */
  function letGrow(listing) {
    listing.querySelector(".llm-my-gpt-more").addEventListener("click", () => {
      grow(listing);
      const code = listing.querySelector(".highlight"); // the button is gone: the keyboard goes on
      if (code.tabIndex < 0) code.tabIndex = -1;
      code.focus({ preventScroll: true });
    });
    listing.addEventListener("beforematch", () => grow(listing)); // a search has found a line
    listing.addEventListener("toggle", () => grow(listing), true); // a fold in it was opened
  }

  for (const panel of document.querySelectorAll(".llm-my-gpt")) {
    panel.querySelectorAll(`.${SHORT}`).forEach(letGrow);
    for (const button of panel.querySelectorAll("[data-copy]")) {
      const text = button.dataset.copy === "new" ? fresh : whole;
      button.addEventListener("click", () => copy(button, text(panel)));
    }
    const link = panel.querySelector("a[download]");
    link?.addEventListener("click", (event) => {
      event.preventDefault();
      download(link, whole(panel));
    });
    const folds = [...panel.querySelectorAll("details")];
    const unfold = panel.querySelector("[data-unfold]");
    if (!unfold) continue;
    unfold.hidden = !folds.length; // all is new
    const areOpen = () => folds.every((fold) => fold.open);
    const tell = () => {
      unfold.setAttribute("aria-pressed", String(areOpen()));
      unfold.textContent = localize(areOpen() ? "Show the new lines only" : "Show the whole file");
    };
    unfold.addEventListener("click", () => {
      const open = !areOpen();
      panel.querySelectorAll(`.${SHORT}`).forEach(grow);
      folds.forEach((fold) => fold.open = open);
      tell();
    });
    folds.forEach((fold) => fold.addEventListener("toggle", tell));
  }
})();
