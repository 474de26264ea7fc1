"""The residual stream: its parts add up to it, and to each logit."""

import pytest
import torch

from llm_lib.book.measured.residual_stream import follow_stream
from llm_lib.interp.residual_stream import part_names, run_parts, running_sums, split_logit
from llm_lib.model.gpt import GPT, GPTConfig
from llm_lib.pretrained.save_load import load_model

TEXT = 'The fox had a kite. "Where is my'


def small(**changes):
    """Return a GPT whose norms and biases are not ones and zeros, and ids for it."""
    torch.manual_seed(3)
    model = GPT(GPTConfig(13, 8, n_layer=2, n_head=2, n_embd=8, **changes)).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.3 * torch.randn_like(parameter))
    return model, torch.randint(13, (2, 6))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"position": "rotary", "norm": "rms", "mlp": "swiglu"},
        {"mlp": "relu2", "qk_norm": True},
    ],
)
def test_the_parts_add_up_to_the_stream(changes):
    # fails if a part is left out, read from the wrong place, or added twice
    model, ids = small(**changes)
    added = run_parts(model, ids)
    assert list(added) == ["embedding", *part_names(model)]
    with torch.no_grad():
        logits, seen = model.run_with_cache(ids)
    sums = running_sums(added)
    for i, x in enumerate(seen.stream):  # before each block, and after the last
        assert torch.allclose(sums[2 * i], x, atol=1e-5)
    with torch.no_grad():
        assert torch.allclose(model.unembed(sums[-1]), logits, atol=1e-5)


def test_a_part_that_is_off_adds_nothing():
    # fails if another part is switched off, or those behind it don't notice
    model, ids = small(bias=False)
    off = run_parts(model, ids, ["attention 1"])
    whole = run_parts(model, ids)
    assert off["attention 1"].abs().max() == 0
    assert torch.equal(off["feed-forward 0"], whole["feed-forward 0"])
    assert not torch.allclose(off["feed-forward 1"], whole["feed-forward 1"])
    silent = {"blocks.1.attention.z": torch.zeros_like}  # without a bias, the same
    with torch.no_grad():
        logits = model.run_with_hooks(ids, silent)
        assert torch.allclose(model.unembed(sum(off.values())), logits, atol=1e-5)


def test_a_part_is_off_at_the_last_position_alone():
    # fails if it is silent at the earlier ones, too, or still writes at the last
    model, ids = small()
    off = run_parts(model, ids, ["attention 1"], last_only=True)["attention 1"]
    assert off[:, -1].abs().max() == 0
    assert torch.equal(off[:, :-1], run_parts(model, ids)["attention 1"][:, :-1])


def test_the_stream_is_read_without_dropout():
    # fails if a model in training gives other parts each time, or is left in another mode
    model, ids = small(dropout=0.5)
    tokenizer = load_model("sprout")[1]
    text = tokenizer.decode([3, 5, 7])
    calm = run_parts(model, ids), follow_stream(model, tokenizer, text)
    model.train()
    again = run_parts(model, ids), follow_stream(model, tokenizer, text)
    assert all(torch.equal(calm[0][name], part) for name, part in again[0].items())
    assert again[1] == calm[1] and all(part.training for part in model.modules())


def test_an_unknown_part_is_told():
    # fails if a name that no part has is passed over
    model, ids = small()
    with pytest.raises(ValueError, match="called 'attention 2'; the parts are attention 0"):
        run_parts(model, ids, ["attention 2"])


@pytest.mark.parametrize("changes", [{}, {"bias": False, "tie_weights": False}])
def test_the_entries_add_up_to_the_logit(changes):
    # fails if an entry is missing, or the norm is not that of the whole stream
    model, ids = small(**changes)
    entries = split_logit(model, run_parts(model, ids[:1]), token=4)
    with torch.no_grad():
        logits = model(ids[:1])[0, -1]
    assert sum(entries.values()) == pytest.approx((logits[4] - logits.mean()).item(), abs=1e-4)
    assert ("norm" in entries) == (changes == {})


def test_another_norm_is_refused():
    # fails if a logit is split by a rule that does not hold for the model
    model, ids = small(norm="rms")
    with pytest.raises(ValueError, match="the norm must be 'layer', got 'rms'"):
        split_logit(model, run_parts(model, ids[:1]), token=4)
