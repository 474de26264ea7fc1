"""The clock of the study on training faster: ratios of pairs, and the profile of a step."""

import math

import numpy as np
import pytest
import torch

from llm_lib.book.studies.faster_times import kind_of, profile_step, ratio_of
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.training import TrainingConfig


def test_ratio_of_pairs():
    # fails if one round that was disturbed decides, or the first rounds are counted
    clock = iter(np.cumsum([0.0, 9, 0, 1, 0, 9, 0, 1, *[0, 2, 0, 4] * 4, 0, 99, 0, 4]).tolist())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("llm_lib.book.studies.faster_times.time.process_time", lambda: next(clock))
        timed = ratio_of(lambda i: None, lambda i: None, rounds=5)
    assert timed["ratio"] == 0.5 and timed["seconds"] == 2.0


def test_a_profile_adds_up():
    # fails if a pass or a kind of work is left out of the profile
    model = GPT(GPTConfig(7, context_length=8, n_layer=1, n_head=2, n_embd=8))
    x = torch.arange(14).view(2, 7) % 7
    found = profile_step(model, TrainingConfig(steps=10), x, x, steps=1)
    assert [name for name, _ in found["passes"]] == ["forward", "backward", "optimiser"]
    for rows in found.values():
        assert math.isclose(sum(share for _, share in rows), 1, abs_tol=0.01)
    assert kind_of("aten::_log_softmax") == "loss" and kind_of("aten::bmm") == "attention"
    assert dict(found["parts"])["matrices"] > 0
