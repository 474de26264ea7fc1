// Turns the HTML of an article into XHTML for an EPUB: __llmEpub(html, slug, pages).
//
// Formulas become MathML, drawings are those for narrow pages, links lead to the files of the
// package, and attributes that say nothing to a reading system are left out.
(() => {
  "use strict";
  const KEPT = new Set(
    "id class href src alt title lang colspan rowspan scope start type reversed role style".split(
      " ",
    ),
  );
  const ROLES = /^(img|note|doc-)/;
  const MATH = new Set(
    ("accent accentunder alttext columnalign columnlines columnspacing depth display " +
      "displaystyle fence form height largeop linethickness lspace mathcolor mathsize " +
      "mathvariant maxsize minsize movablelimits rowlines rowspacing rspace scriptlevel " +
      "separator stretchy symmetric voffset width xmlns").split(" "),
  );

  function putFormulas(root) {
    for (const formula of root.querySelectorAll(".math")) {
      const set = formula.querySelector("mjx-assistive-mml math");
      set.setAttribute("alttext", formula.dataset.tex ?? "");
      const number = formula.querySelector(".eqno");
      formula.replaceChildren(set, ...(number ? [number] : []));
      if (formula.matches("div")) set.setAttribute("display", "block");
    }
  }

  function clean(root) {
    for (const element of root.querySelectorAll("*")) {
      const isMath = element.closest("math");
      if (element.closest("svg")) continue;
      for (const { name, value } of [...element.attributes]) {
        const keep = isMath
          ? MATH.has(name)
          : KEPT.has(name) && (name !== "role" || ROLES.test(value));
        if (!keep || value === "" && name !== "alt") element.removeAttribute(name);
      }
      const style = element.getAttribute("style");
      if (style && /var\(|contain-|min-height/.test(style)) element.removeAttribute("style");
    }
    for (const part of root.querySelectorAll("svg, svg *")) {
      for (const { name } of [...part.attributes]) {
        if (/^data-|^xmlns:|^unselectable$/.test(name)) part.removeAttribute(name);
      }
    }
  }

  function linkUp(root, slug, pages) {
    for (const link of root.querySelectorAll("a[href^='#']")) {
      const name = link.getAttribute("href").slice(1);
      const page = name.split("--")[0];
      if (!pages.includes(page)) link.replaceWith(...link.childNodes);
      else if (!name.includes("--")) link.setAttribute("href", `${page}.xhtml`);
      else if (page !== slug) link.setAttribute("href", `${page}.xhtml#${name}`);
    }
  }

  globalThis.__llmEpub = (html, slug, pages) => {
    const root = new DOMParser().parseFromString(html, "text/html").body;
    putFormulas(root);
    root.querySelectorAll(".still-wide").forEach((drawing) => drawing.remove());
    for (const image of root.querySelectorAll(".still-widget img")) {
      image.setAttribute("src", `images/${slug}-${image.getAttribute("src").split("/").pop()}`);
    }
    linkUp(root, slug, pages);
    clean(root);
    const text = new XMLSerializer().serializeToString(root);
    return text.replace(/^<body[^>]*>/, "").replace(/<\/body>$/, "");
  };
})();
