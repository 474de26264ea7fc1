"""Each widget shows what is moved and what it changes together: in one screen, and on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from llm_lib import widgets
from llm_lib.widgets.base import BookWidget
from tests.web.test_cross_attention_map import examples
from tests.web.test_embedding_map import GROUPS, TABLES

MOST = 760  # pixels of height, where a page in a window of 1280 x 800 gives it 960 of width
MARGIN = 16  # around a widget on the stage
STORY = "By the lake lived Mia, a brave fox. Mia had a"
HEAD_LAB = (
    "User: Mia the fox met Tom the bear by the lake. Mia had a kite and Tom had a drum. "
    "What did Tom have?\nBot: Tom had a"
)
REPEATS = "7 3 9 22 41 5 18 60 7 3 9 22 41 5 18"
BERRIES = "Strawberry or strawberry? The fox unbelievably ate forty strawberries."
LABELS = ["elephant!?", "bear", "owl", "hen", "question"]
LAYER_OFF = [[1] * 4, [1] * 4, [1] * 4, [0] * 4]

# As the chapters show them, and with more to show than there.
SHOWN: dict[str, Callable] = {
    "AttentionByHand": widgets.AttentionByHand,
    "AttentionByHand, 5 tokens": lambda: widgets.AttentionByHand(tokens=LABELS),
    "CostCalculator": widgets.CostCalculator,
    "CrossAttentionMap": lambda: widgets.CrossAttentionMap(examples()),
    "DecodingLab": lambda: widgets.DecodingLab(prompt="Once there was a", n_tokens=40),
    "EmbeddingMap": lambda: widgets.EmbeddingMap(TABLES, GROUPS),
    "FieldRings": widgets.FieldRings,
    "GuessGame": widgets.GuessGame,
    "HeadLab": lambda: widgets.HeadLab(text=HEAD_LAB, layer=2, head=0, query=21),
    "HeadLab, a layer off": lambda: widgets.HeadLab(text=HEAD_LAB, head_scale=LAYER_OFF),
    "HeadLab, Echo": lambda: widgets.HeadLab("echo", text=REPEATS),
    "LossDoctor": lambda: widgets.LossDoctor(answers=["healthy", *[""] * 7]),
    "MergeStepper": lambda: widgets.MergeStepper(text="sea sea sea seal seal tea tea", step=6),
    "ModelSizer": widgets.ModelSizer,
    "NextTokenLab": lambda: widgets.NextTokenLab(prompt=STORY),
    "NgramLab": widgets.NgramLab,
    "NgramLab, 30 words": lambda: widgets.NgramLab(written=["everything", "went"] * 15),
    "PatchLab": widgets.PatchLab,
    "PatchLab, one head": lambda: widgets.PatchLab(part="heads", at="position"),
    "PatchLab, a lens": lambda: widgets.PatchLab(view="lens"),
    "PatchLab, Echo": lambda: widgets.PatchLab("echo"),
    "Playground": widgets.Playground,
    "PositionLab": lambda: widgets.PositionLab(dimension=32, n_positions=64),
    "PositionLab, clocks": lambda: widgets.PositionLab(view="clocks"),
    "PositionLab, distances": lambda: widgets.PositionLab(view="distances"),
    "RankDial": widgets.RankDial,
    "RunPlanner": widgets.RunPlanner,
    "Transplant": widgets.Transplant,
    "StreamLab": widgets.StreamLab,
    "StreamLab, a block off": lambda: widgets.StreamLab(off=["attention 2", "feed-forward 2"]),
    "SurpriseText": widgets.SurpriseText,
    "SurpriseText, another world": lambda: widgets.SurpriseText(
        text="The capital of Peru is Lima."
    ),
    "TinyNetwork": lambda: widgets.TinyNetwork(data="xor"),
    "TokenizerLab": lambda: widgets.TokenizerLab(text=BERRIES),
    "TrainLab": widgets.TrainLab,
    "TrainLab, a text of one's own": lambda: widgets.TrainLab("own", text=STORY * 30),
    "TrainLab, small": lambda: widgets.TrainLab(small=True),
    "TrainingReplay": lambda: widgets.TrainingReplay(layer=2, head=1),
    "TrainingReplay, an opening": lambda: widgets.TrainingReplay(prompt=1, snapshot=1),
    "TransformerMap": widgets.TransformerMap,
    "TransformerMap, repeat": lambda: widgets.TransformerMap(part="repeat"),
    "TwoRanks": widgets.TwoRanks,
    "WindowLab": lambda: widgets.WindowLab(context_length=4, stride=4, batch_size=2),
    "YourTaste": widgets.YourTaste,
    "YourTaste, a program": lambda: widgets.YourTaste(mode="verifier"),
    "WindowLab, long windows": lambda: widgets.WindowLab(context_length=12, stride=1),
}
# Those whose controls change a stage that stays in sight on a phone, and a slider of each.
MOVED: dict[str, str] = {
    "AttentionByHand": "Temperature",
    "CostCalculator": "Tokens",
    "DecodingLab": "Top-p",
    "EmbeddingMap": "Neighbours",
    "HeadLab": "Strength",
    "ModelSizer": "batch_size",
    "NextTokenLab": "Temperature",
    "NgramLab": "Smoothing: k",
    "PatchLab": "Cell of the map: arrow keys go through layers and columns",
    "PositionLab": "Channel",
    "PositionLab, clocks": "Position",
    "PositionLab, distances": "First position",
    "RankDial": "Strength",
    "RunPlanner": "GPUs",
    "WindowLab": "Stride",
}

# Those that hold a list which grows, in a box of its own.
LISTS = {"MergeStepper", "WindowLab, long windows"}

# what is not seen whole, but scrolls in a box of its own
SCROLLED = """() => [...document.querySelectorAll('.llm-widget :not(textarea)')]
  .filter((e) => e.checkVisibility() && getComputedStyle(e).overflowY === 'auto')
  .filter((e) => e.scrollHeight > e.clientHeight + 2 || e.scrollWidth > e.clientWidth + 2)
  .map((e) => e.className)"""

# whether another part lies over the middle of an element
COVERED = """(element) => {
  const {left, top, width, height} = element.getBoundingClientRect();
  return !element.contains(document.elementFromPoint(left + width / 2, top + height / 2));
}"""


def test_every_widget_is_here():
    # fails when a widget is added to the library, and nobody asks whether it fits
    classes = {name for name in dir(widgets) if isinstance(getattr(widgets, name), type)}
    own = {name for name in classes if issubclass(getattr(widgets, name), BookWidget)}
    asked = {name.split(",")[0] for name in SHOWN}
    assert own - asked == {"Prediction", "Walkthrough"}  # as tall as what they tell
    assert asked <= own


@pytest.mark.parametrize("which", SHOWN)
def test_it_fits_one_screen(show_widget, which):
    # fails when the widget is taller than a screen, wider than its place on the page, or made to
    # fit by hiding a part of it in a box that scrolls
    page = show_widget(SHOWN[which](), width=960 + 2 * MARGIN)
    box = page.locator(".llm-widget").first.bounding_box()  # Playground holds another
    assert box["width"] == 960
    assert box["height"] <= MOST
    assert page.evaluate("document.documentElement.scrollWidth") == 960 + 2 * MARGIN
    assert which in LISTS or page.evaluate(SCROLLED) == []


@pytest.mark.parametrize("which", SHOWN)
def test_nothing_is_wider_than_a_phone(show_widget, which):
    # fails when a part of the widget makes the page of a phone scroll sideways
    page = show_widget(SHOWN[which](), width=328 + 2 * MARGIN)
    assert page.evaluate("document.documentElement.scrollWidth") == 328 + 2 * MARGIN


@pytest.mark.parametrize("which", MOVED)
def test_the_stage_stays_in_sight_on_a_phone(show_widget, which):
    # fails when a slider that has the focus, or the stage that it changes, is out of sight
    page = show_widget(SHOWN[which](), width=328 + 2 * MARGIN)
    page.set_viewport_size({"width": 328 + 2 * MARGIN, "height": 740})
    slider = page.get_by_role("slider", name=MOVED[which], exact=True)
    slider.focus()
    for part in (slider, page.locator(".llm-stage-sticky:visible")):
        box = part.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 740
    assert slider.evaluate(COVERED) is False
