"""Trainings that fail on purpose: each fault is where it is said to be."""

import json

import pytest
import torch

from llm_lib.book.studies import failures
from llm_lib.book.studies.failures import Lab, main, make_post_norm, record_run, story_tokens
from llm_lib.files import read_json
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.training import TrainingConfig, TrainingResult, fit

CONFIG = GPTConfig(64, 8, n_layer=2, n_head=2, n_embd=8, position="rotary", bias=False)


def test_post_norm_ends_each_block_with_a_norm():
    # fails if a block still adds to a stream that no norm touches
    torch.manual_seed(0)
    model = make_post_norm(CONFIG)
    _, activations = model.run_with_cache(torch.randint(64, (3, 8)))
    for stream in activations.stream[1:]:
        assert stream.mean(dim=-1).abs().max() < 1e-5
        assert stream.var(dim=-1, unbiased=False).sub(1).abs().max() < 0.05
    plain = GPT(CONFIG).run_with_cache(torch.randint(64, (3, 8)))[1].stream[-1]
    assert plain.var(dim=-1, unbiased=False).sub(1).abs().max() > 0.05


def test_a_recorded_run_has_a_point_every_ten_steps():
    # fails if the curves do not fit together, or the training loss is not that of the batches
    torch.manual_seed(0)
    x = torch.randint(64, (4, 8))
    settings = TrainingConfig(steps=30, learning_rate=1e-2, warmup_steps=1, progress=False)
    curve = record_run(GPT(CONFIG), lambda step: (x, x), lambda model: 7.0, settings)
    assert curve["step"] == [0, 10, 20, 30]
    assert curve["val"] == [7.0] * 4
    assert curve["train"][0] > curve["train"][1] > curve["train"][3]


def test_unknown_names_are_refused(capsys):
    # fails if a misspelt run passes in silence
    assert main(["helthy"]) == 1
    assert "there is no run 'helthy'; there are healthy" in capsys.readouterr().out


def test_the_command_writes_every_run(tmp_path, monkeypatch, capsys):
    # fails if a run is missing from the file, or asking for one overwrites the shipped file
    class Quick:
        NAMES = Lab.NAMES

        def __init__(self, seed):
            pass

        def unigram(self):
            return 5.2

        def run(self, name):
            return {"step": [0], "train": [6.23456], "val": [6.2]}

    monkeypatch.setattr(failures, "Lab", Quick)
    monkeypatch.setattr(failures, "FILE", tmp_path / "runs.json")
    assert main(["healthy"]) == 0
    assert not (tmp_path / "runs.json").exists()
    assert main([]) == 0
    runs = json.loads((tmp_path / "runs.json").read_text())["runs"]
    assert list(runs) == list(Lab.NAMES)
    assert runs["healthy"]["train"] == [6.235]
    assert json.loads((tmp_path / "runs.json").read_text())["unigram"] == 5.2
    assert json.loads((tmp_path / "runs.json").read_text())["reference"] == runs["healthy"]
    assert json.loads((tmp_path / "runs.json").read_text())["examples"] == runs


@pytest.fixture(scope="module")
def lab():
    return Lab()


def test_the_landmark_on_file_is_that_of_the_text(lab):
    # fails if the line that is drawn belongs to another text than the runs
    assert lab.unigram() == pytest.approx(read_json(failures.FILE)["unigram"], abs=1e-3)


@pytest.fixture(scope="module")
def other_lab():
    return Lab(3)


@pytest.mark.parametrize("part", ["runs", "examples"])
@pytest.mark.parametrize("name", Lab.NAMES)
def test_the_file_is_what_the_trainings_give(name, part, request, monkeypatch):
    # fails if a fault, a text, a model or a rate is no longer that of the curves that are shown
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
    lab = request.getfixturevalue({"runs": "lab", "examples": "other_lab"}[part])
    curves, on_file = lab.run(name), read_json(failures.FILE)[part][name]
    for line in ("step", "train", "val"):
        # a rate that is too high makes much of the last bits, in which processors differ
        near = 0.1 if name == "too_high" else 2e-3
        assert curves[line] == pytest.approx(on_file[line][:2], abs=near)
    assert len(on_file["step"]) == 31 and on_file["step"][-1] == 300


@pytest.mark.parametrize("task", ["story", "translate"])
def test_texts_end_with_the_end_of_text(task):
    # fails if documents run into each other without a mark
    tokenizer = failures.make_tokenizer(300)
    ids = story_tokens(5, "train", tokenizer, task)
    assert (ids == tokenizer.special_tokens["<|endoftext|>"]).sum() == 5
