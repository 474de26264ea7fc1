// Typesets formulas a few at a time, those that are seen first: all at once would hold up the page.
(() => {
  "use strict";
  const SLICE = 8; // ms: what a reader does not feel, on a slow phone either
  const NEAR = "800px"; // around the window: typeset before they come into sight
  const waiting = new Set(document.querySelectorAll(".math"));
  const urgent = new Set();
  let finish;
  globalThis.__llmMath = new Promise((done) => finish = done); // when all formulas are set

  const pause = () =>
    new Promise((done) => {
      if (urgent.size || !globalThis.requestIdleCallback) setTimeout(done);
      else requestIdleCallback(done, { timeout: 500 });
    });

  /** Take the next formulas: at most `n`, of those near the window as long as there are any. */
  function take(n) {
    const next = [...(urgent.size ? urgent : waiting)].slice(0, n);
    for (const formula of next) {
      urgent.delete(formula);
      waiting.delete(formula);
      nearby.unobserve(formula);
    }
    return next;
  }

  const nearby = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) urgent.add(target);
  }, { rootMargin: NEAR });

  async function typesetAll() {
    let n = 4;
    while (waiting.size) {
      await pause();
      const start = performance.now();
      await MathJax.typesetPromise(take(n));
      const spent = performance.now() - start;
      n = Math.max(1, Math.min(32, Math.round(n * SLICE / Math.max(spent, 1))));
    }
    finish();
  }

  for (const formula of waiting) nearby.observe(formula);
  MathJax.startup.promise.then(typesetAll).catch((error) => {
    console.error(error);
    finish();
  });
})();
