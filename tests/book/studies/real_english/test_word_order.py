"""What order is worth to SmolLM2: the record, the script, and what chapter 07 says of it."""

from collections import Counter
from statistics import mean

import pytest
import torch

from llm_lib.book.studies.real_english import word_order
from llm_lib.book.studies.real_english.word_order import (
    FORMS,
    PAIRS,
    SEEDS,
    TEXTS,
    VERBS,
    WHO,
    count_right,
    load_word_order,
    losses,
    main,
    margins,
    mean_losses,
    pair_losses,
    shuffle_words,
    without_angles,
)
from llm_lib.pretrained.save_load import load_model
from tests.book.studies.real_english.letters import Letters, small_gpt
from tests.book.studies.said import prose


def total(part, form, key="right"):
    return sum(row[key] for row in part["who"][form].values())


def test_the_file_holds_what_the_script_measures():
    # fails if a text, a seed or a verb was changed without measuring it
    found = load_word_order()
    for part in (found["with"], found["without"]):
        assert list(part["texts"]) == list(TEXTS) and len(part["pairs"]) == len(PAIRS) == 12
        assert all(len(text["shuffled"]) == len(SEEDS) for text in part["texts"].values())
        assert {form: list(verbs) for form, verbs in part["who"].items()} == {
            form: VERBS for form in FORMS
        }


def test_the_chapter_says_what_the_record_holds():
    # fails if a number in the chapter is not that of the record
    found, said = load_word_order(), prose("07_positions")
    costs = {}
    for name in ("with", "without"):
        texts = found[name]["texts"].values()
        assert all(min(text["shuffled"]) > text["in_order"] + 1.5 for text in texts)
        shuffled = mean(loss for text in texts for loss in text["shuffled"])
        costs[name] = shuffled - mean(text["in_order"] for text in texts)
        assert all(likely < odd for likely, odd in found[name]["pairs"])  # 12 of 12
    assert f"Shuffling costs SmolLM2 {costs['with']:.1f} nats" in said
    assert f"the right order is still {costs['without']:.1f} easier." in said
    assert "in 12 of 12 such pairs" in said
    n = len(VERBS) * len(WHO) * (len(WHO) - 1)
    there, gone = (total(found[name], "sentence") for name in ("with", "without"))
    read = f"with positions, {there} of {n} such texts are right (chance is {n // 2}"
    assert (
        read in said and f"Without them, {gone} are" in said and gone < n / 2 - 2 * (n / 4) ** 0.5
    )
    asked = total(found["with"], "question")
    assert f"even with positions only {asked}, about chance" in said
    assert abs(asked - n / 2) < 2 * (n / 4) ** 0.5  # within two standard errors of a coin


def test_shuffled_texts_have_the_same_words():
    # fails if a word is lost, or two seeds give one order
    text = TEXTS["keeper"]
    shuffled = [shuffle_words(text, seed) for seed in SEEDS]
    assert len({text, *shuffled}) == 4
    assert all(Counter(one.split()) == Counter(text.split()) for one in shuffled)


def test_right_answers_are_counted_in_twos():
    # fails if a pair counts as understood when one order alone is right
    n = len(WHO) * (len(WHO) - 1)
    assert count_right([1.0] * n) == {"right": n, "both": n // 2}
    assert count_right([-1.0] + [1.0] * (n - 1)) == {"right": n - 1, "both": n // 2 - 1}


@pytest.fixture
def small():
    return small_gpt()


@torch.no_grad()
def test_without_angles_one_layer_reads_a_bag(small):
    # fails if some positions are left, or the angles do not come back, even after an error
    ids, swapped = torch.tensor([[1, 2, 3, 4]]), torch.tensor([[2, 1, 3, 4]])
    before = small(ids)
    assert not torch.allclose(before[:, -1], small(swapped)[:, -1], atol=1e-4)
    with pytest.raises(RuntimeError), without_angles(small):
        assert torch.allclose(small(ids)[:, -1], small(swapped)[:, -1], atol=1e-6)
        raise RuntimeError
    assert torch.equal(small(ids), before)


@torch.no_grad()
def test_losses_begin_with_the_end_token(small):
    # fails if the first word is not counted, or a text is read without <|endoftext|>
    found = losses(small, Letters(), "abc")
    logs = small(torch.tensor([[256, 97, 98, 99]]))[0].log_softmax(dim=-1)
    expected = -torch.stack([logs[0, 97], logs[1, 98], logs[2, 99]])
    assert torch.allclose(found, expected, atol=1e-5)


def test_main_writes_the_file(tmp_path, monkeypatch, small):
    # fails if the command writes nothing, or something that can't be read back
    monkeypatch.setattr(word_order, "FILE", tmp_path / "word_order.json")
    monkeypatch.setattr(word_order, "load_model", lambda _: (small, Letters()))
    short = {"texts": {"keeper": {}}, "pairs": [[1, 2]], "who": {"question": {"bit": {"right": 3}}}}
    monkeypatch.setattr(word_order, "measure", lambda *_: {"with": short, "without": short})
    monkeypatch.setattr("sys.argv", ["word_order"])
    main()
    assert load_word_order()["without"]["who"]["question"]["bit"]["right"] == 3


@pytest.mark.slow  # it reads 135 million parameters
def test_a_few_texts_show_the_same():
    # fails if the record is not of the model in the package
    model, tokenizer = load_model("smollm2")
    found = load_word_order()
    again = mean_losses(model, tokenizer, TEXTS["bread"], SEEDS[:1])
    kept = found["with"]["texts"]["bread"]
    assert again["in_order"] == pytest.approx(kept["in_order"], abs=1e-3)
    assert again["shuffled"] == pytest.approx(kept["shuffled"][:1], abs=1e-3)
    with without_angles(model):
        pair = pair_losses(model, tokenizer, PAIRS[:1])[0]
    assert pair == pytest.approx(found["without"]["pairs"][0], abs=1e-2)
    counted = count_right(margins(model, tokenizer, "question", "bit"))
    assert counted == found["with"]["who"]["question"]["bit"]
