// One flat memory in which all numbers of a model lie, and the few operations that take most of its
// time. They run in WebAssembly, whose memory it then is, or as plain loops. A tensor is a place in
// it: the number of its first number.

import { fromBase64 } from "./base64.js";
import { KERNEL } from "./kernel.js";
import { geluBackwardLoop, geluLoop, matmulLoops, quickExp } from "./loops.js";

/** @import { Numbers } from "./loops.js" */
/**
 * @typedef {object} Kernel
 * @property {(...places: number[]) => void} matmul
 * @property {(...places: number[]) => void} gelu
 * @property {(...places: number[]) => void} gelu_backward
 */

const WASM_PAGE = 65536; // bytes, by which WebAssembly's memory grows

export class Memory {
  /**
   * @param {object} [options]
   * @param {boolean} [options.float64] numbers of double precision, for checks: then without kernel
   * @param {boolean} [options.wasm] false: without kernel
   */
  constructor({ float64 = false, wasm = true } = {}) {
    this.Float = float64 ? Float64Array : Float32Array;
    this.exp = float64 ? Math.exp : quickExp;
    const { store, kernel } = wasm && !float64 ? startKernel() : NO_KERNEL;
    this.store = store;
    this.kernel = kernel;
    /** @type {Numbers} */
    this.f = store ? new Float32Array(store.buffer) : new this.Float(WASM_PAGE / 4);
  }

  /**
   * Make room for so many numbers; what is there stays. Views of `f` from before are then old.
   * @param {number} length
   */
  fit(length) {
    if (length <= this.f.length) return;
    const wanted = Math.max(length, Math.floor(1.25 * this.f.length)); // not anew for each token
    if (this.store) {
      this.store.grow(
        Math.ceil((4 * wanted) / WASM_PAGE) - this.store.buffer.byteLength / WASM_PAGE,
      );
      this.f = new Float32Array(this.store.buffer);
    } else {
      const old = this.f;
      this.f = new this.Float(wanted);
      this.f.set(old);
    }
  }

  /**
   * C (M, N) = A (M, K) · B (K, N), or C += A · B: see loops.js.
   * @param {number} c
   * @param {number} rc
   * @param {number} a
   * @param {number} ra
   * @param {number} ca
   * @param {number} b
   * @param {number} rb
   * @param {number} M
   * @param {number} N
   * @param {number} K
   * @param {boolean} [add]
   */
  matmul(c, rc, a, ra, ca, b, rb, M, N, K, add = false) {
    if (!this.kernel) return matmulLoops(this.f, c, rc, a, ra, ca, b, rb, M, N, K, add);
    const { matmul } = this.kernel;
    matmul(4 * c, 4 * rc, 4 * a, 4 * ra, 4 * ca, 4 * b, 4 * rb, M, N, K, add ? 1 : 0);
  }

  /**
   * hidden = GELU(up); the sigmoid in it is kept. Each has room for a multiple of 4 numbers.
   * @param {number} up
   * @param {number} sigmoid
   * @param {number} hidden
   * @param {number} length
   */
  gelu(up, sigmoid, hidden, length) {
    if (!this.kernel) return geluLoop(this.f, up, sigmoid, hidden, length, this.exp);
    this.kernel.gelu(4 * up, 4 * sigmoid, 4 * hidden, inFours(length));
  }

  /**
   * The gradient of hidden, in d, becomes that of up.
   * @param {number} d
   * @param {number} up
   * @param {number} sigmoid
   * @param {number} length
   */
  geluBackward(d, up, sigmoid, length) {
    if (!this.kernel) return geluBackwardLoop(this.f, d, up, sigmoid, length);
    this.kernel.gelu_backward(4 * d, 4 * up, 4 * sigmoid, inFours(length));
  }
}

/**
 * A length, made a multiple of 4.
 * @param {number} length
 */
export const inFours = (length) => 4 * Math.ceil(length / 4);

/** @type {{ store: WebAssembly.Memory | null, kernel: Kernel | null }} */
const NO_KERNEL = { store: null, kernel: null };

/**
 * The kernel and its memory. There is none where a browser has no WebAssembly SIMD, where the
 * site's policy forbids it, and where a page has used up what the browser gives to such memories.
 */
function startKernel() {
  try {
    const bytes = fromBase64(KERNEL);
    const store = new WebAssembly.Memory({ initial: 1 });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
      env: { memory: store },
    });
    return { store, kernel: /** @type {Kernel} */ (/** @type {unknown} */ (exports)) };
  } catch {
    return NO_KERNEL;
  }
}
