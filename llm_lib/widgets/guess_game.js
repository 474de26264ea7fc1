// GuessGame: can you guess the next word as well as the model? The traits are described in
// guess_game.py.

import { maximum, softmax } from "../engine/functions.js";
import { logitsAt } from "../engine/gpt.js";
import { seededRandom } from "../engine/random.js";
import { byProbability } from "../engine/sampling.js";
import { count, eachFrame, h, onTraits, percent, setTrait } from "./shared/dom.js";
import { Finding, takeFiles } from "./shared/frame.js";
import { showWithModel } from "./shared/model.js";
import { readText, tail } from "./shared/tokens.js";

const CONFIDENCES = [
  [0.2, "No idea"],
  [0.5, "50\u00a0%"],
  [0.75, "75\u00a0%"],
  [0.9, "90\u00a0%"],
  [0.99, "99\u00a0%"],
];
const N_OPTIONS = 5;
const TEXTS_A_GAME = 3;
const FIRST_PLACE = 6;
const LEAST_GAP = 5; // places and gaps in tokens
// How sure the model should be: an open word, a certain one, one between
const WISHES = [0.25, 1, 0.6];
const NO_IDEA = Math.log(N_OPTIONS);
const TOP_LOSS = -Math.log(0.0025); // surely wrong at 99 %
// Words that say little are not asked for, nor those that a story chooses by chance.
const SMALL_WORDS = new Set(
  ("the and but for was were had has have not his her him she they them their its you " +
    "your are this that with who what how did does say said one").split(" "),
);
let guessViews = 0; // the radio buttons of each view need group names of their own

const wordOf = (label) => label.trim();
const exactly = (p) => `${Number((100 * p).toFixed(2))}\u00a0%`; // your own numbers are round ones
const nats = (loss) => loss.toFixed(2);
const mean = (numbers) => numbers.reduce((sum, v) => sum + v, 0) / numbers.length;
const quote = (word) => `“${word}”`;
const theTimes = (n) => (n === 1 ? "once" : n === 2 ? "twice" : `${n} times`);

/**
 * Chooses the words to ask for and what to offer, from a text and the model's probabilities alone.
 */
class QuestionMaker {
  constructor(gpt, tokenizer) {
    Object.assign(this, { gpt, tokenizer, wholeWords: new Map() });
    this.continues = Array.from(
      { length: gpt.config.vocab_size },
      (_, id) => /^[\p{L}\p{N}'’]/u.test(tokenizer.label(id)),
    );
  }

  /**
   * Up to n questions about one text, in the order of the text; `used` are words asked for before,
   * and what stood before them.
   */
  questions(text, n, used) {
    const all = readText(this.tokenizer, text);
    const ids = all.ids.slice(0, this.gpt.config.context_length);
    const labels = all.labels.slice(0, ids.length);
    if (ids.length < 2) return [];
    const cache = this.gpt.newCache();
    const run = this.gpt.forward(ids, { cache });
    const places = labels.map((_, at) => at).filter((at) =>
      at >= FIRST_PLACE && this.asksWell(labels, at, all.labels)
    );
    const made = [];
    // From the last to the first: trying words out overwrites what the cache holds behind a place.
    for (let k = n - 1; k >= 0; k--) {
      const slot = places.slice(
        Math.floor((k * places.length) / n),
        Math.floor(((k + 1) * places.length) / n),
      )
        .filter((at) => !made.length || at <= made[0].at - LEAST_GAP);
      const ranked = slot.map((at) => ({
        at,
        cost: this.cost(run, labels, at, WISHES[k % WISHES.length], used),
      })).sort((a, b) => a.cost - b.cost);
      for (const { at } of ranked) {
        const question = this.question({ run, cache, ids, labels, at });
        if (!question) continue;
        made.unshift({ ...question, at, text: this.tokenizer.decode(ids.slice(0, at)) });
        used.add(question.true).add(labels.slice(at - 2, at).join(""));
        break;
      }
    }
    return made;
  }

  /** Is the token at this place a whole word of three letters or more that says something? */
  asksWell(labels, at, all) {
    return /^ \p{L}{3,}$/u.test(labels[at]) && !SMALL_WORDS.has(wordOf(labels[at]).toLowerCase()) &&
      !/^[\p{L}\p{N}'’]/u.test(all[at + 1] ?? "");
  }

  /**
   * How far a place is from what is wished for. A certain word is best one that the text has told
   * before.
   */
  cost(run, labels, at, wish, used) {
    const sure = maximum(softmax(logitsAt(run, at - 1)));
    const told = labels.slice(0, at).some((label) => wordOf(label) === wordOf(labels[at]));
    // The first word of a sentence: anything goes
    const before = labels.slice(at - 2, at).join("");
    const opens = /[.!?"”]$/.test(before);
    return Math.abs(sure - wish) + (used.has(wordOf(labels[at])) || used.has(before) ? 0.5 : 0) +
      (opens ? 0.15 : 0) + (wish > 0.9 && !told ? 0.3 : 0);
  }

  /**
   * The true word, the model's two best others, and two from further down its list; null if there
   * are too few.
   */
  question({ run, cache, ids, labels, at }) {
    const p = softmax(logitsAt(run, at - 1));
    const taken = new Set([wordOf(labels[at]).toLowerCase()]);
    const others = [];
    if (!this.isWord(ids[at], cache, at)) return null;
    for (const id of byProbability(p).slice(0, 150)) {
      const label = this.tokenizer.label(id);
      const word = wordOf(label).toLowerCase();
      if (!/^ \p{L}{2,}$/u.test(label) || taken.has(word) || !this.isWord(id, cache, at)) continue;
      taken.add(word);
      if (others.push(id) === 14) break;
    }
    if (others.length < N_OPTIONS - 1) return null;
    const random = seededRandom(at * 7919 + ids[at]);
    const far = others.splice(2);
    const draw = (from, to) =>
      far[Math.min(far.length - 1, from + Math.floor(random() * (to - from)))];
    const half = Math.floor(far.length / 2);
    const chosen = [ids[at], ...others, draw(0, half), draw(half, far.length)];
    const options = chosen.map((id) => ({ word: wordOf(this.tokenizer.label(id)), p: p[id] })).sort(
      (a, b) => a.word.localeCompare(b.word, "en"),
    );
    const covered = options.reduce((sum, option) => sum + option.p, 0);
    return {
      words: options.map((option) => option.word),
      true: wordOf(labels[at]),
      model: options.map((option) => option.p / covered),
      covered,
    };
  }

  /**
   * Does the model end the word after this token? A piece like “ scar” goes on, “ scarf” does not.
   */
  isWord(id, cache, at) {
    if (!this.wholeWords.has(id)) {
      cache.length = at;
      const next = softmax(this.gpt.step(id, cache));
      this.wholeWords.set(
        id,
        next.reduce((sum, v, i) => sum + (this.continues[i] ? v : 0), 0) < 0.5,
      );
    }
    return this.wholeWords.get(id);
  }
}

class GuessView {
  constructor({ gpt, tokenizer, model, body, signal }) {
    Object.assign(this, { gpt, tokenizer, model, body, signal });
    const ref = model.get("model_ref");
    this.who = /^[a-z]+$/.test(ref) ? ref[0].toUpperCase() + ref.slice(1) : "the model";
    this.Who = this.who[0].toUpperCase() + this.who.slice(1);
    this.maker = new QuestionMaker(gpt, tokenizer);
    this.build();
    this.repaint = eachFrame(() => this.paint(), signal);
    onTraits(model, ["texts", "n_rounds", "game"], signal, eachFrame(() => this.deal(), signal));
    onTraits(model, ["round", "guess", "confidence", "answers"], signal, this.repaint);
    this.deal();
  }

  get(name) {
    return this.model.get(name);
  }
  set(name, value) {
    setTrait(this.model, name, value);
  }
  get round() {
    return Math.min(this.get("round"), this.rounds.length);
  }
  get question() {
    return this.rounds[this.round];
  }
  get answer() {
    return this.answerTo(this.round);
  }

  /**
   * [word, confidence] of a round, or null where it was not answered, or with a word that was not
   * offered.
   */
  answerTo(round) {
    const answer = this.get("answers")[round];
    return answer?.length === 2 && this.rounds[round]?.words.includes(answer[0]) ? answer : null;
  }

  build() {
    const names = guessViews++;
    this.place = h("p", { class: "llm-label" });
    this.passage = h("p", { class: "llm-guess-text" });
    this.options = Array.from(
      { length: N_OPTIONS },
      (_, i) => new OptionRow(`llm-guess-${names}-word`, this.who, () => this.choose(i)),
    );
    this.choice = h("div", {
      class: "llm-guess-options",
      role: "radiogroup",
      "aria-label": "Which word comes next?",
    }, ...this.options.map((option) => option.element));
    this.sure = CONFIDENCES.map(([value]) =>
      h("input", {
        type: "radio",
        name: `llm-guess-${names}-sure`,
        value,
        onchange: () => this.set("confidence", value),
      })
    );
    this.price = h("p", { class: "llm-note" });
    this.main = h("button", {
      type: "button",
      class: "llm-main",
      onclick: (event) => this.go(event.detail === 0),
    });
    this.again = h("button", { type: "button", onclick: () => this.reset() }, "Reset");
    this.finding = new Finding(this.model, this.signal);
    this.board = new ScoreBoard(this.who);
    this.covered = h("p", { class: "llm-note" });
    this.message = h("p", { class: "llm-problem", role: "status" });
    for (const input of [...this.options.map((option) => option.input), ...this.sure]) {
      input.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && this.ready) {
          event.preventDefault();
          this.main.focus();
          this.go(true);
        }
      });
    }
    this.asking = h(
      "div",
      {},
      this.passage,
      h("p", { class: "llm-label llm-guess-ask" }, "Which word comes next?"),
      this.choice,
      this.covered,
    );
    this.surely = h(
      "div",
      { class: "llm-guess-surely" },
      h("p", { class: "llm-label" }, "How sure are you?"),
      h(
        "div",
        { class: "llm-guess-sure", role: "radiogroup", "aria-label": "How sure are you?" },
        ...this.sure.map((input, i) => h("label", {}, input, h("span", {}, CONFIDENCES[i][1]))),
      ),
      this.price,
    );
    this.verdict = h("div", { class: "llm-guess-verdict" });
    this.working = h(
      "div",
      { class: "llm-guess-columns" },
      this.left = h("div", { class: "llm-guess-left" }, this.place, this.asking),
      this.right = h(
        "div",
        { class: "llm-guess-right" },
        this.surely,
        h("div", { class: "llm-row" }, this.main, this.again),
        this.finding.element,
        this.board.element,
        h(
          "p",
          { class: "llm-note llm-guess-tokens" },
          "A model guesses tokens, and a token is often only a piece of a word. Here each word " +
            "on offer is one whole token.",
        ),
      ),
    );
    this.body.append(this.working, this.message);
  }

  /** Make the questions of this game. */
  deal() {
    const texts = this.get("texts");
    const n = Math.min(TEXTS_A_GAME, texts.length);
    const start = (this.get("game") * n) % texts.length;
    const used = new Set();
    this.rounds = [];
    for (let i = 0; i < n; i++) {
      const share = Math.floor(((i + 1) * this.get("n_rounds")) / n) -
        Math.floor((i * this.get("n_rounds")) / n);
      const made = share
        ? this.maker.questions(texts[(start + i) % texts.length], share, used)
        : [];
      this.rounds.push(...made.map((question) => ({ ...question, story: i + 1, stories: n })));
    }
    this.message.textContent = this.rounds.length
      ? ""
      : "These texts hold no word to ask for. A text needs some words that the model knows " +
        "as one token each.";
    this.message.hidden = this.rounds.length > 0;
    this.working.hidden = !this.rounds.length;
    if (this.rounds.length) this.paint();
    else this.set("finding", this.message.textContent);
  }

  /** What the reader's choice gives each word: the rest is shared evenly by the others. */
  belief(question, [word, confidence]) {
    return question.words.map((
      other,
    ) => (other === word ? confidence : (1 - confidence) / (N_OPTIONS - 1)));
  }

  /** One answered round: what both gave the true word, and what they pay. */
  result(round) {
    const question = this.rounds[round];
    const answer = this.answerTo(round);
    const k = question.words.indexOf(question.true);
    const you = this.belief(question, answer)[k];
    const model = question.model[k];
    return {
      round,
      question,
      answer,
      you,
      model,
      yourLoss: -Math.log(you),
      modelLoss: -Math.log(Math.max(model, 1e-30)),
    };
  }

  get ready() {
    return !this.answer && this.round < this.rounds.length && this.pending !== null;
  }

  /** The answer that would be given now: none without a word, except for "no idea". */
  get pending() {
    const word = this.get("guess");
    const confidence = this.get("confidence");
    const { words } = this.question;
    if (words.includes(word)) return [word, confidence];
    return confidence === CONFIDENCES[0][0] ? [words[0], confidence] : null;
  }

  paint() {
    if (!this.rounds.length) return;
    this.results = this.rounds.map((_, i) => i).filter((i) => this.answerTo(i)).map((i) =>
      this.result(i)
    );
    const over = this.round === this.rounds.length;
    const last = this.round === this.rounds.length - 1;
    // What is hidden is taken off the page, so that no key and no reader finds it.
    const shown = over ? this.verdict : this.asking;
    if (this.left.lastChild !== shown) this.left.lastChild.replaceWith(shown);
    if (over) this.surely.remove();
    else if (!this.surely.isConnected) this.right.prepend(this.surely);
    this.main.textContent = over
      ? "Play again"
      : !this.answer
      ? "Check my guess"
      : last
      ? "See the verdict"
      : "Next word";
    if (over) this.paintVerdict();
    else this.paintQuestion();
    this.main.setAttribute("aria-disabled", !(over || this.answer || this.ready));
    this.board.show(this.results, this.rounds.length, over ? null : this.round);
    this.publish(over);
    this.finding.say(over ? this.verdictWords().slice(0, 2).join(" ") : this.words());
  }

  publish(over) {
    const same = (name, value) => JSON.stringify(this.get(name)) === JSON.stringify(value);
    const { text, words, true: word, model, covered } = this.question ?? {};
    const traits = {
      your_losses: this.results.map((r) => round6(r.yourLoss)),
      model_losses: this.results.map((r) => round6(r.modelLoss)),
      question: over
        ? {}
        : { text, words, true: word, model: model.map(round6), covered: round6(covered) },
    };
    for (const [name, value] of Object.entries(traits)) {
      if (!same(name, value)) this.set(name, value);
    }
  }

  paintQuestion() {
    const { question, answer } = this;
    const said = answer ?? this.pending;
    const belief = said ? this.belief(question, said) : null;
    this.place.textContent = `Word ${this.round + 1} of ${this.rounds.length}` +
      (question.stories > 1 ? `, text ${question.story} of ${question.stories}` : "");
    const gap = answer
      ? h("mark", { class: "llm-guess-word" }, question.true)
      : h("span", { class: "llm-guess-gap" }, "?");
    this.passage.replaceChildren(question.text.trimEnd(), " ", gap);
    const evenly = said?.[1] === CONFIDENCES[0][0];
    this.options.forEach((option, i) =>
      option.show({
        word: question.words[i],
        you: belief?.[i],
        model: answer ? question.model[i] : null,
        isTrue: Boolean(answer) && question.words[i] === question.true,
        chosen: question.words[i] === (answer ? !evenly && answer[0] : this.get("guess")),
        locked: Boolean(answer),
      })
    );
    const confidence = answer ? answer[1] : this.get("confidence");
    this.sure.forEach((input, i) => {
      input.checked = CONFIDENCES[i][0] === confidence;
      input.disabled = Boolean(answer);
    });
    this.price.textContent = confidence === CONFIDENCES[0][0]
      ? `${exactly(confidence)} for each word: whichever follows, your loss is ${nats(NO_IDEA)}.`
      : `The other four words get ${exactly((1 - confidence) / (N_OPTIONS - 1))} each. ` +
        `Right, your loss is ${nats(-Math.log(confidence))}; wrong, it is ` +
        `${nats(-Math.log((1 - confidence) / (N_OPTIONS - 1)))}.`;
    this.covered.textContent = answer
      ? `Of all its tokens, ${this.who} gave these five words ${percent(question.covered)} ` +
        "together. To play on equal terms, that is scaled up to 100\u00a0% here."
      : `${this.Who} has made its guess. It is shown once you have made yours.`;
  }

  words() {
    const { answer, round } = this;
    if (!answer) {
      return this.pending
        ? "Your guess is ready to be checked."
        : "Choose the word that you expect, and how sure you are of it.";
    }
    const { question, you, model, yourLoss, modelLoss } = this.results.find((r) =>
      r.round === round
    );
    const right = answer[0] === question.true;
    const sure = answer[1] > CONFIDENCES[0][0];
    const said = [
      `You gave ${quote(question.true)} ${exactly(you)}: loss ${nats(yourLoss)}. ` +
      `${this.Who} gave it ${percent(model)}: loss ${nats(modelLoss)}.`,
    ];
    const top = maximum(question.model);
    const expected = question.words[question.model.indexOf(top)];
    const wrong = sure && !right;
    if (wrong && answer[1] >= 0.9) {
      said.push(`That is the price of being surely wrong: “no idea” costs ${nats(NO_IDEA)}.`);
    } else if (model < 0.5 && top >= 0.9) {
      said.push(
        `${this.Who} was surely wrong${wrong ? ", too" : ""}: it expected ${quote(expected)}.`,
      );
    } else if (top < 0.5) {
      said.push(`${this.Who} gave no word half of its belief: nothing in the text tells this one.`);
    }
    return said.join(" ");
  }

  verdictWords() {
    const yours = this.results.map((r) => r.yourLoss);
    const models = this.results.map((r) => r.modelLoss);
    const n = yours.length;
    if (!n) return ["No word was answered.", "Play again, and guess this time."];
    const [you, model] = [mean(yours), mean(models)];
    const equal = Math.abs(you - model) < 0.005;
    const first =
      `Over ${count(n, "word")} your mean loss is ${nats(you)}, and that of ${this.who} ` +
      `${nats(model)}: ${equal ? "a draw" : you < model ? "you win" : `${this.who} wins`}.`;
    const as = `It is as if each true word had got ${percent(Math.exp(-you), 0)} from you and ` +
      `${percent(Math.exp(-model), 0)} from ${this.who}; “no idea” each time would be ` +
      `${percent(1 / N_OPTIONS, 0)}, a loss of ${nats(NO_IDEA)}.`;
    const missed = this.results.filter((r) =>
      r.answer[1] >= 0.9 && r.answer[0] !== r.question.true
    );
    const total = yours.reduce((sum, v) => sum + v, 0);
    const paid = missed.reduce((sum, r) => sum + r.yourLoss, 0);
    const sure = missed.length
      ? `You were surely wrong ${theTimes(missed.length)} (90\u00a0% or more): ` +
        `${missed.length === 1 ? "that word" : "those words"} cost you ${nats(paid)} of ` +
        `${nats(total)} in all.`
      : `You were never surely wrong. At 99\u00a0%, one miss costs ${nats(TOP_LOSS)}: as ` +
        `much as ${(TOP_LOSS / NO_IDEA).toFixed(1)} words with “no idea”.`;
    const open = this.results.filter((r) => maximum(r.question.model) < 0.5).length;
    const why = open
      ? `For ${count(open, "word")} ${this.who} itself gave no word half of its belief: some ` +
        "words nobody can know, and the honest answer is to spread your belief."
      : "";
    return [first, as, sure, why].filter(Boolean);
  }

  paintVerdict() {
    this.place.textContent = "The verdict";
    const cell = (text, extra = {}) => h("td", extra, text);
    const head = (text, extra = {}) => h("th", { scope: "col", ...extra }, text);
    const rows = this.results.map((r) =>
      h(
        "tr",
        {},
        h(
          "th",
          { scope: "row" },
          h("span", { class: "llm-guess-before" }, `${tail(r.question.text, 24)} `),
          h("b", {}, r.question.true),
        ),
        cell(exactly(r.you)),
        cell(nats(r.yourLoss)),
        cell(percent(r.model)),
        cell(nats(r.modelLoss)),
      )
    );
    const [, ...more] = this.verdictWords();
    const table = h(
      "table",
      { class: "llm-guess-table" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          head("The word"),
          head("You gave it"),
          head("loss"),
          head(`${this.Who} gave it`),
          head("loss"),
        ),
      ),
      h("tbody", {}, ...rows),
    );
    this.verdict.replaceChildren(
      ...(rows.length ? [table] : []),
      ...more.slice(1).map((text) => h("p", {}, text)),
    );
  }

  choose(i) {
    this.set("guess", this.question.words[i]);
  }

  /**
   * The main button: check, go on, show the verdict, or play the next game. keyboard: where the
   * focus goes then.
   */
  go(keyboard) {
    if (this.round === this.rounds.length) this.begin(this.get("game") + 1);
    else if (this.answer) {
      this.model.set("guess", "");
      this.model.set("confidence", this.get("initial").confidence);
      this.set("round", this.round + 1);
    } else if (this.ready) {
      const answers = [...this.get("answers")];
      while (answers.length < this.round) answers.push([]);
      answers[this.round] = this.pending;
      this.set("answers", answers);
      return;
    } else return;
    this.paint();
    if (keyboard && this.round < this.rounds.length) {
      this.options[0].input.focus({ preventScroll: true });
    }
  }

  begin(game) {
    this.model.set("answers", []);
    this.model.set("round", 0);
    this.model.set("guess", "");
    this.model.set("confidence", this.get("initial").confidence);
    this.set("game", game);
    this.deal();
  }

  reset() {
    for (const [name, value] of Object.entries(this.get("initial"))) this.model.set(name, value);
    this.model.set("answers", []);
    this.model.save_changes();
    this.deal();
  }
}

/** One word on offer: a radio button, and how much you and the model believe in it. */
class OptionRow {
  constructor(name, who, onchange) {
    this.input = h("input", { type: "radio", name, onchange });
    this.word = h("span", { class: "llm-guess-name" });
    this.follows = h("span", { class: "llm-guess-follows" }, "follows");
    const bar = (title, kind) => {
      const fill = h("span", { class: "llm-bar-fill" });
      const number = h("span", { class: "llm-bar-number" });
      return {
        fill,
        number,
        element: h(
          "span",
          { class: `llm-guess-bar ${kind}` },
          h("span", { class: "llm-guess-who" }, title),
          h("span", { class: "llm-bar-track" }, fill),
          number,
        ),
      };
    };
    this.you = bar("You", "llm-guess-you");
    this.model = bar(who === "the model" ? "Model" : who, "llm-guess-model");
    this.element = h(
      "label",
      { class: "llm-guess-option" },
      this.input,
      h("span", { class: "llm-guess-title" }, this.word, this.follows),
      h("span", { class: "llm-guess-bars" }, this.you.element, this.model.element),
    );
  }

  show({ word, you, model, isTrue, chosen, locked }) {
    this.word.textContent = word;
    this.follows.hidden = !isTrue;
    this.input.checked = chosen;
    this.input.disabled = locked;
    this.element.classList.toggle("llm-guess-true", isTrue);
    this.element.classList.toggle("llm-guess-chosen", chosen);
    this.element.classList.toggle("llm-guess-locked", locked);
    for (const [bar, p] of [[this.you, you], [this.model, model]]) {
      const known = p !== undefined && p !== null;
      bar.fill.style.width = known ? `${(100 * p).toFixed(2)}%` : "0";
      bar.number.textContent = !known
        ? (bar === this.model ? "?" : "–")
        : bar === this.model
        ? percent(p)
        : exactly(p);
    }
  }
}

/** The losses so far: a pair of columns for each word, and the means in words. */
class ScoreBoard {
  constructor(who) {
    this.who = who;
    this.plot = h("div", { class: "llm-guess-plot" });
    this.axis = h("div", { class: "llm-guess-axis" });
    this.chart = h("div", { class: "llm-guess-chart", role: "img" }, this.plot, this.axis);
    this.means = h("p", { class: "llm-guess-means" });
    const key = (kind, text) =>
      h("span", { class: "llm-guess-key" }, h("span", { class: `llm-guess-swatch ${kind}` }), text);
    this.element = h(
      "section",
      { class: "llm-guess-board", "aria-label": "Losses so far" },
      h(
        "div",
        { class: "llm-row" },
        h("span", { class: "llm-label" }, "Loss of each word"),
        key("llm-guess-you", "you"),
        key("llm-guess-model", who),
        key("llm-guess-even", `“no idea”, ${nats(NO_IDEA)}`),
      ),
      this.chart,
      this.means,
    );
  }

  show(results, n, now) {
    const top = Math.max(TOP_LOSS, ...results.map((r) => Math.min(r.modelLoss, 8)));
    const high = (loss) => `${(100 * Math.min(1, loss / top)).toFixed(1)}%`;
    const line = h("span", { class: "llm-guess-line", style: `bottom:${high(NO_IDEA)}` });
    const columns = Array.from({ length: n }, (_, i) => {
      const r = results.find((r) => r.round === i);
      const column = (kind, loss) =>
        h("span", { class: `llm-guess-column ${kind}`, style: `height:${high(loss)}` });
      return h(
        "span",
        { class: "llm-guess-pair" },
        ...(r ? [column("llm-guess-you", r.yourLoss), column("llm-guess-model", r.modelLoss)] : []),
      );
    });
    this.plot.replaceChildren(line, ...columns);
    this.axis.replaceChildren(
      ...columns.map((_, i) =>
        h("span", { class: i === now ? "llm-guess-now" : null }, String(i + 1))
      ),
    );
    this.chart.setAttribute(
      "aria-label",
      results.length
        ? "Losses: " + (results.map((r) =>
          `word ${r.round + 1}, you ${nats(r.yourLoss)}, ${this.who} ${nats(r.modelLoss)}`
        ).join("; ")) + "."
        : "No word was answered yet.",
    );
    const text = (title, losses) =>
      h("span", {}, `${title} `, h("b", {}, results.length ? nats(mean(losses)) : "–"));
    this.means.replaceChildren(
      "Mean so far: ",
      text("you", results.map((r) => r.yourLoss)),
      text(this.who, results.map((r) => r.modelLoss)),
    );
  }
}

const round6 = (v) => Math.round(v * 1e6) / 1e6;

function render({ model, el }) {
  return showWithModel({
    model,
    el,
    name: "llm-guess",
    title: "Can you guess the next word as well as the model?",
    tryThis:
      "Read the text, choose the word that you think comes next, and say how sure you are. " +
      "The less you gave the true word, the larger your loss.",
    build: (parts) => new GuessView(parts),
  });
}

export default { initialize: takeFiles, render };
