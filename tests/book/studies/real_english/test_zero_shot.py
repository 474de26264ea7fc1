"""Reviews judged without labels: the record, the script, and what chapter 20 says of it."""

import hashlib
import re
from statistics import mean

import pytest
import torch

from llm_lib.book.studies.few_labels import split_texts
from llm_lib.book.studies.real_english import zero_shot
from llm_lib.book.studies.real_english.zero_shot import (
    FREE,
    N_REVIEWS,
    WORDINGS,
    Wording,
    count_right,
    encode_chat,
    encode_wording,
    list_results,
    load_reviews,
    load_zero_shot,
    main,
    measure,
    rank_share,
    score,
)
from llm_lib.pretrained.save_load import load_model
from tests.book.studies.real_english.letters import Letters, small_gpt
from tests.book.studies.said import prose


def judged(name):
    """Return the numbers of a wording: right, right with the border moved, and the AUC."""
    found = load_zero_shot()
    labels, asked = found["labels"], found["wordings"][name]
    scores = asked["scores"]
    moved = count_right(scores, labels, mean(asked["free"]))
    return count_right(scores, labels), moved, rank_share(scores, labels)


def test_the_record_is_of_the_installed_reviews_and_holds_none():
    # fails if the package's texts have changed, or a text stands in the repository
    found, reviews = load_zero_shot(), load_reviews()
    texts = [text for text, _ in reviews]
    assert texts == [text for text, _ in split_texts("movie-reviews")[1][:N_REVIEWS]]
    assert found["texts"] == hashlib.sha256("\n".join(texts).encode()).hexdigest()
    assert found["labels"] == [int(positive) for _, positive in reviews]
    assert list(found["wordings"]) == list(WORDINGS)
    written = zero_shot.FILE.read_text("utf-8")
    assert not any(text in written for text in texts)
    for asked in found["wordings"].values():
        assert len(asked["scores"]) == N_REVIEWS and len(asked["free"]) == len(FREE)


def test_the_chapter_says_what_the_record_holds():
    # fails if a count in the chapter is not that of the record, or what it concludes is not so
    said = prose("20_fine_tuning_to_classify")
    right, moved, _ = judged("Sentiment:")
    assert f"*Sentiment:* gets {right} of {N_REVIEWS} right" in said
    shares = [judged(name)[0] / N_REVIEWS for name in WORDINGS]
    best = f"best of four wordings <no-label-at-all>` gets {max(shares):.0%}"
    assert best.replace("%", " %") in said
    assert f"the worst {min(shares):.0%}".replace("%", " %") in said
    great, great_moved, ranked = judged("This film was")
    assert f"and *This film was* only {great}" in said and "nearly every answer is *great*" in said
    assert ranked > 0.75  # most positive reviews lie further right than most negative ones
    assert f"*This film was* gets {great_moved} right" in said
    assert great_moved > great + 10 and moved >= right
    asked = load_zero_shot()["wordings"]
    assert mean(score > 0 for score in asked["This film was"]["scores"]) > 0.85
    assert all(mean(each["free"]) > 0 for each in asked.values())
    assert all(judged("a question")[2] < judged(name)[2] for name in WORDINGS if name[0] != "a")


def test_counts_and_ranks_by_hand():
    # fails if the border's side is turned, or the AUC counts reviews instead of pairs
    scores, labels = [3.0, 1.0, 2.0, -1.0], [1, 1, 0, 0]
    assert count_right(scores, labels) == 3
    assert count_right(scores, labels, border=0) == 3 and count_right(scores, labels, 2.5) == 3
    assert count_right(scores, labels, border=5) == 2
    assert rank_share(scores, labels) == 3 / 4
    found = {"labels": labels, "wordings": {"a chat": {"scores": scores, "free": [5, 5]}}}
    assert list_results(found) == [
        {
            "wording": "a chat",
            "right at 0": 3,
            "at the diamond": 2,
            "% in order": 75,
        }
    ]


@pytest.fixture
def small():
    return small_gpt()


def test_a_chat_stands_between_its_marks():
    # fails if a turn lacks its end, or the answer's turn is not open
    text = bytes(encode_chat(Letters(), "Hi")).decode()
    assert text.startswith("<|im_start|>system\nYou are a helpful AI assistant named SmolLM")
    assert text.endswith("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n")
    plain = encode_wording(Letters(), Wording("{review}:", "a", "b"), "Hi")
    assert plain == [256, *b"Hi:"]


@torch.no_grad()
def test_scores_are_those_of_each_review_alone(small, monkeypatch):
    # fails if padding, the order of lengths or the batches change a score
    monkeypatch.setattr(zero_shot, "BATCH", 2)
    wording, reviews = Wording("{review}!", "a", "b"), ["long review", "x", "four"]
    found = score(small, Letters(), wording, reviews)
    for review, gap in zip(reviews, found, strict=True):
        logits = small(torch.tensor([[256, *review.encode(), ord("!")]]))[0, -1]
        assert gap == pytest.approx((logits[97] - logits[98]).item(), abs=1e-3)


def test_main_writes_the_file(tmp_path, monkeypatch, capsys, small):
    # fails if the command writes nothing, or something that can't be read back
    monkeypatch.setattr(zero_shot, "FILE", tmp_path / "zero_shot.json")
    monkeypatch.setattr(zero_shot, "load_model", lambda _: (small, Letters()))
    few = {"one": Wording("{review}:", "a", "b")}
    monkeypatch.setattr(zero_shot, "WORDINGS", few)
    monkeypatch.setattr(zero_shot, "measure", lambda *found: measure(*found, few))
    monkeypatch.setattr(zero_shot, "load_reviews", lambda: [("good", True), ("bad", False)])
    monkeypatch.setattr("sys.argv", ["zero_shot", "--threads", "1"])
    main()
    assert load_zero_shot()["labels"] == [1, 0]
    assert len(load_zero_shot()["wordings"]["one"]["scores"]) == 2
    assert re.search(r"^one, \d, \d, \d+$", capsys.readouterr().out, re.MULTILINE)


@pytest.mark.slow  # it reads 135 million parameters
def test_a_few_reviews_score_the_same():
    # fails if the record is not of the model in the package
    model, tokenizer = load_model("smollm2")
    texts = [text for text, _ in load_reviews()[:3]]
    for name, wording in WORDINGS.items():
        again = score(model, tokenizer, wording, texts)
        kept = load_zero_shot()["wordings"][name]["scores"][:3]
        assert again == pytest.approx(kept, abs=2e-3)  # both are rounded to 1e-3
