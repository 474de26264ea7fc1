"""Tests of the book's models as folders."""

import pytest
import torch

from llm_lib import load_model
from llm_lib.book.my_gpt import models
from llm_lib.book.my_gpt.models import write_models


def test_a_model_is_written_once(tmp_path, capsys):
    # fails if what is there is written again, or is another model
    [folder] = write_models(("sprout",), tmp_path)
    mine, theirs = load_model(folder)[0].state_dict(), load_model("sprout")[0].state_dict()
    assert all(torch.equal(mine[name], weight.float()) for name, weight in theirs.items())
    (folder / "model.safetensors").write_bytes(b"mine")
    write_models(("sprout",), tmp_path)
    assert (folder / "model.safetensors").read_bytes() == b"mine"
    assert "there already" in capsys.readouterr().out


def test_another_name_is_refused(tmp_path):
    # fails if a slip writes a folder
    with pytest.raises(ValueError, match="no model 'sprot'; there are sprout, smollm2"):
        write_models(("sprot",), tmp_path)
    assert models.NAMES == ("sprout", "smollm2")
    assert not list(tmp_path.iterdir())
