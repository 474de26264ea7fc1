"""Tests of these checks: the book's file passes, and planted mistakes are named."""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest
import torch

from llm_lib.book.my_gpt.stages import text_at
from tests.book.my_gpt.planted import is_named, mistakes_of, problem_with

KEYS = ("13a",)


@pytest.mark.parametrize("key", KEYS)
def test_the_book_s_file_passes(key, tmp_path):
    # fails if a check asks for what the file does not do
    assert not problem_with(text_at(key), key, tmp_path)


@mistakes_of(*KEYS)
def test_a_mistake_is_named(mistake, tmp_path):
    # fails if a check overlooks the mistake, or calls it by another name
    named, said = is_named(mistake, tmp_path)
    assert named, said


@pytest.mark.parametrize(
    ("device", "major", "enabled"),
    [("cpu", 8, False), ("cuda", 7, False), ("cuda", 8, True), ("cuda", 9, True)],
)
def test_bfloat16_only_where_a_gpu_computes_it(monkeypatch, my, device, major, enabled):
    # fails if a GPU that only emulates bfloat16, such as a T4, gets slower by it
    ids, asked = torch.tensor([[1, 2, 3]]), []
    monkeypatch.setattr(torch.version, "hip", None)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "current_device", lambda: 0)
    properties = SimpleNamespace(major=major)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _: properties)

    def autocast(device, dtype, enabled):
        asked.append((device, dtype, enabled))
        return nullcontext()

    monkeypatch.setattr(torch, "autocast", autocast)
    monkeypatch.setitem(my.loss_of.__globals__, "DEVICE", device)
    batch = SimpleNamespace(to=lambda device: ids)  # on a GPU that isn't here
    loss = my.loss_of(lambda ids: torch.zeros(1, 3, 5), batch, batch)
    assert asked == [(device, torch.bfloat16, enabled)]
    assert loss.item() == pytest.approx(torch.tensor(5.0).log().item())
