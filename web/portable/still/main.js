// Makes a page of the site still: its article as HTML that needs no script, for paper and readers.
//
//   __llmStill.prepare(patience)        brings all to life that a reader would see on the way
//   __llmStill.take(raw, slug, page, pages)   the article; what is to be photographed has data-shot
//
// The page's file as it was built says what stands where; what scripts have added to the live page
// (formulas, figures, widgets) is put in there, and its buttons, folds and links are not.

import { WIDGET } from "./elements.js";
import { openFolds, stillQuestion, takeSolutions } from "./exercises.js";
import { putDrawings, putFigures, putFormulas, putPictures, putWidgets } from "./parts.js";

const SPARE = "script, style, noscript, button, template, a.headerlink, .llm-deeper-skip, " +
  ".llm-core-end, .llm-start, .llm-parts, .llm-drawn, .llm-standing, .llm-state, .llm-place, " +
  ".llm-margin-note, .llm-my-gpt-tools";

const painted = () =>
  new Promise((done) => {
    requestAnimationFrame(() => setTimeout(done));
    setTimeout(done, 500); // a browser without a screen may stop painting
  });

/** Wait until `test` holds; tell whether it came to that. */
async function until(test, patience) {
  const end = performance.now() + patience;
  while (!test()) {
    if (performance.now() > end) return false;
    await painted();
  }
  return true;
}

const isFailed = (box) =>
  box.dataset.mounted === "failed" || box.querySelector('[data-ready="failed"], .llm-failed');
const isAlive = (box) =>
  isFailed(box) || box.dataset.drawn ||
  (box.dataset.mounted && box.querySelector('[data-ready="yes"]'));

async function prepare(patience) {
  for (const lift of document.querySelectorAll(".llm-veil-lift")) lift.click();
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  await document.fonts.ready;
  for (const box of document.querySelectorAll(`${WIDGET}, .llm-figure`)) {
    box.scrollIntoView({ behavior: "instant", block: "center" });
    const came = await until(() => isAlive(box), patience);
    if (!came || isFailed(box)) {
      throw new Error(`a ${box.className} did not come alive: ${box.textContent.slice(0, 200)}`);
    }
  }
  dispatchEvent(new Event("beforeprint")); // formulas are set, strips of scenes drawn
  await globalThis.__llmMath;
  await until(() => document.querySelectorAll(".llm-finding:empty").length === 0, 1000);
  await painted();
}

/** Make names unique in the whole book, and links lead to them. */
function linkUp(still, solutions, slug, pages) {
  const outside = (element) => !element.closest("svg, math");
  const behind = new Set([...solutions.querySelectorAll("[id]")].map((element) => element.id));
  for (const root of [still, solutions]) {
    for (const element of [...root.querySelectorAll("[id]")].filter(outside)) {
      element.id = `${root === still ? slug : `solutions--${slug}`}--${element.id}`;
    }
    for (const link of [...root.querySelectorAll("a[href]")].filter(outside)) {
      const href = link.getAttribute("href");
      if (/^(https?:|mailto:|llm-site:)/.test(href)) continue;
      const [path, anchor] = href.split("#");
      const page = path ? path.split("/").pop().replace(/\.html$/, "") : slug;
      if (page === slug && behind.has(anchor)) {
        link.setAttribute("href", `#solutions--${slug}--${anchor}`);
      } else if (pages.includes(page)) {
        link.setAttribute("href", anchor ? `#${page}--${anchor}` : `#${page}`);
        link.removeAttribute("target");
      } else link.replaceWith(...link.childNodes);
    }
    for (const link of root.querySelectorAll("a:not([href])")) {
      link.replaceWith(...link.childNodes);
    }
  }
}

/** Have a section's name stand at its heading: a section may begin with marks that nobody sees, and
 * those stay on the page before when its heading moves on to the next. */
function nameHeadings(still) {
  for (const heading of still.querySelectorAll("section[id] > :is(h1, h2, h3, h4):not([id])")) {
    const section = heading.parentElement;
    if (!section.id) continue; // it has given its name to another
    heading.id = section.id;
    section.removeAttribute("id");
  }
}

/** What a heading says, with a colon after the word of its own that some begin with. */
function sayDeeper(heading) {
  const copy = heading.cloneNode(true);
  copy.querySelector(".llm-deeper-word")?.append(":");
  return copy.textContent;
}

function headings(still, slug) {
  return [...still.querySelectorAll("section > :is(h1, h2)")].map((heading) => ({
    level: Number(heading.tagName[1]),
    id: heading.tagName === "H1" ? slug : `${slug}--${heading.closest("section").id}`,
    text: sayDeeper(heading).replace(/\s+/g, " ").trim(),
  }));
}

const mathStyle = () => {
  const sheet = document.getElementById("MJX-CHTML-styles")?.sheet;
  return sheet ? [...sheet.cssRules].map((rule) => rule.cssText).join("\n") : "";
};

/** Whether a cell is a notebook's first, which installs the library: nobody runs it on paper. */
const isSetUp = (cell) => cell.textContent.includes('find_spec("llm_lib")');

async function take(raw, slug, page, pages) {
  const still = new DOMParser().parseFromString(raw, "text/html")
    .querySelector("article.bd-article");
  const live = document.querySelector("article.bd-article");
  putFormulas(still, live);
  putDrawings(still, live);
  await putFigures(still, live);
  putPictures(still, live);
  putWidgets(still, live, page);
  [...still.querySelectorAll("div.cell")].filter(isSetUp).forEach((cell) => cell.remove());
  const solutions = takeSolutions(still);
  for (const box of still.querySelectorAll(".llm-question")) stillQuestion(box, false);
  openFolds(still);
  for (const root of [still, solutions]) {
    root.querySelectorAll(SPARE).forEach((part) => part.remove());
  }
  still.querySelectorAll("[hidden='until-found']").forEach((line) =>
    line.removeAttribute("hidden")
  );
  for (const image of still.querySelectorAll("img[src]:not(.still-widget img)")) {
    image.src = new URL(image.getAttribute("src"), location.href).href;
  }
  const found = headings(still, slug);
  linkUp(still, solutions, slug, pages);
  nameHeadings(still);
  return {
    html: still.innerHTML,
    solutions: solutions.innerHTML,
    headings: found,
    math: mathStyle(),
  };
}

Reflect.set(globalThis, "__llmStill", { prepare, take });
