"""Exact match and F1, against cases that were marked by hand."""

import pytest

from llm_lib.evaluation.text_match import exact_match, f1_score, normalize_answer


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("honey", True),
        (" The honey. ", True),
        ("HONEY!", True),
        ("“honey”", True),
        ("It is honey", False),
        ("honeycomb", False),
        ("", False),
    ],
)
def test_exact_match_forgives_what_a_reader_would(answer, right):
    # fails if case, an article or a mark costs the point, or words too many don't
    assert exact_match(answer, ["beeswax", "honey"]) == right


@pytest.mark.parametrize(
    ("answer", "references", "score"),
    [
        ("Neil Armstrong", ["Neil Armstrong"], 1.0),
        ("Armstrong", ["Neil Armstrong"], 2 / 3),
        ("It was Neil Armstrong in 1969", ["Neil Armstrong"], 0.5),  # 2 of 6, 2 of 2
        ("honey honey", ["honey"], 2 / 3),  # a word counts as often as both have it
        ("Buzz Aldrin", ["Neil Armstrong"], 0.0),
        ("the Pacific", ["Atlantic", "Pacific Ocean"], 2 / 3),  # the closest counts
        ("the", ["an"], 1.0),  # both are nothing once articles are gone
        ("", ["honey"], 0.0),
    ],
)
def test_f1_is_that_of_the_shared_words(answer, references, score):
    # fails if words are counted as a set, or precision and recall are averaged plainly
    assert f1_score(answer, references) == pytest.approx(score)


def test_articles_go_only_as_whole_words():
    # fails if letters are taken out of words
    assert normalize_answer("An anthem, a theatre") == "anthem theatre"


@pytest.mark.parametrize("references", [[], "honey"])
def test_references_are_a_list(references):
    # fails if the letters of one text are taken for references
    for mark in (exact_match, f1_score):
        with pytest.raises(ValueError, match="must be a list"):
            mark("honey", references)
