"""Linear attention and the gated delta rule: a memory of fixed size in the place of all keys.

Without softmax, Σ (q · k_i) v_i is q S with S = Σ k_i v_iᵀ, which is a matrix of D × E however long
the text is (Katharopoulos et al. 2020). Each token adds to it, and more and more lies one upon
another. Two things make room: with a `decay`, all that is stored fades (Yang et al. 2024, gated
linear attention), and with a `strength` β, what the memory already says of a key is taken out
before the new value is written, which is the delta rule (Schlag et al. 2021; Yang et al. 2025 for
both, gated DeltaNet):

    S_t = α_t S_{t-1} + k_t u_tᵀ        u_t = v_t, or β_t (v_t − what α_t S_{t-1} says of k_t)
    o_t = q_t S_t

Token by token is how a model writes; chunk by chunk, with the same numbers, is how it learns: the
sums within a chunk are matrix products, and only whole chunks wait for one another.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from llm_lib.arguments import check_whole
from llm_lib.model.attention import (
    causal_mask,
    channels_per_head,
    check_shapes,
    merge_heads,
    split_heads,
)
from llm_lib.model.embedding import RotaryEmbedding
from llm_lib.model.hooks import Activation
from llm_lib.model.state_cache import StateCache


def recurrent_linear_attention(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    log_decay: Tensor | None = None,
    strength: Tensor | None = None,
    state: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """Return (outputs (B, H, T, E), the last state (B, H, D, E)), token by token, in float32.

    `q` and `k` are (B, H, T, D), `v` is (B, H, T, E). `log_decay` (B, H, T), at most 0, is ln α of
    each token, by default 0: nothing fades. With a `strength` β (B, H, T), from 0 to 1, it is the
    delta rule, whose keys should have length 1; without, plain linear attention. `state` is what an
    earlier part of the text has left. Queries are taken as they are, without 1/√D.
    Raises ValueError for shapes that do not fit.

    >>> k = torch.tensor([[[[1.0, 0.0], [1.0, 0.0]]]])  # the same key twice, with other values
    >>> v, once = torch.tensor([[[[5.0], [7.0]]]]), torch.ones(1, 1, 2)
    >>> recurrent_linear_attention(k, k, v)[0].flatten().tolist()  # added up
    [5.0, 12.0]
    >>> recurrent_linear_attention(k, k, v, strength=once)[0].flatten().tolist()  # replaced
    [5.0, 7.0]
    """
    q, k, v, log_decay, state = _prepare(q, k, v, log_decay, strength, state)
    outputs = []
    for t in range(q.shape[2]):
        state = state * log_decay[:, :, t, None, None].exp()
        u = v[:, :, t]  # (B, H, E)
        if strength is not None:
            told = torch.einsum("bhd,bhde->bhe", k[:, :, t], state)
            u = strength[:, :, t, None] * (u - told)
        state = state + k[:, :, t, :, None] * u[:, :, None]
        outputs.append(torch.einsum("bhd,bhde->bhe", q[:, :, t], state))
    return torch.stack(outputs, dim=2), state


def chunked_linear_attention(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    log_decay: Tensor | None = None,
    strength: Tensor | None = None,
    state: Tensor | None = None,
    chunk_size: int = 64,
) -> tuple[Tensor, Tensor]:
    """Return what `recurrent_linear_attention` does, `chunk_size` tokens at a time."""
    q, k, v, log_decay, state = _prepare(q, k, v, log_decay, strength, state)
    size = check_whole("chunk_size", chunk_size)
    tensors = [q, k, v, log_decay] + ([] if strength is None else [_in_float32(strength)])
    outputs = []
    for part in zip(*(t.split(size, dim=2) for t in tensors), strict=True):
        out, state = _read_chunk(state, *part)
        outputs.append(out)
    return torch.cat(outputs, dim=2), state


def _read_chunk(state, q, k, v, log_decay, strength=None) -> tuple[Tensor, Tensor]:
    """Read one chunk of T tokens at once; return its outputs and the state behind it.

    With g_t the sum of ln α up to t, S_t = e^{g_t} S_0 + Σ_{i ≤ t} e^{g_t − g_i} k_i u_iᵀ. Where
    each u_t depends on those before it, they are the solution of a triangular system.
    """
    g = log_decay.cumsum(dim=-1)  # (B, H, T)
    past = causal_mask(g.shape[-1], device=g.device)
    left = (g[..., :, None] - g[..., None, :]).masked_fill(~past, float("-inf")).exp()  # of i at t
    grown = g[..., None].exp()  # (B, H, T, 1), what is left of the state
    u = v
    if strength is not None:
        beta = strength[..., None]  # (B, H, T, 1)
        system = beta * (k @ k.transpose(-2, -1)) * left  # with 1 on its diagonal
        new = beta * (v - grown * (k @ state))
        u = torch.linalg.solve_triangular(system, new, upper=False, unitriangular=True)
    out = grown * (q @ state) + (q @ k.transpose(-2, -1) * left) @ u
    kept = left[..., -1, :, None] * k  # (B, H, T, D), as far as it is left at the end
    return out, grown[..., -1:, :] * state + kept.transpose(-2, -1) @ u


def _prepare(q, k, v, log_decay, strength, state) -> list[Tensor]:
    """Check shapes; return all in float32 or better, with what is left out."""
    check_shapes(q, k, v)
    for name, gate in (("log_decay", log_decay), ("strength", strength)):
        if gate is not None and gate.shape != k.shape[:-1]:
            raise ValueError(
                f"{name} must be (B, H, T) = {tuple(k.shape[:-1])}, got {tuple(gate.shape)}"
            )
    wanted = (*k.shape[:2], k.shape[3], v.shape[3])
    if state is not None and state.shape != wanted:
        raise ValueError(f"state must be (B, H, D, E) = {wanted}, got {tuple(state.shape)}")
    if log_decay is None:
        log_decay = k.new_zeros(k.shape[:-1])
    state = k.new_zeros(wanted) if state is None else state
    return [_in_float32(t) for t in (q, k, v, log_decay, state)]


def _in_float32(x: Tensor) -> Tensor:
    """Return `x` in float32, or in float64 if it is: a memory is a long sum."""
    return x.to(torch.promote_types(x.dtype, torch.float32))


class GatedDeltaAttention(nn.Module):
    """The gated delta rule in the place of causal self-attention: each head has one memory.

    From each token come, by head, a query and a key of length 1, a value, β by a sigmoid, α between
    0 and 1, and a gate for what is read, which is normalised first. That is gated DeltaNet (Yang
    et al. 2025) without its short convolutions. The order of tokens is in the memory itself: it
    needs no positions. Raises ValueError if the heads do not divide `n_embd`.
    """

    def __init__(
        self, n_embd: int, n_head: int, head_size: int | None = None, dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.n_head, self.dropout = n_head, dropout
        D = channels_per_head(n_embd, n_head) if head_size is None else head_size
        self.qkvg = nn.Linear(n_embd, 4 * n_head * D, bias=False)
        self.gates = nn.Linear(n_embd, 2 * n_head, bias=False)  # of α and β
        self.log_rate = nn.Parameter(torch.linspace(0, 2, n_head))  # some heads forget sooner
        self.shift = nn.Parameter(torch.full((n_head,), -3.0))  # so that a fresh one forgets little
        self.norm = nn.RMSNorm(D)
        self.out = nn.Linear(n_head * D, n_embd, bias=False)
        self.z = Activation()

    def forward(
        self,
        x: Tensor,
        rotary: RotaryEmbedding | None = None,
        cache: StateCache | None = None,
        layer: int = 0,
        mask: Tensor | None = None,
    ) -> Tensor:
        """Mix the positions of `x` (B, T, C); same shape out. What is cached are the memories.

        `mask` (B, T) is True at tokens that are text; the others are not remembered. It stands in
        the place of `CausalSelfAttention`, and leaves its `rotary` unused.
        """
        state = None if cache is None else cache.memory(layer)
        out, state = self.read(x, state, mask)
        if cache is not None:
            cache.remember(layer, x.shape[1], state)
        return F.dropout(out, self.dropout, self.training)

    def read(
        self,
        x: Tensor,
        state: Tensor | None = None,
        is_text: Tensor | None = None,
        chunk_size: int = 64,
    ) -> tuple[Tensor, Tensor]:
        """Return (mixed (B, T, C), the memories (B, H, D, D) after it) for `x` (B, T, C).

        With a `state`, x goes on behind what has left it. `is_text` (B, T) as `mask` of `forward`.
        """
        heads = split_heads(self.qkvg(x), 4 * self.n_head)
        q, k, v, gate = heads.chunk(4, dim=1)  # (B, H, T, D) each
        q, k = (F.normalize(F.silu(t), dim=-1) for t in (q, k))
        log_decay, strength = self._fade_and_strength(x)
        if is_text is not None:  # what is no text changes nothing
            log_decay, strength = (t * is_text[:, None] for t in (log_decay, strength))
        z, state = chunked_linear_attention(q, k, F.silu(v), log_decay, strength, state, chunk_size)
        z = self.z(self.norm(z.to(x.dtype)) * F.silu(gate))
        return self.out(merge_heads(z)), state

    def _fade_and_strength(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return ln α, at most 0, and β, from 0 to 1, both (B, H, T)."""
        fade, strength = self.gates(x).transpose(1, 2).chunk(2, dim=1)
        rate = self.log_rate.exp()[:, None]  # (H, 1)
        return -rate * F.softplus(fade + self.shift[:, None]), strength.sigmoid()
