"""Checks for the chapter on the GPT model."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from llm_lib.book.checks.compare import name_mistakes
from llm_lib.book.exercises import Case, exercise
from llm_lib.costs.model_size import count_parameters_by_part
from llm_lib.model.gpt import GPTConfig


def _look_back(x: Tensor) -> Tensor:
    """Stand in for attention: add the mean of all positions so far."""
    counts = torch.arange(1, x.shape[1] + 1, dtype=x.dtype)[:, None]
    return x + x.cumsum(dim=1) / counts


def _bend(x: Tensor) -> Tensor:
    """Stand in for a feed-forward network."""
    return x + torch.tanh(2 * x.roll(1, dims=-1))


def _norm(x: Tensor) -> Tensor:
    """Give each position mean 0 and variance 1."""
    return (x - x.mean(-1, keepdim=True)) / x.std(-1, keepdim=True, unbiased=False)


def _run(ids: Tensor, tokens: Tensor, positions: Tensor, blocks: list, norm: Callable) -> Tensor:
    """Return the logits (B, T, V), position by position and entry by entry."""
    x = torch.nn.functional.embedding(ids, tokens)
    for t in range(x.shape[1]):
        x[:, t] += positions[t]
    for block in blocks:
        x = block(x)
    return torch.einsum("btc,vc->btv", norm(x), tokens)


@exercise(
    "12-gpt",
    hints=[
        "Read, think, write. Reading: a row of the token table for each id, plus the positions.",
        "After all blocks comes the norm, once; then the product with the token table, turned.",
    ],
    faults={
        "no block|one block|two texts": (
            "There may be fewer positions in the text than rows in position_table: take the "
            "first T."
        ),
    },
    why="That is a whole GPT; all that is missing is where the numbers come from.",
)
def assemble() -> Iterator[Case]:
    """Yield cases for `my_gpt(ids, token_table, position_table, blocks, norm)`."""
    generator = torch.Generator().manual_seed(11)
    token_table = torch.randn(7, 4, generator=generator)  # (V, C)
    position_table = torch.randn(5, 4, generator=generator)  # (T, C)
    cases = {
        "no block at all": ([[2, 0, 6]], []),
        "one block": ([[1, 1, 5, 3]], [_look_back]),
        "two texts, two different blocks": ([[4, 2, 2], [0, 6, 1]], [_look_back, _bend]),
        "as many tokens as there are positions": ([[3, 3, 0, 5, 6]], [_bend, _look_back, _bend]),
    }
    for label, (rows, blocks) in cases.items():
        ids = torch.tensor(rows)
        given = (ids, token_table, position_table, blocks)
        expected = _run(*given, _norm)
        doubled = [lambda x, block=block: x + block(x) for block in blocks]
        normed_before = [lambda x, block=block: block(_norm(x)) for block in blocks]
        normed_after = [lambda x, block=block: _norm(block(x)) for block in blocks]
        mistakes = {
            "that is right but for the norm after the last block": _run(*given, lambda x: x),
            "those are probabilities; give the logits, before softmax": expected.softmax(dim=-1),
            "the positions are missing": _run(
                ids, token_table, torch.zeros_like(position_table), blocks, _norm
            ),
            "a block already returns its input plus what it adds: don't add the input again": _run(
                ids, token_table, position_table, doubled, _norm
            ),
            "a block norms what it reads by itself: give it the stream as it is": _run(
                ids, token_table, position_table, normed_before, _norm
            ),
            "the norm comes once, at the end: don't norm the stream between the blocks": _run(
                ids, token_table, position_table, normed_after, _norm
            ),
            "the blocks ran from the last to the first": _run(
                ids, token_table, position_table, blocks[::-1], _norm
            ),
            "give a row of logits for each position, not for the last alone": expected[:, -1],
        }
        yield Case(label, (*given, _norm), accept=name_mistakes(expected, mistakes))


@exercise(
    "12-count-llama",
    hints=[
        "One head is C / H channels wide. How many heads' worth of queries, keys and values?",
        "A block: queries, keys and values, the attention's output, three matrices, two norms.",
        "Around the blocks: two tables of V by C, and one more norm.",
    ],
    why="It is exact for Llama 3 8B: 8,030,261,248.",
)
def count_llama() -> Iterator[Case]:
    """Yield cases for `my_count(V, L, C, H, H_kv, hidden)`."""
    cases = [
        (7, 2, 6, 3, 3, 5),
        (7, 3, 6, 3, 1, 5),
        (13, 3, 8, 4, 2, 11),
        (128256, 32, 4096, 32, 8, 14336),
    ]
    for V, L, C, H, H_kv, hidden in cases:
        config = GPTConfig(
            V, 1, L, H, C, bias=False, n_kv_head=H_kv, position="rotary", norm="rms",
            mlp="swiglu", tie_weights=False, n_hidden=hidden,
        )  # fmt: skip
        label = f"V={V}, L={L}, C={C}, H={H}, H_kv={H_kv}, hidden={hidden}"
        expected = sum(count_parameters_by_part(config).values())
        D = C // H
        mistakes = {
            "keys and values are counted for all H query heads: there are only H_kv of them": (
                expected + L * 2 * (H - H_kv) * D * C if H > H_kv else -1
            ),
            "keys are counted without values: each of the H_kv heads has both": (
                expected - L * H_kv * D * C
            ),
            "the feed-forward network has three matrices here, not two": expected - L * C * hidden,
            f"{C} too few: that is C, the size of the final norm": expected - C,
            f"{V * C:,} too few: that is V · C, one of the two tables": expected - V * C,
            f"{L * C:,} too few: that is L · C, one norm in each block": expected - L * C,
        }
        yield Case(label, (V, L, C, H, H_kv, hidden), accept=name_mistakes(expected, mistakes))


@exercise(
    "12-lens",
    hints=[
        "What does the stream hold after the second part? Keep a sum.",
        "For each sum: the norm, then the dot product with each row of the table.",
        "The likeliest token has the largest logit: argmax. int(...) makes a number of it.",
    ],
    why="That is the logit lens: the last norm and the head, used too early.",
)
def lens() -> Iterator[Case]:
    """Yield cases for `my_lens(added, norm, table)`."""
    generator = torch.Generator().manual_seed(5)
    table = torch.randn(9, 4, generator=generator)  # (V, C)
    for label, n in (("the embedding alone", 1), ("three parts", 3), ("seven parts", 7)):
        added = list(torch.randn(n, 4, generator=generator))
        expected = _read_each(added, table, _skewed_norm)
        mistakes = {
            "each part was read by itself: read the sum of all parts so far": [
                _read_each([part], table, _skewed_norm)[0] for part in added
            ],
            "the norm before the head is missing": _read_each(added, table, lambda x: x),
            "the normed vector became the stream: norm a copy, and keep the sum": _norm_kept(
                added, table
            ),
            "give one id for each part, not the last alone": expected[-1:],
        }
        given = (added, _skewed_norm, table)
        yield Case(label, given, accept=name_mistakes(expected, mistakes), unchanged=True)


def _skewed_norm(x: Tensor) -> Tensor:
    """Norm the channels (..., C), with a weight for each, as a trained norm has."""
    return _norm(x) * torch.tensor([0.2, 1.5, -1.0, 2.5])


def _read_each(added: list[Tensor], table: Tensor, norm: Callable) -> list[int]:
    """Return the likeliest token of each running sum."""
    sums = torch.stack(added).cumsum(dim=0)
    return torch.stack([norm(x) @ table.T for x in sums]).argmax(dim=1).tolist()


def _norm_kept(added: list[Tensor], table: Tensor) -> list[int]:
    """Return what comes out if each sum is replaced by its norm."""
    x, best = torch.zeros(added[0].shape), []
    for part in added:
        x = _skewed_norm(x + part)
        best.append(int((table @ x).argmax()))
    return best
