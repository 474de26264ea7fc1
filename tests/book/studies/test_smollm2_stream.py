"""What was recorded of SmolLM2, with which the chapter on real weights compares."""

import pytest
import torch

from llm_lib import load_model
from llm_lib.book.studies.smollm2_stream import (
    EVERY,
    TEXT,
    load_smollm2_inside,
    load_smollm2_stream,
)
from tests.book.studies.record_smollm2_stream import measure_stream


def test_the_record_is_what_transformers_computes():
    # fails if the file was written by our own model, from another text, or with other channels
    kept = measure_stream()
    ids, stream = load_smollm2_stream()
    assert torch.equal(ids, kept["ids"])
    torch.testing.assert_close(stream, kept["stream"], rtol=1e-3, atol=1e-3)
    for name, tensor in load_smollm2_inside().items():
        torch.testing.assert_close(tensor, kept[name], rtol=1e-3, atol=1e-3)


def test_the_library_computes_the_same_stream():
    # fails if a layer of the port differs, or the list is off by one layer
    model, tokenizer = load_model("smollm2")
    ids, stream = load_smollm2_stream()
    assert tokenizer.decode(ids[0].tolist()) == TEXT
    with torch.no_grad():
        ours = model.run_with_cache(ids)[1].stream
        ours = torch.cat([*ours[:-1], model.norm(ours[-1])])[..., ::EVERY]
    gaps = (ours - stream).norm(dim=-1) / stream.norm(dim=-1)
    assert gaps.max() < 1e-4
    with pytest.raises(AssertionError):
        torch.testing.assert_close(ours[1:], stream[:-1], rtol=0.1, atol=0.1)


def test_the_library_computes_the_same_inside_layer_0():
    # fails if a place is recorded under another's name, before the rotation, or in another order
    model, _ = load_model("smollm2")
    with torch.no_grad():
        logits, ours = model.run_with_cache(load_smollm2_stream()[0])
    ours = {**ours, "logits": logits}
    inside = load_smollm2_inside()
    assert next(iter(inside)) == "blocks.0.norm_1.normalized" and [*inside][-1] == "logits"
    for name, theirs in inside.items():
        mine = ours[name][..., :: ours[name].shape[-1] // theirs.shape[-1]]
        assert mine.shape == theirs.shape
        assert (mine - theirs).norm() < 1e-5 * theirs.norm(), name
