// Notes in the margin: beside their line, none over another, or over what reaches into the margin.
// A note that has no place is not shown; its link says the same.
(() => {
  "use strict";
  /** @type {NodeListOf<HTMLElement>} */
  const notes = document.querySelectorAll(".llm-margin-note");
  const article = document.querySelector("article.bd-article");
  if (!notes.length) return;
  const WIDE = ".bd-article section[id] > :is(.llm-wide, .llm-picture, div.math, figure)";
  const APART = 14; // pixels between two notes
  const FARTHEST = 130; // that a note may stand below its line

  /**
   * Where a note can begin, and must have ended.
   * @type {(note: DOMRect, blocks: DOMRect[]) => number}
   */
  const floorBelow = (note, blocks) =>
    Math.min(...blocks.filter((b) => b.bottom > note.top).map((b) => b.top - APART));

  // All are measured before one is moved: else the browser lays the page out for each of them.
  function place() {
    notes.forEach((note) => {
      note.dataset.placed = "";
      note.style.translate = "none";
    });
    const shown = [...notes].filter((note) => note.checkVisibility());
    const boxes = shown.map((note) => note.getBoundingClientRect());
    const blocks = [...document.querySelectorAll(WIDE)].map((b) => b.getBoundingClientRect())
      .filter((b) => b.height && b.right > (boxes[0]?.left ?? 0));
    let free = -Infinity;
    shown.forEach((note, i) => {
      const box = boxes[i];
      const top = Math.max(box.top, free);
      const fits = top - box.top <= FARTHEST && top + box.height <= floorBelow(box, blocks);
      if (!fits) return delete note.dataset.placed;
      if (top > box.top) note.style.translate = `0 ${top - box.top}px`;
      free = top + box.height + APART;
    });
  }
  let waits = 0;
  const placeSoon = () => {
    cancelAnimationFrame(waits);
    waits = requestAnimationFrame(place);
  };
  new ResizeObserver(placeSoon).observe(article); // also when a cell above gets its height
  document.fonts.ready.then(placeSoon);

  // The link and its note belong together, as a pointer shows.
  for (const note of notes) {
    const link = note.previousElementSibling;
    const inside = note.firstElementChild;
    link?.addEventListener("pointerenter", () => inside.classList.add("is-lit"));
    link?.addEventListener("pointerleave", () => inside.classList.remove("is-lit"));
  }
})();
