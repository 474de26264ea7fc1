// TrainLab: a small GPT learns in this page. The traits are described in train_lab.py.

import { present } from "../engine/present.js";
import { TrainBoard } from "./train_lab/board.js";
import { TrainBreak } from "./train_lab/break.js";
import { downloadModel, TrainFiles } from "./train_lab/files.js";
import { findTraining, TrainKeeper } from "./train_lab/keeper.js";
import { keysOf, planTraining, readSettings, TRAIN_CHOICES } from "./train_lab/plan.js";
import { TrainRun } from "./train_lab/run.js";
import { planFacts, TrainSetup } from "./train_lab/setup.js";
import { parametersOf, sizesOf } from "./train_lab/sizes.js";
import { safeWords, statusWords } from "./train_lab/words.js";
import { button } from "./shared/controls.js";
import { eachFrame, h, onResize, onTheme } from "./shared/dom.js";
import { fetchFile, takeFiles } from "./shared/files.js";
import { reason, showWidget } from "./shared/frame.js";
import { more } from "./shared/layout.js";
import { View } from "./shared/view.js";

/** @import { Place, ViewParts } from "./shared/types.js" */
/** @import { LossPoint } from "./train_lab/curve.js" */
/** @import { Loaded, Settings } from "./train_lab/plan.js" */
/** @import { Kept } from "./train_lab/keeper.js" */
/** @import { Past } from "./train_lab/run.js" */
/** @import { TrainStore } from "./train_lab/store.js" */
/**
 * @typedef {Settings & { small: boolean, sentences_ref: string, step: number, losses: number[],
 *   baselines: number[], initial: object }} Traits
 */

/** @param {{ lines: string[] }} file */
const linesOf = ({ lines }) => lines;
const NARROW = 480; // pixels of width below which a device is a small one
const MAIN_WORDS = { new: "Train", running: "Pause", paused: "Go on", done: "Go on" };

/** @extends {View<Traits>} */
class TrainView extends View {
  breaks = new TrainBreak((fault) => this.breakIt(fault));
  main = button("Train", () => this.goOrPause(), "llm-main llm-train-main");
  again = button("Start over", () => this.prepare(true));
  before = button("Back to the run before", () => this.takeBack());
  status = h("span", { class: "llm-note" });
  safe = h("p", { class: "llm-note llm-train-safe" });
  wrong = h("p", { class: "llm-problem", role: "alert", hidden: true });
  facts = h("p", { class: "llm-note" });
  /** @type {TrainSetup} */ setup;
  /** @type {TrainBoard} */ board;
  /** @type {TrainFiles} */ files;
  /** @type {HTMLButtonElement} */ best;

  /** @param {ViewParts & { store: TrainStore, found: Kept | null }} parts */
  constructor({ store, found, ...parts }) {
    super(parts);
    this.store = store;
    this.narrow = this.root.clientWidth < NARROW;
    this.problem = "";
    this.key = ""; // of what is prepared
    this.settings = readSettings(this.model);
    this.loaded = /** @type {Loaded | null} */ (null);
    this.coming = this.loaded; // the one that the next training is to begin with
    this.parked = /** @type {Kept | null} */ (null);
    this.ghost = { textKey: "", points: /** @type {LossPoint[]} */ ([]) };
    this.measured = /** @type {LossPoint | undefined} */ (undefined); // what Python has heard of
    this.repaint = eachFrame(() => this.paint(), this.signal);
    this.run = new TrainRun({
      changed: this.repaint,
      ended: () => this.keeper.keep(),
      failed: (words) => this.fail(new Error(words)),
    });
    this.keeper = new TrainKeeper(store, this.run, {
      mark: () => ({
        settings: this.settings,
        loaded: this.loaded,
        healthy: this.hasHealthy ? this.parked : null,
      }),
      onkept: this.repaint,
      signal: this.signal,
    });
    this.build();
    this.follow(/** @type {(keyof Traits & string)[]} */ (TRAIN_CHOICES), () => this.prepare());
    this.follow(["learning_rate", "batch_size"], () => {
      const { learning_rate, batch_size } = readSettings(this.model);
      Object.assign(this.settings, { learning_rate, batch_size });
      this.run.change({ learning_rate, batch_size });
      this.paint();
    });
    onTheme(this.signal, this.repaint);
    onResize([this.body], this.signal, this.repaint);
    this.signal.addEventListener("abort", () => this.run.end());
    if (found) this.find(found);
    else this.prepare();
  }

  build() {
    const small = this.get("small");
    const failed = (/** @type {any} */ error) => this.fail(error);
    this.setup = new TrainSetup((values) => this.setAll(values), { failed, signal: this.signal });
    this.board = new TrainBoard({
      model: this.model,
      signal: this.signal,
      repaint: this.repaint,
      small,
      onlook: (isOpen) => {
        this.run.wantsMaps = isOpen;
        this.run.askMaps();
        this.repaint();
      },
    });
    this.files = new TrainFiles({
      save: () => this.save(),
      load: (loaded) => this.load(loaded),
      failed,
    });
    this.best = button("Back to the best", () => this.run.toBest().catch(failed));
    const buttons = [this.main, this.again, this.best, this.before, this.status];
    const bar = h("div", { class: "llm-row llm-train-bar" }, ...buttons);
    if (small) this.body.append(bar, this.wrong, this.board.element, this.safe);
    else this.body.append(this.buildChoice(), bar, this.board.element, this.buildMore(), this.safe);
  }

  buildChoice() {
    this.offerReset();
    const { data, size, own, rate, batch } = this.setup;
    const pace = h("div", { class: "llm-train-pace" }, this.facts, rate, batch);
    return h(
      "div",
      { class: "llm-train-setup" },
      h(
        "div",
        { class: "llm-row" },
        h("span", { class: "llm-label" }, "It reads"),
        data,
        h("span", { class: "llm-label" }, "Parameters"),
        size,
      ),
      own,
      this.wrong,
      pace,
    );
  }

  buildMore() {
    const details = more("Sizes and tokens", this.setup.details);
    const { breaks, files } = this;
    return h("div", { class: "llm-train-more" }, breaks.element, details, files.element);
  }

  /**
   * Break the training, and begin anew; without a fault, be back at the healthy one before.
   * @param {string} fault
   */
  async breakIt(fault) {
    if (!fault && this.hasHealthy) return await this.takeBack();
    this.model.set("fault", fault);
    this.model.save_changes();
    await this.prepare();
    if (fault && !this.problem) this.goOrPause();
  }

  goOrPause() {
    this.problem = ""; // of a file that was refused; there is a plan
    if (this.run.phase === "running") this.run.pause();
    else this.run.go().catch((error) => this.fail(error)); // it could not take more steps
  }

  /**
   * Get ready for what is chosen now; a training that has run is put aside.
   * @param {boolean} [again] also where nothing else was chosen
   */
  async prepare(again = false) {
    const settings = readSettings(this.model);
    const loaded = this.coming;
    const { key, textKey } = keysOf(settings, loaded);
    if (key === this.key && !again) return this.repaint();
    this.key = key;
    this.repaint();
    const plan = await this.plan(settings, loaded);
    const past = await this.past();
    if (key !== this.key || this.signal.aborted) return;
    if (past) this.park(past);
    this.settings = settings;
    this.loaded = loaded;
    this.keeper.step = 0;
    if (plan) this.run.prepare(plan);
    else this.run.clear();
    if (this.ghost.textKey !== textKey) this.ghost = { textKey, points: [] };
    this.paint();
  }

  /**
   * @param {Settings} settings
   * @param {Loaded | null} loaded
   */
  async plan(settings, loaded) {
    try {
      const plan = await planTraining(settings, {
        narrow: this.narrow,
        loaded,
        sentences: () => this.sentences(),
      });
      this.problem = "";
      return plan;
    } catch (error) {
      this.problem = reason(error);
      return null;
    }
  }

  /** @returns {Promise<string[]>} */
  sentences() {
    const { model, signal, facts } = this;
    const say = (/** @type {string} */ text) => {
      facts.textContent = text;
    };
    return fetchFile({ model, signal, say }, this.get("sentences_ref"), linesOf);
  }

  /** What ran until now; null where there is nothing, or it can't be had, which is then said. */
  async past() {
    try {
      return await this.run.past();
    } catch (error) {
      this.fail(error);
      return null;
    }
  }

  /** Whether the run before was one without a fault. */
  get hasHealthy() {
    return this.parked !== null && !this.parked.settings.fault;
  }

  /** @param {Past} past */
  park(past) {
    const { settings, loaded, parked } = this;
    const healthy = keysOf({ ...settings, fault: "" }, loaded).key; // it waits behind every fault
    if (!past.fault || parked?.past.key !== healthy) this.parked = { past, settings, loaded };
    if (!past.fault) this.ghost = { textKey: past.textKey, points: past.curve.heldOut };
  }

  /** Change places with the run before. */
  async takeBack() {
    const before = this.parked;
    this.parked = null;
    const past = await this.past();
    if (past) this.park(past);
    await this.stand(present(before, "a training that is parked"));
    await this.keeper.keep(); // what a reader has gone back to is what a reload finds
  }

  /**
   * Stand where the page was left; the healthy run that waited behind a fault waits again.
   * @param {Kept} found
   */
  async find(found) {
    const { healthy } = found;
    this.parked = healthy ?? null;
    if (healthy) {
      const { textKey, curve } = healthy.past;
      this.ghost = { textKey, points: curve.heldOut };
    }
    await this.stand(found);
  }

  /**
   * Stand where a training stood.
   * @param {Kept} kept
   */
  async stand({ past, settings, loaded }) {
    this.loaded = this.coming = loaded;
    this.key = past.key;
    this.settings = settings;
    this.setAll({ ...settings });
    const plan = await this.plan(settings, loaded);
    if (past.key !== this.key || this.signal.aborted) return;
    if (this.ghost.textKey !== past.textKey) this.ghost = { textKey: past.textKey, points: [] };
    if (plan) this.run.goBack({ ...plan, key: past.key }, past);
    this.keeper.step = past.state.step;
    this.paint();
  }

  /**
   * Take over a model that was loaded; with null, begin with a new one.
   * @param {Loaded | null} loaded
   */
  load(loaded) {
    this.coming = loaded;
    this.prepare(true);
  }

  async save() {
    try {
      await downloadModel(this.run);
      this.keeper.step = this.run.step; // the reader has it
    } catch (error) {
      this.fail(error);
    }
  }

  reset() {
    this.coming = null;
    super.reset();
    this.prepare();
  }

  /** @param {any} error */
  fail(error) {
    this.problem = reason(error);
    this.repaint();
  }

  paint() {
    const { run, problem } = this;
    const { phase, plan, curve, curve: { best } } = run;
    const small = this.get("small");
    this.main.textContent = MAIN_WORDS[phase];
    this.main.disabled = !plan;
    this.again.hidden = phase === "new";
    this.before.hidden = !this.parked || phase === "running" || small;
    this.best.hidden = small || phase === "new" || !best || best[0] === 0 || best[0] >= run.step;
    this.wrong.hidden = !problem;
    this.wrong.textContent = problem;
    if (!small) this.paintChoice();
    this.status.textContent = statusWords(run);
    this.safe.textContent = safeWords(this.store.works, small, this.keeper.fault);
    if (!plan) return;
    const { matter, textKey } = plan;
    const before = this.ghost.textKey === textKey ? this.ghost.points : [];
    const isSaid = this.board.show(run, { before, isNames: this.get("data").endsWith("names") });
    if (isSaid || this.measured !== curve.heldOut.at(-1)) {
      this.measured = curve.heldOut.at(-1);
      const now = [curve.train.at(-1)?.[1], curve.heldOut.at(-1)?.[1], best?.[1]];
      this.publish("step", run.step);
      this.publish("losses", now.filter((loss) => loss !== undefined));
      this.publish("baselines", Object.values(matter.baselines));
    }
    this.keeper.keepAtTimes();
  }

  paintChoice() {
    const { run, loaded, narrow } = this;
    const settings = readSettings(this.model);
    const sizes = loaded?.config ?? sizesOf(settings, narrow);
    this.setup.show(settings, sizes, { narrow, isLoaded: Boolean(loaded) });
    this.facts.hidden = Boolean(this.problem);
    if (run.plan) this.facts.textContent = planFacts(run.plan, parametersOf(run.plan.config));
    this.breaks.show(this.get("fault"), this.hasHealthy);
    this.files.show(run.live, Boolean(loaded));
  }
}

/** @param {Place} place */
function render(place) {
  const small = place.model.get("small");
  return showWidget({
    ...place,
    name: "llm-train",
    title: "What does a small GPT learn?",
    tryThis: small
      ? "It begins with random numbers. Press Train, and watch it learn what a name is."
      : "Press Train. In seconds it writes names; then choose another text, or one of yours.",
    load: findTraining,
    build: (parts) => new TrainView(parts),
  });
}

export default { initialize: takeFiles, render };
