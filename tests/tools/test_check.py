"""`tests.check`: which chapter a name means, what is run for it, and where it stops."""

from __future__ import annotations

import pytest

from tests import check, run


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("09", "09_self_attention"),
        ("self_attention", "09_self_attention"),
        ("chapters/09_self_attention.ipynb", "09_self_attention"),
        ("b", "appendix_b_maths"),
        ("appendix_c", "appendix_c_pytorch"),
    ],
)
def test_a_name_means_one_chapter(name, stem):
    # fails if another chapter is checked than the one that was meant
    assert check.find_chapter(name).stem == stem


@pytest.mark.parametrize("name", ["", "99", "attention", "appendix"])
def test_a_name_that_means_none_or_many_lists_what_there_is(name, capsys):
    # fails if nothing is checked and all seems well, or nobody learns what to type
    assert check.main([name]) == 2
    assert "make check CHAPTER=09" in capsys.readouterr().out


def test_it_stops_where_something_fails(monkeypatch, capsys, tmp_path):
    # fails if a page is built from cells that failed, or what they said is lost
    monkeypatch.setattr(run, "lacks", lambda names: None)
    monkeypatch.setattr(run, "LOGS", tmp_path)
    monkeypatch.setenv("LLM_BOOK_SITE", "")  # put back afterwards
    asked = []

    def fake(command, stage, until):
        asked.append(stage)
        return (1, "cells differ") if stage == "notebooks" else (0, "")

    assert check.main(["09"], run_command=fake) == 1
    assert sorted(asked) == ["exercises", "notebooks"]
    assert "cells differ" in capsys.readouterr().out

    asked.clear()
    assert check.main(["09"], run_command=lambda *a: asked.append(a[1]) or (0, "")) == 0
    assert sorted(asked) == ["browser", "build", "exercises", "notebooks"]
