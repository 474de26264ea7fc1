"""Words and their neighbours in SmolLM2's table: the record, the script, and what 06 says of it."""

from collections import Counter

import pytest
import torch
from scipy.stats import spearmanr

from llm_lib.book.studies.real_english import neighbours
from llm_lib.book.studies.real_english.neighbours import (
    SETS,
    find_ids,
    list_words,
    load_neighbours,
    main,
    measure,
)
from llm_lib.pretrained.save_load import load_model
from tests.book.studies.said import prose


def test_no_word_is_in_two_sets():
    # fails if a word has two right sets, so that none of its neighbours can be judged
    words, sets = list_words()
    assert len(words) == len(set(words)) == len(sets) == 197
    assert list(dict.fromkeys(sets)) == list(SETS)


def test_the_chapter_says_what_the_record_holds():
    # fails if a count in the chapter is not that of the record
    found, (words, sets) = load_neighbours(), list_words()
    own = [sets[j] == name for j, name in zip(found["nearest"], sets, strict=True)]
    strays = [words[j] for j, ok in zip(found["nearest"], own, strict=True) if not ok]
    right = Counter(name for name, ok in zip(sets, own, strict=True) if ok)
    perfect = sum(right[name] == len(group.split()) for name, group in SETS.items())
    said = prose("06_embeddings")
    assert f"or {sum(own)} of {len(words)}" in said
    assert (perfect, len(SETS)) == (11, 19) and "19 sets" in said and "Eleven sets" in said
    assert f"only {right['tools']} of the 8 tools" in said
    hub, times = Counter(strays).most_common(1)[0]
    assert f"{times} of the {len(strays)} strays share one neighbour, *{hub}*" in said
    wanted = dict(zip(words, found["wanted"], strict=True))
    assert max(wanted, key=wanted.get) == hub
    assert f"one of the five nearest of {wanted[hub]} words" in said
    for word in "axe glove baker nurse fog".split():
        assert words[found["nearest"][words.index(word)]] == hub
    assert words[max(range(len(words)), key=found["to_mean"].__getitem__)] == hub
    assert round(spearmanr(found["ids"], found["to_mean"]).statistic, 2) == 0.94


def test_small_table_by_hand():
    # fails if a word is its own neighbour, or the mean is that of the words and not of the table
    table = torch.tensor([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [6.0, -2.0]])
    found = measure(torch.cat([table, table + 1e-3]), [0, 1, 2, 3, 4, 5])
    assert found["nearest"] == [4, 5, 1, 0, 0, 1]
    mean = torch.tensor([2.0005, 0.0005])
    expected = torch.nn.functional.cosine_similarity(table, mean[None])
    assert torch.allclose(torch.tensor(found["to_mean"][:4]), expected, atol=1e-3)
    assert sum(found["wanted"]) == 6 * 5


@pytest.mark.slow  # it reads 135 million parameters
def test_the_record_is_of_the_model_in_the_package():
    # fails if the record was not measured on this table
    model, tokenizer = load_model("smollm2")
    again = measure(model.token_embedding.weight.detach(), find_ids(tokenizer, list_words()[0]))
    found = load_neighbours()
    for name in ("ids", "nearest", "wanted"):
        assert again[name] == found[name]
    for name in ("cosine", "to_mean"):
        assert torch.allclose(torch.tensor(again[name]), torch.tensor(found[name]), atol=1e-3)


class Letters:
    """A tokenizer of single letters; a word's space is left out."""

    def encode(self, text):
        return [ord(letter) - ord("a") for letter in text.strip()]


def test_words_of_several_tokens_are_refused():
    # fails if a word's first piece passes for the word
    assert find_ids(Letters(), ["a", "c"]) == [0, 2]
    with pytest.raises(ValueError, match="'dog' is not"):
        find_ids(Letters(), ["a", "dog"])


def test_main_writes_the_file(tmp_path, monkeypatch, capsys):
    # fails if the command writes nothing, or something that can't be read back
    torch.manual_seed(0)

    class Model:
        class token_embedding:
            weight = torch.randn(26, 8)

    monkeypatch.setattr(neighbours, "FILE", tmp_path / "neighbours.json")
    monkeypatch.setattr(neighbours, "load_model", lambda _: (Model, Letters()))
    monkeypatch.setattr(neighbours, "SETS", {"first": "a b c d", "last": "w x y z"})
    main()
    found = load_neighbours()
    assert found["ids"] == [0, 1, 2, 3, 22, 23, 24, 25] and found["model"] == "smollm2"
    assert "of 8 have their nearest in their own set" in capsys.readouterr().out
