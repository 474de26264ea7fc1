// On paper: what is folded is open, and what comes alive when one nears it is there.
(() => {
  "use strict";
  const PATIENCE = 20_000; // ms; after that, what is there is printed
  const LOOK = 50; // ms between two looks
  // A question that was not asked yet prints well as it is: with its answer.
  const LAZY = ".llm-mount:not([data-mounted], [data-exercise]), .llm-figure:not([data-drawn]), " +
    ".math:not(:has(mjx-container))";
  const root = document.documentElement;
  let opened = [];

  function unfold() {
    root.dataset.paper = ""; // no veil is printed: see style/veils.css
    const closed = [
      ...document.querySelectorAll("article details:not([open], .llm-widget *, .llm-my-gpt *)"),
    ];
    closed.forEach((box) => box.open = true);
    opened.push(...closed);
  }
  function fold() {
    delete root.dataset.paper;
    opened.forEach((box) => box.open = false);
    opened = [];
  }
  const asleep = () => [...document.querySelectorAll(LAZY)].some((box) => box.checkVisibility());

  /** Wake what a reader has not come near: paper can't wait for it. */
  async function wake() {
    document.dispatchEvent(new Event("llm-wake"));
    const end = performance.now() + PATIENCE;
    while (asleep() && performance.now() < end) await new Promise((done) => setTimeout(done, LOOK));
  }

  let isWaking = false;
  async function printAll() {
    isWaking = true;
    unfold();
    await wake();
    isWaking = false;
    print();
    fold(); // where no "afterprint" comes
  }

  addEventListener("keydown", (event) => {
    const isPrint = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey &&
      event.key.toLowerCase() === "p";
    if (!isPrint || !document.querySelector(LAZY)) return;
    event.preventDefault();
    if (!isWaking) printAll();
  });
  // Printing from a menu does not wait; what it finds asleep is there the next time.
  addEventListener("beforeprint", () => {
    unfold();
    document.dispatchEvent(new Event("llm-wake"));
  });
  addEventListener("afterprint", fold);
})();
