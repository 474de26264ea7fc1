// The way back through a GPT: from the gradient of the logits to those of all parameters.

import { dropBackward } from "./dropout.js";
import { gateBackward, squareBackward } from "./gate.js";
import { linearBackward } from "./linear.js";
import { normBackward } from "./norms.js";
import { present } from "./present.js";
import { addNumbers } from "./rows.js";
import { attendBackward } from "./self_attention.js";

/** @import { GPT, Pass } from "./gpt.js" */
/** @import { Linear } from "./linear.js" */

/**
 * Add to the gradients of all parameters what a pass with a tape gives, whose logits are now their
 * own gradient. The gradient of the stream, back.x, comes down as the stream went up: each block
 * adds to it.
 * @param {GPT} gpt
 * @param {Pass} pass
 */
export function backward(gpt, pass) {
  const { memory: m, parameters: { layers } } = gpt;
  const { back, gradients } = wayBack(gpt, pass);
  const { B, T, places } = pass;
  const { logits, normed, x, scale } = places;
  const N = B * T;
  linearBackward(m, layers.head, gradients.head, logits, normed, back.norm, N);
  m.f.fill(0, back.x, back.x + N * gpt.config.n_embd);
  normBackward(m, layers.norm, gradients.norm, back.x, back.norm, x, scale, N);
  for (let layer = gpt.config.n_layer - 1; layer >= 0; layer--) {
    feedForwardBackward(gpt, layer, pass);
    selfAttentionBackward(gpt, layer, pass);
  }
  embedBackward(gpt, pass);
}

/**
 * Where the gradients of a pass and of all parameters lie. Throws an Error if there is no room.
 * @param {GPT} gpt
 * @param {Pass} pass
 */
const wayBack = ({ parameters }, { places }) => ({
  back: present(places.back, "the tape of a pass"),
  gradients: present(parameters.gradients, "the room for gradients"),
});

/**
 * @param {GPT} gpt
 * @param {number} layer
 * @param {Pass} pass
 */
function feedForwardBackward(gpt, layer, pass) {
  const { memory: m, parameters: { layers } } = gpt;
  const { back, gradients } = wayBack(gpt, pass);
  const { B, T, places } = pass;
  const { layers: { [layer]: at } } = places;
  const [own, d, N] = [layers.blocks[layer], gradients.blocks[layer], B * T];
  const length = N * gpt.config.n_hidden;
  const from = branchGradient(gpt, pass, at.downMask);
  linearBackward(m, own.down, d.down, from, at.hidden, back.hidden, N);
  if (own.gate && d.gate) {
    gateBackward(m, back.hidden, back.gate, at.gate, at.sigmoid, at.up, length);
    linearBackward(m, own.gate, d.gate, back.gate, at.norm2, back.norm, N);
  } else if (gpt.config.mlp === "relu2") squareBackward(m, back.hidden, at.up, length);
  else m.geluBackward(back.hidden, at.up, at.sigmoid, length);
  linearBackward(m, own.up, d.up, back.hidden, at.norm2, back.norm, N, own.gate !== null);
  normBackward(m, own.norm_2, d.norm_2, back.x, back.norm, at.middle, at.scale2, N);
}

/**
 * @param {GPT} gpt
 * @param {number} layer
 * @param {Pass} pass
 */
function selfAttentionBackward(gpt, layer, pass) {
  const { memory: m, parameters: { layers } } = gpt;
  const { back, gradients } = wayBack(gpt, pass);
  const { B, T, places } = pass;
  const { layers: { [layer]: at } } = places;
  const [own, d, N] = [layers.blocks[layer], gradients.blocks[layer], B * T];
  const from = branchGradient(gpt, pass, at.outMask);
  linearBackward(m, own.out, d.out, from, at.heads, back.norm, N);
  attendBackward(gpt, layer, pass);
  linearBackward(m, own.qkv, d.qkv, back.qkv, at.norm1, back.norm, N);
  normBackward(m, own.norm_1, d.norm_1, back.x, back.norm, at.x, at.scale1, N);
}

/**
 * Where the gradient of a branch lies: it is the stream's, but for what dropout has dropped.
 * @param {GPT} gpt
 * @param {Pass} pass
 * @param {number} mask
 */
function branchGradient(gpt, pass, mask) {
  const { memory, config } = gpt;
  const { B, T, dropout } = pass;
  const { back } = wayBack(gpt, pass);
  if (!dropout) return back.x;
  dropBackward(memory, back.branch, back.x, mask, B * T * config.n_embd);
  return back.branch;
}

/**
 * @param {GPT} gpt
 * @param {Pass} pass
 */
function embedBackward(gpt, pass) {
  const { memory: { f }, config: { n_embd: C } } = gpt;
  const { ids, T } = pass;
  const { back, gradients: { tokens, positions } } = wayBack(gpt, pass);
  for (let n = 0; n < ids.length; n++) {
    const from = back.x + n * C;
    addNumbers(f, tokens + ids[n] * C, from, C);
    if (positions >= 0) addNumbers(f, positions + (n % T) * C, from, C);
  }
}
