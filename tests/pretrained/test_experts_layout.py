"""Mixtures of experts in both of their layouts; logits are compared in test_llama_layout."""

import copy

import pytest
import torch

from llm_lib.pretrained.layouts import gpt_from_huggingface
from llm_lib.pretrained.save_load import from_huggingface
from tests.pretrained.test_huggingface import make


@pytest.mark.parametrize("kind", ["mixtral", "qwen3_moe"])
def test_files_and_memory_hold_the_same_experts(kind, tmp_path):
    # fails if gate and up, or two experts, are confused in one of the two layouts
    theirs = make(kind, tmp_path)
    from_files = from_huggingface(tmp_path)[0].state_dict()
    from_memory = gpt_from_huggingface(theirs.state_dict(), theirs.config).state_dict()
    assert from_files.keys() == from_memory.keys()
    assert all(torch.equal(from_files[name], from_memory[name]) for name in from_files)


def test_another_number_of_experts_than_the_config_says_is_refused(tmp_path):
    # fails if experts of a model in memory are dropped, or an IndexError comes
    theirs = make("mixtral", tmp_path)
    config = copy.deepcopy(theirs.config)  # which all tests share
    config.num_local_experts = 2
    with pytest.raises(ValueError, match=r"says 2 experts, and .* has 3"):
        gpt_from_huggingface(theirs.state_dict(), config)
