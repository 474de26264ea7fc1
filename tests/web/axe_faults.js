// What the tests ask of axe. It takes longest over colours, and a page has thousands of words in a
// few of them: of words that look alike and stand on the same ground, some are judged for all.
{
  const ENOUGH = 3; // of a look: one may be exempt, or have something before it
  const EXEMPT = "label, :disabled, [aria-disabled=true], [inert]";
  const UNJUDGED = "svg, mjx-container"; // axe passes no judgement on their words
  const FIELDS = "input, select, textarea"; // which have words that are no nodes
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
    ].join("|");
  };

  const hasWords = (element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());

  /** Mark what is judged, not within `apart`; returns a function that takes the marks away. */
  const mark = (apart) => {
    const known = new Map();
    const seen = new Map();
    const marked = [...document.querySelectorAll("body *")].filter((element) => {
      if (!element.checkVisibility() || element.closest(apart)) return false;
      if (!hasWords(element)) return element.matches(FIELDS);
      const look = lookOf(element, known);
      if (!look) return true;
      seen.set(look, (seen.get(look) ?? 0) + 1);
      return seen.get(look) <= ENOUGH;
    });
    for (const element of marked) element.dataset.judged = "";
    return () => marked.forEach((element) => delete element.dataset.judged);
  };

  // Words of code are thousands of elements, which take their time whatever is asked: one of each
  // class is left in its colour, none where the code is folded away, and the others become plain
  // text. What is made of a page is kept.
  const thinned = new Map();
  const seen = new Set();

  const thinOf = (pre, isShown) => {
    const edge = pre.getBoundingClientRect().right;
    const thin = pre.cloneNode(true);
    const words = thin.querySelectorAll("span");
    pre.querySelectorAll("span").forEach((word, i) => {
      if (word.childElementCount) return;
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
    return () => thinned.forEach(({ thin }, pre) => thin.replaceWith(pre));
  };

  axe.configure({ rules: [{ id: "color-contrast", selector: "[data-judged]" }] });

  /** What is against some rules of axe, named or by tags; colours aren't looked at in `apart`. */
  window.axeFaults = async (rules, apart) => {
    const restore = thinOut();
    const unmark = mark(apart ? `${UNJUDGED}, ${apart}` : UNJUDGED);
    // without what is not looked at here, the passes above all, it takes half of the time
    const options = { runOnly: rules, resultTypes: ["violations"], preload: false };
    try {
      return (await axe.run(document, options)).violations;
    } finally {
      unmark();
      restore();
    }
  };
}
