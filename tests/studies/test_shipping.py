"""The models that the book ships are what the book says of them."""

import base64
import json

import numpy as np
import pytest
import torch

from llm_lib.bpe import BPETokenizer
from llm_lib.checkpoint import load_model, read_tensors, save_model
from llm_lib.evaluation import complete, evaluate_answers, evaluate_stories
from llm_lib.files import model_folder, read_json
from llm_lib.gpt import GPT, GPTConfig
from llm_lib.heads import prefix_matching_score, stack_attention
from llm_lib.studies import shipping
from llm_lib.studies.shipping import ATTENTION_TEXT, PROMPTS, replay_snapshots
from llm_lib.studies.shipping import main as ship
from llm_lib.training import evaluate_loss
from llm_lib.training.recipe import Recipe


def read(name: str, file: str):
    return json.loads((model_folder(name) / file).read_text("utf-8"))


@pytest.mark.parametrize("name", ["sprout", "echo", "sprout_base"])
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


def test_a_replay_tells_what_each_snapshot_does(tmp_path):
    # fails if a row is of another snapshot, or its attention is not what the model pays
    tokenizer = BPETokenizer.train("a kite", 257, special_tokens=["<|endoftext|>"])
    val = np.arange(2000) % 250
    for step in (20, 4):
        torch.manual_seed(step)
        model = GPT(GPTConfig(257, 300, 2, 2, 8, init_std=0.5))
        save_model(model, None, tmp_path / "snapshots" / f"{step:06d}")
    replay = replay_snapshots(tmp_path, tokenizer, val, tokens_per_step=7)
    ids = tokenizer.encode(ATTENTION_TEXT)
    assert replay["tokens"] == [tokenizer.decode([i]) for i in ids]
    assert replay["attention_shape"] == [2, 2, len(ids), len(ids)]
    assert (replay["vocab_size"], replay["prompts"]) == (257, PROMPTS)
    assert [(row["step"], row["tokens"]) for row in replay["snapshots"]] == [(4, 28), (20, 140)]
    model, _ = load_model(tmp_path / "snapshots" / "000020")
    row = replay["snapshots"][1]
    assert row["val_loss"] == round(evaluate_loss(model, val, 16, 8), 4)
    assert row["samples"] == complete(model, tokenizer, list(PROMPTS), 100)
    weights = np.frombuffer(base64.b64decode(row["attention"]), np.uint8) / 255
    expected = stack_attention(model, torch.tensor([ids])).numpy().ravel()
    np.testing.assert_allclose(weights, expected, atol=0.5 / 255 + 1e-6)


def test_shipping_writes_half_the_bytes_and_judges_what_it_ships(tmp_path, monkeypatch, capsys):
    # fails if figures are of the model before rounding, or a file of the shipped folder is missing
    echo, tokenizer = load_model("echo")
    log = read("echo", "training_log.json")["evaluations"]
    save_model(echo, tokenizer, tmp_path / "run" / "model", log=log)
    places = ["--run", str(tmp_path / "run"), "--to", str(tmp_path / "to")]
    assert ship(["configs/echo.toml", *places]) == 0
    tensors, _ = read_tensors(tmp_path / "to" / "model.safetensors")
    assert {t.dtype for t in tensors.values()} == {torch.float16}
    assert read_json(tmp_path / "to" / "quality.json") == read("echo", "quality.json")
    assert read_json(tmp_path / "to" / "training_log.json")["evaluations"] == log
    assert load_model(tmp_path / "to")[1].to_dict() == tokenizer.to_dict()

    # as if a model had been trained on a small world; there are more than 40 batches of 16 windows
    small = GPT(GPTConfig(tokenizer.vocab_size, 8, 1, 1, 4, init_std=0.5))
    save_model(small, tokenizer, tmp_path / "run" / "model", log=log)
    val = np.random.default_rng(0).integers(60, size=6000)
    monkeypatch.setattr(shipping, "prepare", lambda recipe: (None, None, None, val))
    monkeypatch.setattr(shipping, "evaluate_model", lambda *pair: {"stories": {}, "answers": {}})
    monkeypatch.setattr(shipping, "replay_snapshots", lambda *a: {"run": str(a[0]), "each": a[3]})
    assert ship(["configs/sprout.toml", *places]) == 0
    batch_size = Recipe.read("configs/sprout.toml").training["batch_size"]
    each = batch_size * small.config.context_length
    expected = {"run": str(tmp_path / "run"), "each": each}
    assert read_json(tmp_path / "to" / "snapshots.json") == expected
    loss = round(evaluate_loss(load_model(tmp_path / "to")[0], val, 16, 40), 4)
    quality = {"stories": {}, "answers": {}, "val_loss": loss}
    assert read_json(tmp_path / "to" / "quality.json") == quality
    assert "model.safetensors: 0." in capsys.readouterr().out
