"""The loss of a text, against windows that are read by hand and against the harness."""

import math
from pathlib import Path

import pytest
import torch

from llm_lib import GPT, GPTConfig, load_model
from llm_lib.evaluation.text_loss import TextLoss, measure_text
from llm_lib.files import read_json
from llm_lib.pretrained.gguf import load_smollm2
from llm_lib.tokenizer import CharTokenizer

# tests.evaluation.record_harness writes it
HARNESS = Path(__file__).resolve().parents[2] / "llm_lib/book/studies/harness.json"


def test_each_token_is_predicted_once():
    # fails if a window drops its first token, or windows overlap
    torch.manual_seed(0)
    model = GPT(GPTConfig(3, context_length=4, n_layer=1, n_head=2, n_embd=16)).eval()
    loss = measure_text(model, CharTokenizer("abc"), "abcabcabca", start_id=2)
    ids, total = [2, *CharTokenizer("abc").encode("abcabcabca")], 0.0
    for place in range(1, len(ids)):
        stop = min((place - 1) // 4 * 4 + 4, 10)  # where its window of four ends
        start = stop - 4
        with torch.no_grad():
            p = model(torch.tensor([ids[start:place]]))[0, -1].softmax(-1)
        total += p[ids[place]].log().item()
    assert loss.log_prob == pytest.approx(total, abs=1e-4)
    assert (loss.n_tokens, loss.n_words, loss.n_bytes) == (10, 1, 10)
    with pytest.raises(ValueError, match="window must be a whole number from 1 to 4"):
        measure_text(model, CharTokenizer("abc"), "abc", start_id=2, window=5)
    with pytest.raises(ValueError, match="no tokens"):
        measure_text(model, CharTokenizer("abc"), "", start_id=2)


def test_units_are_of_the_whole_text():
    # fails if a mean of means is taken, or a unit divides by another length
    both = TextLoss(-8 * math.log(2), 4, 2, 16) + TextLoss(-4 * math.log(2), 2, 1, 8)
    assert both.token_perplexity == pytest.approx(4)
    assert both.word_perplexity == pytest.approx(16)
    assert both.bits_per_byte == pytest.approx(0.5)


def test_the_end_of_a_text_is_what_a_text_follows():
    # fails if the first token is left out
    loss = measure_text(*load_model("sprout"), "Once there was a fox.")
    assert loss.n_tokens == len(load_model("sprout")[1].encode("Once there was a fox."))


def test_it_is_the_harness_on_a_text_of_several_windows():
    # fails if windows, their first tokens or the sum differ from loglikelihood_rolling
    record = read_json(HARNESS)
    passage = record["passage"]
    loss = measure_text(
        *load_smollm2(), passage["text"], record["start_id"], window=passage["window"]
    )
    assert loss.n_tokens > passage["window"]
    assert loss.log_prob == pytest.approx(passage["log_prob"], abs=5e-3)
