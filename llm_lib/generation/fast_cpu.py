"""An option: reading one new token quickly, by few large calls in place of many small ones.

To read one token, a small model spends more time on the way to its products than on the products:
modules call modules, and each asks about masks, dropout and hooks. `DecodeStep` asks once, when
writing begins, and is then one straight function. `GPT.forward` is what it must agree with, and
what `generate(…, fast=False)` uses alone.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from llm_lib.generation.prefill import LARGE, read
from llm_lib.model.attention import CausalSelfAttention, normalize_heads
from llm_lib.model.block import Block, FeedForward, LayerNorm, RMSNorm
from llm_lib.model.embedding import LearnedPositions, RotaryEmbedding, TokenEmbedding
from llm_lib.model.gpt import GPT
from llm_lib.model.kv_cache import KVCache

# the parts whose work this file repeats; a model with any other runs as it is
KNOWN = {GPT, Block, CausalSelfAttention, FeedForward, LayerNorm, RMSNorm, RotaryEmbedding}
KNOWN |= {TokenEmbedding, LearnedPositions, nn.Embedding, nn.Linear, nn.ModuleList}
# of what a config may ask for beyond GPT-2's switches and rotary positions
KNOWN_FIELDS = {"head_dim", "qkv_bias", "rope_scaling"}

Function = Callable[[Tensor], Tensor]


class _Layer(NamedTuple):
    """What a block is made of, as functions."""

    norm_1: Function
    qkv: Function
    out: Function
    norm_2: Function
    hidden: Function
    down: Function


class DecodeStep:
    """Reads one new id a row: `read(model, ids[:, None], cache, padding)[:, -1]`, but sooner.

    Nothing is copied. The weights are used where they lie, so they may change in place between two
    steps. A model that this file does not know runs as it is: one with parts of another kind or
    with hooks, which may come and go between two steps, and one that is not in float32 on a
    processor. Meant for `torch.no_grad()`.

    >>> from llm_lib.model.gpt import GPTConfig
    >>> model = GPT(GPTConfig(11, context_length=8, n_layer=1, n_head=2, n_embd=4)).eval()
    >>> step, plain = DecodeStep(model, model.new_cache()), model.new_cache()
    >>> logits = [step(torch.tensor([i])) for i in (5, 3)][-1]  # (1, 11)
    >>> torch.allclose(logits, model(torch.tensor([[5, 3]]), plain)[:, -1], atol=1e-5)
    True
    """

    def __init__(self, model: nn.Module, cache: KVCache, padding: Tensor | None = None) -> None:
        self.model, self.cache, self.padding = model, cache, padding
        self.is_known = is_known(model)
        if not self.is_known:
            return
        self.hooks = [hooks for part in model.modules() for hooks in _hooks(part)]
        c, B = model.config, cache.keys.shape[1]
        self.layers = [_prepare_block(block, B) for block in model.blocks]
        self.norm = _normalize(model.norm)
        self.tokens = model.token_embedding.weight
        learned = model.position_embedding
        self.positions = None if learned is None else learned.weight
        self.head = _multiply(model.head or model.token_embedding, B)
        # x is (C,) for one row alone, which torch multiplies sooner than (1, C), else (B, C)
        self.row, self.heads = (-1,) if B == 1 else (B, -1), (B, -1, c.head_size)
        self.groups = (B * c.kv_heads, -1, c.head_size)
        self.sizes, self.scale = [c.n_head, c.kv_heads, c.kv_heads], c.head_size**-0.5
        self.keys, self.values = cache.keys.flatten(1, 2), cache.values.flatten(1, 2)  # views
        self.hidden = _hide(padding, c.kv_heads, cache)
        self.rotary = None if model.rotary is None else _double(model.rotary, cache.n_positions)
        self.qk_norm_eps = c.norm_eps if c.qk_norm else None

    def __call__(self, ids: Tensor) -> Tensor:
        """Read `ids` (B,) behind what the cache holds; return the logits (B, V) for the next."""
        if not self.is_known or any(self.hooks):
            return read(self.model, ids[:, None], self.cache, self.padding)[:, -1]
        return self._run(ids)

    @torch.inference_mode()
    def _run(self, ids: Tensor) -> Tensor:
        at = self.cache.length
        x = self._embed(ids, at)  # (C,) or (B, C)
        # of each layer: where the new keys and values go, (B, H_kv, D), and all until then
        new = self.cache.keys[:, :, :, at].unbind(), self.cache.values[:, :, :, at].unbind()
        keys = self.keys[:, :, : at + 1].transpose(-2, -1).unbind()  # (B·H_kv, D, S)
        values = self.values[:, :, : at + 1].unbind()  # (B·H_kv, S, D)
        hidden = self.hidden[:, :, : at + 1]
        for layer, *stored in zip(self.layers, *new, keys, values, strict=True):
            qkv = layer.qkv(layer.norm_1(x))
            x = x + layer.out(self._attend(qkv, at, hidden, *stored))
            x = x + layer.down(layer.hidden(layer.norm_2(x)))
        self.cache.length += 1
        return self.head(self.norm(x)).view(len(ids), -1)

    def _embed(self, ids: Tensor, at: int) -> Tensor:
        x = torch.embedding(self.tokens, ids).view(self.row)
        if self.positions is None:
            return x
        return x + self.positions[at if self.padding is None else at - self.padding]

    def _attend(self, qkv: Tensor, at: int, hidden, k_new, v_new, keys, values) -> Tensor:
        """Return what the heads mix; query heads that share keys are rows of one product."""
        heads = qkv.view(self.heads)  # (B, H + 2 H_kv, D)
        q, k, v = torch.split_with_sizes(heads, self.sizes, dim=1)
        if self.qk_norm_eps is not None:
            heads = normalize_heads(heads, self.qk_norm_eps)  # of values, too: v is as it was
            q, k, _ = torch.split_with_sizes(heads, self.sizes, dim=1)
        if self.rotary is not None:
            cos, sin = self.rotary[:, at]  # (D,)
            half_round = heads.roll(len(cos) // 2, -1)  # at j what was at j + D/2, and the reverse
            turned = torch.addcmul(heads * cos, half_round, sin)
            q, k, _ = torch.split_with_sizes(turned, self.sizes, dim=1)
        k_new.copy_(k)
        v_new.copy_(v)
        q = q.reshape(self.groups)  # (B·H_kv, H / H_kv, D)
        weights = torch.baddbmm(hidden, q, keys, alpha=self.scale).softmax(-1)
        return torch.bmm(weights, values).view(self.row)


def is_known(model: nn.Module) -> bool:
    """Whether `DecodeStep` does what `model` does: all of its parts are the library's own.

    In bfloat16 a processor multiplies no sooner this way, and on a GPU it was not tried.
    """
    if type(model) is not GPT or set(model.config.later_fields()) - KNOWN_FIELDS:
        return False
    weight = model.token_embedding.weight
    if weight.device.type != "cpu" or weight.dtype != torch.float32:
        return False
    return all(
        (type(part) in KNOWN or isinstance(part, nn.Identity)) and "forward" not in vars(part)
        for part in model.modules()
    )


def _hooks(part: nn.Module) -> tuple[dict, dict]:
    """Return the tables of a module's hooks, which are empty until somebody registers one."""
    return part._forward_hooks, part._forward_pre_hooks


def _prepare_block(block: Block, batch_size: int) -> _Layer:
    attention, mlp = block.attention, block.feed_forward
    linear = (attention.qkv, attention.out, mlp.up, mlp.down)
    qkv, out, up, down = (_multiply(part, batch_size) for part in linear)
    if mlp.kind == "relu2":
        hidden = lambda x: up(x).relu_().square()  # noqa: E731
    elif mlp.gate is None:
        hidden = lambda x: F.gelu(up(x), approximate="tanh")  # noqa: E731
    else:
        gate = _multiply(mlp.gate, batch_size)
        hidden = lambda x: F.silu(gate(x)).mul_(up(x))  # noqa: E731
    return _Layer(_normalize(block.norm_1), qkv, out, _normalize(block.norm_2), hidden, down)


def _normalize(norm: LayerNorm | RMSNorm) -> Function:
    weight, size, eps = norm.weight, norm.weight.shape, norm.eps
    if isinstance(norm, RMSNorm):
        return lambda x: F.rms_norm(x, size, weight, eps)
    bias = norm.bias
    return lambda x: torch.layer_norm(x, size, weight, bias, eps)


def _multiply(linear: nn.Linear | nn.Embedding, batch_size: int) -> Function:
    """Return the function x (..., C_in) → x @ weight.T + bias.

    One row times a large matrix waits for memory. Cut into parts that are multiplied as a batch,
    the matrix comes nearly twice as fast: a library of products (MKL was measured) reads it in
    another way. x is laid out as a column whose next one would be C_in numbers on, which matters.
    """
    weight, bias = linear.weight, getattr(linear, "bias", None)
    if batch_size > 1:
        return lambda x: F.linear(x, weight, bias)
    rows, columns = weight.shape
    n = next((n for n in range(4, 33) if rows % n == 0), 1)
    if weight.numel() >= LARGE and n > 1 and weight.is_contiguous():
        parts, layout = weight.view(n, -1, columns), ((n, columns, 1), (0, 1, columns))
        added = weight.new_zeros(1) if bias is None else bias.view(n, -1, 1)
        return lambda x: torch.baddbmm(added, parts, x.as_strided(*layout)).view(-1)
    if bias is None:
        return lambda x: torch.mv(weight, x)
    return lambda x: torch.addmv(bias, weight, x)


def _hide(padding: Tensor | None, n_kv_head: int, cache: KVCache) -> Tensor:
    """Return what is added to scores, (B·H_kv, 1, S) or (1, 1, 1): −∞ at padding, 0 elsewhere."""
    if padding is None:
        return cache.keys.new_zeros(1, 1, 1)
    columns = torch.arange(cache.n_positions, device=padding.device)  # (S,)
    is_padding = (columns < padding[:, None]).repeat_interleave(n_kv_head, dim=0)  # (B·H_kv, S)
    return cache.keys.new_zeros(is_padding.shape).masked_fill(is_padding, float("-inf"))[:, None]


def _double(rotary: RotaryEmbedding, n_positions: int) -> Tensor:
    """Return the cosines, and the sines with their signs, for whole heads: (2, S, D)."""
    cos, sin = rotary.cos[:n_positions], rotary.sin[:n_positions]  # (S, D/2)
    return torch.stack((torch.cat((cos, cos), dim=-1), torch.cat((-sin, sin), dim=-1)))
