// What a picture that moves is made of: types alone.

/**
 * One thing in a picture, known again by its key: a box with a number or a word in it ("cell"),
 * words ("label") or a band from one place to another ("link").
 * @typedef {object} Element
 * @property {string} key
 * @property {"cell" | "label" | "link"} kind
 * @property {string} role what it stands for: "query", "token", "weight", … gives it its colour
 * @property {string} [look] further classes
 * @property {number} x of its left edge; of a link, the middle of its start
 * @property {number} y
 * @property {number} w
 * @property {number} h
 * @property {number} r how round its corners are
 * @property {number} level how strongly it is filled, from 0 to 1
 * @property {number} opacity
 * @property {number} ink how well its words are seen, from 0 to 1
 * @property {number} dim 1 for what waits: its box is paler, its words less so
 * @property {number} size of its type, in pixels
 * @property {string} [text]
 * @property {number} [value] a number instead of a text
 * @property {number} [digits] of the value, after the point
 * @property {"start" | "middle" | "end"} anchor
 * @property {number} [x2] the end of a link
 * @property {number} [y2]
 * @property {number} [thick] of a link, at its start
 * @property {number} [thick2] and at its end
 * @property {"down" | "across" | "under" | "beside" | "ray" | "arc" | "bent" | "stripes"} [way]
 *   where a link leads: down, or to the right, or in a bow; or it is an arrow from (x, y) at an
 *   angle, or an arc around (x, y); or it leads up and to the right, in a round corner; or it is
 *   no link but a vector's stripes
 * @property {number[]} [rows] where each of the stripes begins, in their thickness
 * @property {number} [deep] how far a bow hangs at most, in pixels
 * @property {number} [turn] that angle, in radians, against the clock; of an arc, its end
 * @property {number} [turn2] the start of an arc
 * @property {number} [reach] how long such an arrow is, or how far an arc lies from its middle, or
 *   how far to the left a bent link runs first
 * @property {{ x: number, y: number }} [around] of a cell: it lies at `turn` and `reach` from here
 * @property {boolean} [head] whether it has an arrow's head; a bow has one
 * @property {boolean} [even] whether a band is as thick where it runs flat
 * @property {number} delay milliseconds until its turn in a move
 * @property {string} [born] the key of what a new element comes out of
 * @property {string} [into] the key of what an old one goes into
 * @property {Partial<Element>} [from] where a new element starts that comes out of nothing
 * @property {Spin} [spin] what a reader may change
 * @property {string} [grip] the key of the number that is dragged by this, too
 * @property {number} z
 */

/** @typedef {Partial<Element> & { key: string }} Sketch an element of which the rest is usual */

/**
 * A number that a reader may change: where it stands in the story's settings, and its limits.
 * @typedef {object} Spin
 * @property {string} label
 * @property {string} setting the name of the trait
 * @property {number[]} path from there to the number: [row, column]
 * @property {number} min
 * @property {number} max
 * @property {number} step
 * @property {{ x: number, y: number, from: number, by: number }} [circle] it is dragged around this
 *   middle; at 0 it lies at the angle `from`, and each 1 turns it by `by`
 * @property {{ x: number, w: number }} [along] it is dragged on a line, from 0 at x to 1 at x + w
 */

/** @typedef {Map<string, Element>} State all of a picture at one moment */

/** @typedef {{ x: number, y: number, w: number, h: number }} Box */

/**
 * The room for a picture. wide: side by side; else stacked, for phones.
 * @typedef {{ W: number, H: number, wide: boolean }} Room
 */

/**
 * A choice that is offered below the picture of a scene with `edit`.
 * @typedef {object} Choice
 * @property {string} name
 * @property {[value: string, words: string][]} [options] of a menu
 * @property {string} value the one that holds
 * @property {(value: string) => Record<string, unknown>} [pick] what a menu sets
 * @property {(typed: string) => Record<string, unknown> | string} [read] of a field to type in:
 *   what the text sets, or what is wrong with it
 */

/**
 * One scene: k counts its steps from 0.
 * @typedef {object} Scene
 * @property {string} name
 * @property {number} [steps] 1 if not given
 * @property {(m: any, k: number) => string} say the sentence
 * @property {(m: any, k: number) => string} alt the picture in words, with its numbers
 * @property {(m: any, room: Room, k: number) => Sketch[]} draw
 * @property {boolean} [asIs] whether it is never drawn larger, as where much moves to the next
 * @property {boolean} [edit] whether its numbers and choices can be changed
 */

/**
 * A walkthrough: see llm_lib/book/widgets/stories/__init__.py.
 * @typedef {object} Story
 * @property {string} title
 * @property {string} [tryThis]
 * @property {string[]} settings the traits that it is computed from
 * @property {(settings: any) => any} compute all that its scenes show
 * @property {(width: number) => Room} room
 * @property {Scene[]} scenes
 * @property {(m: any) => Choice[]} [choices]
 * @property {(m: any) => Record<string, unknown>} [results] traits that Python may read
 * @property {[name: string, step: number]} poster the step that is seen until the film is begun: a
 *   full one, which doesn't give the answer away
 * @property {[name: string, step: number][]} print the steps that are printed
 */

/**
 * @typedef {{ scene: Scene, s: number, k: number, at: number }} Stop a step: number k of scene s
 */
