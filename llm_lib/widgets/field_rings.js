// FieldRings: what lies inside what? The traits are described in field_rings.py.

import { count, eachFrame, h, onTraits, rove, setTrait } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { markChosen, svg, svgButton } from "./shared/svg.js";

// name, definition, example, and what is no example with the reason
const RINGS = {
  ai: [
    "Artificial intelligence",
    "Making machines do what would take intelligence if a person did it, be it by " +
    "learning or by rules that people wrote.",
    "a route planner that searches a map for the shortest way.",
    "a pocket calculator. It is fast, but nobody needs a notion of intelligence to explain it.",
  ],
  ml: [
    "Machine learning",
    "The part of AI in which the behaviour is not written down: an algorithm sets the " +
    "numbers of a model so that it fits examples.",
    "a shop that suggests what buyers like you bought.",
    "a shop assistant with a list of suggestions typed in by hand. It has learned nothing.",
  ],
  dl: [
    "Deep learning",
    "The part of machine learning whose models are neural networks of several layers, " +
    "each of which works on what the one before it found.",
    "the network in a telephone that turns speech into text.",
    "a decision tree. It learns from data, but is no network.",
  ],
  llm: [
    "Large language models",
    "Deep networks with very many parameters, trained on a great amount of text to predict tokens.",
    "Llama 3, with up to 405 billion parameters.",
    "a network that tells cats from dogs. It is deep, but reads and writes no text.",
  ],
  generative: [
    "Generative AI",
    "Systems that make new content, such as text, images, sound or code; a name for what " +
    "a system does, and not for how.",
    "a chatbot, and also a program that makes up place names from counted letters, " +
    "without any network.",
    "a face recogniser. It says who is there, and makes nothing new.",
  ],
};
// Where each lies, in a sentence.
const LIES = {
  ai: "AI is the widest ring: it holds all the others, and also programs that never learn.",
  ml: "Machine learning lies inside AI: everything in it learns from data.",
  dl: "Deep learning lies inside machine learning, which lies inside AI.",
  llm: "Large language models are the innermost ring: they are deep learning, machine " +
    "learning and AI as well.",
  generative: "Generative AI is no ring inside the others but lies across them: it covers the " +
    "language models that write, a part of deep learning, and generators far older than " + "that.",
};
const ORDER = Object.keys(RINGS);
const PLACES = {
  none: "Not AI",
  ai: "AI, but no machine learning",
  ml: "Machine learning, but not deep",
  dl: "Deep learning, but no LLM",
  llm: "Large language model",
};
/**
 * The cards: name, the place and what is accepted besides, whether it is generative, why, and what
 * can be said against it. dot: where it lies in the picture.
 */
const CARDS = [
  {
    name: "A chess program that searches ahead by rules written by hand",
    short: "chess by rules",
    place: "ai",
    generative: false,
    dot: [302, 130],
    why:
      "It plans, so it counts as AI, but people wrote every rule and it learns nothing from data.",
  },
  {
    name: "A spam filter: naive Bayes on word counts",
    short: "spam filter",
    place: "ml",
    generative: false,
    dot: [258, 128],
    why: "Its numbers are counted from examples, so it has learned; there is no network. It " +
      "judges texts and writes none.",
    debate: "Statisticians do call naive Bayes a generative model, in another sense: it models " +
      "how the data came about.",
  },
  {
    name: "A neural network that recognises handwritten digits",
    short: "digit network",
    place: "dl",
    generative: false,
    dot: [222, 138],
    why: "Layers of a network learned from pictures. It names a digit and draws none.",
  },
  {
    name: "An image generator (diffusion)",
    short: "image generator",
    place: "dl",
    generative: true,
    dot: [222, 219],
    why: "A deep network learned to turn noise into pictures. It makes new content, and its " +
      "product is not text.",
    debate: "Many image generators have a language model inside, which reads the prompt.",
  },
  {
    name: "GPT-2",
    short: "GPT-2",
    place: "llm",
    generative: true,
    dot: [140, 219],
    why:
      "A deep network trained to predict the next token of a great amount of text, and it writes.",
    debate: "With at most 1.5 billion parameters it is small by today’s measure; “large” has no " +
      "fixed border.",
  },
  {
    name: "A thermostat that switches the heating at 20 °C",
    short: "thermostat",
    place: "none",
    generative: false,
    dot: [302, 15],
    why: "One fixed comparison: hardly anyone calls that AI.",
    debate: "Where AI begins is a matter of taste: it senses and acts, and some would call that " +
      "the simplest case.",
  },
  {
    name: "BERT: reads a text with gaps and fills them",
    short: "BERT",
    place: "llm",
    also: ["dl"],
    generative: false,
    dot: [60, 190],
    why: "A deep network and a language model, but made to understand texts, not to write " +
      "them: it is not generative in the usual sense.",
    debate: "Whether it is an LLM depends on whom you ask: some count only models that write, or " +
      "only much larger ones. Deep learning is accepted too.",
  },
  {
    name: "A Markov chain that writes text from counted word pairs",
    short: "Markov chain",
    place: "ml",
    generative: true,
    dot: [258, 219],
    why: "It learns by counting, without a network, and it makes new text. Generating is " +
      "older than deep learning.",
    debate:
      "Some would not call plain counting machine learning. The numbers come from data, so we do.",
  },
  {
    name: "Linear regression: house prices from floor space",
    short: "house prices",
    place: "ml",
    generative: false,
    dot: [258, 164],
    why: "Slope and intercept are learned from data; a straight line has no layers.",
    debate: "The method is some 200 years old, and many would call it statistics rather than AI.",
  },
  {
    name: "AlphaGo",
    short: "AlphaGo",
    place: "dl",
    generative: false,
    dot: [222, 172],
    why: "Deep networks judge positions and moves, together with a search. It chooses moves; " +
      "it does not make content.",
    debate: "A played game could be called new content. Usually it is not.",
  },
];

// [x, y, width, height, corner, and where its name begins]
const SHAPES = {
  ai: [4, 30, 322, 264, 16, 16, 51],
  ml: [14, 62, 264, 222, 14, 26, 83],
  dl: [24, 94, 214, 180, 12, 36, 115],
  llm: [34, 126, 172, 138, 10, 44, 147],
};
const BAND = { x: 84, y: 196, width: 226, height: 46, rx: 23 };

/** What was right of an answer, and the words for it. */
function judge(card, [place, generative]) {
  const placed = place === card.place || Boolean(card.also?.includes(place));
  const kind = generative === card.generative;
  const names = Object.keys(PLACES);
  const gap = names.indexOf(place) - names.indexOf(card.place);
  const said = [];
  if (placed && kind) said.push("Right on both.");
  else if (placed) {
    said.push(`The ring is right; but it is ${card.generative ? "" : "not "}generative.`);
  } else {
    const where = gap < 0 && place !== "none"
      ? "That holds, but it lies further in"
      : gap > 0 && place !== "none"
      ? "That is too far in"
      : "Not quite";
    said.push(
      `${where}: “${PLACES[card.place]}”. Generative: ${card.generative ? "yes" : "no"}, ` +
        `${kind ? "as you said" : "unlike you said"}.`,
    );
  }
  return { placed, kind, words: `${said.join(" ")} ${card.why}` };
}

class RingsView {
  constructor({ model, body, signal }) {
    Object.assign(this, { model, signal });
    this.build(body);
    onTraits(model, ["ring", "card", "answers"], signal, eachFrame(() => this.paint(), signal));
    this.paint();
  }

  get(name) {
    return this.model.get(name);
  }
  set(name, value) {
    setTrait(this.model, name, value);
  }
  /** The card on the table: the page goes no further than the first that has no answer. */
  get at() {
    return Math.min(this.get("card"), this.get("answers").length, CARDS.length);
  }

  build(body) {
    this.finding = new Finding(this.model, this.signal);
    this.about = h("div", { class: "llm-rings-about" });
    this.buildCard();
    body.append(
      h("div", { class: "llm-rings-columns" }, h("div", {}, this.figure()), this.about),
      this.table,
      this.finding.element,
    );
  }

  figure() {
    this.dots = svg("g", { "aria-hidden": "true" });
    this.buttons = ORDER.map((ring) => this.shape(ring));
    const group = svg("g", {}, ...this.buttons);
    rove(group, () => this.buttons, { onmove: (element) => this.choose(element.dataset.ring) });
    return svg(
      "svg",
      {
        viewBox: "0 0 330 330",
        role: "group",
        "aria-label": "Fields inside each other: choose one",
      },
      svg("text", { class: "llm-ring-outside", x: 16, y: 20 }, "not AI"),
      group,
      this.dots,
    );
  }

  shape(ring) {
    const attributes = { class: "llm-ring", "data-ring": ring, "aria-label": RINGS[ring][0] };
    const press = () => this.choose(ring);
    if (ring === "generative") {
      return svgButton(
        { ...attributes, class: "llm-ring llm-ring-across" },
        press,
        svg("path", { class: "llm-ring-lead", d: "M292 242V304" }),
        svg("rect", { class: "llm-ring-edge", ...BAND }),
        svg("rect", { class: "llm-ring-reach", ...BAND }),
        svg("rect", { class: "llm-ring-hand", x: 224, y: 300, width: 102, height: 28 }),
        svg("text", { x: 324, y: 319, "text-anchor": "end" }, RINGS[ring][0]),
      );
    }
    const [x, y, width, height, rx, left, top] = SHAPES[ring];
    return svgButton(
      attributes,
      press,
      svg("rect", { class: "llm-ring-edge", x, y, width, height, rx }),
      svg("text", { x: left, y: top }, RINGS[ring][0]),
    );
  }

  buildCard() {
    const radio = (name, value, text) => {
      const input = h("input", {
        type: "radio",
        name: `${this.id}-${name}`,
        value,
        onchange: () => this.chose(),
      });
      return h("label", { class: "llm-rings-choice" }, input, h("span", {}, text));
    };
    this.id = `llm-rings-${Math.random().toString(36).slice(2)}`;
    this.count = h("p", { class: "llm-note" });
    this.name = h("p", { class: "llm-rings-name", tabindex: -1 });
    this.places = h(
      "fieldset",
      {},
      h("legend", {}, "Its innermost ring"),
      ...Object.entries(PLACES).map(([place, text]) => radio("place", place, text)),
    );
    this.kinds = h(
      "fieldset",
      {},
      h("legend", {}, "Is it generative?"),
      radio("generative", "true", "Yes, it makes new content"),
      radio("generative", "false", "No"),
    );
    this.action = h("button", { type: "button", class: "llm-main", onclick: () => this.act() });
    this.why = h("p", { class: "llm-rings-why", role: "status" });
    this.debate = h("p", { class: "llm-note" });
    this.form = h("div", { class: "llm-rings-form" }, this.places, this.kinds);
    this.list = h("ol", { class: "llm-rings-list" });
    this.table = h(
      "div",
      { class: "llm-rings-table" },
      h(
        "div",
        { class: "llm-row llm-rings-head" },
        h("p", { class: "llm-rings-heading" }, "Sort it yourself"),
        h("button", { type: "button", onclick: () => this.reset() }, "Reset"),
      ),
      this.count,
      this.name,
      this.form,
      this.why,
      this.debate,
      this.list,
      h("div", { class: "llm-row llm-rings-action" }, this.action),
    );
  }

  // ---- what can be done -------------------------------------------------------------------------

  choose(ring) {
    this.latest = "ring";
    if (ring === this.get("ring")) this.paint();
    else this.set("ring", ring);
  }

  picked(box) {
    return box.querySelector("input:checked")?.value;
  }

  /** A radio was chosen: "Check" needs both. */
  chose() {
    this.action.setAttribute(
      "aria-disabled",
      !(this.picked(this.places) && this.picked(this.kinds)),
    );
  }

  act() {
    const { at } = this;
    const answers = this.get("answers");
    this.latest = "card";
    if (at === CARDS.length) {
      this.set("card", 0);
      this.set("answers", []);
      this.name.focus();
      return;
    }
    if (at < answers.length) {
      this.set("card", at + 1);
      this.name.focus({ preventScroll: true });
      return;
    }
    const place = this.picked(this.places);
    const kind = this.picked(this.kinds);
    if (!place || !kind) {
      this.why.textContent = "Choose " +
        `${place ? "yes or no" : kind ? "a ring" : "a ring, and yes or no"} ` + "first.";
      return;
    }
    this.model.set("card", at);
    this.set("answers", [...answers, [place, kind === "true"]]);
  }

  reset() {
    this.latest = undefined;
    for (const [name, value] of Object.entries(this.get("initial"))) this.model.set(name, value);
    this.model.save_changes();
    this.shown = undefined;
    this.paint();
  }

  // ---- what is shown ----------------------------------------------------------------------------

  paint() {
    const ring = this.get("ring");
    const [name, definition, example, not] = RINGS[ring];
    markChosen(this.buttons, ORDER.indexOf(ring), "llm-ring-here");
    const line = (label, text) => h("p", {}, h("b", {}, label), " ", text);
    this.about.replaceChildren(
      h("p", { class: "llm-rings-name" }, name),
      h("p", {}, definition),
      line("An example:", example),
      line("Not one:", not),
    );
    this.paintDots();
    this.paintCard();
    this.finding.say(
      this.latest === "card" || (this.latest !== "ring" && this.get("answers").length)
        ? this.score()
        : LIES[ring],
    );
  }

  paintDots() {
    this.dots.replaceChildren(
      ...this.get("answers").map((answer, i) => {
        const { placed, kind } = judge(CARDS[i], answer);
        const [x, y] = CARDS[i].dot;
        return svg(
          "g",
          { class: placed && kind ? "llm-rings-dot" : "llm-rings-dot llm-rings-off" },
          svg("circle", { cx: x, cy: y, r: 10 }),
          svg("text", { x, y: y + 4, "text-anchor": "middle" }, i + 1),
        );
      }),
    );
  }

  paintCard() {
    const { at } = this;
    const answers = this.get("answers");
    const answer = answers[at];
    const card = CARDS[at];
    const done = !card;
    for (const element of [this.form, this.why]) element.hidden = done;
    this.debate.hidden = done || !answer || !card.debate;
    this.list.hidden = !done;
    this.count.textContent = done ? "All cards are sorted" : `Card ${at + 1} of ${CARDS.length}`;
    this.name.textContent = done ? `${this.right()} of ${CARDS.length} right` : card.name;
    this.action.textContent = done
      ? "Sort again"
      : !answer
      ? "Check"
      : at + 1 < CARDS.length
      ? "Next card"
      : "See the score";
    this.action.removeAttribute("aria-disabled");
    if (done) {
      this.list.replaceChildren(...CARDS.map((other, i) => this.summary(other, answers[i])));
      this.shown = undefined;
      return;
    }
    this.paintForm(card, answer, at);
    this.why.textContent = answer ? judge(card, answer).words : "";
    this.debate.textContent = answer && card.debate ? `Debatable: ${card.debate}` : "";
  }

  /** Radios as the answer says; empty for a card that has just come. */
  paintForm(card, answer, at) {
    const state = `${at} ${answer ?? ""}`;
    if (this.shown === state && !answer) return this.chose();
    this.shown = state;
    const fill = (box, value, right) => {
      for (const label of box.querySelectorAll("label")) {
        const input = label.firstChild;
        const good = answer && right.includes(input.value);
        input.checked = answer ? input.value === value : false;
        input.disabled = Boolean(answer);
        label.classList.toggle("llm-rings-good", Boolean(good));
        label.classList.toggle("llm-rings-bad", Boolean(answer && input.checked && !good));
        label.lastChild.textContent = label.lastChild.textContent.replace(/ [✓✗]$/, "") +
          (good ? " ✓" : answer && input.checked ? " ✗" : "");
      }
    };
    fill(this.places, answer?.[0], [card.place, ...(card.also ?? [])]);
    fill(this.kinds, String(answer?.[1]), [String(card.generative)]);
    if (!answer) this.chose();
  }

  summary(card, answer) {
    const { placed, kind } = judge(card, answer);
    const good = placed && kind;
    return h(
      "li",
      { class: good ? "" : "llm-rings-missed" },
      h("b", {}, card.short),
      `: ${PLACES[card.place]}${card.generative ? ", generative" : ""}. `,
      h(
        "span",
        { class: "llm-note" },
        good ? "✓ right" : `✗ ${placed ? "the ring was right" : "not this ring"}, ` +
          `${kind ? "generative right" : "generative wrong"}`,
      ),
    );
  }

  /** How many of the answers fit a test; without one, how many are right on both. */
  right(test = (v) => v.placed && v.kind) {
    return this.get("answers").filter((answer, i) => test(judge(CARDS[i], answer))).length;
  }

  score() {
    const answers = this.get("answers");
    const both = this.right();
    if (answers.length < CARDS.length) {
      return `${both} of ${count(answers.length, "card")} right so far.`;
    }
    return `${both} of ${CARDS.length} cards right: the ring ${this.right((v) => v.placed)} ` +
      `times, generative or not ${this.right((v) => v.kind)} times.`;
  }
}

function render({ model, el }) {
  return showWidget({
    model,
    el,
    name: "llm-rings",
    title: "What lies inside what?",
    tryThis: "Choose a shape to see what it means. Then sort ten systems: each goes into the " +
      "innermost ring that holds it.",
    build: (parts) => new RingsView(parts),
  });
}

export default { render };
