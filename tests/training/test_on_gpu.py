"""GPT-2's smallest size on a GPU, in bfloat16; without a GPU, the same code in small."""

import pytest
import torch

from benchmarks import on_gpu
from benchmarks.on_gpu import BATCH, STEPS, WARM_UP, GPUTraining, find_gpu
from benchmarks.table import SkippedError
from llm_lib.costs.model_size import count_flops, known_configs
from llm_lib.model.gpt import GPTConfig


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_trains_124_million_parameters(capsys):
    # fails if the loss does not fall there, or most of the GPU's time is waited away
    try:
        name, peak = find_gpu()
    except SkippedError as error:
        pytest.skip(str(error))
    training = GPUTraining(known_configs()["GPT-2"], BATCH, "cuda", compiled=False)
    training.take_steps(WARM_UP)
    seconds = training.take_steps()
    mfu = STEPS * training.flops / seconds / peak
    with capsys.disabled():
        tokens = STEPS * training.x.numel()
        print(f"\n{name}: {tokens / seconds:,.0f} tokens/s, MFU {mfu:.1%}")
    assert training.losses[1] < training.losses[0] - 0.1
    assert 0.1 < mfu < 0.9


def test_the_row_trains_and_counts_as_the_library_does():
    # fails if the row's steps learn nothing, or its operations are others than `count_flops`
    # counts: a forward pass, and a backward pass of twice that
    config = GPTConfig(50, context_length=16, n_layer=2, n_head=2, n_embd=64, bias=False)
    training = GPUTraining(config, 4, "cpu", compiled=False)
    assert training.take_steps(1) > 0
    training.take_steps(5)
    assert training.losses[1] < training.losses[0]
    norms = 5 * 64  # are no matrix products
    counted = 3 * sum(count_flops(config).values()) * 4 * 16
    assert training.flops == counted + 6 * norms * 4 * 16


def test_without_a_known_gpu_the_row_is_skipped_by_name(monkeypatch):
    # fails if a table without this row looks whole, or a peak is made up
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(SkippedError, match="no GPU here"):
        on_gpu.prepare()
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "GPU of next year")
    with pytest.raises(SkippedError, match="peak of GPU of next year is not among those"):
        on_gpu.prepare()
