// What the other modules make pages of.

/**
 * Return a new element; children that are nothing are left out.
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 */
export function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter(Boolean));
  return element;
}

/**
 * Return the text of the first element that a selector finds in a box.
 * @param {Element} box
 * @param {string} selector
 */
export const words = (box, selector) => box.querySelector(selector)?.textContent.trim() ?? "";

/** Where a widget is mounted that is no prediction. */
export const WIDGET = ".llm-mount:not(.llm-question)";
