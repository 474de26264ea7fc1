// Small repairs on every page, for keyboards, screen readers and pages opened from disk.
(() => {
  "use strict";
  /** In the language of the page; English is the key. @type {(words: string) => string} */
  const localize = (words) => Reflect.get(globalThis, "__llmWords")?.words[words] ?? words;
  // A box that scrolls sideways must be reachable without a mouse.
  const BOXES =
    ".highlight pre, .output pre, .pst-scrollable-table-container, .math.notranslate, " +
    ".table-scroll, .llm-picture, .llm-my-gpt .highlight";
  const boxes = document.querySelectorAll(BOXES);
  const CALLED = localize("Scrolls sideways");
  function setReach(box, scrolls, goesOn) {
    box.toggleAttribute("data-goes-on", goesOn); // to the right of what is seen
    if (scrolls && box.tabIndex !== 0) {
      box.tabIndex = 0;
      if (!box.matches("[role]")) {
        box.setAttribute("role", "region");
        box.setAttribute("aria-label", CALLED);
      }
    } else if (!scrolls && box.getAttribute("aria-label") === CALLED) {
      ["tabindex", "role", "aria-label"].forEach((name) => box.removeAttribute(name));
    }
  }
  // All are measured before one is changed: else the browser lays the page out for each of them.
  const measure = (some) =>
    some.map((box) => {
      const hidden = box.scrollWidth - box.clientWidth;
      return [box, hidden > 1, hidden - box.scrollLeft > 1];
    });
  const reach = (some = [...boxes]) => measure(some).forEach((pair) => setReach(...pair));
  // It says when a box has a size, or another one, after the browser has laid the page out anyway.
  const sizes = new ResizeObserver((entries) => reach(entries.map(({ target }) => target)));
  boxes.forEach((box) => sizes.observe(box));
  addEventListener("load", () => globalThis.__llmMath?.then(() => reach()));
  addEventListener("scroll", ({ target }) => target.matches?.(BOXES) && reach([target]), {
    capture: true, // a box that scrolls tells nobody above it
    passive: true,
  });
  // Some words are bold in one theme alone, and a line grows by them.
  new MutationObserver(() => reach()).observe(document.documentElement, {
    attributeFilter: ["data-theme"],
  });

  // Printed text without columns may wrap; a table keeps its lines, and scrolls.
  // Of a long one, the start is enough until one asks for more.
  const COLUMNS = 80;
  const MOST = 18; // lines
  const SHOWN = 14;
  const NARROWEST = 36; // characters in the longest line of what a cell has wrapped
  const LONGEST = 20; // of a word that is not broken itself
  document.querySelectorAll(".cell_output .output.stream pre").forEach((box) => {
    const wrapped = box.closest(".llm-wrapped");
    const text = (wrapped ? unwrap(box) : box.textContent).trimEnd();
    const isProse = wrapped !== null || !/\S {2,}\S/.test(text);
    box.classList.toggle("llm-prose", isProse);
    const lines = text.split("\n").reduce((n, s) => n + Math.ceil((s.length || 1) / COLUMNS), 0);
    if (isProse && lines > MOST) fold(box, lines - SHOWN);
  });
  // A cell that wraps its text (web/printed.py) leaves that to the page: a break before a word that
  // would not have fit is a space. Returns the text so.
  function unwrap(box) {
    const lines = box.textContent.split("\n");
    const width = Math.max(...lines.map((line) => line.length));
    if (width < NARROWEST || box.querySelector(":not(:empty)")) return box.textContent;
    const hangs = lines.some((line) => /^ +\w/.test(line)); // all that goes on is indented
    const isSoft = (line, next) => {
      const [word] = next.trimStart().split(" ");
      const fits = line.length + 1 + word.length <= width;
      const goesOn = hangs ? next.startsWith(" ") : /^[\p{L}\p{N}"'(.]/u.test(next);
      return line.trim() && goesOn && word.length <= LONGEST && !fits;
    };
    const made = [[]]; // the lines of each paragraph
    lines.forEach((line, i) => {
      made.at(-1).push(line);
      if (i + 1 < lines.length && !isSoft(line, lines[i + 1])) made.push([]);
    });
    if (made.length === lines.length) return box.textContent;
    box.classList.toggle("llm-hangs", hangs);
    const asBlock = (parts, i) => {
      const end = i + 1 < made.length ? "\n" : "";
      if (!parts.join("").trim()) return parts.join("") + end; // a blank line
      const block = document.createElement("span");
      block.className = "llm-said";
      parts.forEach((part, k) => {
        const soft = document.createElement("span");
        soft.className = "llm-soft";
        soft.textContent = `\n${/^ */.exec(part)[0]}`;
        if (k) block.append(soft, part.trimStart());
        else block.append(part);
      });
      block.append(end);
      return block;
    };
    box.replaceChildren(...made.map(asBlock));
    return made.map((parts) => parts.map((part, k) => k ? part.trimStart() : part).join(" "))
      .join("\n");
  }
  function fold(box, more) {
    const button = document.createElement("button");
    button.className = "llm-unfold";
    button.type = "button";
    button.textContent = localize("Show {} more lines").replace("{}", String(more));
    button.addEventListener("click", () => {
      box.classList.remove("llm-folded");
      button.remove();
    });
    box.classList.add("llm-folded");
    box.after(button);
  }

  // What stands in a code cell can be copied.
  document.querySelectorAll(".cell_input .highlight, section > [class*=highlight-] > .highlight")
    .forEach((box) => {
      const button = document.createElement("button");
      button.className = "llm-copy";
      button.type = "button";
      button.textContent = localize("Copy");
      button.setAttribute("aria-label", localize("Copy this code"));
      button.addEventListener("click", async () => {
        const done = await navigator.clipboard?.writeText(box.querySelector("pre").textContent)
          .then(() => true, () => false);
        button.textContent = localize(done ? "Copied" : "Select it to copy");
        setTimeout(() => button.textContent = localize("Copy"), 2000);
      });
      box.append(button);
    });
})();
