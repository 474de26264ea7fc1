"""The study of learning rates: its runs, its file, and what the chapter reads from it."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from llm_lib.book.studies import schedules
from llm_lib.book.studies.schedules import (
    CONFIG,
    FILE,
    PEAKS,
    SEEDS,
    VERSIONS,
    descend,
    main,
    measure,
    part_jobs,
    peak_jobs,
)
from llm_lib.files import read_json
from llm_lib.training import learning_rate_at

RUNS = read_json(FILE)["runs"]


def mean(**which):
    """Return the mean loss of the shipped runs that have these settings."""
    found = losses(**which)
    assert len(found) == len(SEEDS), which
    return np.mean(found)


def losses(**which):
    """Return the losses of the shipped runs that have these settings."""
    return [run["val_loss"] for run in RUNS if which.items() <= run.items()]


def test_the_file_holds_every_run():
    # fails if a run is missing, or was made with settings that the command no longer has
    jobs = [*peak_jobs(), *part_jobs()]
    assert [{k: run[k] for k in job} for job, run in zip(jobs, RUNS, strict=True)] == jobs
    for run in RUNS:
        assert len(run["train"]) == CONFIG.steps / 10


def test_the_curves_show_what_the_chapter_says():
    # fails if the runs, made anew, no longer answer the chapter's questions as its text does
    peaks = [mean(group="peak", learning_rate=rate) for rate in PEAKS]
    assert PEAKS[int(np.argmin(peaks))] == CONFIG.learning_rate
    short, settled, bare, warm, clip, decay, every = (losses(version=name) for name in VERSIONS)
    assert max(short) < min(*bare, *warm, *clip)  # longer steps are worse, with one of these two
    assert max(decay + every) < min(short)  # and with rate decay better: the one that matters
    assert min(settled) > max(short)  # but short steps end worse with rate decay
    assert {len(runs) for runs in (short, settled, bare, warm, clip, decay, every)} == {5}


def test_each_step_has_the_rate_of_its_schedule():
    # fails if a step has another rate than its schedule says
    class Recorder(torch.optim.SGD):
        rates = []

        def step(self, closure=None):
            self.rates += [group["lr"] for group in self.param_groups]

    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.w = torch.nn.Parameter(torch.zeros(4))

        def forward(self, x):
            return self.w.expand(*x.shape, 4)

    model, x = Model(), torch.zeros(1, 2, dtype=torch.long)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schedules, "make_optimizer", lambda m, c: Recorder(m.parameters(), lr=1))
        config = replace(CONFIG, steps=5, warmup_steps=2)
        losses = descend(model, [(x, x)] * 5, config)
    assert Recorder.rates == [learning_rate_at(step, config) for step in range(5)]
    assert losses == pytest.approx([np.log(4)] * 5)


def test_a_run_is_measured(monkeypatch):
    # fails if a job's settings don't reach the run, or its curve is not of ten steps a point
    ids = np.arange(4000, dtype=np.uint16) % 7
    monkeypatch.setattr(schedules, "study_text", lambda: (ids, ids))
    row = measure(peak_jobs()[-1], shrink=25)
    assert row["learning_rate"] == 0.2 and len(row["train"]) == 2
    assert row["val_loss"] > 0


def test_quick_writes_nothing(monkeypatch, tmp_path, capsys):
    # fails if a trial overwrites the shipped file, or a full run writes none
    class Pool:
        def __init__(self, _):
            pass

        __enter__ = lambda self: self  # noqa: E731
        __exit__ = lambda *_: None  # noqa: E731

        def apply_async(self, _, given):
            job = given[0] | {"train": [], "val_loss": 1.0}
            return type("R", (), {"get": lambda self: job})()

    context = type("C", (), {"Pool": Pool})
    monkeypatch.setattr(schedules.multiprocessing, "get_context", lambda _: context)
    monkeypatch.setattr(schedules, "FILE", tmp_path / "schedules.json")
    assert main(["--quick"]) == 0 and not (tmp_path / "schedules.json").exists()
    assert main([]) == 0
    assert len(read_json(tmp_path / "schedules.json")["runs"]) == len(RUNS)
    assert "val_loss 1.0" in capsys.readouterr().out
