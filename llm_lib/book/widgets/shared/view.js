// What the views of all widgets have in common.

import { button } from "./controls.js";
import { eachFrame, find, onTraits, setTrait } from "./dom.js";
import { localize } from "./localize.js";

/** @import { ModelViewParts, ViewParts } from "./types.js" */

/**
 * One showing of a widget: it follows the widget's traits, and sets them when the reader acts.
 * @template {object} [Traits=Record<string, any>] names and types of the traits
 */
export class View {
  /** @param {ViewParts} parts */
  constructor({ model, root, body, signal }) {
    this.model = model;
    this.root = root;
    this.body = body;
    this.signal = signal;
  }

  /**
   * A trait.
   * @template {keyof Traits & string} Name
   * @param {Name} name
   * @returns {Traits[Name]}
   */
  get(name) {
    return this.model.get(name);
  }

  /**
   * Set a trait.
   * @template {keyof Traits & string} Name
   * @param {Name} name
   * @param {Traits[Name]} value
   */
  set(name, value) {
    setTrait(this.model, name, value);
  }

  /**
   * Set several traits, and tell Python once.
   * @param {Record<string, unknown>} values
   */
  setAll(values) {
    for (const [name, value] of Object.entries(values)) this.model.set(name, value);
    this.model.save_changes();
  }

  /**
   * Set a trait for Python to read, only where it is another than before.
   * @template {keyof Traits & string} Name
   * @param {Name} name
   * @param {Traits[Name]} value
   */
  publish(name, value) {
    this.publishNews({ [name]: value });
  }

  /**
   * The same with several traits, and tell Python once.
   * @param {Record<string, unknown>} values
   */
  publishNews(values) {
    const news = Object.entries(values).filter(([name, value]) =>
      JSON.stringify(this.model.get(name)) !== JSON.stringify(value)
    );
    if (news.length) this.setAll(Object.fromEntries(news));
  }

  /** Go back to the settings that the widget began with. */
  reset() {
    this.setAll(this.model.get("initial"));
  }

  /**
   * Offer Reset, as words at the right of the title.
   * @param {() => void} [onclick]
   */
  offerReset(onclick = () => this.reset()) {
    find(this.root, ".llm-titlebar").append(button(localize`Reset`, onclick, "llm-quiet"));
  }

  /**
   * Call f once in the next frame after one of the traits has changed.
   * @param {(keyof Traits & string)[]} names
   * @param {() => void} f
   */
  follow(names, f) {
    onTraits(this.model, names, this.signal, eachFrame(f, this.signal));
  }
}

/**
 * A view that runs a model.
 * @template {object} [Traits=Record<string, any>]
 * @extends {View<Traits>}
 */
export class ModelView extends View {
  /** @param {ModelViewParts} parts */
  constructor({ gpt, tokenizer, ...parts }) {
    super(parts);
    this.gpt = gpt;
    this.tokenizer = tokenizer;
  }
}
