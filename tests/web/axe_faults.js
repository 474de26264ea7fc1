// What the tests ask of axe. It takes longest over colours, and a page has thousands of words in a
// few of them: of words that look alike and stand on the same ground, some are judged for all, on
// this page and on those before it.
{
  const ENOUGH = 3; // of a look: one may be exempt, or have something before it
  const EXEMPT = "label, :disabled, [aria-disabled=true], [inert]";
  const UNJUDGED = "svg, mjx-container"; // axe passes no judgement on their words
  const FIELDS = "input, select, textarea"; // which have words that are no nodes
  const LINKS = "a[href]"; // judged beside the words around them, too
  const VISIBLE = { opacityProperty: true, visibilityProperty: true };

  /** What lies behind an element's words, as far as its ancestors say; `known` is by element. */
  const groundOf = (element, known) => {
    if (!element) return { colour: "page", faint: "", isOdd: false };
    if (!known.has(element)) known.set(element, ground(element, known));
    return known.get(element);
  };

  const ground = (element, known) => {
    const above = groundOf(element.parentElement, known);
    const { backgroundColor, backgroundImage, filter, mixBlendMode, opacity, position } =
      getComputedStyle(element);
    const faint = opacity === "1" ? above.faint : `${above.faint} ${opacity}`;
    const isOdd = above.isOdd || filter !== "none" || mixBlendMode !== "normal";
    const at = (colour) => ({ colour, faint, isOdd });
    if (isOdd || backgroundImage !== "none" || element instanceof SVGElement) return at(null);
    if (!/^rgba/.test(backgroundColor)) return at(backgroundColor);
    if (!["static", "relative"].includes(position)) return at(null); // over anything
    if (/ 0\)$/.test(backgroundColor) || !above.colour) return at(above.colour);
    return at(`${above.colour} ${backgroundColor}`);
  };

  /** The look of an element's own words; null where it is to be judged alone. */
  const lookOf = (element, known) => {
    const { colour, faint } = groundOf(element, known);
    if (!colour || element.closest(EXEMPT) || !element.checkVisibility(VISIBLE)) return null;
    const { left, right, width, height } = element.getBoundingClientRect();
    const { left: from, right: to } = element.parentElement.getBoundingClientRect();
    const style = getComputedStyle(element);
    return [
      ...[colour, faint, style.color, style.fontSize, style.fontWeight, style.textShadow],
      ...[width > 1 && height > 1, left >= from - 1 && right <= to + 1, left >= 0],
      ...[element.tagName, element.className],
      ...[element.parentElement.tagName, element.parentElement.className],
      element.matches(LINKS) ? getComputedStyle(element.parentElement).color : "",
    ].join("|");
  };

  const hasWords = (element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());

  /**
   * Mark what is judged, not within `apart`, of looks how often they were judged before.
   * Returns how often each has been now, and a function that takes the marks away.
   */
  const mark = (apart, before) => {
    const known = new Map();
    const seen = new Map(before);
    const marked = [...document.querySelectorAll("body *")].filter((element) => {
      if (!element.checkVisibility() || element.closest(apart)) return false;
      if (!hasWords(element) && !element.matches(LINKS)) return element.matches(FIELDS);
      const look = lookOf(element, known);
      if (!look) return true;
      seen.set(look, (seen.get(look) ?? 0) + 1);
      return seen.get(look) <= ENOUGH;
    });
    for (const element of marked) element.dataset.judged = "";
    const unmark = () => marked.forEach((element) => delete element.dataset.judged);
    const judged = [...seen].map(([look, times]) => [look, Math.min(times, ENOUGH)]);
    return { judged, unmark };
  };

  // Words of code are thousands of elements, which take their time whatever is asked: one of each
  // class is left in its colour, none where the code is folded away, and the others become plain
  // text. What is made of a page is kept. So are a drawing's lines and shapes, for which its
  // alternative text stands, unless something among them can be reached.
  const REACHED = "[tabindex], [role], a, foreignObject, title, desc";
  const thinned = new Map();
  const seen = new Set();

  const thinOf = (pre, isShown) => {
    const edge = pre.getBoundingClientRect().right;
    const thin = pre.cloneNode(true);
    const words = thin.querySelectorAll("span");
    pre.querySelectorAll("span").forEach((word, i) => {
      // a line of the reader's own file wraps as an element
      if (word.childElementCount || word.matches(".llm-my-gpt pre > span")) return;
      const look = `${word.className} in ${word.parentElement.className}`;
      if (!isShown || seen.has(look)) words[i].replaceWith(...words[i].childNodes);
      // axe passes no judgement on what is cut off
      else if (word.getBoundingClientRect().right <= edge) seen.add(look);
    });
    thin.normalize();
    // nor before the shadows of a box that scrolls
    thin.style.backgroundImage = "none";
    return thin;
  };

  /** Show less of the code; returns a function that shows all of it again. */
  const thinOut = () => {
    for (const pre of document.querySelectorAll(".highlight pre")) {
      const isShown = pre.checkVisibility();
      if (thinned.get(pre)?.isShown !== isShown) {
        thinned.set(pre, { thin: thinOf(pre, isShown), isShown });
      }
    }
    for (const [pre, { thin }] of thinned) pre.replaceWith(thin);
    const drawings = [...document.querySelectorAll("svg[role=img]")]
      .filter((svg) => !svg.querySelector(REACHED))
      .map((svg) => ({ svg, parts: [...svg.childNodes] }));
    for (const { svg } of drawings) svg.replaceChildren();
    return () => {
      thinned.forEach(({ thin }, pre) => thin.replaceWith(pre));
      for (const { svg, parts } of drawings) svg.replaceChildren(...parts);
    };
  };

  axe.configure({
    rules: [
      { id: "color-contrast", selector: "[data-judged]" },
      { id: "link-in-text-block", selector: "a[href][data-judged]" },
    ],
  });

  /**
   * What is against some rules of axe, named or by tags; colours aren't looked at in `apart`.
   * Returns it, and the looks that have been judged, to be given to the next page as `before`.
   */
  window.axeFaults = async (rules, apart, before) => {
    const restore = thinOut();
    const { judged, unmark } = mark(apart ? `${UNJUDGED}, ${apart}` : UNJUDGED, before);
    // without what is not looked at here, the passes above all, it takes half of the time
    const options = { runOnly: rules, resultTypes: ["violations"], preload: false };
    try {
      return { violations: (await axe.run(document, options)).violations, judged };
    } finally {
      unmark();
      restore();
    }
  };
}
