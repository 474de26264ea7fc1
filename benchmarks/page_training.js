// Trains in Deno, whose engine is Chromium's, as a page does, for benchmarks/page_training.py. A
// line on stdin asks for {start} or {steps}; a line on stdout answers with a loss or with the
// seconds of processor time that the steps took.

import process from "node:process";
import { createInterface } from "node:readline";
import { seededRandom } from "../llm_lib/book/engine/random.js";
import { batchLoss, Trainer } from "../llm_lib/book/engine/trainer.js";

/** @type {Trainer | null} */
let trainer = null;

/** @param {any} start */
function begin({ config, batch_size, weights, x, y, wasm }) {
  const random = seededRandom(0);
  const room = { length: 40 * batch_size * config.context_length };
  const tokens = Int32Array.from(room, () => Math.floor(random() * config.vocab_size));
  const training = { steps: 1e6, batch_size };
  trainer = new Trainer({ config, training, tokens, weights }, { wasm });
  return batchLoss(trainer.gpt, x, y);
}

/** @param {number} n */
function takeSteps(n) {
  const before = process.cpuUsage();
  while (n-- > 0) trainer.takeStep();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { start, steps } = JSON.parse(line);
  console.log(start ? begin(start) : takeSteps(steps));
}
