// TrainLab: a small GPT learns in this page. The traits are described in train_lab.py.

import { present } from "../engine/present.js";
import { TrainBefore } from "./train_lab/before.js";
import { downloadModel } from "./train_lab/files.js";
import { findTraining, TrainKeeper } from "./train_lab/keeper.js";
import { keysOf, planTraining, readSettings, TRAIN_CHOICES } from "./train_lab/plan.js";
import { TrainPanel } from "./train_lab/panel.js";
import { TrainRun } from "./train_lab/run.js";
import { eachFrame, onResize, onTheme } from "./shared/dom.js";
import { fetchFile, takeFiles } from "./shared/files.js";
import { reason, showWidget } from "./shared/frame.js";
import { View } from "./shared/view.js";

/** @import { Place, ViewParts } from "./shared/types.js" */
/** @import { LossPoint } from "./train_lab/curve.js" */
/** @import { Loaded, Settings } from "./train_lab/plan.js" */
/** @import { Kept } from "./train_lab/keeper.js" */
/** @import { Past, Plan } from "./train_lab/run.js" */
/** @import { TrainStore } from "./train_lab/store.js" */
/**
 * @typedef {Settings & { small: boolean, sentences_ref: string, step: number, losses: number[],
 *   baselines: number[], initial: object }} Traits
 */

/** @param {{ lines: string[] }} file */
const linesOf = ({ lines }) => lines;
const NARROW = 480; // pixels of width below which a device is a small one

/** @extends {View<Traits>} */
class TrainView extends View {
  before = new TrainBefore();
  /** @type {TrainPanel} */ panel;

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
        healthy: this.before.healthy,
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
    this.panel = new TrainPanel({
      set: (values) => this.setAll(values),
      main: () => this.goOrPause(),
      again: () => this.prepare(true),
      best: () => this.run.toBest().catch(failed),
      before: () => this.takeBack(),
      breakIt: (fault) => this.breakIt(fault),
      look: (isOpen) => {
        this.run.lookAtHeads(isOpen);
        this.repaint();
      },
      save: () => this.save(),
      load: (loaded) => this.load(loaded),
      failed,
    }, { model: this.model, signal: this.signal, repaint: this.repaint, small });
    if (!small) this.offerReset();
    this.body.append(...this.panel.elements);
  }

  /**
   * Break the training, and begin anew; without a fault, be back at the healthy one before.
   * @param {string} fault
   */
  async breakIt(fault) {
    if (!fault && this.before.healthy) return await this.takeBack();
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
    this.before.turnTo(textKey);
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
    const { model, signal, panel } = this;
    const say = (/** @type {string} */ text) => {
      panel.setup.facts.textContent = text;
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

  /** @param {Past} past */
  park(past) {
    const { settings, loaded } = this;
    this.before.park({ past, settings, loaded });
  }

  /** Change places with the run before. */
  async takeBack() {
    const parked = this.before.take();
    const past = await this.past();
    if (past) this.park(past);
    await this.stand(present(parked, "a training that is parked"));
    await this.keeper.keep(); // what a reader has gone back to is what a reload finds
  }

  /**
   * Stand where the page was left; the healthy run that waited behind a fault waits again.
   * @param {Kept} found
   */
  async find(found) {
    if (found.healthy) this.before.wait(found.healthy);
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
    this.before.turnTo(past.textKey);
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
    const { run, before, loaded, narrow, problem, store: { works }, keeper: { fault } } = this;
    const settings = readSettings(this.model);
    const kept = { isKept: works, fault };
    const isSaid = this.panel.show({ run, before, settings, loaded, narrow, problem, ...kept });
    if (!run.plan) return;
    if (isSaid || this.measured !== run.curve.heldOut.at(-1)) this.tell(run.plan);
    this.keeper.keepAtTimes();
  }

  /**
   * Tell Python what was measured.
   * @param {Plan} plan
   */
  tell({ matter }) {
    const { step, curve: { train, heldOut, best } } = this.run;
    this.measured = heldOut.at(-1);
    const now = [train.at(-1)?.[1], this.measured?.[1], best?.[1]];
    this.publish("step", step);
    this.publish("losses", now.filter((loss) => loss !== undefined));
    this.publish("baselines", Object.values(matter.baselines));
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
