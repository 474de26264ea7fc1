// The things of a story, each in the colour that it has in the film that tells of it.

const COLOURED = 2; // things that have a colour each
const HAD = ["had", "a"]; // before a thing

/** @param {string} label of a token */
const wordOf = (label) => label.replace(/^[·\s]+/, "");

/**
 * For each token the number of the thing that it names, in the order of the text, or -1.
 * @param {string[]} labels
 */
export function thingsIn(labels) {
  const words = labels.map(wordOf);
  const isThing = (/** @type {string} */ word, /** @type {number} */ t) =>
    /^\p{L}+$/u.test(word) && words[t - 2] === HAD[0] && words[t - 1] === HAD[1];
  const things = [...new Set(words.filter(isThing))].slice(0, COLOURED);
  return words.map((word) => things.indexOf(word));
}

/**
 * Give buttons of tokens the colours of what they name.
 * @param {HTMLElement[]} buttons
 * @param {number[]} things
 */
export function colourThings(buttons, things) {
  buttons.forEach((button, t) => {
    for (let i = 0; i < COLOURED; i++) {
      button.classList.toggle(`llm-look-thing-${i}`, things[t] === i);
    }
  });
}
