"""Guards on the committed chapters, which nbval alone would let pass."""

from __future__ import annotations

import re
from functools import cache

import pytest

from llm_lib.book.notebook import set_up_cell
from web import notebooks
from web.notebooks import chapters, is_clean
from web.outputs import stored
from web.repository import current

IGNORED_SHARE = 0.15
LONGEST_CELL = 30
CLOCKS = r"seconds_for\(|perf_counter|process_time|= measure\("
CHAPTERS = chapters()
read = cache(notebooks.read)  # many tests look at the same one
HERE = current()


def code_cells(path):
    return [cell for cell in read(path).cells if cell.cell_type == "code" and cell.source.strip()]


def text_of(output) -> str:
    """Return what a committed notebook keeps of an output: printed text, or a plain result."""
    return output.get("text") or output.get("data", {}).get("text/plain", "")


def is_ignored(cell) -> bool:
    tags = cell.metadata.get("tags", [])
    return "nbval-ignore-output" in tags or "NBVAL_IGNORE_OUTPUT" in cell.source


def test_there_are_chapters():
    # fails when the guards below would look at nothing
    assert CHAPTERS


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
class TestChapter:
    def test_every_cell_was_executed_in_order(self, path):
        # fails when a cell has no number: strict nbval compares nothing there, and passes
        numbers = [cell.execution_count for cell in code_cells(path)]
        assert numbers == list(range(1, len(numbers) + 1))

    def test_holds_text_outputs_only(self, path):
        # fails when somebody commits figures, widget state or metadata: make execute cleans it
        assert is_clean(path)

    def test_most_outputs_are_compared(self, path):
        # fails when more than 15 % of the cells are exempt from comparison
        cells = code_cells(path)
        assert sum(map(is_ignored, cells)) <= IGNORED_SHARE * len(cells)

    def test_no_cell_is_skipped(self, path):
        # fails on a cell that nbval would not run at all
        for cell in code_cells(path):
            assert "nbval-skip" not in cell.metadata.get("tags", [])
            assert "NBVAL_SKIP" not in cell.source

    def test_times_are_told_with_their_machine(self, path):
        # fails when a page tells a time without saying whose: the tag `timed` adds the machine
        for cell in code_cells(path):
            timed = is_ignored(cell) and re.search(CLOCKS, cell.source)
            assert bool(timed) <= ("timed" in cell.metadata.get("tags", [])), cell.id

    def test_stored_outputs_are_those_that_are_read_here(self, path):
        # fails when a notebook and what is stored of it were not written by the same run
        kept = stored.read(stored.path_in(path.parent / "outputs", path)).cells
        for cell in code_cells(path):
            texts = [text_of(output) for output in kept.get(cell.id, [])]
            assert [text_of(o) for o in cell.outputs] == [text for text in texts if text], cell.id

    def test_cells_are_short(self, path):
        # fails on a cell that no reader takes in at a glance
        long = [c.id for c in code_cells(path) if len(c.source.splitlines()) > LONGEST_CELL]
        assert long == []

    def test_first_cell_is_the_set_up_cell(self, path):
        # fails when it differs by a letter, or names another address than _config.yml
        first, second = code_cells(path)[:2]
        assert first.source == set_up_cell(*HERE)
        assert first.metadata["tags"] == second.metadata["tags"] == ["hide-input"]
        labels = [cell.metadata["mystnb"]["code_prompt_show"] for cell in (first, second)]
        assert labels == ["Show the set-up", "Show the imports"]

    def test_nothing_else_installs(self, path):
        # fails when a chapter names packages to install by hand, in code or in words
        first = code_cells(path)[0].id
        for cell in read(path).cells:
            assert cell.id == first or not re.search(r"\bpip install|[%!]pip\b", cell.source)

    def test_leads_to_no_copy_by_itself(self, path):
        # fails when a chapter holds an address of Colab or of the repository: the build adds them
        for cell in read(path).cells:
            assert "colab.research.google.com" not in cell.source
            assert cell.id == code_cells(path)[0].id or HERE.url not in cell.source
