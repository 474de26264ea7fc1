"""Tests of chapter 12's checks: right answers by another way, and the usual wrong ones."""

import pytest
import torch
from torch import nn

from llm_lib.book.exercises import check, find_exercise
from llm_lib.costs.model_size import count_flops
from llm_lib.model.gpt import GPT, GPTConfig


def gpt(ids, token_table, position_table, blocks, norm, *, cut=None):
    """Return the logits text by text, with one thing wrong if `cut` names it."""
    out = []
    for text in ids:
        x = torch.stack([token_table[i] for i in text])
        if cut != "positions":
            x = x + position_table[: len(text)]
        if cut == "norm first":
            x = norm(x[None])[0]
        for block in reversed(blocks) if cut == "reversed" else blocks:
            read = norm(x[None]) if cut == "norm before each" else x[None]
            x = (x if cut == "doubled" else 0) + block(read)[0]
            if cut == "norm after each":
                x = norm(x[None])[0]
        if cut not in ("norm", "norm first"):
            x = norm(x[None])[0]
        logits = nn.functional.linear(x, token_table)
        out.append(logits.softmax(dim=-1) if cut == "softmax" else logits)
    return torch.stack(out)[:, -1] if cut == "last only" else torch.stack(out)


def meta_count(V, L, C, H, H_kv, hidden):
    with torch.device("meta"):
        return GPT(
            GPTConfig(
                V, 4, L, H, C, bias=False, n_kv_head=H_kv, position="rotary", norm="rms",
                mlp="swiglu", tie_weights=False, n_hidden=hidden,
            )
        ).count_parameters()  # fmt: skip


def llama(V, L, C, H, H_kv, hidden, *, tables=2, norms=2, last=1, kv=2, matrices=3):
    D = C / H  # a float on purpose: the count is then one too
    attention = C * D * (H + kv * H_kv) + C * C
    return tables * V * C + L * (attention + matrices * C * hidden + norms * C) + last * C


def read_lens(added, norm, table, *, cut=None):
    """Return the ids, with one thing wrong if `cut` names it."""
    best = []
    for n in range(1, len(added) + 1):
        x = added[n - 1] if cut == "alone" else sum(added[:n])
        best.append(((x if cut == "norm" else norm(x)) * table).sum(dim=1).argmax().item())
    return best[-1] if cut == "last" else best


def norm_in_the_stream(added, norm, table):
    x, best = torch.zeros_like(added[0]), []
    for part in added:
        x = norm(x + part)
        best.append((table @ x).argmax().item())
    return best


def changes_the_first(added, norm, table):
    best = read_lens(added, norm, table)
    for part in added[1:]:
        added[0] += part
    return best


RIGHT = {
    "12-gpt": gpt,
    "12-count-llama": llama,
    "12-lens": read_lens,
}


def wrong(function, **mistake):
    return lambda *args: function(*args, **mistake)


WRONG = {
    "no positions": ("12-gpt", wrong(gpt, cut="positions")),
    "no norm": ("12-gpt", wrong(gpt, cut="norm")),
    "norm before the blocks": ("12-gpt", wrong(gpt, cut="norm first")),
    "blocks reversed": ("12-gpt", wrong(gpt, cut="reversed")),
    "probabilities": ("12-gpt", wrong(gpt, cut="softmax")),
    "the last row only": ("12-gpt", wrong(gpt, cut="last only")),
    "the whole position table": (
        "12-gpt",
        lambda ids, e, p, blocks, norm: norm(e[ids] + p) @ e.T,
    ),
    "one table": ("12-count-llama", wrong(llama, tables=1)),
    "one norm a block": ("12-count-llama", wrong(llama, norms=1)),
    "no final norm": ("12-count-llama", wrong(llama, last=0)),
    "keys without values": ("12-count-llama", wrong(llama, kv=1)),
    "two matrices": ("12-count-llama", wrong(llama, matrices=2)),
    "no groups": ("12-count-llama", lambda V, L, C, H, K, h: llama(V, L, C, H, H, h)),
    "each part alone": ("12-lens", wrong(read_lens, cut="alone")),
    "no norm in the lens": ("12-lens", wrong(read_lens, cut="norm")),
    "the last id only": ("12-lens", wrong(read_lens, cut="last")),
    "a normed stream": ("12-lens", norm_in_the_stream),
    "the stream changed in place": ("12-lens", changes_the_first),
}


def test_predicted_width_is_what_is_counted():
    # fails if the registered factor is not that of two configs, or a wrong one gets no word
    def looking_back(n_layer, n_head, n_embd):
        config = GPTConfig(9, 8, n_layer, n_head, n_embd)
        return count_flops(config, 8)["looking back"], count_flops(config, 8)["projections"]

    (before, weights), (after, same) = looking_back(4, 2, 6), looking_back(1, 4, 12)
    assert weights == same
    assert check("12-predict-width", after / before)
    assert "no weights" in repr(check("12-predict-width", 1))
    assert "fewer blocks" in repr(check("12-predict-width", 0.25))
    assert "without quotation marks" in repr(check("12-predict-width", "0.5"))


RIGHT_CHOICES = {
    "12-by-hand": "c",
    "12-predict-causal": "c",
    "12-predict-cut": "b",
    "12-predict-double": "b",
    "12-explain-loss": "b",
}


@pytest.mark.parametrize("name", RIGHT_CHOICES)
def test_each_wrong_choice_has_a_reason(name):
    # fails if a wrong choice is taken, or gets no reason of its own
    said = set()
    letters = find_exercise(name).choices
    for letter in letters:
        result = check(name, letter)
        assert bool(result) == (letter == RIGHT_CHOICES[name])
        said.add(repr(result))
    assert len(said) == len(letters)


SAID = {
    "norm": ("12-gpt", lambda *a: gpt(*a, cut="norm"), "but for the norm"),
    "softmax": ("12-gpt", lambda *a: gpt(*a, cut="softmax"), "probabilities"),
    "positions": ("12-gpt", lambda *a: gpt(*a, cut="positions"), "positions are missing"),
    "doubled": ("12-gpt", lambda *a: gpt(*a, cut="doubled"), "add the input again"),
    "reversed": ("12-gpt", lambda *a: gpt(*a, cut="reversed"), "last to the first"),
    "norm before each": (
        "12-gpt",
        lambda *a: gpt(*a, cut="norm before each"),
        "norms what it reads by itself",
    ),
    "norm after each": (
        "12-gpt",
        lambda *a: gpt(*a, cut="norm after each"),
        "between the blocks",
    ),
    "last row": ("12-gpt", lambda *a: gpt(*a, cut="last only"), "each position"),
    "final norm": ("12-count-llama", lambda *a: llama(*a, last=0), "final norm"),
    "a table": ("12-count-llama", lambda *a: llama(*a, tables=1), "two tables"),
    "no groups": (
        "12-count-llama",
        lambda V, L, C, H, K, h: llama(V, L, C, H, H, h),
        "all H query heads",
    ),
    "keys alone": ("12-count-llama", lambda *a: llama(*a, kv=1), "without values"),
    "matrices": ("12-count-llama", lambda *a: llama(*a, matrices=2), "three matrices"),
    "parts alone": ("12-lens", lambda *a: read_lens(*a, cut="alone"), "by itself: read the sum"),
    "lens norm": ("12-lens", lambda *a: read_lens(*a, cut="norm"), "norm before the head"),
    "stream normed": ("12-lens", norm_in_the_stream, "became the stream"),
    "block norms": ("12-count-llama", lambda *a: llama(*a, norms=1), "in each block"),
}


@pytest.mark.parametrize("mistake", SAID)
def test_usual_mistakes_are_named(mistake):
    # fails if a usual mistake is only told "expected 1.3, got 0.7", or is taken for another
    name, function, said = SAID[mistake]
    text = repr(check(name, function))
    assert said in text
    assert sum(words in text for _, _, words in SAID.values()) == 1


def test_explained_loss_is_what_happens():
    # fails if the explanation is not what a model shows, or a wrong one goes without a word
    torch.manual_seed(0)
    model = GPT(GPTConfig(600, 8, 2, 2, 64))
    nn.init.normal_(model.token_embedding.weight)
    with torch.no_grad():
        logits = model(torch.randint(600, (8, 8)))
        ids = torch.randint(600, (8, 8))
        own = model(ids).gather(-1, ids[..., None]).mean().item()
    assert logits.std().item() == pytest.approx(8, rel=0.15)  # the root of 64
    assert 4 * 8 < own < 64  # of the size of C, and far above all others
    assert check("12-explain-loss", "b")
    assert "final norm" in repr(check("12-explain-loss", "a"))
    assert "standard deviation" in repr(check("12-explain-loss", "c"))


def test_counted_llama_is_a_real_model():
    # fails if the case with Llama's sizes expects another count than the model has
    assert llama(13, 3, 8, 4, 2, 11) == meta_count(13, 3, 8, 4, 2, 11)
    assert meta_count(128256, 32, 4096, 32, 8, 14336) == 8_030_261_248
