"""The recorded curves of how much of a model to train, and the script that measures them."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.testing import assert_close

from llm_lib.book.studies import how_much_to_train
from llm_lib.book.studies.encoded_texts import Encoded
from llm_lib.book.studies.few_labels import N_TEST, load_few_labels
from llm_lib.book.studies.how_much_to_train import (
    N_CHOOSING,
    WAYS,
    LastBlock,
    Way,
    accuracy,
    load_how_much,
    split_for,
    starts,
    to_streams,
    train,
)
from llm_lib.finetuning import Classifier, train_only
from llm_lib.model.gpt import GPT, GPTConfig

SIZES = {"vocab_size": 11, "context_length": 16, "n_layer": 2, "n_head": 4, "n_embd": 16}
LLAMA = {"position": "rotary", "norm": "rms", "mlp": "swiglu", "n_kv_head": 2, "bias": False}


@pytest.fixture
def gpt():
    torch.manual_seed(0)
    return GPT(GPTConfig(**SIZES, **LLAMA))


@pytest.fixture
def texts():
    """Return texts of several lengths, whose class is whether they begin with token 1 or 2."""
    generator = torch.Generator().manual_seed(1)
    rows = [torch.randint(3, 11, (3 + i % 4,), generator=generator) for i in range(24)]
    labels = torch.tensor([i % 2 for i in range(24)])
    for row, label in zip(rows, labels, strict=True):
        row[0] = 1 + label
    return Encoded(rows, labels)


def test_the_file_holds_what_the_script_measures():
    # fails if a size, a draw or a setting was changed without measuring it
    found = load_how_much()
    for way in WAYS.values():
        for name in way.texts:
            one = found[name][way.name]
            assert [int(n) for n in one["curve"]] == list(way.sizes)
            assert all(len(scores) == way.draws for scores in one["curve"].values())
            assert (one["settings"]["steps"], one["settings"]["batch"]) == (way.steps, way.batch)
            assert [float(rate) for rate in one["tried"]] == list(way.rates)


def test_no_text_is_learned_from_or_chosen_on_and_tested():
    # fails if a score is taken on a text that was seen, or a rate is chosen on such a text
    for name in ("questions", "movie-reviews"):
        pool, choosing, test = ({text for text, _ in part} for part in split_for(name))
        assert not pool & test and not choosing & test and not pool & choosing
        assert (len(choosing), len(test)) == (N_CHOOSING, N_TEST)


def test_the_last_block_on_cached_streams_is_the_classifier(gpt, texts):
    # fails if padding, positions or a norm differ between the short way and the whole model
    model = train_only(Classifier(gpt, 3), "last block")
    torch.nn.init.normal_(model.gpt.head.weight)
    top, streams = LastBlock(model), to_streams(gpt, texts)
    for places in ([0, 1, 2, 3], [5]):
        assert_close(top(*streams.batch(places)), model(*texts.batch(places)))
    assert all(parameter.requires_grad for parameter in top.parameters())


@pytest.mark.parametrize("key", ["last-block", "all"])
def test_each_way_learns_what_it_is_shown_and_leaves_the_model_as_it_was(gpt, texts, key):
    # fails if nothing is trained, or a second draw begins where the first ended
    before = [parameter.clone() for parameter in gpt.parameters()]
    start = starts(key, gpt, 2, 11)
    shown = to_streams(gpt, texts) if key == "last-block" else texts
    way = Way("a test", (1e-2,), steps=60, batch=8)
    model = start(0)
    loss = train(model, shown, range(24), way, 1e-2, seed=0)
    assert loss < 0.2 and accuracy(model, shown) > 0.95
    for old, new in zip(before, gpt.parameters(), strict=True):
        assert torch.equal(old, new)
    assert accuracy(start(1), shown) == pytest.approx(0.5)  # a head of zeros says one class


def test_from_scratch_begins_with_other_weights_for_each_draw(gpt):
    # fails if draws share their random weights, or the tokenizer's ids don't fit
    start = starts("scratch", gpt, 2, 7)
    one, again, other = (start(seed).gpt.blocks[0].attention.qkv.weight for seed in (0, 0, 1))
    assert torch.equal(one, again) and not torch.equal(one, other)
    assert start(0).gpt.config.vocab_size == 7


@pytest.mark.parametrize("key", WAYS)
def test_a_way_is_measured_with_the_better_of_its_rates(gpt, monkeypatch, key):
    # fails if the rate is not the one that does best on the texts for choosing, or those of the
    # test choose it
    class Letters:
        def encode(self, text):
            return [ord(letter) - ord("a") for letter in text]

    part = [("bdef" + "d" * i, "one") for i in range(8)] + [
        ("cdef" + "d" * i, "two") for i in range(8)
    ]
    monkeypatch.setattr(how_much_to_train, "split_for", lambda name: (part, part[4:12], part))
    seen = []
    monkeypatch.setattr(
        how_much_to_train, "accuracy", lambda model, asked, p: seen.append(len(asked.rows)) or 0.5
    )
    way = replace(WAYS[key], rates=(1e-3, 1e-2), steps=2, sizes=(8, 16), draws=2)
    found = how_much_to_train.measure(key, "some", gpt, Letters(), way)
    assert seen == [8, 8, 16, 16, 16, 16]
    assert found["curve"] == {"8": [0.5, 0.5], "16": [0.5, 0.5]}
    assert found["settings"]["rate"] == 1e-3 and found["tried"] == {"0.001": 0.5, "0.01": 0.5}


def test_what_is_kept_leaves_other_ways_as_they_were(monkeypatch, tmp_path):
    # fails if measuring one way alone drops the others from the file
    monkeypatch.setattr(how_much_to_train, "FILE", tmp_path / "found.json")
    for key in ("all", "scratch", "all"):
        how_much_to_train.keep(WAYS[key], {"movie-reviews": {"minutes": 1}})
    found = how_much_to_train.load_how_much()["movie-reviews"]
    assert set(found) == {"everything trained", "from scratch"}


def test_quick_measures_and_writes_nothing(monkeypatch, capsys):
    # fails if the quick form overwrites the file, or takes the full sizes
    asked = []

    def fake(key, name, gpt, tokenizer, way):
        asked.append((key, name, way))
        return {"settings": {}, "tried": {}, "last_loss": {}, "minutes": 0, "curve": {"32": [0.25]}}

    monkeypatch.setattr(how_much_to_train, "measure", fake)
    monkeypatch.setattr(how_much_to_train, "load_model", lambda name: (None, None))
    monkeypatch.setattr(how_much_to_train, "write_json", lambda *a, **k: pytest.fail("written"))
    monkeypatch.setattr(how_much_to_train.torch, "set_num_threads", lambda n: None)
    assert how_much_to_train.main(["--quick", "--only", "scratch"]) == 0
    way = replace(WAYS["scratch"], sizes=(32,), draws=1, steps=2, rates=(WAYS["scratch"].rates[0],))
    assert asked == [("scratch", "questions", way), ("scratch", "movie-reviews", way)]
    assert "25.0%" in capsys.readouterr().out


def test_the_file_bears_out_what_the_chapter_says_of_it():
    # fails if a tie that the chapter calls one is none, or the win of training everything is gone
    few, more = load_few_labels()["movie-reviews"]["curves"], load_how_much()["movie-reviews"]
    probe = few["SmolLM2, frozen"]
    everything, block = (
        more[name]["curve"] for name in ("everything trained", "last block trained")
    )

    def ahead(mine: dict, other: dict, n: str) -> bool:
        """Whether `mine` is ahead in every draw that both have."""
        return all(a > b for a, b in zip(mine[n], other[n], strict=False))

    for curve in (everything, block):
        assert not ahead(curve, probe, "32") and not ahead(probe, curve, "32")
    assert ahead(everything, probe, "128") and ahead(everything, block, "128")
    assert max(more["from scratch"]["curve"]["128"]) < 0.6
    better = more["frozen, best block"]["curve"]
    assert not ahead(everything, better, "32") and ahead(everything, better, "128")
    gaps = [a - b for a, b in zip(everything["128"], better["128"], strict=False)]
    assert 0 < np.mean(gaps) < 0.02


def test_the_block_is_chosen_on_other_texts_than_those_of_the_test():
    # fails if the test chooses the block, or the curve is that of another block than the chosen
    labels = torch.arange(300) % 2
    tells, coin = labels[:, None] * 2.0 - 1, torch.zeros(300, 1)
    half = torch.cat([tells[:150], coin[150:]])  # tells on the texts for choosing alone
    other = torch.cat([tells[:100], coin[100:150], tells[150:]])  # and on those of the test alone
    found = how_much_to_train.choose_block({1: other, 2: half}, labels, drawn=100, tested=150)
    assert found["settings"] == {"block": 2} and found["tried"] == {"1": 0.5, "2": 1.0}
    assert found["curve"]["64"] == [0.5] * 5


def test_the_best_block_on_file_is_the_one_that_was_best_for_choosing():
    # fails if the record was edited by hand, or its blocks are not those that the script tries
    one = load_how_much()["movie-reviews"]["frozen, best block"]
    assert [int(block) for block in one["tried"]] == list(how_much_to_train.BLOCKS)
    assert one["tried"][str(one["settings"]["block"])] == max(one["tried"].values())
    assert [len(scores) for scores in one["curve"].values()] == [5] * 7
