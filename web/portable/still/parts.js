// What scripts have added to the live page, put into the page as it was built.

import { plainFont, renameParts, stillSvg, stillTable } from "./drawings.js";
import { make, WIDGET, words } from "./elements.js";

/** Pair what stands in the file with what has become of it. */
function paired(still, live, selector) {
  const outside = (element) => !element.closest(".llm-widget, .llm-tip");
  const [old, alive] = [still, live].map((root) =>
    [...root.querySelectorAll(selector)].filter(outside)
  );
  if (old.length !== alive.length) {
    throw new Error(`${old.length} ${selector} in the file, ${alive.length} on the page`);
  }
  return old.map((element, i) => [element, alive[i]]);
}

export function putFormulas(still, live) {
  for (const [old, alive] of paired(still, live, ".math")) {
    const set = alive.querySelector("mjx-container");
    if (!set) throw new Error(`not set: ${old.textContent}`);
    if (set.querySelector("mjx-merror")) throw new Error(`wrong formula: ${old.textContent}`);
    old.dataset.tex = old.textContent.trim().replace(/^\\[([]|\\[)\]]$/g, "");
    old.replaceChildren(...[...alive.childNodes].map((node) => node.cloneNode(true)));
  }
}

export async function putFigures(still, live) {
  for (const [old, alive] of paired(still, live, ".llm-figure")) {
    const { clientWidth: width, clientHeight: height } = alive._plot;
    const how = { format: "svg", width, height, imageDataOnly: true };
    const text = await globalThis.Plotly.toImage(alive._plot, how);
    const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    svg.querySelectorAll("[style*=font-family]").forEach((part) => {
      const family = plainFont(part.style.fontFamily);
      part.style.fontFamily = family;
    });
    renameParts(svg);
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", alive.getAttribute("aria-label"));
    svg.removeAttribute("style");
    old.replaceWith(make("figure", { class: "still-plot" }, document.importNode(svg, true)));
  }
}

export function putPictures(still, live) {
  for (const [old, alive] of paired(still, live, ".llm-picture")) {
    const drawn = [...alive.querySelectorAll("svg")];
    [...old.querySelectorAll("svg")].forEach((svg, i) => {
      const kind = drawn[i].classList.contains("p-narrow") ? "still-narrow" : "still-wide";
      const flat = stillSvg(drawn[i]);
      flat.setAttribute("aria-label", drawn[i].getAttribute("aria-label") ?? "");
      flat.setAttribute("class", drawn.length > 1 ? kind : "still-only");
      svg.replaceWith(flat);
    });
    const tables = [...alive.querySelectorAll("table")];
    [...old.querySelectorAll("table")].forEach((table, i) =>
      table.replaceWith(stillTable(tables[i]))
    );
  }
}

/** Keep the look of drawings that stand for themselves: their style goes with the page. */
export function putDrawings(still, live) {
  const isAlone = (svg) => !svg.closest(".llm-picture, .llm-figure, .llm-mount, .llm-widget");
  const [old, alive] = [still, live].map((root) =>
    [...root.querySelectorAll("svg:not(svg svg)")].filter(isAlone)
  );
  if (old.length !== alive.length) {
    throw new Error(`${old.length} drawings in the file, ${alive.length} on the page`);
  }
  old.forEach((svg, i) => {
    if (getComputedStyle(alive[i]).visibility === "hidden") { // the first page's other picture
      svg.remove();
      return;
    }
    const flat = stillSvg(alive[i]);
    flat.setAttribute("aria-label", alive[i].getAttribute("aria-label") ?? "");
    svg.replaceWith(flat);
  });
}

const linked = (text, href) => make("p", { class: "still-link" }, make("a", { href }, text));

/** Take away what is empty above and below a scene: it has room for every other one. */
function trim(svg, live) {
  const box = live.getBBox();
  const [top, bottom] = [box.y - 4, box.y + box.height + 4];
  const [left, , width] = svg.getAttribute("viewBox").split(/[ ,]+/);
  svg.setAttribute("viewBox", [left, top, width, bottom - top].join(" "));
  svg.setAttribute("height", bottom - top);
}

/** A walkthrough: its key scenes, each below its sentence. */
function stillWalk(walk, href) {
  const scenes = [...walk.querySelectorAll(".llm-walk-strip figure")].map((scene) => {
    const said = make("figcaption", {});
    said.innerHTML = scene.querySelector("figcaption").innerHTML;
    const svg = stillSvg(scene.querySelector("svg"));
    svg.setAttribute("aria-label", said.textContent);
    trim(svg, scene.querySelector("svg"));
    return make("figure", { class: "still-scene" }, said, svg);
  });
  if (!scenes.length) throw new Error(`no scenes: ${words(walk, ".llm-title")}`);
  const title = make("p", { class: "still-title" }, words(walk, ".llm-title"));
  const link = linked("See it move, on the page of the book.", href);
  return make("div", { class: "still-walk" }, title, make("div", {}, ...scenes), link);
}

/** Another widget: what it looks like, what it is for, and what is to be seen. */
function stillWidget(box, shot, href) {
  const title = words(box, ".llm-title");
  const tries = words(box, ".llm-try");
  const finding = words(box, ".llm-finding");
  box.dataset.shot = shot;
  return make(
    "figure",
    { class: "still-widget" },
    make("p", { class: "still-title" }, title),
    tries && make("p", { class: "still-try" }, tries),
    make("img", { src: `${shot}.png`, alt: `${title}. ${finding || tries}` }),
    make(
      "figcaption",
      {},
      finding && make("p", {}, finding),
      linked("Use it on the page of the book.", href),
    ),
  );
}

export function putWidgets(still, live, page) {
  let shots = 0;
  for (const [old, alive] of paired(still, live, WIDGET)) {
    const section = old.closest("section[id]");
    const href = `llm-site:${page}${section ? `#${section.id}` : ""}`;
    const walk = alive.querySelector(".llm-walk");
    old.replaceWith(walk ? stillWalk(walk, href) : stillWidget(alive, ++shots, href));
  }
}
