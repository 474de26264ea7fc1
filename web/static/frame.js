// The frame of each page: the theme, the contents as a drawer, the search key, and where one is.
(() => {
  "use strict";
  /** In the language of the page; English is the key. @type {(words: string) => string} */
  const localize = (words) => Reflect.get(globalThis, "__llmWords")?.words[words] ?? words;
  /** @type {(selector: string) => HTMLElement} */
  const find = (selector) => document.querySelector(selector);
  const root = document.documentElement;
  /** @type {(mode: string) => void} */
  const showTheme = /** @type {any} */ (globalThis).__llmShowTheme; // the page's head has it

  // ---- theme: as the system, light or dark ----------------------------------------------------
  const modes = ["auto", "light", "dark"];
  const themeName = find(".llm-theme-name");
  const nameTheme = () => (themeName.textContent = localize(root.dataset.mode));
  nameTheme();
  find(".llm-theme").addEventListener("click", () => {
    const next = modes[(modes.indexOf(root.dataset.mode) + 1) % modes.length];
    showTheme(next);
    nameTheme();
    try {
      localStorage.setItem("llm-from-scratch.mode", next);
    } catch { /* a browser that keeps nothing */ }
  });
  addEventListener("beforeprint", () => root.dataset.theme = "light"); // paper is white
  addEventListener("afterprint", () => showTheme(root.dataset.mode));

  // ---- what opens and closes: the contents where they are no column, the tools on a phone -------
  const nav = find("#contents");
  const field = /** @type {HTMLInputElement} */ (find("#contents input"));
  const main = find("#main-content");
  /** @type {(button: HTMLElement, box: HTMLElement, open: boolean) => void} */
  const show = (button, box, open) => {
    button.setAttribute("aria-expanded", String(open));
    box.classList.toggle("is-open", open);
  };
  const menu = find(".llm-menu");
  const isDrawer = () => getComputedStyle(nav).position === "fixed";
  /** @type {(open: boolean) => void} */
  const showContents = (open) => {
    show(menu, nav, open);
    main.inert = open;
    main.classList.toggle("is-behind", open);
  };
  const isOpen = () => nav.classList.contains("is-open");
  menu.addEventListener("click", () => showContents(!isOpen()));
  nav.addEventListener("click", (event) => {
    if (isOpen() && /** @type {Element} */ (event.target).closest("a")) showContents(false);
  });
  document.addEventListener("pointerdown", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (isOpen() && !target.closest("#contents, .llm-head")) showContents(false);
    if (!target.closest(".llm-tools, .llm-more-tools")) show(more, tools, false);
  });
  matchMedia("(min-width: 68rem)").addEventListener("change", () => showContents(false));

  const tools = find("#tools");
  const more = find(".llm-more-tools");
  more.addEventListener("click", () => show(more, tools, !tools.classList.contains("is-open")));

  const search = () => {
    if (isDrawer()) showContents(true);
    nav.scrollTop = 0;
    field.focus();
    field.select();
  };
  find(".llm-find").addEventListener("click", search);
  document.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const types = target.matches("input, textarea, select") || target.isContentEditable;
    const isK = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
    const isSlash = event.key === "/" && !types && !event.ctrlKey && !event.altKey &&
      !event.metaKey;
    if (isK || isSlash) {
      event.preventDefault();
      search();
    } else if (event.key === "Escape" && isOpen()) {
      showContents(false);
      menu.focus();
    } else if (event.key === "Escape" && tools.classList.contains("is-open")) {
      show(more, tools, false);
      more.focus();
    }
  });

  // Who comes by a link may still have the pointer where it was, over the contents: until it moves,
  // the wheel moves the page.
  /** @type {(event: WheelEvent) => void} */
  const turn = (event) => {
    if (isDrawer()) return;
    event.preventDefault();
    scrollBy(0, event.deltaY);
  };
  /** @type {(event: PointerEvent) => void} */
  const moved = ({ movementX, movementY }) => {
    if (!movementX && !movementY) return; // the page has moved, not the pointer
    nav.removeEventListener("wheel", turn);
    removeEventListener("pointermove", moved);
  };
  nav.addEventListener("wheel", turn, { passive: false });
  addEventListener("pointermove", moved);

  // ---- where one is: the section in the header and the contents, and a bar for the way -------
  /** @type {NodeListOf<HTMLAnchorElement>} */
  const found = nav.querySelectorAll("#pst-page-toc-nav a");
  const links = [...found];
  const headings = links.map((a) => document.getElementById(decodeURIComponent(a.hash.slice(1))));
  const where = document.querySelector(".llm-where-section");
  const progress = find(".llm-progress");
  let current = -2;
  /** @type {(at: number) => void} */
  const mark = (at) => {
    current = at;
    links.forEach((link, i) => {
      if (i === at) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
    if (where) where.textContent = links[at]?.lastChild.textContent.trim() ?? "";
    if (isDrawer()) return;
    if (links[at]) keepInSight(links[at]);
    else nav.scrollTop = 0; // back at the page's beginning: so are the contents
  };
  /**
   * Scroll the contents, and nothing else, until a link is well inside.
   * @param {HTMLElement} link
   */
  const keepInSight = (link) => {
    const box = nav.getBoundingClientRect(), at = link.getBoundingClientRect();
    if (at.top < box.top + 90 || at.bottom > box.bottom - 60) {
      nav.scrollTop += at.top - box.top - box.height / 3;
    }
  };
  const look = () => {
    const length = root.scrollHeight - innerHeight;
    progress.style.transform = `scaleX(${length > 0 ? Math.min(scrollY / length, 1) : 0})`;
    // the last heading that has passed a line near the top: a jump to a heading marks that one
    const line = innerHeight * 0.3;
    const at = headings.findLastIndex((h) => h && h.getBoundingClientRect().top <= line);
    if (at !== current) mark(at);
  };
  let waits = false;
  const lookSoon = () => {
    if (waits) return;
    waits = true;
    requestAnimationFrame(() => {
      waits = false;
      look();
    });
  };
  addEventListener("scroll", lookSoon, { passive: true });
  addEventListener("resize", lookSoon);
  lookSoon();
  const here = nav.querySelector("[aria-current=page]");
  if (here && !isDrawer()) keepInSight(/** @type {HTMLElement} */ (here));
})();
