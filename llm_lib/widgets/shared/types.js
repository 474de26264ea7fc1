// What the widgets' scripts are given: types alone, which `deno check` reads in their comments.

/** @import { GPT } from "../../engine/gpt.js" */
/** @import { Tokenizer } from "../../engine/types.js" */

/**
 * What a notebook's front end, or a page of the book, gives a widget: its traits, and messages to
 * and from Python. The traits are described in the widget's .py file.
 * @typedef {object} Model
 * @property {(name: string) => any} get
 * @property {(name: string, value: unknown) => void} set
 * @property {() => void} save_changes
 * @property {(event: string, listener: (message?: any) => void) => void} on
 * @property {(event: string, listener: (message?: any) => void) => void} off
 * @property {(message: object) => void} send
 */

/** @typedef {{ model: Model, el: HTMLElement }} Place what is to be shown where on the page */

/**
 * Where a view lives: root is the whole widget, body the part that it fills. The signal ends it.
 * @typedef {{ model: Model, root: HTMLElement, body: HTMLElement, signal: AbortSignal }} ViewParts
 */

/**
 * What a view that runs a model gets besides.
 * @typedef {ViewParts & { gpt: GPT, tokenizer: Tokenizer }} ModelViewParts
 */

/**
 * What a widget is shown with: see showWidget.
 * @typedef {object} Show
 * @property {Model} model
 * @property {HTMLElement} el where on the page it goes
 * @property {string} name its class in the style sheet
 * @property {string} title the question that it answers
 * @property {string} tryThis
 * @property {(parts: any) => void} build fills the body
 * @property {(loading: Loading) => Promise<object>} [load] brings what build needs besides
 * @property {string} [waiting] what to say until that is there
 * @property {string} [failed] what to say if it can't be had
 */

/**
 * What is loaded for whom; say(text) tells the reader what is waited for.
 * @typedef {{ model: Model, signal: AbortSignal, say: (text: string) => void }} Loading
 */

/**
 * On a page of the book, what loads a model by its ref; see web/static/widgets.js.
 * @typedef {{ loadModel: (ref: string) => Promise<any> }} Book
 */

/** @typedef {[red: number, green: number, blue: number]} Colour */
