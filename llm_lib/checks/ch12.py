"""Checks for the chapter on the GPT model."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from llm_lib.checks.compare import name_mistakes
from llm_lib.exercises import Case, exercise, prediction
from llm_lib.gpt import GPTConfig
from llm_lib.model_size import count_parameters_by_part

prediction(
    "12-predict-width",
    0.5,
    question="By which factor does the KV cache change?",
    feedback={
        1: "The weights stay as they are. But the cache holds no weights, and no C².",
        2: "Twice is what the width does to one block's keys and values. Now the blocks.",
        4: "That is how the weights of one block grow. The cache holds vectors, not matrices.",
        0.25: "A quarter is what fewer blocks do. But each key and value changes as well.",
    },
    hints=[
        "What does the cache hold for one token in one block, all heads together?",
        "A key and a value, each as wide as all heads together. And how many blocks are there?",
    ],
    why="The cache grows with L · C, the matrices with L · C².",
)


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
        mistakes = {
            f"{C} too few: that is C, the size of the final norm": expected - C,
            f"{V * C:,} too few: that is V · C, one of the two tables": expected - V * C,
            f"{L * C:,} too few: that is L · C, one norm in each block": expected - L * C,
        }
        yield Case(label, (V, L, C, H, H_kv, hidden), accept=name_mistakes(expected, mistakes))


@exercise(
    "12-texts",
    hints=[
        "How many numbers does the cache hold for one token in one block and one head?",
        "It holds a key and a value there: two vectors of head_size numbers.",
        "Half a text does not count: round down.",
    ],
    faults={
        "one number short|not even": "Half a text does not count: round down.",
    },
    why="Serving many long texts is limited by memory: the cache fills it.",
)
def texts_that_fit() -> Iterator[Case]:
    """Yield cases for `my_texts(free, n_layer, n_kv_head, head_size, n_tokens, ...)`."""
    yield Case("one number short of two texts", (2 * 2 * 3 * 5 * 7 * 4 * 2 - 1, 2, 3, 5, 7, 4), 1)
    yield Case("exactly two texts", (2 * 2 * 3 * 5 * 7 * 4 * 2, 2, 3, 5, 7, 4), 2)
    yield Case("not even one", (100, 4, 4, 32, 256, 2), 0)
    yield Case("Llama 3 8B, 8,192 tokens, 8 GB", (8 * 10**9, 32, 8, 128, 8192, 2), 7)


prediction(
    "12-explain-loss",
    "b",
    question="Which explanation is right?",
    choices={
        "a": "The stream grows from block to block until it overflows.",
        "b": "A token that was read meets its own row again in the head.",
        "c": "The final norm divides by a spread near 0.",
    },
    feedback={
        "a": "However large the stream is, the final norm brings it back to size 1.",
        "c": "The stream holds embeddings with numbers of size 1: its spread is far from 0.",
    },
    hints=[
        "What has the final norm made of the stream's size, whatever came before?",
        "Measure it: which logit of a row is the largest, and how large is it?",
    ],
    why="The row of the token is still in the stream. With numbers of size 1, its product with "
    "itself is nearly C: the model is sure that the token comes again. The other logits are only "
    "of size √C. A head wants rows of size 1/√C, so a tied table has to start small.",
)


@exercise(
    "12-width",
    hints=[
        "You have the count as a formula: try widths, H at a time, until one is too large.",
        "The answer is the last width that still fits; budget itself is allowed.",
        "A GPT-2 has L · (12 C² + 13 C) + V C + T C + 2 C parameters.",
    ],
    why="With a budget of 124,439,808, and GPT-2's other sizes, it finds GPT-2's 768.",
)
def largest_width() -> Iterator[Case]:
    """Yield cases for `my_width(budget, V, T, L, H)`."""
    cases = [
        (124_439_808, 50257, 1024, 12, 12),  # GPT-2 to the last parameter
        (124_439_807, 50257, 1024, 12, 12),
        (100_000, 300, 64, 2, 5),
        (900, 300, 64, 2, 5),
    ]
    for budget, V, T, L, H in cases:
        C = 0
        while sum(count_parameters_by_part(GPTConfig(V, T, L, H, C + H)).values()) <= budget:
            C += H
        yield Case(f"budget {budget:,}, V={V}, T={T}, L={L}, H={H}", (budget, V, T, L, H), C)
