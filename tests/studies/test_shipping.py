"""The models that the book ships are what the book says of them."""

import base64
import json

import pytest
import torch

from llm_lib.checkpoint import load_model
from llm_lib.evaluation import evaluate_answers, evaluate_stories
from llm_lib.files import model_folder
from llm_lib.heads import prefix_matching_score
from llm_lib.studies.shipping import main as ship
from llm_lib.training.recipe import Recipe


def read(name: str, file: str):
    return json.loads((model_folder(name) / file).read_text("utf-8"))


@pytest.mark.parametrize("name", ["sprout", "echo"])
def test_a_model_is_small_and_made_by_its_recipe(name):
    # fails if a file too large is shipped, or the recipe was changed without training anew
    assert (model_folder(name) / "model.safetensors").stat().st_size <= 2_500_000
    recipe, config = Recipe.read(f"configs/{name}.toml"), read(name, "config.json")
    assert {key: config[key] for key in recipe.model} == recipe.model
    log = read(name, "training_log.json")["evaluations"]
    assert log[-1]["step"] == recipe.training["steps"]
    model, tokenizer = load_model(name)
    assert model.config.vocab_size == tokenizer.vocab_size


def test_sprout_keeps_its_facts_as_its_figures_say():
    # fails if weights and figures belong to different trainings, or the evaluation drifts
    model, tokenizer = load_model("sprout")
    quality = read("sprout", "quality.json")
    assert quality["stories"]["held_out, greedy"]["all"] >= 0.95
    assert quality["stories"]["new_names, greedy"]["name"] >= 0.5
    assert evaluate_stories(model, tokenizer, "held_out", 12)["all"] >= 0.9
    assert quality["answers"]["question, held_out"] >= 0.9
    assert evaluate_answers(model, tokenizer, "question", "held_out", 24) >= 0.9


def test_echo_has_induction_heads():
    # fails if Echo was trained too short for them to appear
    scores = prefix_matching_score(load_model("echo")[0])
    assert scores[0].max() < 0.2  # never in the first layer
    assert scores[1].max() > 0.8
    assert scores.tolist() == [
        pytest.approx(row, abs=0.01) for row in read("echo", "quality.json")["prefix_matching"]
    ]


def test_the_replay_is_whole():
    # fails if a snapshot is missing, or its attention does not have the shape that it says
    replay = read("sprout", "snapshots.json")
    L, H, T, _ = replay["attention_shape"]
    assert len(replay["tokens"]) == T
    steps = [row["step"] for row in replay["snapshots"]]
    assert steps == Recipe.read("configs/sprout.toml").training["snapshot_steps"]
    losses = [row["val_loss"] for row in replay["snapshots"]]
    assert losses[0] > 5 * losses[-1]
    for row in replay["snapshots"]:
        weights = torch.frombuffer(bytearray(base64.b64decode(row["attention"])), dtype=torch.uint8)
        rows = weights.view(L, H, T, T).float().sum(dim=-1) / 255
        torch.testing.assert_close(rows, torch.ones(L, H, T), atol=0.06, rtol=0)


def test_shipping_without_a_training_says_what_to_do(tmp_path, capsys):
    # fails if a traceback is shown or a folder is written
    assert ship(["configs/echo.toml", "--run", str(tmp_path), "--to", str(tmp_path / "to")]) == 1
    assert "First train: python -m llm_lib.training configs/echo.toml" in capsys.readouterr().out
    assert not (tmp_path / "to").exists()
