"""What the tests of all records ask."""

import pytest

from llm_lib.book.measured.recorded_run import FOLDER, load_recorded


def assert_whole(study):
    """Check that a study's file is small, and made by its command, with what a page needs."""
    record = load_recorded(study.NAME)
    assert record["made_by"] == study.COMMAND == f"python -m {study.__name__}"
    assert record["model"] == "smollm2" and record["vocab_size"] == 49_152
    assert (FOLDER / f"{study.NAME}.json").stat().st_size <= 25_000
    for run in record["runs"]:
        assert run["ids"][0] == 0 and run["tokens"][0] == "<|endoftext|>"
        assert "".join(run["tokens"][1:]) == run["text"]


def assert_same_next(found, expected):
    """Compare lists of next tokens: the same tokens in the same order, and p to 1e-3."""
    assert found.keys() == expected.keys()
    for place, rows in expected.items():
        assert [row[:2] for row in found[place]] == [row[:2] for row in rows]
        p = [row[2] for row in rows]
        assert [row[2] for row in found[place]] == pytest.approx(p, abs=1e-3)
