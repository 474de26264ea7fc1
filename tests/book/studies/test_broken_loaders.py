"""The broken loaders on file, against training on them anew, and against what each fault means."""

import math

import numpy as np
import pytest
import torch

from llm_lib.book.studies import broken_loaders, failures
from llm_lib.book.studies.broken_loaders import (
    MENDED,
    PAD,
    RUNS,
    SEEDS,
    SKIPPED,
    STRIDE,
    Feed,
    Feeds,
    T,
    load_broken_loaders,
    main,
    sentences_of,
    windows_of,
)
from llm_lib.files import read_json
from llm_lib.training import TrainingResult, fit


@pytest.fixture(scope="module")
def feeds():
    return Feeds()


@pytest.fixture(scope="module")
def study():
    return load_broken_loaders()


def ends(study, name, part):
    return study["runs"][name]["ends"][part]


def test_windows_by_hand():
    # fails if a window lacks its last target, or one that is not whole is kept
    rows = windows_of(np.arange(3 * T + 1), T)
    assert rows.shape == (3, T + 1)
    assert [row[0] for row in rows.tolist()] == [0, T, 2 * T]
    assert rows[-1][-1] == 3 * T
    assert len(windows_of(np.arange(3 * T), T)) == 2


def test_each_target_by_hand():
    # fails if a loader shifts otherwise than its name says
    rows = np.array([[5, 6, 7, PAD, PAD, PAD]])
    pairs = {
        target: Feed(rows, rows, target=target).pair(rows)[1].tolist()
        for target in ("next", "after next", "no padding")
    }
    assert pairs["next"] == [[6, 7, PAD, PAD, PAD]]
    assert pairs["after next"] == [[7, PAD, PAD, PAD, SKIPPED]]
    assert pairs["no padding"] == [[6, 7, PAD, SKIPPED, SKIPPED]]


def test_steps_and_epochs():
    # fails if an epoch shows a window twice, the next repeats its order, or the broken loader moves
    rows = np.arange(64 * (T + 1)).reshape(64, T + 1)
    feed = Feed(rows, rows)
    seen = [row[0] for k in range(8) for row in feed.batch_at(k, seed=0)[0].tolist()]
    one, two = seen[:64], seen[64:]
    assert sorted(one) == sorted(two) == rows[:, 0].tolist() and one != two
    stuck = Feed(rows, rows, always_first=True)
    assert stuck.batch_at(7, 0)[0].equal(feed.batch_at(0, 0)[0])


def test_the_faults_are_in_the_text(feeds):
    # fails if a loader is not broken, or its mended twin is
    healthy, wrapped = feeds.feed("healthy"), feeds.feed("wrapped_ids")
    assert (wrapped.rows == healthy.rows % 256).all() and healthy.rows.max() > 255
    leaked, split = feeds.feed("leaked"), feeds.feed("split_first")
    known = {tuple(row) for row in leaked.rows[:, STRIDE:].tolist()}
    share = [tuple(row[:-STRIDE]) in known for row in leaked.held_out.tolist()]
    assert sum(share) > 0.8 * len(share)
    known = {tuple(row) for row in split.rows[:, STRIDE:].tolist()}
    assert not any(tuple(row[:-STRIDE]) in known for row in split.held_out.tolist())
    padded = feeds.feed("padding_counted")
    assert (padded.rows[:, -1] == PAD).all() and (padded.rows[:, 0] != PAD).all()
    assert padded.rows.tolist() == feeds.feed("padding_skipped").rows.tolist()


def test_sentences():
    # fails if a sentence is cut at a line break, or half of one is taken for a whole
    text = "of it. This is one\nsentence of some length. No. Is this a question of length?"
    assert sentences_of([text]) == [
        "This is one sentence of some length.", "Is this a question of length?",
    ]  # fmt: skip


def test_an_unknown_run_is_refused(capsys):
    # fails if a misspelt run passes in silence
    assert main(["lekaed"]) == 1
    assert "there is no run 'lekaed'; there are same_batch, " in capsys.readouterr().out


@pytest.mark.parametrize("name", RUNS)
def test_the_file_is_what_the_trainings_give(name, feeds, study, monkeypatch):
    # fails if a loader, a text or the model is no longer that of the curves that are shown
    class TenSteps(Exception):
        pass

    def fit_for_ten_steps(model, loss_at, config, evaluate):
        def evaluate_once(model):
            rows.append({"step": 10} | evaluate(model))
            raise TenSteps

        rows = []
        with pytest.raises(TenSteps):
            fit(model, loss_at, config, evaluate=evaluate_once)
        return TrainingResult(rows)

    monkeypatch.setattr(failures, "fit", fit_for_ten_steps)
    curve, _ = feeds.train(name, seed=0)
    on_file = study["runs"][name]["curve"]
    for part in ("step", "train", "val"):
        assert curve[part] == pytest.approx(on_file[part][:2], abs=2e-3)
    assert feeds.sample(name) == study["samples"][name]


def test_every_run_is_whole(study):
    # fails if a run, a seed or a point of a curve is missing, or a curve's end is another's
    assert set(study["runs"]) == set(RUNS) and study["seeds"] == list(SEEDS)
    for run in study["runs"].values():
        assert len(run["curve"]["step"]) == 31 and run["curve"]["step"][-1] == study["steps"]
        assert {len(values) for values in run["ends"].values()} == {len(SEEDS)}
        assert run["ends"]["val"][0] == run["curve"]["val"][-1]
    assert study["reference"] != study["runs"]["healthy"]["curve"]


def test_the_curves_show_what_is_said_of_them(study):
    # fails if a run made anew no longer shows its fault, with some seed
    healthy = ends(study, "healthy", "val")
    guess = math.log(512)
    assert max(ends(study, "same_batch", "train")) < 0.05
    assert min(ends(study, "same_batch", "val")) > guess + 1
    assert min(ends(study, "shifted_twice", "val")) > max(healthy) + 0.3
    assert max(ends(study, "padding_counted", "val")) < min(healthy) - 1
    assert min(ends(study, "padding_skipped", "val")) > 1.5 * max(
        ends(study, "padding_counted", "val")
    )
    assert max(ends(study, "leaked", "val")) < min(healthy) - 1
    mended = study["runs"]["split_first"]["curve"]
    assert mended["val"][-1] > min(mended["val"]) + 0.05  # it turns, before the end
    assert mended["val"].index(min(mended["val"])) < 25
    assert min(ends(study, "split_first", "val")) > max(ends(study, "split_first", "train")) + 1.5


def test_mending_helps_where_the_page_says_so(study):
    # fails if "no worse" or "far better" is no longer true, with some seed
    unseen = {name: ends(study, name, "unseen") for name in RUNS}
    for name in ("same_batch", "shifted_twice", "wrapped_ids"):
        assert min(unseen[name]) > max(unseen[MENDED[name]]) + 0.5
    assert max(map(abs, np.subtract(unseen["leaked"], unseen["split_first"]))) < 0.3


def test_the_command_writes_every_run(tmp_path, monkeypatch):
    # fails if a run is left out of the file, or asking for one overwrites the shipped file
    class Quick(Feeds):
        def train(self, name, seed):
            return {"step": [0], "train": [6.0 + seed], "val": [6.2]}, 5.0

        def sample(self, name):
            return [name]

    monkeypatch.setattr(broken_loaders, "Feeds", Quick)
    monkeypatch.setattr(broken_loaders, "FILE", tmp_path / "runs.json")
    monkeypatch.setattr(torch, "set_num_threads", lambda n: None)
    assert main(["leaked"]) == 0 and not (tmp_path / "runs.json").exists()
    assert main([]) == 0
    written = read_json(tmp_path / "runs.json")
    assert list(written["runs"]) == list(written["samples"]) == list(RUNS)
    assert written["runs"]["leaked"]["ends"]["train"] == [6.0, 7.0, 8.0]
    assert written["reference"]["train"] == [7.0]
