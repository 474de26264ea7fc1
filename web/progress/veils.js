// A veil lies over what a question guards until it is answered, or until the reader asks to see it.
// What is under it keeps its place and its height. web/veiled.py marks what is guarded; without
// JavaScript, and on paper, nothing is veiled.

import { offerAnswers } from "./answers_switch.js";
import { exerciseNote } from "./store.js";
import { coverAll, uncoverAll } from "./veil.js";

const QUESTION = ".llm-mount[data-exercise]";
const GUARDED = ".cell.tag_veiled > .cell_output, .llm-veiled";

/**
 * The questions of the page, each with what it guards: all that is marked between it and the next.
 * @returns {Map<HTMLElement, HTMLElement[]>}
 */
export function guards() {
  const found = new Map();
  let things = null;
  for (const element of document.querySelectorAll(`${QUESTION}, ${GUARDED}`)) {
    if (!element.matches(QUESTION)) things?.push(element);
    else if (!element.closest(".llm-exercise")) found.set(element, things = []);
  }
  return found;
}

/** The place on the page that the address names, if it names one. */
const target = () => document.getElementById(decodeURIComponent(location.hash.slice(1)));

/** What the reader has looked for, where the book's search has led here. */
function searched() {
  const from = document.referrer ? new URL(document.referrer) : null;
  const query = from?.pathname.endsWith("/search.html") ? from.searchParams.get("q") : "";
  return (query ?? "").trim().toLowerCase();
}

/**
 * Whether the address leads under a veil: into it, or to a section in which a search has found it.
 * @param {HTMLElement} thing
 */
function leadsTo(thing) {
  const place = target();
  const words = searched();
  const isFound = words !== "" && thing.textContent.toLowerCase().includes(words);
  return place !== null && (thing.contains(place) || (isFound && place.contains(thing)));
}

/**
 * Guard what belongs to a question, unless it was answered before.
 * @param {HTMLElement} box where the question is mounted
 * @param {HTMLElement[]} things
 * @returns {() => void} what shows or veils them, as the reader's choice for all pages is now
 */
function guard(box, things) {
  const before = exerciseNote(box.dataset.exercise ?? "");
  let isOpen = (before && before.state !== "tried") || things.some(leadsTo);
  const look = () => {
    const isShown = isOpen || document.documentElement.dataset.answers === "shown";
    if (isShown) uncoverAll(things);
    else coverAll(things, open);
  };
  function open() {
    isOpen = true;
    look();
  }
  // A first wrong answer leaves the reader the chance to find the right one alone.
  let wrong = 0;
  box.addEventListener("llm-answered", (event) => {
    const { state } = /** @type {CustomEvent} */ (event).detail;
    if (state !== "tried" || ++wrong > 1) open();
  });
  new MutationObserver(() => box.dataset.mounted === "failed" && open())
    .observe(box, { attributeFilter: ["data-mounted"] });
  addEventListener("hashchange", () => {
    if (things.some(leadsTo)) open();
  });
  look();
  return look;
}

/** Lay veils over what the questions of the page guard. */
export function veilAll() {
  const looks = [...guards()].map(([box, things]) => guard(box, things));
  offerAnswers(() => looks.forEach((look) => look()));
}
