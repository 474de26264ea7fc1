// One block of a GPT: what attention and the feed-forward layer add to the stream.

import { gateForward, squareForward } from "./gate.js";
import { linearForward } from "./linear.js";
import { normForward } from "./norms.js";
import { addNumbers } from "./rows.js";
import { attendForward } from "./self_attention.js";

/** @import { GPT, Pass } from "./gpt.js" */
/** @import { Linear } from "./linear.js" */
/** @import { Memory } from "./memory.js" */

/**
 * One block: the stream x (B · T, C), plus what attention and the feed-forward layer add to it.
 * @param {GPT} gpt
 * @param {number} layer
 * @param {Pass} pass
 */
export function blockForward(gpt, layer, pass) {
  const { B, T, places, watch } = pass;
  const { n_embd: C, n_hidden, mlp } = gpt.config;
  const [m, N, at] = [gpt.memory, B * T, places.layers[layer]];
  const { norm_1, norm_2, up, gate, down, out } = gpt.parameters.layers.blocks[layer];
  const name = `blocks.${layer}`;
  watch?.pass(`${name}.resid_pre`, at.x, [T, C]);
  normForward(m, norm_1, at.norm1, at.x, at.scale1, N);
  watch?.show(`${name}.norm_1.normalized`, at.norm1, [T, C]);
  attendForward(gpt, layer, pass);
  addPart(m, `attention ${layer}`, out, pass, at.middle, at.heads, at.x, at.outMask);
  watch?.show(`${name}.resid_mid`, at.middle, [T, C]);
  normForward(m, norm_2, at.norm2, at.middle, at.scale2, N);
  watch?.show(`${name}.norm_2.normalized`, at.norm2, [T, C]);
  linearForward(m, up, at.up, at.norm2, N, places.turned);
  if (gate) linearForward(m, gate, at.gate, at.norm2, N, places.turned);
  const pre = mlp === "swiglu" ? at.gate : at.up;
  watch?.show(`${name}.feed_forward.pre`, pre, [T, n_hidden]);
  if (mlp === "swiglu") {
    gateForward(m, at.gate, at.sigmoid, at.up, at.hidden, N * n_hidden);
  } else if (mlp === "relu2") squareForward(m, at.up, at.hidden, N * n_hidden);
  else m.gelu(at.up, at.sigmoid, at.hidden, N * n_hidden);
  watch?.pass(`${name}.feed_forward.post`, at.hidden, [T, n_hidden]);
  const after = places.layers[layer + 1]?.x ?? places.x;
  addPart(m, `feed-forward ${layer}`, down, pass, after, at.hidden, at.middle, at.downMask);
  watch?.pass(`${name}.resid_post`, after, [T, C]);
}

/**
 * The stream `to` = the stream `from`, plus what a part's last layer makes of x.
 * @param {Memory} m
 * @param {string} name
 * @param {Linear} layer
 * @param {Pass} pass
 * @param {number} to
 * @param {number} x
 * @param {number} from
 * @param {number} mask room for dropout's
 */
function addPart(m, name, layer, { B, T, places, dropout, onPart, watch }, to, x, from, mask) {
  const [N, length] = [B * T, B * T * layer.outputs];
  const [kind, i] = name.split(" ");
  const added = `blocks.${i}.${kind === "attention" ? "attn_out" : "mlp_out"}`;
  const asked = watch?.activations.wants(added);
  if (!dropout && !onPart && !asked) {
    return linearForward(m, layer, to, x, N, places.turned, from);
  }
  linearForward(m, layer, to, x, N, places.turned);
  dropout?.drop(m, to, to, mask, length);
  onPart?.(name, to);
  if (watch && asked) watch.pass(added, to, [T, layer.outputs]);
  addNumbers(m.f, to, from, length);
}
