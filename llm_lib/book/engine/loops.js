// What the kernel does, in plain loops over one array f: where there is no WebAssembly, and for
// checks in float64. Letters in front are places in the array.

/** GELU in its tanh form is v · sigmoid(GELU_SLOPE · v + GELU_CUBIC · v³). */
const GELU_SLOPE = 2 * Math.sqrt(2 / Math.PI);

const GELU_CUBIC = 0.044715 * GELU_SLOPE;

/** @typedef {Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>} Numbers */

/**
 * C (M, N) = A (M, K) · B (K, N), or C += A · B. A goes ra down and ca to the right; the rows of B
 * and C are rb and rc apart, and their numbers side by side. Two rows of A meet four columns of B
 * at a time: six numbers read for eight products.
 * @param {Numbers} f
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
 * @param {boolean} add
 */
export function matmulLoops(f, c, rc, a, ra, ca, b, rb, M, N, K, add) {
  const wholeM = M - (M % 2);
  const wholeN = N - (N % 4);
  for (let j = 0; j < wholeN; j += 4) {
    for (let i = 0; i < wholeM; i += 2) {
      matmulTile(f, c + i * rc + j, rc, a + i * ra, ra, ca, b + j, rb, K, add);
    }
  }
  matmulEdge(f, c + wholeN, rc, a, ra, ca, b + wholeN, rb, wholeM, N - wholeN, K, add);
  matmulEdge(f, c + wholeM * rc, rc, a + wholeM * ra, ra, ca, b, rb, M - wholeM, N, K, add);
}

/**
 * Two rows and four columns of C.
 * @param {Numbers} f
 * @param {number} c
 * @param {number} rc
 * @param {number} a
 * @param {number} ra
 * @param {number} ca
 * @param {number} b
 * @param {number} rb
 * @param {number} K
 * @param {boolean} add
 */
function matmulTile(f, c, rc, a, ra, ca, b, rb, K, add) {
  let p0 = 0;
  let p1 = 0;
  let p2 = 0;
  let p3 = 0;
  let q0 = 0;
  let q1 = 0;
  let q2 = 0;
  let q3 = 0;
  for (let k = 0; k < K; k++, a += ca, b += rb) {
    const p = f[a];
    const q = f[a + ra];
    const w0 = f[b];
    const w1 = f[b + 1];
    const w2 = f[b + 2];
    const w3 = f[b + 3];
    p0 += p * w0;
    p1 += p * w1;
    p2 += p * w2;
    p3 += p * w3;
    q0 += q * w0;
    q1 += q * w1;
    q2 += q * w2;
    q3 += q * w3;
  }
  writeFour(f, c, p0, p1, p2, p3, add);
  writeFour(f, c + rc, q0, q1, q2, q3, add);
}

/**
 * @param {Numbers} f
 * @param {number} c
 * @param {number} s0
 * @param {number} s1
 * @param {number} s2
 * @param {number} s3
 * @param {boolean} add
 */
function writeFour(f, c, s0, s1, s2, s3, add) {
  f[c] = add ? f[c] + s0 : s0;
  f[c + 1] = add ? f[c + 1] + s1 : s1;
  f[c + 2] = add ? f[c + 2] + s2 : s2;
  f[c + 3] = add ? f[c + 3] + s3 : s3;
}

/**
 * Rows and columns of C that do not fill a tile, one number at a time.
 * @param {Numbers} f
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
 * @param {boolean} add
 */
function matmulEdge(f, c, rc, a, ra, ca, b, rb, M, N, K, add) {
  for (let i = 0; i < M; i++) {
    for (let j = 0; j < N; j++) {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += f[a + i * ra + k * ca] * f[b + j + k * rb];
      const to = c + i * rc + j;
      f[to] = add ? f[to] + sum : sum;
    }
  }
}

/**
 * hidden = GELU(up). The sigmoid in it is kept for the way back.
 * @param {Numbers} f
 * @param {number} up
 * @param {number} sigmoid
 * @param {number} hidden
 * @param {number} length
 * @param {(x: number) => number} exp
 */
export function geluLoop(f, up, sigmoid, hidden, length, exp) {
  for (let i = 0; i < length; i++) {
    const v = f[up + i];
    const s = 1 / (1 + exp(-v * (GELU_SLOPE + GELU_CUBIC * v * v)));
    f[sigmoid + i] = s;
    f[hidden + i] = v * s;
  }
}

/**
 * From d, the gradient of hidden, to the gradient of up, in its place.
 * @param {Numbers} f
 * @param {number} d
 * @param {number} up
 * @param {number} sigmoid
 * @param {number} length
 */
export function geluBackwardLoop(f, d, up, sigmoid, length) {
  for (let i = 0; i < length; i++) {
    const v = f[up + i];
    const s = f[sigmoid + i];
    f[d + i] *= s + v * s * (1 - s) * (GELU_SLOPE + 3 * GELU_CUBIC * v * v);
  }
}

const POWERS_OF_2 = Float64Array.from({ length: 2098 }, (_, i) => 2 ** (i - 1074));

/**
 * exp(x) to about the precision of float32 (a relative error of 2e-7), and a few
 * times as quick as Math.exp: a power of 2 times a polynomial.
 * @param {number} x
 */
export function quickExp(x) {
  if (!(Math.abs(x) < 700)) return x < 0 ? 0 : x * Infinity; // NaN stays NaN
  const y = x * Math.LOG2E;
  const n = Math.floor(y + 0.5);
  const r = (y - n) * Math.LN2;
  const cubic = 1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720)));
  return POWERS_OF_2[(n + 1074) | 0] * (1 + r * (1 + r * (1 / 2 + r * cubic)));
}
