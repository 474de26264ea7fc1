"""The study on training faster: its recipes, its clock, and what the chapter reads of its file."""

import numpy as np
import pytest
import torch

from llm_lib.book.studies import faster
from llm_lib.book.studies.faster_changes import BASELINE, NAMES, TIMED, parent_of, recipe_of
from llm_lib.files import read_json, write_json

STUDY = faster.load_faster()
TINY = {"n_layer": 1, "n_head": 2, "n_embd": 8, "context_length": 8, "batch_size": 2, "steps": 12}


@pytest.fixture
def small_text(monkeypatch):
    """Let the study read numbers from 0 to 6 instead of its plays."""
    ids = np.arange(2000, dtype=np.uint16) % 7
    monkeypatch.setattr(faster, "study_tokens", lambda size: (ids, ids[:64], ids[64:160]))
    tokenizer = type("T", (), {"vocab_size": 7})
    monkeypatch.setattr(faster, "tokenizer_for", lambda size: tokenizer)
    monkeypatch.setattr(faster, "HELD_OUT", 128)
    monkeypatch.setattr(faster, "UNTOUCHED", 144)


def test_the_file_holds_every_run():
    # fails if a run is missing, or was made with other settings than the recipes have now
    assert [(run["change"], run["seed"]) for run in STUDY["runs"]] == faster.jobs()
    for run in STUDY["runs"]:
        assert run["steps"] == recipe_of(run["change"])["steps"] == run["curve"][-1][0]
    goal = np.mean([r["curve"][-1][1] for r in STUDY["runs"] if r["change"] == "baseline"])
    assert STUDY["goal"] == pytest.approx(goal, abs=1e-4)


def test_a_straight_decay():
    # fails if the rate does not fall in a straight line from its peak to its end
    config = faster.make_config(BASELINE | {"warmup_steps": 10, "steps": 110})
    rates = [faster.rate_at(step, config, "linear") for step in range(9, 111)]
    assert rates[0] == rates[1] == 1e-3 and rates[-1] == pytest.approx(1e-4)
    assert np.diff(rates[1:]) == pytest.approx(-9e-6)
    assert faster.rate_at(60, config, "cosine") == pytest.approx((1e-3 + 1e-4) / 2)


@pytest.mark.parametrize("name", ["baseline", "Muon"])
def test_a_run_is_measured(small_text, name):
    # fails if a recipe's settings don't reach the run, or a loss is not counted per character
    recipe = recipe_of(name) | TINY
    run = faster.measure(name, 0, recipe, True)
    held_out = [row[:2] for row in run["curve"]]
    assert faster.measure(name, 0, recipe)["curve"] == held_out  # to look on changes nothing
    assert run["steps"] == 12 == run["curve"][-1][0] and run["change"] == name
    model, step = faster.make_step(recipe, 0)
    for index in range(12):
        step(index)
    for place, n, characters in ((1, 64, 128), (2, 96, 144)):
        per_token = faster.evaluate_loss(model, faster.study_tokens(7)[place], 64, n)
        assert run["curve"][-1][place] == pytest.approx(per_token * n / characters, abs=1e-4)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in TIMED])
def test_what_is_not_timed_does_the_same_work(small_text, name):
    # fails if a change counts as the same work, and its step has other tensors or operations
    def work_of(recipe):
        model, config = faster.make_model(recipe | TINY), faster.make_config(recipe)
        shapes = {name: p.shape for name, p in model.named_parameters()}
        kinds = [type(module) for module in model.modules()]
        return shapes, kinds, config.batch_size, config.optimizer, config.precision

    assert work_of(recipe_of(name)) == work_of(recipe_of(parent_of(name) or "baseline"))


def test_the_vocabularies_are_timed(monkeypatch):
    # fails if a size is left out, or its seconds don't hold both learning and encoding
    clock = iter([0.0, 2.0, 10.0, 15.0])
    monkeypatch.setattr(faster.time, "process_time", lambda: next(clock))
    monkeypatch.setattr(faster, "study_text", lambda: ("to be or not to be", "to be"))
    monkeypatch.setattr(faster, "vocabularies", lambda: [258, 259])
    assert faster.time_vocabularies() == {"258": 2.0, "259": 5.0}
    assert set(STUDY["vocabulary_seconds"]) == set(STUDY["training_tokens"]) == {"1024", "2048"}


def test_zero_outputs_leave_the_stream_alone(small_text):
    # fails if a block of a model whose outputs begin at 0 writes anything into the stream
    model = faster.make_model(BASELINE | TINY | {"zero_outputs": True})
    _, seen = model.run_with_cache(torch.arange(7)[None])
    assert torch.equal(seen.stream[0], seen.stream[-1])


def test_what_is_on_file_is_not_measured_again(monkeypatch, tmp_path, capsys):
    # fails if the command trains what the file holds, or forgets what it had
    file = tmp_path / "faster.json"
    write_json(file, STUDY | {"runs": STUDY["runs"][:-1]})

    class Pool:
        def __init__(self, _):
            self.asked = []

        __enter__ = lambda self: self  # noqa: E731
        __exit__ = lambda *_: None  # noqa: E731

        def apply_async(self, _, job):
            assert job == faster.jobs()[-1]
            return type("R", (), {"get": lambda self: STUDY["runs"][-1]})()

    context = type("C", (), {"Pool": Pool})
    monkeypatch.setattr(faster.multiprocessing, "get_context", lambda _: context)
    assert faster.main(["--file", str(file)]) == 0
    assert read_json(file) == STUDY
    assert "baseline: 2000.0 steps, begin" in capsys.readouterr().out


def test_what_shows_that_it_is_fair_is_written_after_each_run(monkeypatch, tmp_path):
    # fails if the flag measures what the file holds, or a run that ended is lost with the next
    file = tmp_path / "faster.json"
    last = STUDY["tried"][-1]
    study = STUDY | {"tried": STUDY["tried"][:-1]}

    class Pool:
        def apply_async(self, _, job):
            assert job[2]["learning_rate"] == last["rate"] and job[2]["steps"] == last["steps"]
            run = {name: value for name, value in last.items() if name != "rate"}
            return type("R", (), {"get": lambda self: run})()

    faster.measure_fair(study, Pool(), file)
    assert read_json(file) == STUDY
