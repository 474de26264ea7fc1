// The page of all widgets, pictures and exercises: only lines with the words that are typed stay.
(() => {
  "use strict";
  const box = document.querySelector(".llm-inventory-filter");
  const field = box?.querySelector("input");
  if (!field) return;
  const said = box.querySelector("span");
  const lists =
    /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".llm-inventory"));
  const jumps = /** @type {HTMLElement} */ (document.querySelector(".llm-inventory-jumps"));

  /** A line is found by its own words and by its chapter's name. */
  const lines = [...lists].flatMap((list) => {
    const chapter = list.closest("section").querySelector("h2").textContent;
    return [.../** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll("li"))]
      .map((line) => ({ line, text: `${chapter} ${line.textContent}`.toLowerCase() }));
  });

  const filter = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const { line, text } of lines) line.hidden = !words.every((word) => text.includes(word));
    for (const list of lists) {
      list.closest("section").hidden = !list.querySelector("li:not([hidden])");
    }
    jumps.hidden = words.length > 0;
    const left = lines.filter(({ line }) => !line.hidden).length;
    said.textContent = words.length ? `${left} of ${lines.length}` : "";
  };
  field.addEventListener("input", filter);
  filter(); // a browser keeps what was typed when one comes back
})();
