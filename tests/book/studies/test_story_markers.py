"""The markers of the recorded runs: they pay as the widget MarkerHack does."""

import pytest

from llm_lib.book.studies.story_markers import MARKERS, STORY

STORIES = [  # text, points for quotes, points by the mended marker: as in tests/web's MarkerHack
    ('Mia the fox had a kite. "Come and play," said Tom.', 2, 2 + 3),
    ('". ". "kite kite" Kite', 4, 1 - 0.2),
    ('"Oh," said a bear. "No, never', 3, 0),
    ("", 0, 0),
]


@pytest.mark.parametrize(("text", "quotes", "mended"), STORIES)
def test_marks_are_those_of_the_widget(text, quotes, mended):
    # fails if a recorded marker is another than the widget's, or a speech has no end
    marks = {name: mark(STORY, text) for name, (mark, _) in MARKERS.items()}
    assert marks == pytest.approx({"quotes": quotes, "held": quotes, "mended": mended})
