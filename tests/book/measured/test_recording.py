"""What is recorded of a run, against the model's own numbers."""

import math

import pytest
import torch

from llm_lib.book.measured.recorded_run import check_recorded
from llm_lib.book.measured.recording import encode_after_end, next_without, record_run
from llm_lib.model.gpt import GPT, GPTConfig
from tests.book.measured.damaged_records import whole_record

TEXT = "bad cab"


class Letters:
    """A tokenizer of the tests: the end of a text, a blank, and the letters from a."""

    end_id, vocab_size = 0, 8

    def encode(self, text):
        return [1 if letter == " " else ord(letter) - 95 for letter in text]

    def decode(self, ids):
        return "".join(["<|endoftext|>", " ", *"abcdef"][i] for i in ids)


@pytest.fixture
def model():
    torch.manual_seed(0)
    return GPT(GPTConfig(8, 16, n_layer=2, n_head=2, n_embd=8, position="rotary")).eval()


def test_a_run_holds_the_model_s_numbers(model):
    # fails if a position is counted without the first token, or a row is another query's
    run = record_run(
        model, Letters(), TEXT, next_at=(2, -1), n_next=3, surprises=True,
        heads=[(1, 0)], queries=[3, -1], scores=True,
    )  # fmt: skip
    check_recorded(whole_record() | {"runs": [run]})
    ids = [0, *Letters().encode(TEXT)]
    assert run["ids"] == ids == encode_after_end(Letters(), TEXT)
    assert run["tokens"][:3] == ["<|endoftext|>", "b", "a"] and run["name"] == TEXT
    logits, kept = model.run_with_cache(torch.tensor([ids]))
    p = logits[0].detach().softmax(-1)
    assert list(run["next"]) == ["2", "7"]
    for position, rows in run["next"].items():
        for i, token, share in rows:
            assert token == Letters().decode([i])
            assert share == pytest.approx(p[int(position), i].item(), abs=1e-6)
        assert rows[0][2] == pytest.approx(p[int(position)].max().item(), abs=1e-6)
    expected = [-math.log(p[i, ids[i + 1]].item()) for i in range(len(ids) - 1)]
    assert run["surprises"] == pytest.approx(expected, abs=1e-4)
    head = run["heads"][0]
    assert (head["layer"], head["head"], head["queries"]) == (1, 0, [3, 7])
    pattern = kept["blocks.1.attention.pattern"][0, 0].detach()
    for query, weights, scores in zip([3, 7], head["weights"], head["scores"], strict=True):
        assert weights == pytest.approx(pattern[query, : query + 1].tolist(), abs=1e-3)
        again = torch.tensor(scores).softmax(0).tolist()
        assert again == pytest.approx(weights, abs=1e-2)


def test_a_head_that_is_off_writes_nothing(model):
    # fails if another head is switched off, or the first token is left out
    ids = encode_after_end(Letters(), TEXT)
    found = next_without(model, Letters(), ids, [(0, 1)], n=2)
    with torch.no_grad():
        model.blocks[0].attention.out.weight[:, 4:] = 0
        p = model(torch.tensor([ids]))[0, -1].softmax(-1)
    assert found["heads"] == [[0, 1]] and list(found["next"]) == ["7"]
    for i, _, share in found["next"]["7"]:
        assert share == pytest.approx(p[i].item(), abs=1e-5)
