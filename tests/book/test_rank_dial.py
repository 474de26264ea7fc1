"""The Python side of RankDial: its settings, its adapters, and errors that say what is allowed."""

import copy
from collections import Counter

import pytest
import torch

from llm_lib.book.recipes.tuning import TuningRecipe
from llm_lib.book.small_world.tasks import make_examples
from llm_lib.book.widgets import RankDial
from llm_lib.book.widgets.rank_dial import held_out_prompts
from llm_lib.bpe import BPETokenizer
from llm_lib.finetuning.adapters import save_adapter
from llm_lib.finetuning.lora import add_lora
from llm_lib.model.gpt import GPT, GPTConfig

TOKENIZER = BPETokenizer([])


def small_model() -> GPT:
    torch.manual_seed(0)
    return GPT(GPTConfig(TOKENIZER.vocab_size, context_length=8, n_layer=2, n_head=2, n_embd=16))


@pytest.fixture(scope="module")
def base():
    return small_model()


@pytest.fixture(scope="module")
def folders(base, tmp_path_factory):
    """Adapters of ranks 2 and 3 for `base`, by rank."""
    made = {r: tmp_path_factory.mktemp("adapter") for r in (2, 3)}
    for r, folder in made.items():
        save_adapter(add_lora(copy.deepcopy(base), r=r), folder)
    return made


def test_settings_and_initial_values(base, folders):
    # fails if a setting is not taken over, or Reset would not know where the widget began
    dial = RankDial(base, TOKENIZER, folders, strength=0.5)
    assert (dial.initial["strength"], dial.initial["r"]) == (0.5, 2)
    dial.r = 3
    assert (dial.r, dial.initial["r"]) == (3, 2)


def test_the_model_that_is_shown_is_left_as_it_was(base, folders):
    # fails if reading the adapters puts one into the reader's own model
    before = {name: tensor.clone() for name, tensor in base.state_dict().items()}
    RankDial((base, TOKENIZER), adapters=folders)
    assert base.state_dict().keys() == before.keys()
    assert all(torch.equal(before[name], tensor) for name, tensor in base.state_dict().items())


@pytest.mark.parametrize(
    ("settings", "kind", "words"),
    [
        ({"r": 4}, ValueError, r"r must be one of \(2, 3\), got 4"),
        ({"strength": 2.5}, ValueError, "strength must be .*2, got 2.5"),
        ({"prompt": "x" * 601}, ValueError, "prompt should have at most 600 characters; got 601"),
        ({"rank": 4}, TypeError, "no setting 'rank'; the settings are"),
    ],
)
def test_wrong_settings_say_what_is_allowed(base, folders, settings, kind, words):
    # fails if a wrong setting passes, or if the message does not say what is allowed
    with pytest.raises(kind, match=words):
        RankDial(base, TOKENIZER, folders, **settings)


def test_wrong_adapters_are_refused(base, folders, tmp_path):
    # fails if an adapter of another base, rank or place is shown as if it belonged here
    with pytest.raises(ValueError, match="has rank 2, not 4"):
        RankDial(base, TOKENIZER, {4: folders[2]})
    with pytest.raises(ValueError, match="is empty"):
        RankDial(base, TOKENIZER, {})
    other = small_model().requires_grad_(False)
    other.norm.weight += 1
    with pytest.raises(ValueError, match="learned beside another base"):
        RankDial(other, TOKENIZER, folders)
    save_adapter(add_lora(copy.deepcopy(base), r=4, targets=["feed_forward.up"]), tmp_path)
    with pytest.raises(ValueError, match=r"differ in what they change: blocks\.0\."):
        RankDial(base, TOKENIZER, {2: folders[2], 4: tmp_path})


def test_the_prompts_are_none_that_the_adapters_learned_from():
    # fails if a prompt is one of the examples of their recipe, or one answer to all is half right
    recipe = TuningRecipe.read("configs/sprout_adapter.toml")
    seed = recipe.data.get("seed", 0)
    learned = make_examples(recipe.data["tasks"], recipe.data["examples"], seed)
    prompts = held_out_prompts()
    assert not {example.prompt for example in learned} & {prompt for _, prompt, _ in prompts}
    answers = [answer for _, _, answer in prompts if answer]
    assert len(answers) == 12 and max(Counter(answers).values()) <= 2
