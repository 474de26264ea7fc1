"""What predictions guard, by the chapters' sources: outputs, and the sentences that read them."""

from __future__ import annotations

import re

import pytest

from tests.notebooks.test_chapters import CHAPTERS
from web.notebooks import read
from web.outputs import stored
from web.veiled import END, START, TAG

ASKS = re.compile(r'^predict\("', re.MULTILINE)
HEADING = re.compile(r"^#{1,6} .*", re.MULTILINE)
NOTHING = "guards-nothing"
WIDGET = "application/vnd.jupyter.widget-view+json"


def tags_of(cell) -> list[str]:
    return cell.metadata.get("tags", [])


def questions(cells: list) -> list[tuple[object, list]]:
    """Return the questions outside exercises, each with the cells up to the next question."""
    found, in_card = [], False
    for cell in cells:
        if cell.cell_type == "markdown" and (headings := HEADING.findall(cell.source)):
            in_card = "★" in headings[-1]  # an exercise's, as web/exercise_cards.py says
        if cell.cell_type == "code" and ASKS.search(cell.source):
            found.append((cell, [], in_card))
        elif found:
            found[-1][1].append(cell)
    return [(cell, after) for cell, after, is_exercise in found if not is_exercise]


def is_guarded(cell) -> bool:
    """Whether a cell is veiled, or a passage in it."""
    return TAG in tags_of(cell) or (cell.cell_type == "markdown" and START in cell.source)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
class TestChapter:
    def test_each_question_guards_something(self, path):
        # fails if the answer to a question stands in the open because nobody has marked it, or a
        # question is said to guard nothing and does
        wrong = [
            cell.source
            for cell, after in questions(read(path).cells)
            if (NOTHING in tags_of(cell)) == any(map(is_guarded, after))
        ]
        assert wrong == []

    def test_all_that_is_veiled_has_its_question(self, path):
        # fails if something is marked that no question would ever veil
        cells = read(path).cells
        ours = {cell.id for _, after in questions(cells) for cell in after}
        assert [cell.id for cell in cells if is_guarded(cell) and cell.id not in ours] == []

    def test_only_outputs_are_veiled_and_no_widget(self, path):
        # fails if the tag is on a cell that shows nothing, or would lay a veil over a widget
        cells = read(path).cells
        outputs = stored.find_any(path)[0].cells
        for cell in (c for c in cells if c.cell_type == "code" and TAG in tags_of(c)):
            shown = outputs.get(cell.id, [])
            assert shown, cell.id
            assert not any(WIDGET in output.get("data", {}) for output in shown), cell.id

    def test_only_sentences_are_veiled(self, path):
        # fails if a mark goes over the end of a paragraph, has no end, or covers a heading or code
        for cell in (c for c in read(path).cells if c.cell_type == "markdown"):
            if TAG in tags_of(cell):
                assert not re.search(r"^(#|```|:::|\$\$)", cell.source, re.MULTILINE), cell.id
                assert START not in cell.source, cell.id
            for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )", cell.source):
                starts, ends = block.count(START), block.count(END)
                assert starts == ends, (cell.id, block)
                for passage in re.findall(f"{START}(.*?){END}", block, re.DOTALL):
                    assert passage.strip() == passage and passage[-1] in ".?*", (cell.id, passage)
