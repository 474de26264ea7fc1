"""What the walkthrough of a translation shows, measured: memory, weights, probabilities."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from llm_lib.book.translation.task import (
    START,
    STOP,
    encode_pairs,
    lumi_tokenizer,
    to_lumi,
)
from llm_lib.model.gpt import without_dropout
from llm_lib.model.transformer import Transformer

LONGEST = 9  # tokens that are written at most, with the end token
LISTED = 3  # so many of the likeliest next tokens are named
CHANNELS = 4  # and so many numbers of each vector of the memory
NAMES = {STOP: "end", START: "start"}


@torch.no_grad()
def follow_translation(model: Transformer, sentences: Sequence[str]) -> dict[str, Any]:
    """Return what a translator does with each of `sentences`, token by token.

    The result is the data of `Walkthrough("translate")`. "texts" holds for each sentence its
    "source" and the "right" translation as tokens, the first numbers of the "memory" (S, 4), where
    the encoder's last layer looked (S, S), and "runs": what was written freely ("") and what was
    written when the token at a place ("0", "1", …) was left out, and the next one pinned there. A
    run has the tokens in "words", the likeliest ones at each place in "next", the probability that
    each token had in "p", and where the decoder's last layer looked, "back" (T, T) and "across"
    (T, S). All weights are means over the layer's heads.
    """
    with without_dropout(model):
        texts = [_follow(model, sentence) for sentence in sentences]
    sizes = model.config
    return {
        "texts": texts,
        "n_layer": sizes.n_layer,
        "n_embd": sizes.n_embd,
        "vocab_size": sizes.vocab_size,
    }


def _follow(model: Transformer, sentence: str) -> dict[str, Any]:
    """Return what is shown of one sentence."""
    source, target = encode_pairs([(sentence, to_lumi(sentence))])
    seen: dict[str, list[Tensor]] = {}
    memory = model.encode(source, seen)
    ids, free = _write(model, memory, [])
    runs = {"": free}
    for t in range(len(ids) - 2):  # the end token itself is never pinned
        _, runs[str(t)] = _write(model, memory, [*ids[:t], ids[t + 1]])
    return {
        "sentence": sentence,
        "source": [_name(i) for i in source[0].tolist()],
        "right": [_name(i) for i in target[0, 1:].tolist()],
        "memory": _rounded(memory[0, :, :CHANNELS], 2),
        "encoder": _rounded(seen["encoder"][-1][0].mean(dim=0), 3),
        "runs": runs,
    }


def _write(model: Transformer, memory: Tensor, pinned: list[int]) -> tuple[list[int], dict]:
    """Return the ids that the decoder writes after those that are `pinned`, and the run."""
    ids, following, chances = [START], [], []
    seen: dict[str, list[Tensor]] = {}
    while len(ids) <= LONGEST and ids[-1] != STOP:
        seen = {}
        p = model.decode(torch.tensor([ids]), memory, seen=seen)[0, -1].softmax(dim=-1)
        values, best = p.topk(LISTED)
        named = zip(best.tolist(), values.tolist(), strict=True)
        following.append([[_name(i), round(value, 4)] for i, value in named])
        ids.append((pinned[len(ids) - 1 :] or best.tolist())[0])
        chances.append(round(p[ids[-1]].item(), 4))
    across, back = (seen[part][-1][0].mean(dim=0) for part in ("cross", "decoder"))
    return ids[1:], {
        "words": [_name(i) for i in ids[1:]],
        "next": following,
        "p": chances,
        "across": _rounded(across, 3),
        "back": _rounded(back, 3),
    }


def _name(i: int) -> str:
    """Return a token as the pictures show it."""
    return NAMES.get(i, lumi_tokenizer().words[i])


def _rounded(x: Tensor, digits: int) -> list:
    """Return a matrix as rows of rounded numbers."""
    return [[round(value, digits) for value in row] for row in x.tolist()]
