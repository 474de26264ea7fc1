"""What studies of single heads share, against a small model and by hand."""

import pytest
import torch

from llm_lib.book.studies.real_english.sentences import (
    added_logits,
    head_name,
    last_logits,
    one_id,
    place_of,
    watch_heads,
    without,
)
from llm_lib.model.gpt import GPT, GPTConfig


class Words:
    """A tokenizer whose tokens are letters, each with the space before it."""

    def encode(self, text):
        return [ord(letter) - 97 for letter in text.replace(" ", "")]

    def decode(self, ids):
        return " " + "".join(chr(97 + i) for i in ids)


@pytest.fixture
def model():
    torch.manual_seed(0)
    config = GPTConfig(
        9, 16, n_layer=2, n_head=2, n_embd=8, position="rotary", norm="rms", bias=False
    )
    return GPT(config).eval()


def test_words_of_one_token():
    # fails if half a word is taken for the word, or one of two mentions
    assert one_id(Words(), "c") == 2 and place_of(Words(), [1, 2, 3], "d") == 2
    with pytest.raises(ValueError, match="'bad' should be one token; it is"):
        one_id(Words(), "bad")
    with pytest.raises(ValueError, match="and there once"):
        place_of(Words(), [1, 2, 1], "b")
    with pytest.raises(ValueError, match="'e' should be one token of"):
        place_of(Words(), [1, 2], "e")


def test_a_head_that_is_off_leaves_the_others(model):
    # fails if another head is switched off, or the logits are not those at the end
    ids = [[1, 2, 3, 4]]
    plain, off = last_logits(model, ids), last_logits(model, ids, without(model, [(1, 0)]))
    with torch.no_grad():
        assert torch.allclose(plain, model(torch.tensor(ids))[:, -1])
        model.blocks[1].attention.out.weight[:, :4] = 0
        assert torch.allclose(off, model(torch.tensor(ids))[:, -1])


def test_what_a_head_adds_is_its_part_of_the_logits(model):
    # fails if the parts of a last block's heads are not what the logits are made of
    ids = [5, 0, 7]
    heads = [(1, 0), (1, 1)]
    cache = watch_heads(model, ids, heads)
    parts = sum(added_logits(model, cache, head) for head in heads)
    with torch.no_grad():
        _, whole = model.run_with_cache(torch.tensor([ids]))
        stream, attention = whole["blocks.1.resid_post"], whole["blocks.1.attn_out"]
        table = (model.token_embedding if model.head is None else model.head).weight
        size = (stream[0, -1].square().mean() + model.config.norm_eps).sqrt()
        logits = table @ (attention[0, -1] * model.norm.weight / size)
    # where biases add nothing, the two heads are all of the attention
    assert torch.allclose(parts, logits - logits.mean(), atol=1e-5)


def test_names():
    # fails if layer and head change places
    assert head_name((9, 4)) == "9.4"
