"""The listing of each stage says what the stage is: read back from its HTML."""

import re
from collections import Counter
from html.parser import HTMLParser

import pytest

from llm_lib.book.my_gpt.listing import listing, names_in, new_lines
from llm_lib.book.my_gpt.stages import KEYS, file_at, stage_before, text_at

SHOWN, FOLDED, NEW, GONE = "shown", "folded", "new", "gone"


class Reader(HTMLParser):
    """Reads a listing: each line's text, and what it stands in."""

    def __init__(self, html):
        super().__init__()
        self.inside, self.lines, self.depth = [], [], 0
        self.feed(html)

    @property
    def kind(self):
        kinds = {"ins": NEW, "del": GONE, "details": FOLDED}
        return next((kinds[tag] for tag in self.inside if tag in kinds), SHOWN)

    def handle_starttag(self, tag, attrs):
        if self.inside[-1:] == ["pre"] and tag == "span":
            self.lines.append(("", self.kind))
        self.inside.append(tag)

    def handle_endtag(self, tag):
        assert self.inside.pop() == tag

    def handle_data(self, data):
        if "pre" in self.inside:
            text, kind = self.lines[-1]
            self.lines[-1] = text + data, kind


def lines_of(key):
    return Reader(listing(key)).lines


@pytest.fixture(params=KEYS)
def key(request):
    return request.param


def test_it_holds_the_file_to_the_letter(key):
    # fails when a line is lost, doubled, changed by its colours, or stands elsewhere
    assert "".join(text for text, kind in lines_of(key) if kind != GONE) == text_at(key)


def test_new_lines_are_marked_and_no_others(key):
    # fails when a line that the stage adds looks old, is folded, or an old one looks new
    kept = [kind for _, kind in lines_of(key) if kind != GONE]
    for line, kind in zip(file_at(key), kept, strict=True):
        if line.text.strip():
            assert (kind == NEW) == line.is_new, line.text


def test_lines_that_have_gone_were_there(key):
    # fails when the listing invents a line, or keeps silent on one that a reader has to take out
    gone = Counter(text.rstrip("\n") for text, kind in lines_of(key) if kind == GONE)
    before = stage_before(key)
    old = Counter(text_at(before).splitlines() if before else [])
    now = Counter(text_at(key).splitlines())
    assert gone <= old
    lost = {text: n for text, n in (old - now).items() if text.strip()}
    assert all(gone[text] >= n for text, n in lost.items())


def test_a_new_line_is_seen_in_its_function(key):
    # fails when one can't tell where a new line belongs: the head of what it is in is folded
    lines = [(text, kind) for text, kind in lines_of(key) if kind != GONE]
    for i, (text, kind) in enumerate(lines):
        if kind != NEW or not text.strip():
            continue
        depth = len(text) - len(text.lstrip())
        for above, how in reversed(lines[:i]):
            indent = len(above) - len(above.lstrip())
            if above.strip() and indent < depth:
                depth = indent
                if re.match(r"\s*(def|class) ", above):
                    assert how != FOLDED, (text, above)


def test_a_fold_says_how_much_it_hides(key):
    # fails when the line that opens a fold counts wrong
    for words, inside in re.findall(r"<summary>(.*?)</summary>(.*?)</details>", listing(key), re.S):
        assert int(words.split()[0]) == len(Reader(inside).lines) > 3


def test_new_lines_as_text_are_those_marked(key):
    # fails when what is copied as new holds old lines, or lacks a new one
    marked = [text.rstrip("\n") for text, kind in lines_of(key) if kind == NEW and text.strip()]
    assert [text for text in new_lines(key).split("\n") if text.strip()] == marked


def test_a_fold_names_what_begins_in_it():
    # fails when a method or a class that began above is named
    code = "class A:\n    def f(self):\n        return 1\n\ndef g():\n    return 2\n"
    assert names_in(code, 1, 6) == ["A", "g"]
    assert names_in(code, 2, 6) == ["g"]
    assert names_in(code, 6, 6) == []
