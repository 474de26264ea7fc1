// Drawings that can be clicked and walked with the keyboard. Needs dom.js.

/** The same as h(), for what stands in an <svg>. */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/**
 * A group of shapes that is a button: click, tap, Enter and Space call onpress. rove() gives it a
 * tab stop.
 */
export function svgButton(attributes, onpress, ...children) {
  const onkeydown = (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    onpress();
  };
  return svg(
    "g",
    { role: "button", tabindex: -1, onclick: onpress, onkeydown, ...attributes },
    ...children,
  );
}

/** Show which button of a group is chosen; it is also where Tab comes in. */
export function markChosen(buttons, chosen, name) {
  buttons.forEach((button, i) => {
    button.classList.toggle(name, i === chosen);
    button.setAttribute("aria-pressed", String(i === chosen));
    button.setAttribute("tabindex", i === chosen ? 0 : -1);
  });
}
