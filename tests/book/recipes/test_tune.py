"""The command that tunes by a recipe: it writes a model, goes on after a stop, and explains."""

import signal
import subprocess
import sys

import pytest
import torch

from llm_lib.book.recipes import tune as command
from llm_lib.book.recipes.tune import main
from llm_lib.finetuning import sft
from llm_lib.finetuning.adapters import load_adapter
from llm_lib.finetuning.sft import compute_answer_loss
from llm_lib.pretrained.save_load import load_model
from tests.finetuning.small import write_recipe

IDS = torch.tensor([[5, 6, 7]])


def test_it_writes_a_model_and_its_adapter(tmp_path, capsys):
    # fails if what is written is not the tuned model, or the adapter does not lead to it
    path = write_recipe(tmp_path, lambda text: text + "\n[lora]\nr = 2\n")
    assert main([str(path), "--folder", str(tmp_path / "run")]) == 0
    assert "the model is in" in capsys.readouterr().out
    model, tokenizer = load_model(tmp_path / "run" / "model")
    base, _ = load_model(tmp_path / "base")
    assert not torch.allclose(model(IDS), base(IDS))
    torch.testing.assert_close(load_adapter(base, tmp_path / "run" / "adapter")(IDS), model(IDS))
    assert tokenizer.vocab_size == model.config.vocab_size


def test_a_run_that_stopped_goes_on(tmp_path, monkeypatch, capsys):
    # fails if Ctrl-C leaves nothing, or the second call ends elsewhere than a run in one go
    path = str(write_recipe(tmp_path))
    assert main([path, "--folder", str(tmp_path / "whole")]) == 0
    calls = []

    def interrupt(*batch):
        calls.append(batch)
        if len(calls) == 5:
            signal.raise_signal(signal.SIGINT)
        return compute_answer_loss(*batch)

    with monkeypatch.context() as patch:
        patch.setattr(sft, "compute_answer_loss", interrupt)
        assert main([path, "--folder", str(tmp_path / "cut")]) == 130
    assert "run the same command again" in capsys.readouterr().out
    assert not (tmp_path / "cut" / "model").exists()
    assert main([path, "--folder", str(tmp_path / "cut")]) == 0
    a, b = (load_model(tmp_path / name / "model")[0] for name in ("whole", "cut"))
    torch.testing.assert_close(a(IDS), b(IDS), rtol=0, atol=0)


@pytest.mark.parametrize(
    ("asked", "cuda", "expected"),
    [([], False, "cpu"), ([], True, "cuda"), (["--device", "cpu"], True, "cpu")],
)
def test_a_device_can_be_asked_for(tmp_path, monkeypatch, capsys, asked, cuda, expected):
    # fails if a GPU lies idle, or can't be declined
    path, seen = str(write_recipe(tmp_path)), []

    def look(recipe, folder, device):
        seen.append(device)
        raise ValueError("that is enough")

    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(command, "tune", look)
    assert main([path, "--folder", str(tmp_path / "run"), *asked]) == 1
    assert seen == [expected] and "error: that is enough" in capsys.readouterr().out


def test_an_error_is_one_line(tmp_path):
    # fails if a mistake ends in a traceback, or with success
    call = [sys.executable, "-m", "llm_lib.book.recipes.tune", str(tmp_path / "none.toml")]
    done = subprocess.run(call, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert done.stdout.startswith("error: there is no recipe")
    assert not done.stderr
