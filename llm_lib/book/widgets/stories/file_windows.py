"""From a text to batches: ids in a file, a window, its targets, and three ways to get it wrong."""

from typing import Any

import traitlets as t

from llm_lib.arguments import check_whole
from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.walkthrough import Walkthrough

N = 17  # tokens of the text
LIMITS = {"start": (0, N - 1), "shift": (0, 2), "large_id": (0, 999_999)}


class FileWindows(Walkthrough):
    """How windows of a text come out of a file of ids, as rows of batches; see `Walkthrough`.

    The windows are those of `TokenDataset(ids, 4)`, and the batches those of `create_dataloader`
    with a batch size of 2. What a target teaches is shown on a model that counts, in all windows,
    which token stands below which.

    start: at which of the text's 17 tokens the window of the last scene begins.
    shift: by how many tokens its target begins later, 0 to 2.
    large_id: an id that is stored in two bytes there, 0 to 999,999.
    x, y: the ids of that window, fewer than 4 where the text ends (set by the page).
    stored: what is read back of the id (set by the page).
    """

    story = "file-windows"
    _esm = join_scripts("stories/file_windows.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "Text": 1, "Token ids": 1, "File": 1, "Window": 1, "x and y": 2, "Predict": 1, "Batch 1": 1,
        "Batch 2": 1, "Wrong 1": 2, "Wrong 2": 1, "Wrong 3": 1, "Your turn": 1,
    }  # fmt: skip

    start = t.Int(8).tag(sync=True, setting=True)
    shift = t.Int(1).tag(sync=True, setting=True)
    large_id = t.Int(70_000).tag(sync=True, setting=True)
    x = t.List().tag(sync=True)
    y = t.List().tag(sync=True)
    stored = t.Int().tag(sync=True)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in LIMITS:
            value = check_whole(name, value, *LIMITS[name])
        super().__setattr__(name, value)
