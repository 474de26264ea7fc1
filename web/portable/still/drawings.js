// Drawings and tables whose looks are attributes, so that they need no style sheet.

const pen = Object.assign(document.createElement("canvas"), { width: 1, height: 1 })
  .getContext("2d", { willReadFrequently: true });
const known = new Map();
/** Return a computed colour as #rrggbb, on white; "none" where nothing is seen. */
function plainColour(colour) {
  if (!known.has(colour)) {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    const parts = [r, g, b].map((part) => Math.round(255 + (part - 255) * a / 255));
    const hex = parts.map((part) => part.toString(16).padStart(2, "0")).join("");
    known.set(colour, a ? `#${hex}` : "none");
  }
  return known.get(colour);
}

export function plainFont(family) {
  if (/mono/i.test(family)) return "monospace";
  return family.includes("Book Serif") ? "Book Serif, serif" : "Book Sans, sans-serif";
}

const TEXT = ["font-size", "font-weight", "font-style", "text-anchor", "dominant-baseline"];
const LINE = ["stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin"];
const SHAPES = "path, rect, circle, ellipse, line, polyline, polygon, text, tspan, use";

/** Return what an element of a drawing looks like, as attributes. */
function look(element) {
  const style = getComputedStyle(element);
  const found = {};
  for (const name of ["fill", "stroke"]) {
    const value = style[name];
    found[name] = /^(none|url\()/.test(value) ? value : plainColour(value);
  }
  if (found.stroke !== "none") LINE.forEach((name) => found[name] = style.getPropertyValue(name));
  for (const name of ["opacity", "fill-opacity", "stroke-opacity"]) {
    if (style.getPropertyValue(name) !== "1") found[name] = style.getPropertyValue(name);
  }
  if (element.matches("text, tspan")) {
    TEXT.forEach((name) => found[name] = style.getPropertyValue(name));
    found["font-family"] = plainFont(style.fontFamily);
  }
  return found;
}

let drawings = 0;
/** Give the names in a drawing a beginning of its own, so that two on a page do not clash. */
export function renameParts(svg) {
  const start = `d${++drawings}-`;
  const named = [...svg.querySelectorAll("[id]")];
  const names = new Set(named.map((part) => part.id));
  named.forEach((part) => part.id = start + part.id);
  for (const part of svg.querySelectorAll("*")) {
    for (const { name, value } of [...part.attributes]) {
      const linked = value
        .replace(
          /url\(["']?[^"')]*#([^"')]+)["']?\)/g,
          (all, id) => names.has(id) ? `url(#${start}${id})` : all,
        )
        .replace(
          /^#(.+)$/,
          (all, id) => /href$/.test(name) && names.has(id) ? `#${start}${id}` : all,
        );
      if (linked !== value) part.setAttribute(name, linked);
    }
  }
}

/** Bring along what a drawing refers to elsewhere on the page: a hatch, an arrow's head. */
function bringParts(svg) {
  const used = [...svg.outerHTML.matchAll(/url\((?:&quot;|["'])?[^"')&]*#([^"')&]+)/g)];
  for (const id of new Set(used.map((match) => match[1]))) {
    const part = document.getElementById(id);
    if (!part || svg.querySelector(`#${CSS.escape(id)}`)) continue;
    const defs = document.createElementNS("http://www.w3.org/2000/svg", "defs");
    defs.append(flattened(part, { ids: true }));
    svg.prepend(defs);
  }
}

/** Return a copy of a drawing whose looks are attributes. */
function flattened(live, { ids = false } = {}) {
  const copy = live.cloneNode(true);
  const parts = [...copy.querySelectorAll("*")];
  [...live.querySelectorAll("*")].forEach((element, i) => {
    const part = parts[i];
    if (
      !element.closest("defs, pattern, marker") && getComputedStyle(element).display === "none"
    ) {
      part.dataset.gone = "";
    }
    if (element.matches(SHAPES)) {
      for (const [name, value] of Object.entries(look(element))) part.setAttribute(name, value);
      part.removeAttribute("style");
    }
    for (const { name } of [...part.attributes]) {
      const isSpoken = /^(role|tabindex|aria-.*|data-(?!gone).*)$/.test(name);
      if (isSpoken || (name === "class" && !ids)) part.removeAttribute(name);
    }
  });
  copy.querySelectorAll("[data-gone]").forEach((part) => part.remove());
  copy.querySelectorAll("a").forEach((link) => link.replaceWith(...link.childNodes));
  return copy;
}

export function stillSvg(live) {
  const svg = flattened(live);
  bringParts(svg);
  renameParts(svg);
  const box = live.viewBox.baseVal;
  const [width, height] = box?.width
    ? [box.width, box.height]
    : [live.getAttribute("width"), live.getAttribute("height")].map(parseFloat);
  if (!box?.width) svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.removeAttribute("style");
  svg.setAttribute("width", width);
  svg.setAttribute("height", height);
  svg.setAttribute("role", "img");
  return svg;
}

/** Return a table of a picture with its cells' colours. */
export function stillTable(live) {
  const copy = live.cloneNode(true);
  const cells = [...copy.querySelectorAll("th, td")];
  [...live.querySelectorAll("th, td")].forEach((cell, i) => {
    const style = getComputedStyle(cell);
    const ground = plainColour(style.backgroundColor);
    const parts = [`color:${plainColour(style.color)}`, `text-align:${style.textAlign}`];
    if (ground !== "none") parts.push(`background-color:${ground}`);
    if (style.fontWeight > 500) parts.push("font-weight:600");
    cells[i].setAttribute("style", parts.join(";"));
  });
  return copy;
}
