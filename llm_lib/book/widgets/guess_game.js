// GuessGame: can you guess the next word as well as the model? The traits are described in
// guess_game.py.

import { present } from "../engine/present.js";
import { CONFIDENCES, resultInWords, resultOf } from "./guess_game/answers.js";
import { Asking } from "./guess_game/asking.js";
import { ScoreBoard } from "./guess_game/board.js";
import { QuestionMaker } from "./guess_game/questions.js";
import { verdictInWords, verdictTable } from "./guess_game/verdict.js";
import { eachFrame, h, onTraits } from "./shared/dom.js";
import { takeFiles } from "./shared/files.js";
import { Finding } from "./shared/frame.js";
import { KeptState } from "./shared/kept.js";
import { showWithModel } from "./shared/model.js";
import { ModelView } from "./shared/view.js";
import { capital, round6 } from "./shared/words.js";

/** @import { ModelViewParts, Place } from "./shared/types.js" */
/** @import { Answer, Question, Result } from "./guess_game/answers.js" */
/**
 * @typedef {object} Traits
 * @property {string} model_ref
 * @property {string[]} texts
 * @property {number} n_rounds
 * @property {number} game
 * @property {number} round
 * @property {string} guess the word that is chosen; "" for none
 * @property {number} confidence
 * @property {(Answer | [])[]} answers by round; [] where there is none
 * @property {object} question
 * @property {number[]} your_losses
 * @property {number[]} model_losses
 * @property {{ confidence: number }} initial
 * @property {string} finding
 */

/** @extends {ModelView<Traits>} */
class GuessView extends ModelView {
  place = h("p", { class: "llm-label" });
  main = h("button", {
    type: "button",
    class: "llm-main",
    onclick: (event) => this.go(event.detail === 0),
  });
  finding = new Finding(this.model, this.signal);
  message = h("p", { class: "llm-problem", role: "status" });
  verdict = h("div", { class: "llm-guess-verdict" });
  /** @type {Asking} */ asking;
  /** @type {ScoreBoard} */ board;
  /** @type {HTMLDivElement} */ working;
  /** @type {HTMLDivElement} */ left;
  /** @type {HTMLDivElement} */ right;
  /** @type {Question[]} */ rounds;
  /** @type {Result[]} */ results;

  /** @param {ModelViewParts} parts */
  constructor(parts) {
    super(parts);
    const { gpt, tokenizer, model, signal } = parts;
    const ref = this.get("model_ref");
    this.who = /^[a-z]+$/.test(ref) ? capital(ref) : "the model";
    this.maker = new QuestionMaker(gpt, tokenizer);
    this.kept = new KeptState("guess", model);
    this.takeUp(this.kept.read());
    this.build();
    this.repaint = eachFrame(() => this.paint(), signal);
    this.follow(["texts", "n_rounds", "game"], () => this.deal());
    onTraits(model, ["round", "guess", "confidence", "answers"], signal, this.repaint);
    this.deal();
  }

  /**
   * Go on with the game that the browser kept.
   * @param {any} found it may be anything
   */
  takeUp(found) {
    const isWhole = (/** @type {unknown} */ n) => Number.isInteger(n) && Number(n) >= 0;
    if (!found || !isWhole(found.game) || !isWhole(found.round)) return;
    if (!Array.isArray(found.answers) || !found.answers.every(Array.isArray)) return;
    const { game, round, answers } = found;
    this.setAll({ game, round, answers });
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
    this.offerReset();
    this.asking = new Asking(this.who, {
      onword: (word) => this.set("guess", word),
      onsure: (confidence) => this.set("confidence", confidence),
      onenter: (event) => {
        if (!this.ready) return;
        event.preventDefault();
        this.main.focus();
        this.go(true);
      },
    });
    this.board = new ScoreBoard(this.who);
    this.working = h(
      "div",
      { class: "llm-split" },
      this.left = h("div", { class: "llm-guess-left" }, this.place, this.asking.which),
      this.right = h(
        "div",
        { class: "llm-guess-right" },
        this.asking.surely,
        h("div", { class: "llm-row" }, this.main),
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
    this.rounds = this.maker.deal(this.get("texts"), this.get("game"), this.get("n_rounds"));
    this.message.textContent = this.rounds.length
      ? ""
      : "These texts hold no word to ask for. A text needs some words that the model knows " +
        "as one token each.";
    this.message.hidden = this.rounds.length > 0;
    this.working.hidden = !this.rounds.length;
    if (this.rounds.length) this.paint();
    else this.set("finding", this.message.textContent);
  }

  get ready() {
    return !this.answer && this.round < this.rounds.length && this.pending !== null;
  }

  /**
   * The answer that would be given now: none without a word, except for "no idea".
   * @returns {Answer | null}
   */
  get pending() {
    const word = this.get("guess");
    const confidence = this.get("confidence");
    const { words } = this.question;
    if (words.includes(word)) return [word, confidence];
    return confidence === CONFIDENCES[0][0] ? [words[0], confidence] : null;
  }

  paint() {
    if (!this.rounds.length) return;
    this.results = this.rounds.flatMap((question, i) => {
      const answer = this.answerTo(i);
      return answer ? [resultOf(i, question, answer)] : [];
    });
    const over = this.round === this.rounds.length;
    const last = this.round === this.rounds.length - 1;
    // What is hidden is taken off the page, so that no key and no reader finds it.
    const shown = over ? this.verdict : this.asking.which;
    if (this.left.lastChild !== shown) this.left.lastChild?.replaceWith(shown);
    const { surely } = this.asking;
    if (over) surely.remove();
    else if (!surely.isConnected) this.right.prepend(surely);
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
    const [game, round, answers] = [this.get("game"), this.round, this.get("answers")];
    this.kept.write({ game, round, answers });
    const words = over
      ? verdictInWords(this.results, this.who).slice(0, 2).join(" ")
      : this.words();
    this.finding.say(words);
  }

  /**
   * Tell Python how the game stands.
   * @param {boolean} over
   */
  publishRound(over) {
    this.publish("your_losses", this.results.map((r) => round6(r.yourLoss)));
    this.publish("model_losses", this.results.map((r) => round6(r.modelLoss)));
    this.publish("question", over ? {} : this.shownQuestion());
  }

  /** The present question as Python sees it. */
  shownQuestion() {
    const { text, words, true: word, model, covered } = this.question;
    return { text, words, true: word, model: model.map(round6), covered: round6(covered) };
  }

  paintQuestion() {
    const { question, answer, pending } = this;
    this.place.textContent = `Word ${this.round + 1} of ${this.rounds.length}` +
      (question.stories > 1 ? `, text ${question.story} of ${question.stories}` : "");
    const [guess, confidence] = [this.get("guess"), this.get("confidence")];
    this.asking.show(question, { answer, pending, guess, confidence });
  }

  words() {
    const { answer, round } = this;
    if (!answer) {
      return this.pending
        ? "Your guess is ready to be checked."
        : "Choose the word that you expect, and how sure you are of it.";
    }
    return resultInWords(
      present(this.results.find((r) => r.round === round), "the result of a round"),
      this.who,
    );
  }

  paintVerdict() {
    this.place.textContent = "The verdict";
    const [, , ...more] = verdictInWords(this.results, this.who);
    this.verdict.replaceChildren(
      ...(this.results.length ? [verdictTable(this.results, this.who)] : []),
      ...more.map((text) => h("p", {}, text)),
    );
  }

  /**
   * The main button: check, go on, show the verdict, or play the next game. keyboard: where the
   * focus goes then.
   * @param {boolean} keyboard
   */
  go(keyboard) {
    if (this.round === this.rounds.length) this.begin(this.get("game") + 1);
    else if (this.answer) {
      const { confidence } = this.get("initial");
      this.setAll({ guess: "", confidence, round: this.round + 1 });
    } else if (this.ready) {
      const answers = [...this.get("answers")];
      while (answers.length < this.round) answers.push([]);
      answers[this.round] = this.pending ?? [];
      this.set("answers", answers);
      return;
    } else return;
    this.paint();
    if (keyboard && this.round < this.rounds.length) this.asking.focus();
  }

  /**
   * Begin another game.
   * @param {number} game
   */
  begin(game) {
    const { confidence } = this.get("initial");
    this.setAll({ answers: [], round: 0, guess: "", confidence, game });
    this.deal();
  }

  reset() {
    super.reset();
    this.set("answers", []);
    this.deal();
  }
}

/** @param {Place} place */
function render(place) {
  return showWithModel({
    ...place,
    name: "llm-guess",
    title: "Can you guess the next word as well as the model?",
    tryThis: "Choose the next word, and how sure you are. " +
      "The less the true word got, the larger the loss.",
    build: (parts) => new GuessView(parts),
  });
}

export default { initialize: takeFiles, render };
