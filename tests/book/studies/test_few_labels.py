"""The recorded learning curves, and the script that measures them."""

import numpy as np
import pytest
import torch

from llm_lib.book.labelled import load_labelled
from llm_lib.book.studies import few_labels
from llm_lib.book.studies.few_labels import (
    OURS,
    SEEDS,
    TEXTS,
    draw,
    fit_probe,
    judge_ours,
    learning_curve,
    load_few_labels,
    split_texts,
)
from llm_lib.book.studies.how_much_to_train import load_how_much
from tests.book.studies.said import prose


def test_the_file_holds_what_the_script_measures():
    # fails if a size or the number of draws was changed without measuring it
    for name in TEXTS:
        found = load_few_labels()[name]
        assert found["test"] == len(split_texts(name)[1]) == len(found["probe"]["labels"])
        for curve in found["curves"].values():
            assert all(len(scores) == SEEDS for scores in curve.values())


def test_the_file_bears_out_what_the_chapter_says_of_it():
    # fails if the probe is ahead in other draws than the prediction and the text say
    ahead = {}
    for name in TEXTS:
        words, model = load_few_labels()[name]["curves"].values()
        ahead[name] = {
            n: sum(a > b for a, b in zip(model[n], words[n], strict=True)) for n in words
        }
    few, many = ("8", "16", "32"), ("64", "128", "256", "512")
    assert all(ahead["questions"][n] < 4 for n in few)
    assert all(ahead["questions"][n] >= 4 for n in many)
    assert ahead["questions"]["128"] == ahead["questions"]["512"] == SEEDS
    assert all(ahead["movie-reviews"][n] == SEEDS for n in ("16", "32", *many))


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


def test_a_probe_finds_what_is_there():
    # fails if features are scaled by others than the examples', or labels are mixed up
    generator = torch.Generator().manual_seed(0)
    x = 3 + torch.randn(500, 5, generator=generator)
    y = (x[:, 2] > 3).long()
    model, at = fit_probe(x[:400], y[:400])
    assert model.score(at(x[400:]), y[400:].numpy()) > 0.85
    np.testing.assert_allclose(at(x[:400]).mean(axis=0), 0, atol=1e-4)


def test_quick_measures_and_writes_nothing(monkeypatch, capsys):
    # fails if the quick form overwrites the file, or takes the full sizes
    asked = []

    def fake(name, sizes, seeds):
        asked.append((name, sizes, seeds))
        return {"majority": 0.5, "curves": {"TF-IDF": {"8": [0.25]}}}

    monkeypatch.setattr(few_labels, "measure", fake)
    monkeypatch.setattr(few_labels, "write_json", lambda *a, **k: pytest.fail("written"))
    monkeypatch.setattr(few_labels.torch, "set_num_threads", lambda n: None)
    assert few_labels.main(["--quick"]) == 0
    assert asked == [(name, (8, 64), 1) for name in TEXTS] and "25.0%" in capsys.readouterr().out


def test_our_sentences_are_our_own_and_on_file_as_they_stand_here():
    # fails if a sentence of the data is shown, or one was changed after a model judged it
    found = load_few_labels()["movie-reviews"]["ours"]
    assert tuple((one["text"], one["label"]) for one in found) == OURS
    assert not {text for text, _ in OURS} & {text for text, _ in load_labelled("movie-reviews")}
    assert sorted(label for _, label in OURS) == ["negative"] * 3 + ["positive"] * 3


def test_our_sentences_are_judged_by_each_way():
    # fails if a way is scored on another sentence than the one beside which its count stands
    pool = [("a warm film", "positive"), ("a dull film", "negative")] * 300
    y = torch.tensor([1, 0] * 300)
    told = torch.tensor([[2.0 * (label == "positive") - 1] for _, label in OURS])
    told = told.repeat(1, 64)  # many features, as one alone is held back too much
    x = (y[:, None] * 2.0 - 1).repeat(1, 64)
    y_ours = (told[:, 0] > 0).long()
    found = judge_ours(pool, x, y, told, y_ours)
    assert [one["right"]["SmolLM2, frozen, 32"] for one in found] == [SEEDS] * len(OURS)
    assert [one["right"]["TF-IDF, 512"] for one in found][:2] == [SEEDS] * 2
    wrong = judge_ours(pool, x, y, -told, y_ours)
    assert [one["right"]["SmolLM2, frozen, 32"] for one in wrong] == [0] * len(OURS)


def test_the_chapter_says_what_training_everything_gets():
    # fails if the core's numbers are not the means of the same three draws
    reviews, trained = load_few_labels()["movie-reviews"], load_how_much()["movie-reviews"]
    head, said = reviews["curves"]["SmolLM2, frozen"], prose("20_fine_tuning_to_classify")
    every, other = trained["everything trained"]["curve"]["128"], trained["frozen, best block"]
    draws = every, head["128"], other["curve"]["128"]
    all_right, last, best = (f"{np.mean(d[: len(every)]):.0%}".replace("%", " %") for d in draws)
    block = other["settings"]["block"]
    assert f"the head after the last block {last}, and training all weights {all_right}" in said
    assert f"after block {block}, a head gets {best}" in said
    assert f"a head after block {block} got {best}, and training all weights {all_right}" in said
    assert f"With 32 labels, it is right for {100 * np.mean(head['32']):.0f} %" in said
