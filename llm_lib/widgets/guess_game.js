// GuessGame: can you guess the next word as well as the model? The traits are described in
// guess_game.py.

import { maximum } from "../engine/functions.js";
import { mean } from "../engine/vectors.js";
import { exactly, nats, NO_IDEA, OptionRow, ScoreBoard, TOP_LOSS } from "./parts/guess_board.js";
import { N_OPTIONS, QuestionMaker } from "./parts/guess_questions.js";
import { groupName } from "./shared/controls.js";
import { eachFrame, h, onTraits } from "./shared/dom.js";
import { takeFiles } from "./shared/files.js";
import { Finding } from "./shared/frame.js";
import { showWithModel } from "./shared/model.js";
import { tail } from "./shared/tokens.js";
import { ModelView } from "./shared/view.js";
import { count, percent, quote, round6, times } from "./shared/words.js";

/** @import { ModelViewParts, Place } from "./shared/types.js" */
/** @import { GPT } from "../engine/gpt.js" */
/** @import { Cache, Run, Tokenizer } from "../engine/types.js" */
/** @typedef {[word: string, confidence: number]} Answer */
/**
 * @typedef {object} Question
 * @property {string[]} words on offer
 * @property {string} true the one that follows
 * @property {number[]} model the model's probability of each, together 1
 * @property {number} covered what it gave all of them together
 * @property {string} text what stands before
 * @property {number} story
 * @property {number} stories
 */
/** @typedef {ReturnType<GuessView["result"]>} Result */

/** @type {[confidence: number, words: string][]} */
const CONFIDENCES = [
  [0.2, "No idea"],
  [0.5, "50\u00a0%"],
  [0.75, "75\u00a0%"],
  [0.9, "90\u00a0%"],
  [0.99, "99\u00a0%"],
];
const TEXTS_A_GAME = 3;
class GuessView extends ModelView {
  /** @param {ModelViewParts} parts */
  constructor(parts) {
    super(parts);
    const { gpt, tokenizer, model, signal } = parts;
    const ref = model.get("model_ref");
    this.who = /^[a-z]+$/.test(ref) ? ref[0].toUpperCase() + ref.slice(1) : "the model";
    this.Who = this.who[0].toUpperCase() + this.who.slice(1);
    this.maker = new QuestionMaker(gpt, tokenizer);
    this.build();
    this.repaint = eachFrame(() => this.paint(), signal);
    this.follow(["texts", "n_rounds", "game"], () => this.deal());
    onTraits(model, ["round", "guess", "confidence", "answers"], signal, this.repaint);
    this.deal();
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
   * @param {number} round
   */
  answerTo(round) {
    const answer = this.get("answers")[round];
    return answer?.length === 2 && this.rounds[round]?.words.includes(answer[0]) ? answer : null;
  }

  build() {
    const names = groupName("llm-guess");
    this.place = h("p", { class: "llm-label" });
    this.passage = h("p", { class: "llm-guess-text" });
    this.options = Array.from(
      { length: N_OPTIONS },
      (_, i) => new OptionRow(`${names}-word`, this.who, () => this.choose(i)),
    );
    this.choice = h("div", {
      class: "llm-guess-options",
      role: "radiogroup",
      "aria-label": "Which word comes next?",
    }, ...this.options.map((option) => option.element));
    this.sure = CONFIDENCES.map(([value]) =>
      h("input", {
        type: "radio",
        name: `${names}-sure`,
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
    /** @type {Question[]} */
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

  /**
   * What the reader's choice gives each word: the rest is shared evenly by the others.
   * @param {Question} question
   * @param {Answer} answer
   */
  belief(question, [word, confidence]) {
    return question.words.map((
      other,
    ) => (other === word ? confidence : (1 - confidence) / (N_OPTIONS - 1)));
  }

  /**
   * One answered round: what both gave the true word, and what they pay.
   * @param {number} round
   */
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
    this.main.setAttribute("aria-disabled", String(!(over || this.answer || this.ready)));
    this.board.show(this.results, this.rounds.length, over ? null : this.round);
    this.publishRound(over);
    this.finding.say(over ? this.verdictWords().slice(0, 2).join(" ") : this.words());
  }

  /** @param {boolean} over */
  publishRound(over) {
    const traits = {
      your_losses: this.results.map((r) => round6(r.yourLoss)),
      model_losses: this.results.map((r) => round6(r.modelLoss)),
      question: over ? {} : this.shownQuestion(),
    };
    for (const [name, value] of Object.entries(traits)) this.publish(name, value);
  }

  /** The present question as Python sees it. */
  shownQuestion() {
    const { text, words, true: word, model, covered } = this.question;
    return { text, words, true: word, model: model.map(round6), covered: round6(covered) };
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
      ? `You were surely wrong ${times(missed.length)} (90\u00a0% or more): ` +
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
    const cell = (/** @type {string} */ text, extra = {}) => h("td", extra, text);
    const head = (/** @type {string} */ text, extra = {}) =>
      h("th", { scope: "col", ...extra }, text);
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

  /** @param {number} i */
  choose(i) {
    this.set("guess", this.question.words[i]);
  }

  /**
   * The main button: check, go on, show the verdict, or play the next game. keyboard: where the
   * focus goes then.
   * @param {boolean} keyboard
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

  /** @param {number} game */
  begin(game) {
    this.model.set("answers", []);
    this.model.set("round", 0);
    this.model.set("guess", "");
    this.model.set("confidence", this.get("initial").confidence);
    this.set("game", game);
    this.deal();
  }

  reset() {
    super.reset();
    this.model.set("answers", []);
    this.model.save_changes();
    this.deal();
  }
}

/** @param {Place} place */
function render(place) {
  return showWithModel({
    ...place,
    name: "llm-guess",
    title: "Can you guess the next word as well as the model?",
    tryThis:
      "Read the text, choose the word that you think comes next, and say how sure you are. " +
      "The less you gave the true word, the larger your loss.",
    build: (parts) => new GuessView(parts),
  });
}

export default { initialize: takeFiles, render };
