// What a term means, shown at its link: on hover, on focus, and at the first touch. It stays while
// the pointer is on it, Escape closes it, and the link leads to the glossary as before.
(() => {
  "use strict";
  /** In the language of the page; English is the key. @type {(words: string) => string} */
  const localize = (words) => Reflect.get(globalThis, "__llmWords")?.words[words] ?? words;
  const data = document.getElementById("llm-terms");
  if (!data) return;
  /** @type {Record<string, string>} */
  const meanings = JSON.parse(data.textContent);
  const SOON = 200; // ms to get from the link into the tip

  const tip = document.createElement("div");
  tip.className = "llm-tip";
  tip.id = "llm-tip";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  const text = tip.appendChild(document.createElement("p"));
  if (data.dataset.language) text.lang = data.dataset.language; // another than the page's
  const more = tip.appendChild(document.createElement("a"));
  more.textContent = localize("In the glossary");
  more.tabIndex = -1; // with the keyboard, the term's own link leads there
  document.body.append(tip);

  /** @type {HTMLAnchorElement} */
  let shownAt = null;
  let leaving = 0;

  /** Below the link, or above where there is no room; never past an edge of the window. */
  const place = () => {
    const at = shownAt.getClientRects()[0] ?? shownAt.getBoundingClientRect();
    const box = tip.getBoundingClientRect();
    const isAbove = at.bottom + box.height + 8 > innerHeight && at.top - box.height > 56;
    const left = Math.max(
      8,
      Math.min(at.left, document.documentElement.clientWidth - box.width - 8),
    );
    tip.style.left = `${left}px`;
    tip.style.top = `${isAbove ? at.top - box.height - 4 : at.bottom + 4}px`;
  };
  const hide = () => {
    clearTimeout(leaving);
    shownAt?.removeAttribute("aria-describedby");
    shownAt = null;
    tip.hidden = true;
  };
  const hideSoon = () => {
    clearTimeout(leaving);
    leaving = setTimeout(hide, SOON);
  };
  /** @type {(link: HTMLAnchorElement) => void} */
  const show = (link) => {
    clearTimeout(leaving);
    if (shownAt === link) return;
    shownAt?.removeAttribute("aria-describedby");
    shownAt = link;
    text.textContent = meanings[link.hash.slice(1)];
    more.href = link.href;
    tip.hidden = false;
    link.setAttribute("aria-describedby", tip.id);
    place();
  };

  /** @type {NodeListOf<HTMLAnchorElement>} */
  const links = document.querySelectorAll('article a[href*="#term-"]');
  if (links.length) more.href = links[0].href; // until one is shown: a link needs an address
  for (const link of links) {
    if (!(link.hash.slice(1) in meanings)) continue;
    let isTouched = false;
    link.addEventListener("pointerdown", (event) => {
      isTouched = event.pointerType === "touch" && shownAt !== link;
    });
    link.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && show(link));
    link.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && hideSoon());
    link.addEventListener("focus", () => !isTouched && show(link));
    link.addEventListener("blur", hideSoon);
    link.addEventListener("click", (event) => {
      if (!isTouched) return;
      isTouched = false;
      event.preventDefault(); // the first touch tells, the second leads
      show(link);
    });
  }
  tip.addEventListener("pointerenter", () => clearTimeout(leaving));
  tip.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && hideSoon());
  document.addEventListener("pointerdown", ({ target }) => {
    const at = /** @type {Element} */ (target);
    if (shownAt && !at.closest("#llm-tip") && at.closest("a") !== shownAt) hide();
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  // It goes with its link where the page scrolls, or a section above gets its height.
  const follow = () => shownAt && place();
  addEventListener("scroll", follow, { passive: true });
  addEventListener("resize", follow);
  new ResizeObserver(follow).observe(document.querySelector("article"));
})();
