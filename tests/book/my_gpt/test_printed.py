"""What the reader's file prints at its stages, as the chapters show it."""

import re

import pytest

from llm_lib.book import show_my_gpt
from llm_lib.book.my_gpt.printed import load_printed, needs_own_text, print_of
from llm_lib.book.my_gpt.stages import STAGES, find_stage

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
QUICK = ("04a", "04b", "05", "06", "07", "09", "10", "12")  # train nothing, draw no text


def test_every_stage_that_needs_nothing_is_recorded():
    # fails when a stage is added, or its command changed, and nothing was recorded for it
    wanted = [stage.key for stage in STAGES if not needs_own_text(stage)]
    assert [*load_printed()] == wanted
    assert {*QUICK} < {*wanted}


@pytest.mark.parametrize("key", QUICK)
def test_a_stage_prints_what_is_recorded(key):
    # fails when the file has changed and the chapter still shows what it printed before
    recorded, now = load_printed()[key], print_of(find_stage(key))
    assert [NUMBER.sub("#", line.rstrip(" #")) for line in now] == [
        NUMBER.sub("#", line.rstrip(" #")) for line in recorded
    ]
    numbers = [[float(n) for n in NUMBER.findall("\n".join(lines))] for lines in (now, recorded)]
    assert numbers[0] == pytest.approx(numbers[1], abs=0.02)


def test_a_file_that_fails_is_told(monkeypatch):
    # fails when an empty record is written for a stage whose file has broken
    monkeypatch.setattr("llm_lib.book.my_gpt.printed.text_at", lambda key: "1 / 0")
    with pytest.raises(ValueError, match=r"failed at stage 09: [\s\S]*ZeroDivisionError"):
        print_of(find_stage(9))


def test_the_panel_shows_it_folded():
    # fails when a panel shows no output, another stage's, or one where the reader's text decides
    html = show_my_gpt(7)._repr_html_()
    assert "query at 500, key at 490: 10 apart" in html
    assert "python my_gpt.py</code> prints" in html
    assert "</code> prints" not in show_my_gpt(15)._repr_html_()
    both = show_my_gpt(4)._repr_html_()
    assert both.count("</code> prints") == 2
