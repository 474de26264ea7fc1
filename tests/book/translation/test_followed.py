"""What the walkthrough of a translation shows, against the model asked directly."""

import pytest
import torch

from llm_lib.book.studies.lumi import load_lumi
from llm_lib.book.translation import START, encode_pairs, lumi_tokenizer, to_lumi, translate_greedy
from llm_lib.book.translation.followed import LONGEST, follow_translation

SENTENCES = ["The brave fox finds forty three kites.", "The dog has twelve maps."]


@pytest.fixture(scope="module")
def model():
    return load_lumi()


@pytest.fixture(scope="module")
def data(model):
    return follow_translation(model, SENTENCES)


def ids_of(words):
    known = lumi_tokenizer().words
    return [known.index("<stop>" if word == "end" else word) for word in words]


def test_what_is_written_freely_is_the_greedy_translation(model, data):
    # Fails if a token is not the likeliest one, or the end token is lost.
    for text, expected in zip(data["texts"], translate_greedy(model, SENTENCES), strict=True):
        words = text["runs"][""]["words"]
        assert words[-1] == "end" and lumi_tokenizer().decode(ids_of(words[:-1])) == expected
        assert lumi_tokenizer().decode(ids_of(text["right"][:-1])) == to_lumi(text["sentence"])
    assert (data["n_layer"], data["n_embd"], data["vocab_size"]) == (2, 32, 269)


def test_numbers_are_those_of_one_pass_over_all_tokens(model, data):
    # Fails if a weight or probability belongs to another token, layer or head.
    for text in data["texts"]:
        source, _ = encode_pairs([(text["sentence"], "")])
        for run in text["runs"].values():
            ids, seen = ids_of(run["words"]), {}
            with torch.no_grad():
                logits = model(source, torch.tensor([[START, *ids[:-1]]]), seen)
            p = logits[0].softmax(dim=-1)
            assert run["p"] == pytest.approx([p[t, i].item() for t, i in enumerate(ids)], abs=1e-4)
            assert [row[0][1] for row in run["next"]] == pytest.approx(
                p.amax(dim=-1).tolist(), abs=1e-4
            )
            for name, part in (("across", "cross"), ("back", "decoder")):
                expected = seen[part][-1][0].mean(dim=0)
                assert torch.allclose(torch.tensor(run[name]), expected, atol=1e-3)
        assert torch.allclose(
            torch.tensor(text["encoder"]), seen["encoder"][-1][0].mean(dim=0), atol=1e-3
        )
        memory = model.encode(source)[0, :, :4]
        assert torch.allclose(torch.tensor(text["memory"]), memory, atol=0.006)


def test_a_token_that_is_left_out_is_skipped(data):
    # Fails if another token is pinned, or what comes before it changes.
    for text in data["texts"]:
        free = text["runs"][""]["words"]
        assert list(text["runs"]) == ["", *(str(t) for t in range(len(free) - 2))]
        for t in range(len(free) - 2):
            words = text["runs"][str(t)]["words"]
            assert words[: t + 1] == [*free[:t], free[t + 1]] and len(words) <= LONGEST
