// The random orders that numpy draws, so that a page shows what Python does.

const BITS_64 = (1n << 64n) - 1n;

const BITS_128 = (1n << 128n) - 1n;

/**
 * The order of an epoch: numpy's default_rng((seed, epoch)).permutation(n), so that the page shows
 * the windows as Python does. The seed words are stirred into 128 bits (SeedSequence), from which
 * PCG64 draws (O'Neill, 2014).
 * @param {number} n
 * @param {number} seed
 * @param {number} epoch
 */
export const shuffledOrder = (n, seed, epoch) => shuffleNumbers(n, pcg64(seedWords([seed, epoch])));

/**
 * The same after a first draw, of a shift below `most`: rng.integers(most), then rng.shuffle.
 * @param {number} n
 * @param {number} most
 * @param {number} seed
 * @param {number} epoch
 */
export function shuffledEpoch(n, most, seed, epoch) {
  const draw = pcg64(seedWords([seed, epoch]));
  const shift = drawBelow(most, draw);
  return { shift, order: shuffleNumbers(n, draw) };
}

/**
 * 0 to n - 1 in random order (Fisher and Yates), where a number that is too large is drawn again.
 * @param {number} n
 * @param {() => number} draw 32 bits
 */
function shuffleNumbers(n, draw) {
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const mask = 2 ** (32 - Math.clz32(i)) - 1;
    let j;
    do j = (draw() & mask) >>> 0; while (j > i);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/**
 * A whole number below `most` (Lemire 2019): the upper half of a product of 64 bits. Its lower half
 * says when to draw again, so that all are equally likely.
 * @param {number} most
 * @param {() => number} draw 32 bits
 */
function drawBelow(most, draw) {
  if (most === 1) return 0; // without a draw
  const size = BigInt(most);
  const least = (2n ** 32n) % size;
  for (;;) {
    const product = BigInt(draw()) * size;
    if ((product & 0xffffffffn) >= least) return Number(product >> 32n);
  }
}

/**
 * Eight 32-bit words from a few: numpy's SeedSequence(entropy).generate_state(8).
 * @param {number[]} entropy
 */
function seedWords(entropy) {
  let factor = 0x43b0d7e5;
  const hash = (/** @type {number} */ value, /** @type {number} */ multiplier) => {
    value = (value ^ factor) >>> 0;
    factor = Math.imul(factor, multiplier) >>> 0;
    value = Math.imul(value, factor) >>> 0;
    return (value ^ (value >>> 16)) >>> 0;
  };
  const mix = (/** @type {number} */ x, /** @type {number} */ y) => {
    const value = (Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y)) >>> 0;
    return (value ^ (value >>> 16)) >>> 0;
  };
  const pool = [0, 1, 2, 3].map((i) => hash(entropy[i] ?? 0, 0x931e8875));
  for (let from = 0; from < 4; from++) {
    for (let to = 0; to < 4; to++) {
      if (from !== to) pool[to] = mix(pool[to], hash(pool[from], 0x931e8875));
    }
  }
  factor = 0x8b51f9dd;
  return Array.from({ length: 8 }, (_, i) => hash(pool[i % 4], 0x58f38ded));
}

/**
 * A function that draws 32 bits at a time, from eight words of seed.
 * @param {number[]} words
 */
function pcg64(words) {
  const [high, low, highStep, lowStep] = [0, 2, 4, 6].map((i) =>
    BigInt(words[i]) | (BigInt(words[i + 1]) << 32n)
  );
  const step = ((((highStep << 64n) | lowStep) << 1n) | 1n) & BITS_128;
  const next = (/** @type {bigint} */ state) =>
    (state * 0x2360ed051fc65da44385df649fccf645n + step) & BITS_128;
  let state = next((next(0n) + ((high << 64n) | low)) & BITS_128);
  let spare = /** @type {number | null} */ (null);
  return () => {
    if (spare !== null) {
      const half = spare;
      spare = null;
      return half;
    }
    state = next(state);
    const folded = (state >> 64n) ^ (state & BITS_64);
    const turn = state >> 122n;
    const drawn = ((folded >> turn) | (folded << (64n - turn))) & BITS_64;
    spare = Number(drawn >> 32n);
    return Number(drawn & 0xffffffffn);
  };
}
