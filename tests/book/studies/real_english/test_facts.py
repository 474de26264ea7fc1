"""The recorded ranks of right words through the depth, against the model itself."""

import pytest
import torch

from llm_lib.book.measured.recorded_run import find_run, load_recorded
from llm_lib.book.studies.real_english.facts import (
    COMMAND,
    FACTS,
    first_for_good,
    known_runs,
    median_ranks,
    ranks_of,
    ranks_through_depth,
)
from tests.book.studies.real_english.real_model import smollm2


@pytest.fixture(scope="module")
def record():
    return load_recorded("facts")


def test_the_file_bears_out_what_is_said_of_it(record):
    # fails if words come earlier, or fewer facts are known
    assert record["made_by"] == COMMAND and len(record["runs"]) == len(FACTS) == 30
    assert record["counts"] == {"of": 30, "known": 26, "known_bare": 21, "at_the_end": 17}
    known = known_runs(record["runs"])
    assert len(known) == 26
    assert sum(first_for_good(ranks_of(run)) == 30 for run in known) == 17
    medians = median_ranks(known)
    assert min(medians[1:24]) > 3000 and medians[24] < 500 and medians[27] < 60
    assert medians[30] == 1


@pytest.mark.parametrize("text", ["The capital of France is", "The author of Harry Potter is J."])
def test_ranks_are_the_model_s(record, text):
    # fails if a rank is counted from 0, or the stream is read without the final norm
    model, tokenizer = smollm2()
    [entry] = find_run(record, text)["ranks"]
    assert tokenizer.encode(dict(FACTS)[text])[0] == entry["id"]
    with torch.no_grad():
        logits, cache = model.run_with_cache(torch.tensor([[0, *tokenizer.encode(text)]]))
        streams = [x[:, -1] for x in cache.stream]
        lens = [model.norm(x) @ model.token_embedding.weight.T for x in streams]
    assert ranks_through_depth(model, [0, *tokenizer.encode(text)], entry["id"]) == entry["ranks"]
    for rank, row in zip(entry["ranks"], lens, strict=True):
        order = row[0].argsort(descending=True).tolist()
        assert rank == 1 + order.index(entry["id"])
    assert (entry["ranks"][-1] == 1) == (int(logits[0, -1].argmax()) == entry["id"])


def test_first_for_good_by_hand():
    # fails if a word that was first for a while counts as settled
    assert first_for_good([5, 1, 2, 1, 1]) == 3
    assert first_for_good([1, 1]) == 0
    assert first_for_good([1, 2]) == 2
