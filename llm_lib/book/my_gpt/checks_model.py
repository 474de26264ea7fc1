"""What chapters 6, 7, 9 and 10 ask of a reader's file: the parts of the model."""

import math

import torch
from torch import Tensor

from llm_lib.book.my_gpt.compare import same, want
from llm_lib.book.my_gpt.reader import MistakeError, ReaderFile
from llm_lib.book.my_gpt.registry import check
from llm_lib.model import CausalSelfAttention, RotaryEmbedding, position_angles, rotate_pairs
from llm_lib.model.attention import causal_mask, split_heads

AFTER = "the mask comes after softmax: rows no longer sum to 1. Put −∞ into the scores"


@check("06")
def embedding(my: ReaderFile) -> None:
    """Each id is read as its row of a table, and the head scores every token."""
    torch.manual_seed(0)
    config = my.GPTConfig(vocab_size=12, n_embd=8)
    if hasattr(config, "n_layer"):
        return  # chapter 12 looks at the whole model
    model, ids = my.GPT(config), torch.tensor([[3, 7, 7], [0, 11, 3]])
    for name in ("token_embedding", "head"):
        want(hasattr(model, name), f"GPT needs self.{name}, as the book's files call it")
    got = model(ids)
    want(isinstance(got, Tensor), "GPT(config)(ids) should return the logits, yours gave None")
    want(
        tuple(got.shape) == (2, 3, 12),
        "the logits of ids (2, 3) should have shape (2, 3, 12), a score for each of the 12 "
        "tokens; "
        f"yours is {tuple(got.shape)}",
    )
    want(
        getattr(model.head, "bias", None) is None,
        "the head has a bias: the book's models have none (bias=False)",
    )
    table, head = model.token_embedding.weight, model.head.weight
    want(
        tuple(table.shape) == (12, 8),
        f"the table should have a row for each token, (12, 8); yours is {tuple(table.shape)}",
    )
    right = table[ids] @ head.T
    wrongs = {
        "the table is read twice": table[ids] @ table.T,
        "these are probabilities: return the scores as they are, without softmax": right.softmax(
            -1
        ),
    }
    same(got, right, "the logits", wrongs)


@check("07")
def angles(my: ReaderFile) -> None:
    """Each pair of channels has a speed of its own."""
    got = my.position_angles(3, 8, 8)
    right = position_angles(8, 8)
    wrongs = {
        "positions are counted from 0: begin at `start`": right[:5],
        "all pairs turn at one speed: t / base^(2j / D)": right[3:, :1].expand(5, 4),
        "the exponent counts j, not 2j: pair j turns at base^(−2j / D)": torch.arange(3, 8)[:, None]
        * 10000.0 ** -(torch.arange(4) / 8),
        "faster pairs stand behind slower ones: the exponent is negative": torch.arange(3, 8)[
            :, None
        ]
        * 10000.0 ** (torch.arange(0, 8, 2) / 8),
        "the angles have the wrong sign: t / base^(2j / D) is never negative": -right[3:],
    }
    same(got, right[3:], "position_angles(3, 8, 8)", wrongs)
    same(my.position_angles(0, 2, 4, 100.0), position_angles(2, 4, 100.0), "angles with base 100")
    far = my.position_angles(1_000_003, 1_000_004, 8)[0].double()
    gap = max(abs(float(far[j]) - 1_000_003 * 10000.0 ** (-2 * j / 8)) for j in range(4))
    want(
        gap < 1e-6,
        f"position_angles: far angles are rounded, at position 1,000,003 by {gap:.1g}: compute "
        "them in 64 bits, dtype=torch.float64",
    )


@check("07")
def rotation(my: ReaderFile) -> None:
    """A score depends on the distance of two tokens alone."""
    torch.manual_seed(0)
    x, angle = torch.randn(2, 5, 8), position_angles(8, 8)[3:].float()
    cos, sin = angle.cos(), angle.sin()
    a, b = x[..., ::2], x[..., 1::2]
    first, second = x.chunk(2, dim=-1)
    neighbours = "pairs are neighbours here; in the book's files channel j turns with j + D/2"
    wrongs = {
        f"{neighbours} (and the turned halves are put one behind the other)": torch.cat(
            (a * cos - b * sin, a * sin + b * cos), dim=-1
        ),
        "the second half has the wrong sign: it is a·sin + b·cos": torch.cat(
            (first * cos - second * sin, first * sin - second * cos), dim=-1
        ),
        "sine and cosine have changed places: a·cos − b·sin, and a·sin + b·cos": rotate_pairs(
            x, sin, cos
        ),
        "it turns the other way round: a·cos − b·sin, and a·sin + b·cos": rotate_pairs(
            x, cos, -sin
        ),
        neighbours: torch.stack((a * cos - b * sin, a * sin + b * cos), dim=-1).flatten(-2),
        "both halves get the same sign: the first is a·cos − b·sin": torch.cat(
            (x[..., :4] * cos + x[..., 4:] * sin, x[..., :4] * sin + x[..., 4:] * cos), dim=-1
        ),
        "nothing is turned": x,
    }
    same(my.rotate_pairs(x, cos, sin), rotate_pairs(x, cos, sin), "rotate_pairs", wrongs)
    q, k = torch.randn(2, 8)

    def turned(vector: Tensor, t: int) -> Tensor:
        angle = my.position_angles(t, t + 1, 8).float()
        return my.rotate_pairs(vector[None], angle.cos(), angle.sin())[0]

    near, far = (turned(q, t) @ turned(k, s) for t, s in ((9, 4), (105, 100)))
    want(
        abs(near - far) < 1e-3,
        f"q·k should depend on the distance alone: at 9 and 4 as at 105 and 100; yours {near:.4f} "
        f"and {far:.4f}",
    )


def weights_by_hand(q: Tensor, k: Tensor, scale: float, ahead: int = 0) -> Tensor:
    """Return attention weights (T, S), one query after another; it may look `ahead`."""
    T, S = len(q), len(k)
    rows = torch.zeros(T, S)
    for t in range(T):
        past = range(min(S, S - T + t + 1 + ahead))
        powers = [math.exp(q[t] @ k[s] / scale) for s in past]
        for s in past:
            rows[t, s] = powers[s] / sum(powers)
    return rows


def known_mistakes(q: Tensor, k: Tensor) -> dict[str, Tensor]:
    """Return the weights (T, S) that known mistakes give, by what to say of them."""
    scores, past = q @ k.T / 2, causal_mask(len(q), len(k))
    low = scores.masked_fill(~past, -1e9)
    return {
        "these are the weights without the division by √D": weights_by_hand(q, k, 1.0),
        "the scores are divided by D: the divisor is √D": weights_by_hand(q, k, 4.0),
        "each token sees the next one, too: the mask is off by one": weights_by_hand(q, k, 2.0, 1),
        "no token sees itself: the mask is off by one": low.masked_fill(
            torch.eye(len(q), len(k)).bool(), -1e9
        ).softmax(-1),
        "the first row may see nothing, not even itself, so softmax divides 0 by 0: the mask is "
        "off by one": scores.masked_fill(~past, -math.inf)
        .masked_fill(torch.eye(len(q), len(k)).bool(), -math.inf)
        .softmax(-1),
        "nothing hides the future": scores.softmax(-1),
        AFTER: scores.softmax(-1) * past,
        "the mask is turned round: it hides the past": scores.masked_fill(past, -math.inf).softmax(
            -1
        ),
        "hidden scores are 0 and not −∞: e⁰ is 1, so they still get weight": (
            scores * past
        ).softmax(-1),
        "softmax runs over the queries: each query's row should sum to 1 (dim=-1)": low.softmax(-2),
        "these are the scores: softmax is missing": scores.masked_fill(~past, -math.inf),
    }


@check("09")
def weights(my: ReaderFile) -> None:
    """Each row of weights sums to 1, and no token sees the future."""
    torch.manual_seed(0)
    q, k = torch.randn(2, 5, 4)
    right, wrongs = weights_by_hand(q, k, 2.0), known_mistakes(q, k)
    same(my.attention_weights(q, k), right, "attention_weights(q, k)", wrongs)
    q, k = torch.randn(2, 2, 3, 5, 4)
    loops = [
        weights_by_hand(a, b, 2.0) for a, b in zip(q.view(6, 5, 4), k.view(6, 5, 4), strict=True)
    ]
    got = my.attention_weights(q, k)
    same(
        got,
        torch.stack(loops).view(2, 3, 5, 5),
        "attention_weights of batch and heads (2, 3, 5, 4)",
    )


@check("09")
def mixing(my: ReaderFile) -> None:
    """Each token takes from the values what the weights say."""
    torch.manual_seed(0)
    q, k, v = torch.randn(3, 5, 4)
    right = weights_by_hand(q, k, 2.0)
    wrongs = {says: wrong @ v for says, wrong in known_mistakes(q, k).items()}
    wrongs["the weights mix the keys: they should mix the values"] = right @ k
    wrongs["each value is given away, and not taken: weights @ v, without a transpose"] = (
        right.T @ v
    )
    same(my.attend(q, k, v), right @ v, "attend(q, k, v)", wrongs)
    says = "two queries and five keys: the queries are the last two of the five, triu(1 + S − T)"
    try:
        got = my.attend(q[3:], k, v)
    except RuntimeError as error:
        raise MistakeError(f"attend stopped for {says}: {error}") from None
    same(got, (right @ v)[3:], f"attend for {says}")


@check("10")
def heads(my: ReaderFile) -> None:
    """Each head attends in its own channels, and `out` mixes what they found."""
    torch.manual_seed(0)
    layer, reference = my.MultiHeadAttention(my.GPTConfig(vocab_size=9, n_embd=12, n_head=3)), None
    for name, shape in (("qkv", (36, 12)), ("out", (12, 12))):
        part = getattr(layer, name, None)
        want(part is not None, f"MultiHeadAttention needs self.{name}, a linear layer")
        got = tuple(part.weight.shape)
        want(got == shape, f"{name}.weight should be {shape}, yours is {got}")
        want(part.bias is None, f"{name} has a bias: the book's models have none (bias=False)")
    reference = CausalSelfAttention(12, 3, bias=False)
    reference.load_state_dict(layer.state_dict())
    x, turn = torch.randn(2, 5, 12), RotaryEmbedding(4, 5)
    with torch.no_grad():
        got = layer(x, (turn.cos, turn.sin))
        same(
            got,
            reference(x, turn),
            "MultiHeadAttention(x, turn)",
            layer_mistakes(reference, x, turn),
        )


def layer_mistakes(
    layer: CausalSelfAttention, x: Tensor, turn: RotaryEmbedding
) -> dict[str, Tensor]:
    """Return what known mistakes in a layer of heads give, by what to say of them."""
    q, k, v = layer.queries_keys_values(x)  # (B, H, T, D)
    turned = turn(q), turn(k)

    def mixed(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        return layer._attend_step_by_step(q, k, v, None, 0.0)  # (B, H, T, D)

    right = mixed(*turned, v)
    wide = [part[:, None] for part in layer.qkv(x).chunk(3, dim=-1)]  # one head of all channels
    columns = [split_heads(part, 4).transpose(1, 3) for part in layer.qkv(x).chunk(3, dim=-1)]
    q2, k2 = (turn(part) for part in columns[:2])

    def whole(z: Tensor) -> Tensor:
        return layer.out(z.transpose(1, 2).flatten(2))

    return {
        "queries and keys are not rotated": whole(mixed(q, k, v)),
        "only the keys are rotated: queries have a place, too": whole(mixed(q, turned[1], v)),
        "only the queries are rotated: keys have a place, too": whole(mixed(turned[0], k, v)),
        "the values are rotated, too: they say what, not where": whole(mixed(*turned, turn(v))),
        "after attend, heads and positions are mixed up: transpose(1, 2) before the reshape": (
            layer.out(right.reshape(x.shape))
        ),
        "what the heads found is not mixed by `out`": right.transpose(1, 2).flatten(2),
        "all channels are one head: cut them into n_head": layer.out(mixed(*wide)[:, 0]),
        "heads take channels in turns; head h has the channels from h·D to (h + 1)·D": whole(
            mixed(q2, k2, columns[2])
        ),
    }
