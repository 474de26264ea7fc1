// Fits a page to the paper, and says what does not fit: run where it is laid out for print.
// Tables, formulas and pictures that are too wide become smaller; text wraps.
(() => {
  "use strict";
  const SMALLEST = 0.5; // of its size: what would have to be smaller can't be read
  const SHRINKS = ".pst-scrollable-table-container, .output, div.math, .llm-picture, table";
  const article = document.querySelector("article");
  const edge = article.getBoundingClientRect().right + 1;

  for (const box of article.querySelectorAll(SHRINKS)) {
    const room = box.clientWidth || box.parentElement.clientWidth;
    const needed = box.scrollWidth;
    const inside = box.matches("table") ? box : box.firstElementChild;
    if (needed > room + 1 && inside) inside.style.zoom = Math.max(SMALLEST, room / needed - 0.005);
  }

  const faults = [];
  const where = (element) => {
    const section = element.closest("section[id]")?.id ?? "";
    return `${section}: ${element.tagName.toLowerCase()} ${
      element.textContent.trim().slice(0, 60)
    }`;
  };
  for (const element of article.querySelectorAll("*")) {
    if (element.closest("svg, mjx-container")) continue;
    const box = element.getBoundingClientRect();
    const cuts = getComputedStyle(element).overflowX !== "visible" &&
      element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
    const right = Math.max(box.right, box.left + (element.clientWidth && element.scrollWidth));
    if ((box.width && right > edge) || cuts) faults.push(`too wide in ${where(element)}`);
  }
  for (const image of article.querySelectorAll("img")) {
    if (!image.complete || !image.naturalWidth) faults.push(`no picture in ${where(image)}`);
  }
  for (const svg of article.querySelectorAll("svg:not(.still-narrow, svg svg, defs svg)")) {
    const { width, height } = svg.getBoundingClientRect();
    if (!(width && height)) faults.push(`an empty drawing in ${where(svg)}`);
  }
  return faults;
})();
