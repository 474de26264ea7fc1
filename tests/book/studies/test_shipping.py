"""The models that the book ships are what the book says of them."""

import base64
import json

import numpy as np
import pytest
import torch

from llm_lib.book.recipes.corpora import read_recipe
from llm_lib.book.recipes.tuning import TuningRecipe
from llm_lib.book.small_world.quality import evaluate_answers, evaluate_stories
from llm_lib.book.small_world.tasks import Marker, make_examples
from llm_lib.book.studies import shipping
from llm_lib.book.studies.shipping import ATTENTION_TEXT, PROMPTS, replay_snapshots
from llm_lib.book.studies.shipping import main as ship
from llm_lib.bpe import BPETokenizer
from llm_lib.files import model_folder, read_json
from llm_lib.finetuning import add_lora, load_adapter, save_adapter
from llm_lib.finetuning.rollouts import RolloutSettings, answer_text, draw_answers
from llm_lib.generation import complete
from llm_lib.interp.heads import prefix_matching_score, stack_attention
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.pretrained.adapter_file import read_base_name
from llm_lib.pretrained.save_load import load_model, read_tensors, save_model
from llm_lib.training import evaluate_loss
from tests.finetuning.small import write_recipe

STAGES = ("base", "tuned", "preferred", "rewarded")


def read(name: str, file: str):
    return json.loads((model_folder(name) / file).read_text("utf-8"))


@pytest.mark.parametrize("name", ["sprout", "echo", "sprout_base"])
def test_a_model_is_small_and_made_by_its_recipe(name):
    # fails if a file too large is shipped, or the recipe was changed without training anew
    assert (model_folder(name) / "model.safetensors").stat().st_size <= 2_500_000
    recipe, config = read_recipe(f"configs/{name}.toml"), read(name, "config.json")
    assert {key: config[key] for key in recipe.model} == recipe.model
    log = read(name, "training_log.json")["evaluations"]
    assert log[-1]["step"] == recipe.training["steps"]
    model, tokenizer = load_model(name)
    assert model.config.vocab_size == tokenizer.vocab_size


@pytest.mark.parametrize("name", ["sprout_tuned", "sprout_preferred", "sprout_rewarded"])
def test_a_stage_is_made_by_its_recipe_from_the_stage_before(name):
    # fails if a stage was made from other weights or by another recipe, or is too large to ship
    recipe, folder = TuningRecipe.read(f"configs/{name}.toml"), model_folder(name)
    assert read(name, "training_log.json")["evaluations"][-1]["step"] == recipe.training["steps"]
    [file] = folder.glob("*.safetensors")
    assert file.stat().st_size <= (2_500_000 if recipe.lora is None else 250_000)
    (model, tokenizer), (base, _) = load_model(name), load_model(recipe.base)
    assert model.config == base.config and tokenizer.vocab_size == model.config.vocab_size
    if recipe.lora is not None:
        assert read_base_name(file) == recipe.base
        weights = load_adapter(base, name).state_dict()  # refuses another base
        ranks = {len(t) for n, t in weights.items() if n.endswith("lora_a")}
        assert ranks == {recipe.lora["r"]}


def test_a_stage_does_what_it_was_taught():
    # fails if a stage that is shipped did not learn what its recipe teaches
    answers = {name: read(f"sprout_{name}", "quality.json")["answers"] for name in STAGES}
    assert answers["base"]["spam, held_out"] <= 0.05  # it has read stories alone
    assert answers["tuned"]["spam, held_out"] >= 0.95
    assert answers["preferred"]["spam, held_out"] >= 0.9  # and is not forgotten
    stages = {name: load_model(f"sprout_{name}") for name in STAGES[1:]}
    asked = [example.question for example in make_examples(["story"], 40, 1, "held_out")]
    words = {}
    for name in ("tuned", "preferred"):
        told = complete(*stages[name], asked, temperature=1.0, seed=0)
        words[name] = sum(len(text.split()) for text in told)
    assert words["preferred"] < 0.9 * words["tuned"]


def test_rewards_have_made_right_translations_likelier():
    # fails if the adapter is not the rewarded one: of what it draws, more is right than before
    examples = make_examples(["translate"], 50, 5, "held_out")
    mark, settings = Marker(examples), RolloutSettings(group_size=8, max_new_tokens=14)
    right = {}
    for name in ("sprout_tuned", "sprout_rewarded"):
        model, tokenizer = load_model(name)
        groups = draw_answers(model, [e.prompt for e in examples], tokenizer, settings)
        pairs = zip(examples, groups, strict=True)
        right[name] = sum(
            mark(e.prompt, answer_text(row, tokenizer)) for e, group in pairs for row in group
        )
    assert right["sprout_rewarded"] > right["sprout_tuned"] + 20  # of 400


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
    assert steps == read_recipe("configs/sprout.toml").training["snapshot_steps"]
    losses = [row["val_loss"] for row in replay["snapshots"]]
    assert losses[0] > 5 * losses[-1]
    for row in replay["snapshots"]:
        weights = torch.frombuffer(bytearray(base64.b64decode(row["attention"])), dtype=torch.uint8)
        rows = weights.view(L, H, T, T).float().sum(dim=-1) / 255
        torch.testing.assert_close(rows, torch.ones(L, H, T), atol=0.06, rtol=0)


def test_shipping_without_a_training_says_what_to_do(tmp_path, capsys):
    # fails if a traceback is shown or a folder is written
    assert ship(["configs/echo.toml", "--run", str(tmp_path), "--to", str(tmp_path / "to")]) == 1
    assert (
        "First train: python -m llm_lib.book.recipes.train configs/echo.toml"
        in capsys.readouterr().out
    )
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
    found = {"stories": {}, "answers": {"spam, held_out": 0.5}}
    monkeypatch.setattr(shipping, "evaluate_model", lambda *pair, report: found)
    (tmp_path / "run" / "snapshots").mkdir()
    monkeypatch.setattr(shipping, "replay_snapshots", lambda *a: {"run": str(a[0]), "each": a[3]})
    assert ship(["configs/sprout.toml", *places]) == 0
    batch_size = read_recipe("configs/sprout.toml").training["batch_size"]
    each = batch_size * small.config.context_length
    expected = {"run": str(tmp_path / "run"), "each": each}
    assert read_json(tmp_path / "to" / "snapshots.json") == expected
    loss = round(evaluate_loss(load_model(tmp_path / "to")[0], val, 16, 40), 4)
    assert read_json(tmp_path / "to" / "quality.json") == {**found, "val_loss": loss}
    assert "model.safetensors: 0." in capsys.readouterr().out


def test_a_tuned_model_is_shipped_whole_or_as_an_adapter(tmp_path, monkeypatch, capsys):
    # fails if an adapter is shipped with its base, without its name, or judged without its change
    judged = []

    def judge(model, tokenizer, report):
        judged.append(model)
        return {"stories": {}, "answers": {"spam, held_out": 0.5}}

    monkeypatch.setattr(shipping, "evaluate_model", judge)
    log, run, to = [{"step": 12, "val_loss": 1.0}], tmp_path / "run", tmp_path / "to"
    recipe = write_recipe(tmp_path, lambda text: text + "\n[lora]\nr = 2\n")
    base, tokenizer = load_model(tmp_path / "base")
    save_model(base, tokenizer, run / "model", log=log)
    tuned = add_lora(base, r=2)
    with torch.no_grad():
        for parameter in tuned.parameters():
            if parameter.requires_grad:
                parameter.normal_()
    save_adapter(tuned, run / "adapter")
    assert ship([str(recipe), "--run", str(run), "--to", str(to)]) == 0
    files = sorted(path.name for path in to.iterdir())
    assert files == ["adapter.safetensors", "quality.json", "training_log.json"]
    assert read_json(to / "training_log.json")["evaluations"] == log
    ids = torch.tensor([[5, 6, 7]])
    shipped = load_model(to)[0](ids)
    torch.testing.assert_close(shipped, tuned(ids), atol=0.05, rtol=0.05)  # float16
    torch.testing.assert_close(judged[0](ids), shipped)
    whole = write_recipe(tmp_path)
    assert ship([str(whole), "--run", str(run), "--to", str(tmp_path / "whole")]) == 0
    assert {
        t.dtype for t in read_tensors(tmp_path / "whole" / "model.safetensors")[0].values()
    } == {torch.float16}
    assert ship([str(whole), "--run", str(tmp_path), "--to", str(to)]) == 1
    assert f"First train: python -m llm_lib.book.recipes.tune {whole}" in capsys.readouterr().out
