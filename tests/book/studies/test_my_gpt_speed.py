"""The race of the reader's own file with the library: both do the same, and the table is true."""

from statistics import median

import pytest

from llm_lib.book.studies import my_gpt_speed as study


@pytest.fixture
def small(monkeypatch):
    """Return the pairs of work, each small."""
    sizes = {"STEPS": 1, "BATCH": 2, "T": 8, "CHARACTERS": 20_000, "VOCABULARY": 300, "TOKENS": 6}
    for name, size in sizes.items():
        monkeypatch.setattr(study, name, size)
    return study.pairs()


def test_both_do_the_same_work(small, capsys):
    # fails when one writes other or fewer tokens, learns other merges, or trains on another loss
    mine, ours = small["write"]
    assert mine() == ours() and len(mine()) == 6
    merges, tokenizer = (work() for work in small["learn"])
    pieces = {i: bytes([i]) for i in range(256)}
    for (a, b), new in merges.items():
        pieces[new] = pieces[a] + pieces[b]
    assert [(pieces[a], pieces[b]) for a, b in merges] == tokenizer.merges
    mine, ours = small["train"]
    capsys.readouterr()
    mine()
    first = float(capsys.readouterr().out.split()[3])
    assert first == pytest.approx(ours().history[0]["train_loss"], abs=2e-3)


def test_the_table_has_the_medians():
    # fails when a row names other work than was timed, or training is told per run, not per step
    rounds = study.load_speed()["rounds"]
    for name, row in zip(rounds, study.speed_rows(), strict=True):
        assert row["seconds for"] == study.WORK[name]
        n = study.STEPS if name == "train" else 1
        for column, key in enumerate(("my_gpt.py", "llm_lib")):
            assert row[key] == pytest.approx(median(pair[column] for pair in rounds[name]) / n)
    assert {len(pairs) for pairs in rounds.values()} == {study.ROUNDS}
