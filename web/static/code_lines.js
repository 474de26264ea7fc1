// On a phone a line of code that is too long goes on below, two letters deeper than it began: what
// is cut off at its end is what it ends in. Each line gets an element of its own for that.
(() => {
  "use strict";
  const CODE =
    ".cell_input .highlight pre, section > div[class*='highlight-python'] pre, .llm-source pre";
  const OWN = ".llm-my-gpt .highlight pre > span"; // has its lines already
  const narrow = matchMedia("(max-width: 36rem)");
  const isDone = /** @type {WeakSet<Element>} */ (new WeakSet());

  /** A second blank line is not seen: it has no line of its own. @type {(part: Node) => boolean} */
  const isUnseen = (part) => part instanceof Element && part.matches(".llm-blank-line");
  /** Say how far in a line goes on. @type {(line: HTMLElement) => void} */
  const measure = (line) => {
    const indent = /^ */.exec(line.textContent ?? "")?.[0].length ?? 0;
    line.style.setProperty("--deep", `${indent + 2}ch`);
  };
  /** @type {(line: Node[]) => HTMLElement} */
  const asLine = (line) => {
    const box = document.createElement("span");
    box.className = "llm-code-line";
    box.append(...line);
    measure(box);
    return box;
  };
  /** @type {(pre: Element) => void} */
  const cut = (pre) => {
    const lines = /** @type {Node[][]} */ ([[]]);
    for (const node of [...pre.childNodes]) {
      const texts = node.nodeType === Node.TEXT_NODE ? node.textContent.split(/(?<=\n)/) : [];
      const parts = texts.length > 1 ? texts.map((text) => new Text(text)) : [node];
      for (const part of parts) {
        lines.at(-1).push(part);
        if (part.textContent.endsWith("\n") && !isUnseen(part)) lines.push([]);
      }
    }
    pre.replaceChildren(...lines.filter((line) => line.length).map(asLine));
  };
  const cutAll = () => {
    if (!narrow.matches) return;
    for (const pre of document.querySelectorAll(CODE)) {
      if (isDone.has(pre)) continue;
      isDone.add(pre);
      cut(pre);
    }
    for (const line of document.querySelectorAll(OWN)) measure(/** @type {HTMLElement} */ (line));
  };
  narrow.addEventListener("change", cutAll);
  cutAll();
})();
