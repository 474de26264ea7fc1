// What the engine takes and gives: types alone, which `deno check` reads in their comments.

/**
 * Sizes and switches of a GPT, as llm_lib.model.gpt.GPTConfig has them; those left out have its
 * defaults, which are GPT-2's.
 * @typedef {object} Config
 * @property {number} vocab_size
 * @property {number} context_length
 * @property {number} n_layer
 * @property {number} n_head
 * @property {number} n_embd
 * @property {number} [n_kv_head] heads of keys and values, each for several heads of queries
 * @property {number} [n_hidden] width of the feed-forward layer
 * @property {"learned" | "rotary"} [position]
 * @property {"layer" | "rms"} [norm]
 * @property {"gelu" | "swiglu" | "relu2"} [mlp]
 * @property {boolean} [tie_weights]
 * @property {boolean} [bias]
 * @property {number} [norm_eps]
 * @property {number} [rope_base]
 * @property {number} [dropout] share of activations that a training drops
 * @property {number | null} [init_std] of fresh matrices; null: 1 / √(inputs)
 * @property {boolean} [qk_norm] divide queries and keys by their root mean square
 */

/** @typedef {Record<string, Float32Array>} Weights by the names of Python's state_dict */

/** @typedef {{ name: string, shape: number[], offset: number }} TensorPlace */

/**
 * A model as one piece of text: see llm_lib/book/widgets/model_file.py.
 * @typedef {object} ModelFile
 * @property {Config} config
 * @property {TensorPlace[]} tensors the name and shape of each, and where in the data it begins
 * @property {string} data all weights as little-endian float16 in base64
 * @property {TokenizerFile} tokenizer
 */

/** @typedef {{ text: string, at: number, id?: number }} Piece where in the text it begins */

/**
 * What turns text into token ids and back: the same ids as in Python.
 * @typedef {object} Tokenizer
 * @property {number} vocabSize
 * @property {number | null} endOfText the id that ends a text, where there is one
 * @property {(text: string, options?: { special?: boolean }) => number[]} encode throws an Error in
 *   words for text that it can't write
 * @property {(ids: Iterable<number>) => string} decode
 * @property {(id: number) => string} label what to show for one token
 */

/** @typedef {{ type: "char", characters: string[] }} CharFile */
/** @typedef {{ type: "word", words: string[], unknown?: string | null }} WordFile */
/** @typedef {{ type: "integers", vocab_size: number }} IntegerFile */

/**
 * Byte pair encoding, as BPETokenizer.to_dict() gives it in Python.
 * @typedef {object} BPEFile
 * @property {"bpe"} [type]
 * @property {string} pattern what cuts a text into chunks, or its name
 * @property {[left: string, right: string][]} merges in hex, the earliest first
 * @property {string[] | Record<string, number>} [special_tokens] after all others, or by id
 * @property {number[]} [ids] of the bytes and merges, where they do not simply count up
 */

/**
 * The same with its merges as the lines of GPT-2's vocab.bpe.
 * @typedef {Omit<BPEFile, "type" | "merges"> & { type: "bpe-lines", merges: string }} BPELinesFile
 */

/** @typedef {CharFile | WordFile | IntegerFile | BPEFile | BPELinesFile} TokenizerFile */

/** @typedef {Float32Array<ArrayBuffer>} Floats */

/**
 * Reads one activation, a copy of which it is given. What it returns goes on in its place; if it
 * returns nothing, the copy goes on as the hook left it.
 * @typedef {(activation: Floats, shape: number[]) => Floats | void} Hook
 */

/** @typedef {Record<string, Hook>} Hooks by the name of the activation: see activations.js */

/**
 * Keys and values of earlier tokens: for each layer (n_kv_head, context_length, D).
 * @typedef {{ length: number, keys: Floats[], values: Floats[] }} Cache
 */

/**
 * What a forward pass leaves behind. Its T tokens follow on `past` others, if it has a cache.
 * @typedef {object} Run
 * @property {number[]} ids
 * @property {number} T
 * @property {number} past
 * @property {number} V the size of the vocabulary
 * @property {Cache} [cache]
 * @property {number[][]} headScale the factor on each head's output, by layer
 * @property {Floats} logits (T, V), or (V,) with lastOnly
 * @property {Floats[][]} attention for each layer and head (T, past + T)
 * @property {Map<string, Floats>} activations all of them by name, as they went on
 */
