"""Reading a prompt: what is computed, and what room is made."""

import pytest
import torch

from llm_lib.generation import generate
from llm_lib.generation.prefill import make_cache, read
from llm_lib.model.gpt import GPT, GPTConfig


def make(**kind) -> GPT:
    torch.manual_seed(0)
    return GPT(GPTConfig(20, 64, 2, 2, 8, init_std=0.6, **kind)).eval()


def record_shapes(model) -> list[tuple]:
    """Return a list that receives the shape of everything that the last norm is given."""
    shapes = []
    model.norm.register_forward_pre_hook(lambda _, inputs: shapes.append(tuple(inputs[0].shape)))
    return shapes


@pytest.mark.parametrize("use_cache", [True, False])
def test_scores_are_made_for_the_last_position_alone(use_cache):
    # Fails if the head is multiplied with every position of the prompt.
    model = make()
    shapes = record_shapes(model)
    generate(model, [[1, 2, 3], [4]], 3, use_cache=use_cache)
    assert shapes == [(2, 1, 8)] * 3


@pytest.mark.parametrize("keep", [1, 2, 5])
def test_read_gives_the_last_logits(keep):
    # Fails if others are kept than the last, or too few.
    model, ids = make(), torch.randint(20, (2, 5))
    with torch.no_grad():
        torch.testing.assert_close(read(model, ids, keep=keep), model(ids)[:, -keep:])


@pytest.mark.parametrize(("n_new", "room"), [(5, 8), (1, 4), (100, 64)])
def test_the_cache_has_room_for_what_is_written(n_new, room, monkeypatch):
    # Fails if each text gets a cache for the whole context, or one that is too small.
    model, made = make(), []
    new_cache = GPT.new_cache

    def spy(*arguments):
        made.append(new_cache(*arguments))
        return made[-1]

    monkeypatch.setattr(GPT, "new_cache", spy)
    generate(model, [1, 2, 3], n_new, temperature=0)
    assert [cache.keys.shape[3] for cache in made] == [room]


def test_another_model_is_asked_for_a_cache_as_ever():
    # Fails if a model of somebody else's is called with options that it lacks.
    class Other:
        def new_cache(self, batch_size):
            return batch_size

        def __call__(self, ids, cache=None):
            return torch.zeros(*ids.shape, 3)

    assert make_cache(Other(), 2, 100) == 2
    assert read(Other(), torch.tensor([[1, 2]])).shape == (1, 2, 3)


def test_reading_makes_no_gradients():
    # Fails if what is read for writing keeps what only a training needs.
    assert not read(make(), torch.randint(20, (2, 9))).requires_grad
