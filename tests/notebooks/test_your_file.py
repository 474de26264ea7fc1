"""The section *Your file*, with which the core of each chapter that teaches code ends."""

import pytest

from llm_lib.book import show_my_gpt
from llm_lib.book.my_gpt.stages import STAGES
from web.chapter_size import OWN_FILE, count_words
from web.deeper import PREFIX
from web.notebooks import chapters, read

HEADING = f"## {OWN_FILE}\n\n"
MOST_WORDS = 60  # of a cell
MOST_CELLS = 2  # above the panel: what to write, and what is hard about it
NUMBERS = {stage.chapter for stage in STAGES}
BOOK = {int(path.stem[:2]): path for path in chapters() if path.stem[0].isdigit()}


def headed(cell, heading):
    return cell.cell_type == "markdown" and any(
        line.startswith(heading) for line in cell.source.split("\n")
    )


@pytest.mark.parametrize("number", sorted(NUMBERS))
def test_the_core_ends_with_it(number):
    # fails when a chapter that adds to the file does not show it, says much above it, or goes on
    # before it goes deeper
    cells = read(BOOK[number]).cells
    at = [i for i, cell in enumerate(cells) if headed(cell, f"## {OWN_FILE}")]
    first_deeper = next(i for i, cell in enumerate(cells) if headed(cell, f"## {PREFIX}"))
    assert len(at) == 1 and 1 <= first_deeper - 1 - at[0] <= MOST_CELLS
    *words, panel = cells[at[0] : first_deeper]
    assert {cell.cell_type for cell in words} == {"markdown"}
    assert all(count_words(c.source.removeprefix(HEADING)) <= MOST_WORDS for c in words)
    assert panel.source.endswith(f"\nshow_my_gpt({number})")
    assert panel.metadata["tags"] == ["remove-input"]
    assert [output.data["text/plain"] for output in panel.outputs] == [repr(show_my_gpt(number))]


@pytest.mark.parametrize("number", sorted(NUMBERS))
def test_it_says_what_to_run(number):
    # fails when the words below the heading name no command to see it with
    cells = read(BOOK[number]).cells
    text = next(cell.source for cell in cells if headed(cell, f"## {OWN_FILE}"))
    assert text.startswith(HEADING)
    assert "`python my_gpt.py" in text


def test_no_other_chapter_has_it():
    # fails when a panel stays where the file has no stage any more
    for number in BOOK.keys() - NUMBERS:
        cells = read(BOOK[number]).cells
        assert not [cell.id for cell in cells if "show_my_gpt" in cell.source]
