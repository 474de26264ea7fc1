"""The recorded count of heads that leave most of their attention on the first token."""

import torch

from llm_lib.book.measured.recorded_run import load_recorded
from llm_lib.book.studies.real_english.sink import COMMAND, first_token_shares
from tests.book.studies.real_english.real_model import smollm2


def test_the_file_is_the_model_s():
    # fails if the first row counts, which sees nothing but the first token
    record = load_recorded("sink")
    assert record["made_by"] == COMMAND
    [run], counts = record["runs"], record["counts"]
    assert (counts["over_half"], counts["heads"]) == (98, 270)
    model, _ = smollm2()
    names = [f"blocks.{i}.attention.pattern" for i in (0, 12)]
    with torch.no_grad():
        _, cache = model.run_with_cache(torch.tensor([run["ids"]]), names)
    shares = first_token_shares(model, run["ids"])
    for i in (0, 12):
        by_hand = cache[f"blocks.{i}.attention.pattern"][0, :, 1:, 0].mean(dim=-1)
        assert torch.allclose(shares[i], by_hand, atol=1e-5)
    assert int((shares > 0.5).sum()) == 98
