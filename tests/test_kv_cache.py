"""The cache of keys and values, apart from the attention that fills it."""

import pytest
import torch

from llm_lib.kv_cache import KVCache


def test_a_full_cache_says_so():
    # fails if positions are silently lost
    cache = KVCache(1, 1, 1, 4, 2, like=torch.zeros(1))
    with pytest.raises(ValueError, match="holds 4 positions, 5 are needed"):
        cache.extend(0, torch.zeros(1, 1, 5, 2), torch.zeros(1, 1, 5, 2))


def test_what_is_stored_comes_back_with_all_that_came_before():
    # fails if a layer overwrites another, or a piece is stored where an earlier one lies
    cache, pieces = KVCache(2, 1, 1, 5, 3, like=torch.zeros(1)), torch.randn(2, 1, 1, 5, 3)
    for layer in (0, 1):
        cache.extend(layer, pieces[layer, :, :, :2], -pieces[layer, :, :, :2])
    cache.length = 2
    for layer in (0, 1):
        keys, values = cache.extend(layer, pieces[layer, :, :, 2:], -pieces[layer, :, :, 2:])
        assert torch.equal(keys, pieces[layer]) and torch.equal(values, -pieces[layer])
