// "Show all answers": no veils, on this page and on those that follow, until they are wanted back.

const KEPT_AS = "llm-from-scratch.answers"; // the page's head reads it before anything is drawn

/**
 * Make the switch work.
 * @param {() => void} look called when the reader has chosen
 */
export function offerAnswers(look) {
  /** @type {HTMLButtonElement | null} */
  const button = document.querySelector(".llm-answers-switch");
  if (!button) return;
  const root = document.documentElement;
  const say = () => button.setAttribute("aria-pressed", String(root.dataset.answers === "shown"));
  button.addEventListener("click", () => {
    root.dataset.answers = root.dataset.answers === "shown" ? "veiled" : "shown";
    try {
      localStorage.setItem(KEPT_AS, root.dataset.answers);
    } catch { // a browser that keeps nothing
    }
    say();
    look();
  });
  say();
}
