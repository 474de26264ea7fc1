"""Recipes of tuning: what they do, and that each mistake in one is named."""

import json
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from llm_lib.book.recipes import tuning as module
from llm_lib.book.recipes.tuning import TuningRecipe, tune
from llm_lib.files import read_json
from llm_lib.finetuning import load_adapter
from llm_lib.finetuning.dpo import Preference
from llm_lib.pretrained.save_load import load_model, save_model
from llm_lib.training.distributed import Ranks
from llm_lib.training.processes import run_on_ranks
from tests.finetuning.small import write_recipe

ROOT = Path(__file__).parents[3]
LORA = "\n[lora]\nr = 2\n"
REWARDS = "\n[rollouts]\ngroup_size = 2\nmax_new_tokens = 2\n"


def test_it_learns_to_answer(tmp_path):
    # fails if nothing is learned, or the held-out examples are not measured
    recipe = TuningRecipe.read(write_recipe(tmp_path))
    history = tune(recipe)[2].history
    assert [row["step"] for row in history] == [6, 12]
    assert history[1]["val_loss"] < history[0]["val_loss"]


def test_with_lora_the_base_stays(tmp_path):
    # fails if the recipe's [lora] is not followed
    recipe = TuningRecipe.read(write_recipe(tmp_path, lambda text: text + LORA))
    model, _, _ = tune(recipe)
    weights = model.state_dict()
    for name, tensor in load_model(recipe.base)[0].state_dict().items():
        assert torch.equal(weights[name], tensor), name
    assert any(name.endswith("lora_b") and t.any() for name, t in weights.items())


def test_it_learns_from_marks(tmp_path):
    # fails if rewards are not drawn, or not reported
    path = write_recipe(
        tmp_path,
        lambda text: text.replace('"instruct"', '"rewards"').replace("= 12", "= 2") + REWARDS,
    )
    [row] = tune(TuningRecipe.read(path))[2].history
    assert 0 <= row["reward"] <= 1
    assert row["kl"] >= 0


def test_it_learns_what_is_liked(tmp_path):
    # fails if no pairs are drawn, or how well they are told apart is not reported
    def change(text):
        text = text.replace('"instruct"', '"preferences"').replace("size = 8", "size = 2")
        return text.replace("[training]", 'likes = "short"\n[training]') + REWARDS

    history = tune(TuningRecipe.read(write_recipe(tmp_path, change)))[2].history
    assert history[-1]["accuracy"] > 0.5


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"instruct"', '"instuct"', r"kind must be one of .*'instruct'.* got 'instuct'"),
        ("[data]", "[date]", "unknown recipe key 'date'; known are"),
        ("examples = 32", "exampels = 32", r"unknown key 'exampels' in \[data\]"),
        ("examples = 32\n", "", r"\[data\] needs 'examples'"),
        (
            "examples = 32",
            "examples = 7",
            r"\[data\] examples must be at least batch_size, 8, got 7",
        ),
        ("= 16", "= 7", r"\[data\] validation_examples must be at least batch_size, 8, got 7"),
        ("examples = 32", "examples = 0", r"\[data\] examples must be a whole number"),
        ("steps = 12", "step = 12", r"unknown key 'step' in \[training\]"),
        ("steps = 12", "steps = 1.5", "steps must be a whole number of at least 1, got 1.5"),
        ("progress = false", "progress = false" + REWARDS, r"\[rollouts\] are for the kind"),
        (
            "progress = false",
            "progress = false\n[lora]\nrank = 2",
            r"unknown key 'rank' in \[lora\]",
        ),
        ('"instruct"', '"preferences"', r'\[data\] needs "likes" for the kind "preferences"'),
        (
            "examples = 32",
            'examples = 32\nlikes = "short"\nbeta = 0',
            r'\[data\] needs "likes" for the kind "preferences", and for no other',
        ),
        ("[training]", "[training", "is not valid TOML"),
    ],
)
def test_a_mistake_is_named_with_its_file(tmp_path, old, new, said):
    path = write_recipe(tmp_path, lambda text: text.replace(old, new))
    with pytest.raises(ValueError, match=said) as caught:
        TuningRecipe.read(path)
    assert "small.toml" in str(caught.value)


def test_a_recipe_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ValueError, match="there is no recipe"):
        TuningRecipe.read(tmp_path / "none.toml")


def test_beta_is_checked_before_anything_is_drawn(tmp_path):
    # fails if a wrong beta is noticed only when the pairs have been drawn, which takes minutes
    def change(text):
        text = text.replace('"instruct"', '"preferences"')
        return text.replace("[training]", 'likes = "short"\nbeta = 0\n[training]')

    with pytest.raises(ValueError, match=r"\[data\] beta must be above 0, got 0"):
        TuningRecipe.read(write_recipe(tmp_path, change))


def test_drawing_the_pairs_is_not_silent(tmp_path, monkeypatch):
    # fails if the wait for the pairs shows nothing, or shows it where the recipe says no
    shown = []
    monkeypatch.setattr(
        module, "draw_preferences", lambda *a, progress: shown.append(progress) or []
    )
    for line in ("progress = true", "progress = false"):

        def change(text, line=line):
            text = text.replace('"instruct"', '"preferences"').replace("progress = false", line)
            return text.replace("[training]", 'likes = "short"\n[training]')

        with pytest.raises(ValueError, match="no preferences"):
            tune(TuningRecipe.read(write_recipe(tmp_path, change)))
    assert shown == [True, False]


def test_the_chapter_tells_of_the_recipe_that_is_there():
    # fails if the recipe of tuned Sprout changes, and the chapter still says what it was before
    notebook = json.loads((ROOT / "chapters/21_instructions_and_lora.ipynb").read_text("utf-8"))
    text = "\n".join("".join(cell["source"]) for cell in notebook["cells"])
    data = tomllib.loads((ROOT / "configs/sprout_tuned.toml").read_text("utf-8"))["data"]
    assert len(data["tasks"]) == 8
    assert f"{data['examples']:,} examples of eight tasks" in text
    assert "python -m llm_lib.book.recipes.tune configs/sprout_tuned.toml" in text


def as_kind(kind, more=""):
    """Return a change that makes the small recipe one of another kind."""

    def change(text):
        text = text.replace('"instruct"', f'"{kind}"').replace("= 12", "= 2")
        text = text.replace("progress = false", "progress = false" + more)
        likes = 'likes = "short"\n[training]' if kind == "preferences" else "[training]"
        return text.replace("[training]", likes) + (REWARDS if kind != "instruct" else "")

    return change


@pytest.mark.parametrize("kind", ["instruct", "preferences", "rewards"])
def test_a_recipe_is_followed_on_a_device(tmp_path, monkeypatch, kind):
    # fails if the model, its LoRA or its reference stays on the processor
    seen = {}

    def look(model, loss_at, config, **rest):
        reference = getattr(loss_at, "reference", None) or model
        tensors = [*model.parameters(), *reference.parameters()]
        seen[kind] = {t.device.type for t in tensors}

    pairs = [Preference(f"Who {n}?", "Mia.", "Tom.") for n in range(8)]
    monkeypatch.setattr(module, "fit", look)
    monkeypatch.setattr(module, "draw_preferences", lambda *args, **rest: pairs)
    path = write_recipe(tmp_path, lambda text: as_kind(kind)(text) + LORA)
    tune(TuningRecipe.read(path), device="meta")
    assert seen == {kind: {"meta"}}


def test_what_processes_cannot_do_is_told_first(tmp_path, monkeypatch):
    # fails if minutes of drawing end in a refusal
    monkeypatch.setattr(module, "make_examples", None)  # nothing has been made before
    cut = write_recipe(tmp_path, as_kind("rewards", '\nparallel = "fsdp"'))
    with pytest.raises(ValueError, match=r'parallel must be "ddp" for the kind "rewards"'):
        tune(TuningRecipe.read(cut))
    monkeypatch.setattr(module.Ranks, "current", lambda: Ranks(0, 3))
    with pytest.raises(ValueError, match="a batch_size of 8 can't be shared by 3 processes"):
        tune(TuningRecipe.read(write_recipe(tmp_path)))


def test_an_answer_that_could_not_be_learned_is_told_first(tmp_path, monkeypatch):
    # fails if the training stops at the first prompt whose answer could be too long
    monkeypatch.setattr(module, "fit", None)
    long = lambda text: as_kind("rewards")(text).replace("tokens = 2", "tokens = 60")  # noqa: E731
    with pytest.raises(
        ValueError, match=r"prompt \d+ has \d+ tokens, and with an answer of up to 60"
    ):
        tune(TuningRecipe.read(write_recipe(tmp_path, long)))


@pytest.mark.parametrize("kind", ["instruct", "rewards"])
def test_a_folder_of_another_base_or_of_other_examples_is_refused(tmp_path, kind):
    # fails if what was tuned from another model, or by other examples, comes back
    folder, path = str(tmp_path / "run"), write_recipe(tmp_path, as_kind(kind))
    recipe = TuningRecipe.read(path)
    tune(recipe, folder)
    other = replace(recipe, data=recipe.data | {"seed": 1})
    with pytest.raises(ValueError, match=r"belongs to a training with (data|first prompts) = "):
        tune(other, folder)
    model, tokenizer = load_model(recipe.base)
    with torch.no_grad():
        model.norm.weight += 1
    save_model(model, tokenizer, recipe.base)
    with pytest.raises(ValueError, match=r"with (base|reference) = 'weights \w+', this one has"):
        tune(recipe, folder)


def follow_in_processes(path, folder):
    """Follow a recipe by the command, in processes that have met; return what was printed."""
    import contextlib
    import io

    from llm_lib.book.recipes.tune import main

    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = main([path, "--folder", folder, "--threads", "1", "--device", "cpu"])
    return code, said.getvalue()


@pytest.mark.parametrize(
    ("kind", "more"),
    [("instruct", ""), ("instruct", '\nparallel = "fsdp"' + LORA), ("preferences", LORA),
     ("rewards", LORA)],
)  # fmt: skip
def test_processes_follow_a_recipe_together(tmp_path, kind, more):
    # fails if each writes the model, if all read the same examples and so learn something else, or
    # if a model with LoRA that was cut can't be written
    path = str(write_recipe(tmp_path, as_kind(kind, more)))
    (code, said), (also, nothing) = run_on_ranks(follow_in_processes, path, str(tmp_path / "two"))
    assert (code, also, nothing) == (0, 0, ""), said
    assert said.count("the model is in") == 1
    model, _ = load_model(tmp_path / "two" / "model")
    if LORA in more:
        adapted = load_adapter(load_model(tmp_path / "base")[0], tmp_path / "two" / "adapter")
        ids = torch.tensor([[5, 6, 7]])
        torch.testing.assert_close(adapted(ids), model(ids))
    if kind != "instruct":  # each process draws answers of its own to learn from
        return
    run_on_ranks(follow_in_processes, path, str(tmp_path / "one"), ranks=1)
    logs = (read_json(tmp_path / n / "model" / "training_log.json") for n in ("one", "two"))
    losses = ([row["val_loss"] for row in log["evaluations"]] for log in logs)
    torch.testing.assert_close(*map(torch.tensor, losses), atol=2e-4, rtol=0)
