// Typesets formulas a few at a time: first those in sight, the others once the reader moves. All at
// once would hold up the page, and on a phone for long; so would MathJax itself, which comes with
// the first of them.
//
//   data-mathjax on this script's own tag     where MathJax begins
(() => {
  "use strict";
  const me = document.currentScript;
  const SLICE = 8; // ms: what a reader does not feel, on a slow phone either
  const NEAR = "400px"; // around the window: set before they come into sight
  const MOST = 32; // formulas in a round
  const waiting = new Set(document.querySelectorAll(".math"));
  const urgent = new Set();
  let moves = false; // whether the reader has begun to
  let works = false;
  let n = 4; // formulas in the next round
  let finish;
  globalThis.__llmMath = new Promise((done) => finish = done); // when all formulas are set

  const soon = () => new Promise((done) => setTimeout(done));
  const idle = () =>
    new Promise((done) => {
      if (globalThis.requestIdleCallback) requestIdleCallback(done, { timeout: 500 });
      else setTimeout(done, 50);
    });

  /** Take the next formulas: those near the window as long as there are any. */
  function take() {
    const next = [...(urgent.size ? urgent : waiting)].slice(0, n);
    for (const formula of next) {
      urgent.delete(formula);
      waiting.delete(formula);
      nearby.unobserve(formula);
    }
    return next;
  }

  let coming;
  /** Fetch MathJax, once; what failed is tried again with the next formula. */
  const mathjax = () => (coming ??= new Promise((done, fail) => {
    const tag = document.createElement("script");
    tag.src = me.dataset.mathjax;
    tag.onload = () => done(MathJax.startup.promise);
    tag.onerror = () => {
      coming = undefined;
      fail(new Error("MathJax could not be loaded"));
    };
    document.head.append(tag);
  }));

  async function setAll() {
    await mathjax();
    while (urgent.size || (moves && waiting.size)) {
      await (urgent.size ? soon() : idle());
      const start = performance.now();
      await MathJax.typesetPromise(take());
      const spent = performance.now() - start;
      n = Math.max(1, Math.min(MOST, Math.round(n * SLICE / Math.max(spent, 1))));
    }
    if (!waiting.size) finish();
  }
  async function work() {
    if (works) return;
    works = true;
    await setAll().finally(() => works = false);
  }
  const begin = () => work().catch(console.error);

  const nearby = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting && waiting.has(target)) urgent.add(target);
    }
    if (urgent.size) begin();
  }, { rootMargin: NEAR });
  waiting.forEach((formula) => nearby.observe(formula));

  const signs = ["scroll", "pointermove", "keydown", "touchstart"];
  const early = ({ type, movementX, movementY }) => {
    if (type === "pointermove" && !movementX && !movementY) return; // the page moved, not they
    moves = true;
    signs.forEach((sign) => removeEventListener(sign, early));
    begin();
  };
  signs.forEach((sign) => addEventListener(sign, early, { passive: true }));

  /** For paper, which can't wait: all that is left, at once. */
  function setRest() {
    if (!waiting.size) return;
    MathJax.typeset([...waiting]);
    urgent.clear();
    waiting.clear();
    finish();
  }
  document.addEventListener("llm-wake", () => mathjax().then(setRest).catch(console.error));
  addEventListener("beforeprint", () => MathJax.typeset && setRest());
})();
