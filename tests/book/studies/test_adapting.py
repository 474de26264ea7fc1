"""The adapters of five ranks: what is shipped, and the command that makes them."""

import pytest
import torch

from llm_lib.book.recipes.tuning import TuningRecipe
from llm_lib.book.studies import adapting
from llm_lib.book.studies.adapting import RANKS, RECIPE, main
from llm_lib.files import ADAPTER_FILE, model_folder, read_json
from llm_lib.finetuning import load_adapter
from llm_lib.finetuning.lora import lora_layers
from llm_lib.pretrained.save_load import load_model, read_tensors
from tests.finetuning.small import write_recipe

IDS = torch.tensor([[5, 6, 7]])


@pytest.mark.parametrize("r", RANKS)
def test_a_shipped_adapter_is_of_its_rank_and_fits_base_sprout(r):
    # fails if an adapter was made beside another base, by another recipe, or with another rank
    recipe, name = TuningRecipe.read(RECIPE), f"sprout_base-r{r}"
    base, _ = load_model(recipe.base)
    before = base(IDS)
    adapted = load_adapter(base, name)
    assert {layer.lora_a.shape[0] for _, layer in lora_layers(adapted)} == {r}
    assert {n.split(".", 2)[2] for n, _ in lora_layers(adapted)} == set(recipe.lora["targets"])
    assert not torch.allclose(adapted(IDS), before)
    torch.testing.assert_close(load_model(name)[0](IDS), adapted(IDS), atol=1e-4, rtol=1e-4)
    log = read_json(model_folder(name) / "training_log.json")["evaluations"]
    assert log[-1]["step"] == recipe.training["steps"]


def test_adapters_are_small():
    # fails if float32, or whole weights, are shipped
    sizes = [(model_folder(f"sprout_base-r{r}") / ADAPTER_FILE).stat().st_size for r in RANKS]
    assert sizes == sorted(sizes) and sum(sizes) <= 700_000


def test_the_command_makes_the_ranks_that_are_asked_for(tmp_path, monkeypatch, capsys):
    # fails if a rank is the recipe's and not the one asked for, or the file is not in float16
    recipe = write_recipe(tmp_path, lambda text: text + "\n[lora]\nr = 2\n")
    monkeypatch.setattr(adapting, "RECIPE", recipe)
    assert main(["--ranks", "1", "3", "--to", str(tmp_path), "--threads", "1"]) == 0
    out = capsys.readouterr().out
    for r in (1, 3):
        tensors, metadata = read_tensors(tmp_path / f"base-r{r}" / ADAPTER_FILE)
        assert {t.dtype for t in tensors.values()} == {torch.float16}
        assert {len(t) for n, t in tensors.items() if n.endswith("lora_a")} == {r}
        assert metadata["base_name"] == (tmp_path / "base").as_posix()
        assert f"r = {r}: validation loss" in out
    assert main(["--ranks", "0", "--to", str(tmp_path)]) == 1
    assert "error: r must be" in capsys.readouterr().out
