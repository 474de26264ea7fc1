// Playground: your own model in every widget. The traits are described in playground.py.
//
// It runs one model, from its shelf or brought by the reader, and mounts the scripts of other
// widgets around it: each is given the running model in a trait, "running".

import { present } from "../engine/present.js";
import {
  describeModel,
  freeName,
  isLarge,
  readableText,
  readBrought,
  textToBegin,
} from "./playground/brought_model.js";
import { dropPlace } from "./playground/brought_files.js";
import { LabModels, loadScript } from "./playground/labs.js";
import { segments } from "./shared/controls.js";
import { h, onTraits } from "./shared/dom.js";
import { fetchFile, takeFiles } from "./shared/files.js";
import { Finding, reason, showWidget } from "./shared/frame.js";
import { tabs } from "./shared/layout.js";
import { makeModel } from "./shared/model.js";
import { View } from "./shared/view.js";

/** @import { Segments } from "./shared/controls.js" */
/** @import { NamedBlob } from "../engine/model_files.js" */
/** @import { Brought, Running } from "./playground/brought_model.js" */
/** @import { Lab } from "./playground/labs.js" */
/** @import { Tabs } from "./shared/layout.js" */
/** @import { Place, ViewParts } from "./shared/types.js" */

/**
 * @typedef {object} Traits
 * @property {{ ref: string, name: string }[]} shelf
 * @property {Lab[]} labs
 * @property {string} chosen the ref of a model, "" for the reader's own
 * @property {string} lab the key of one
 * @property {string} text
 * @property {boolean} bring
 * @property {string} finding
 */
const OWN = ""; // stands for the reader's model among the refs
const OWN_NUMBER = "own "; // and for each of those that were brought, with its number

/** @extends {View<Traits>} */
class PlaygroundView extends View {
  shelf = h("div", { class: "llm-play-shelf" });
  status = h("p", { class: "llm-note", role: "status" });
  problem = h("p", { class: "llm-problem", role: "alert", hidden: true });
  finding = new Finding(this.model, this.signal);
  /** @type {HTMLDivElement[]} */ panels;
  /** @type {Tabs} */ tabs;
  /** @type {Segments} */ picks;

  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    this.own = /** @type {Brought | null} */ (null); // the one of them that was chosen last
    /** @type {Brought[]} */
    this.brought = [];
    /** @type {WeakMap<Running, string>} what each model has read last */
    this.texts = new WeakMap();
    this.shown = ""; // the ref of what runs now
    this.models = /** @type {LabModels | null} */ (null); // of the widgets around it
    this.turns = { model: 0, lab: 0 }; // of each, what was begun last wins
    this.end = () => {};
    this.signal.addEventListener("abort", () => this.end());
    this.build();
    onTraits(this.model, ["chosen"], this.signal, () => this.choose());
    onTraits(this.model, ["lab"], this.signal, () => this.open());
    onTraits(this.model, ["text"], this.signal, () => this.read());
    this.choose();
  }

  /** The model that runs. */
  get now() {
    return this.models?.running;
  }

  build() {
    const labs = this.get("labs");
    this.panels = labs.map(({ key }) => h("div", { class: `llm-play-${key}` }));
    this.tabs = tabs(
      "What to do with the model",
      labs.map(({ name }, k) => [name, this.panels[k]]),
      (k) => this.set("lab", labs[k].key),
    );
    const { root: target, signal } = this;
    const onfiles = (/** @type {Promise<NamedBlob[]>} */ files) => this.bring(files);
    const place = this.get("bring") ? dropPlace({ target, signal, onfiles }) : "";
    this.body.append(
      h("div", { class: "llm-play-start" }, this.shelf, place),
      this.problem,
      this.status,
      this.finding.element,
      this.tabs,
    );
    this.showShelf();
  }

  /** The models to choose from, with the reader's own once there is one. */
  showShelf() {
    /** @type {[string, string][]} */
    const choices = this.get("shelf").map(({ ref, name }) => [ref, name]);
    this.brought.forEach(({ name }, i) => choices.push([`${OWN_NUMBER}${i}`, name]));
    this.picks = segments("Model", choices, (pick) => this.pick(pick));
    this.shelf.replaceChildren(h("span", { class: "llm-label" }, "Model"), this.picks);
    this.shelf.hidden = choices.length < 2;
  }

  /**
   * Choose a model of the shelf by its ref, or one that was brought by its number.
   * @param {string} pick
   */
  pick(pick) {
    if (!pick.startsWith(OWN_NUMBER)) this.set("chosen", pick);
    else this.chooseOwn(this.brought[Number(pick.slice(OWN_NUMBER.length))]);
  }

  /** @param {Brought} own */
  async chooseOwn(own) {
    if (own === this.now) return;
    this.own = own;
    this.shown = "none"; // even where another of the reader's models ran
    this.turns.model++;
    this.setAll({ chosen: OWN });
    if (this.now !== own) await this.run(OWN, own);
  }

  /** @param {string} words what is wrong; "" where nothing is */
  complain(words) {
    this.problem.textContent = words;
    this.problem.hidden = !words;
  }

  /**
   * Do what takes time, and say meanwhile what it is; what has begun later takes its place.
   * @template Made
   * @param {"model" | "lab"} what
   * @param {string} words
   * @param {(isMine: () => boolean) => Promise<Made>} work
   * @returns {Promise<Made | null>} null if it failed, which is said, or came too late
   */
  async wait(what, words, work) {
    const mine = ++this.turns[what];
    const isMine = () => mine === this.turns[what] && !this.signal.aborted;
    this.complain("");
    this.status.textContent = words;
    await painted();
    try {
      const made = await work(isMine);
      return isMine() ? made : null;
    } catch (error) {
      if (isMine()) this.complain(reason(error));
      return null;
    } finally {
      if (isMine()) this.status.textContent = "";
    }
  }

  /** Run the model that the trait names. */
  async choose() {
    const ref = this.get("chosen");
    if (this.now && ref === this.shown) {
      this.turns.model++; // nobody waits any more for what is being fetched
      this.status.textContent = "";
      return;
    }
    const running = ref === OWN && this.own
      ? this.own
      : await this.wait("model", "Fetching the model …", (isMine) =>
        fetchFile(this.loading(isMine), ref, makeModel));
    if (running) await this.run(ref, running);
  }

  /**
   * Read the reader's files; if they are a model, it runs, and else what ran goes on.
   * @param {Promise<NamedBlob[]>} files
   */
  async bring(files) {
    const own = await this.wait(
      "model",
      "Reading the files …",
      async () => readBrought(await files),
    );
    if (!own) return;
    own.name = freeName(own.name, this.brought.map(({ name }) => name));
    this.brought.push(own);
    this.texts.set(own, textToBegin(own.tokenizer));
    this.showShelf();
    await this.chooseOwn(own);
  }

  /**
   * Run a model in every widget, from now on.
   * @param {string} ref
   * @param {Running} running
   */
  async run(ref, running) {
    this.shown = ref;
    this.models = new LabModels(ref, running, (text) => this.set("text", text));
    const name = this.own === running
      ? this.own.name
      : present(this.get("shelf").find((model) => model.ref === ref), ref).name;
    const number = this.brought.findIndex((own) => own === running);
    this.picks.show(number < 0 ? ref : `${OWN_NUMBER}${number}`);
    this.finding.say(describeModel({ ...running, name }));
    const text = readableText(running.tokenizer, this.texts.get(running) ?? this.get("text"));
    if (text !== this.get("text")) this.set("text", text);
    await this.open();
  }

  /** Show the widget of the tab that is chosen. */
  async open() {
    const labs = this.get("labs");
    const at = Math.max(0, labs.findIndex(({ key }) => key === this.get("lab")));
    this.tabs.pick(at);
    if (!this.models) return;
    const words = isLarge(this.models.running.gpt)
      ? "The model reads the text. This takes a while …"
      : "";
    await this.wait("lab", words, async (isMine) => {
      const { name, most_layers } = labs[at];
      const models = present(this.models, "the model");
      const { n_layer } = models.running.gpt.config;
      const script = await loadScript(labs[at], this.loading(isMine));
      if (!isMine()) return;
      this.end();
      this.panels[at].replaceChildren(); // what failed there, say
      this.end = () => {};
      if (n_layer > (most_layers ?? Infinity)) {
        throw new Error(
          `${name} shows models of at most ${most_layers} layers; this one has ${n_layer}.`,
        );
      }
      const model = models.modelOf(labs[at], this.get("text"));
      this.end = await script.render({ model, el: this.panels[at] });
      if (this.signal.aborted) this.end();
    });
  }

  /**
   * What fetches for this view, and says in it what is waited for.
   * @param {() => boolean} isMine whether it still is
   */
  loading(isMine) {
    const { model, signal, status } = this;
    const say = (/** @type {string} */ words) => {
      if (isMine()) status.textContent = words;
    };
    return { model, signal, say };
  }

  /** The text was set from outside: the widget that is seen reads it. */
  read() {
    if (this.now) this.texts.set(this.now, this.get("text"));
    const lab = this.get("labs").find(({ key }) => key === this.get("lab"));
    if (lab) this.models?.read(lab, this.get("text"));
  }
}

/** The page has painted what was set. */
const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-play",
    title: "One model, every question",
    tryThis: place.model.get("bring")
      ? "Choose a model, or bring your own. Then look inside it."
      : "Type a text, and look inside the model.",
    build: (parts) => new PlaygroundView(parts),
  });
}

export default { initialize: takeFiles, render };
