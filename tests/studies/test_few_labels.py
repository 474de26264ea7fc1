"""The recorded learning curves, and the script that measures them."""

import numpy as np
import pytest
import torch

from llm_lib.gpt import GPT, GPTConfig
from llm_lib.studies import few_labels
from llm_lib.studies.few_labels import (
    SEEDS,
    LastBlock,
    draw,
    fit_probe,
    learning_curve,
    load_few_labels,
    read_streams,
    split_texts,
)
from llm_lib.tokenizer import CharTokenizer
from llm_lib.tuning import Classifier, encode_texts


@pytest.fixture(scope="module")
def small():
    tokenizer = CharTokenizer("abcdefgh ")
    torch.manual_seed(0)
    model = GPT(GPTConfig(tokenizer.vocab_size, 32, n_layer=2, n_head=2, n_embd=16))
    return model.eval(), tokenizer


TEXTS = ["a bad cab", "hag", "a dead badge", "face"]


def test_the_file_holds_what_the_script_measures():
    # fails if a size or the number of draws was changed without measuring it
    found = load_few_labels()["questions"]
    assert found["test"] == len(split_texts("questions")[1]) == len(found["probe"]["labels"])
    for curve in found["curves"].values():
        assert all(len(scores) == SEEDS for scores in curve.values())


def test_the_file_bears_out_what_the_chapter_says_of_it():
    # fails if the pretrained model no longer needs the fewest labels, or its probe is calibrated
    found = load_few_labels()["questions"]
    curves = {name: np.mean(list(c["512"])) for name, c in found["curves"].items()}
    assert curves["SmolLM2, frozen"] > curves["TF-IDF"] > curves["from scratch"]


def test_no_text_is_drawn_and_tested():
    # fails if a score is taken on a text that was learned from
    pool, test = split_texts("questions")
    assert not {text for text, _ in pool} & {text for text, _ in test}


def test_draws_are_the_same_for_all_and_nested():
    # fails if ways to learn are compared on different examples
    assert draw(50, 8, 3) == draw(50, 32, 3)[:8] and draw(50, 8, 3) != draw(50, 8, 4)
    seen = []
    learning_curve(lambda places, seed: seen.append((len(places), seed)) or 0.5, 50, (8, 16), 2)
    assert seen == [(8, 0), (8, 1), (16, 0), (16, 1)]


@torch.no_grad()
def test_the_last_block_on_streams_is_the_whole_model(small):
    # fails if the cached streams lose their padding, positions or norm
    model, tokenizer = small
    before, after = read_streams(model, TEXTS, tokenizer)
    whole, part = Classifier(model, 3).eval(), LastBlock(model, 3).eval()
    torch.nn.init.normal_(part.head.weight)
    whole.gpt.head.weight.copy_(part.head.weight)
    expected = whole(*encode_texts(TEXTS, tokenizer, 32))
    torch.testing.assert_close(part(before), expected, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(part.head(model.norm(after)), expected, atol=1e-4, rtol=1e-4)


def test_a_probe_finds_what_is_there():
    # fails if features are scaled by others than the examples', or labels are mixed up
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(60, 5, generator=generator)
    y = (x[:, 2] > 0).long()
    model, at = fit_probe(x[:40], y[:40])
    assert model.score(at(x[40:]), y[40:].numpy()) > 0.8
    np.testing.assert_allclose(at(x[:40]).mean(axis=0), 0, atol=1e-5)


def test_quick_measures_and_writes_nothing(monkeypatch, capsys):
    # fails if the quick form overwrites the file, or leaves a data set out
    asked = []

    def fake(name, sizes, trained, seeds):
        asked.append((name, sizes, trained, seeds))
        return {"majority": 0.5, "curves": {"TF-IDF": {"8": [0.25]}}}

    monkeypatch.setattr(few_labels, "measure", fake)
    monkeypatch.setattr(few_labels, "write_json", lambda *a, **k: pytest.fail("written"))
    monkeypatch.setattr(few_labels.torch, "set_num_threads", lambda n: None)
    assert few_labels.main(["--quick"]) == 0
    assert [a[0] for a in asked] == list(few_labels.TEXTS) and asked[0][3] == 1
    assert "25.0%" in capsys.readouterr().out
