// The rings of the field in words, and the systems to sort into them.

/** @type {Record<string, string[]>} */
export const RINGS = {
  ai: [
    "Artificial intelligence",
    "Making machines do what would take intelligence if a person did it, be it by " +
    "learning or by rules that people wrote.",
    "a route planner that searches a map for the shortest way.",
    "a pocket calculator, though people do have to think for a long division. Where the " +
    "border lies is a custom.",
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

/** @type {Record<string, string>} */
export const LIES = {
  ai: "AI is the widest ring: it holds all the others, and also programs that never learn.",
  ml: "Machine learning lies inside AI: everything in it learns from data.",
  dl: "Deep learning lies inside machine learning, which lies inside AI.",
  llm: "Large language models are the innermost ring: they are deep learning, machine " +
    "learning and AI as well.",
  generative: "Generative AI is no ring inside the others but lies across them: it covers the " +
    "language models that write, a part of deep learning, and generators far older than " + "that.",
};

// name, definition, example, and what is no example with the reason
// Where each lies, in a sentence.
export const ORDER = Object.keys(RINGS);

/** @type {Record<string, string>} */
export const PLACES = {
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
export const CARDS = [
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

/** @typedef {typeof CARDS[number]} Card */
