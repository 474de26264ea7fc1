"""The cache of keys and values, apart from the attention that fills it."""

import pytest
import torch

from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.model.kv_cache import KVCache


def test_a_full_cache_says_so():
    # fails if positions are silently lost
    cache = KVCache(1, 1, 1, 4, 2, like=torch.zeros(1))
    with pytest.raises(ValueError, match="holds 4 positions, 5 are needed"):
        cache.extend(0, torch.zeros(1, 1, 5, 2), torch.zeros(1, 1, 5, 2))


@pytest.mark.parametrize(("n_cached", "n_texts"), [(2, 1), (1, 2), (3, 2)])
def test_a_cache_for_other_texts_is_refused(n_cached, n_texts):
    # fails if one text is stored for each row of the cache, and comes back that often
    model = GPT(GPTConfig(50, 8, 1, 2, 8)).eval()
    cache = model.new_cache(n_cached)
    said = (
        f"made for a batch of {n_cached}, and a batch of {n_texts} came.*new_cache\\({n_texts}\\)"
    )
    with torch.no_grad(), pytest.raises(ValueError, match=said):
        model(torch.tensor([[3, 1, 4]] * n_texts), cache)
    assert cache.length == 0  # nothing was read
    with torch.no_grad():
        assert model(torch.tensor([[3, 1, 4]] * n_cached), cache).shape == (n_cached, 3, 50)


@pytest.mark.parametrize(("H", "D", "said"), [(1, 2, "1 of size 2 came"), (3, 1, "3 of size 1")])
def test_another_models_cache_is_refused(H, D, said):
    # fails if one head of keys is stored for each of three, or one number for each of two
    cache = KVCache(1, 1, 3, 4, 2, like=torch.zeros(1))
    with pytest.raises(ValueError, match=f"it has 3 key heads of size 2, and {said}"):
        cache.extend(0, torch.zeros(1, H, 1, D), torch.zeros(1, H, 1, D))


def test_what_is_stored_comes_back_with_all_that_came_before():
    # fails if a layer overwrites another, or a piece is stored where an earlier one lies
    cache, pieces = KVCache(2, 1, 1, 5, 3, like=torch.zeros(1)), torch.randn(2, 1, 1, 5, 3)
    for layer in (0, 1):
        cache.extend(layer, pieces[layer, :, :, :2], -pieces[layer, :, :, :2])
    cache.length = 2
    for layer in (0, 1):
        keys, values = cache.extend(layer, pieces[layer, :, :, 2:], -pieces[layer, :, :, 2:])
        assert torch.equal(keys, pieces[layer]) and torch.equal(values, -pieces[layer])


def test_its_bytes_are_those_of_keys_and_values():
    # fails if keys or values are forgotten: 2 layers, 3 texts, 4 heads, 5 positions of 6 numbers
    cache = KVCache(2, 3, 4, 5, 6, like=torch.zeros(1, dtype=torch.float16))
    assert cache.nbytes == 2 * (2 * 3 * 4 * 5 * 6) * 2
