"""A view that is taken away leaves nothing behind: fifty of each widget, and the browser's memory."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from llm_lib.book.widgets import Prediction
from tests.web.shown import SHOWN
from tests.web.stories import film

ROUNDS, N = 5, 10  # the first rounds fill what is kept for good: styles, models, compiled code
# Shows a widget n times, each time until it is there and rests, or has begun to work.
VIEWS = """async ([source, begin, n]) => {
  const url = () => URL.createObjectURL(new Blob([source], {type: 'text/javascript'}));
  window.shown ??= (await import(url())).default;
  for (let i = 0; i < n; i++) {
    const el = document.body.appendChild(document.createElement('main'));
    const end = await shown.render({model, el});
    while (!el.querySelector('[data-ready]')) await new Promise(requestAnimationFrame);
    new Function('el', begin)(el);
    await settled(20000);
    end();
    el.remove();
  }
}"""
PRESS = "el.querySelector('.llm-main').click()"
# a widget of each kind, and what begins what goes on by itself
SHORT_LIVED = {
    "DecodingLab": (
        SHOWN["DecodingLab"],
        "model.set('writing', false); model.set('writing', true)",
    ),
    "HeadLab": (SHOWN["HeadLab"], ""),
    "MarkerHack": (SHOWN["MarkerHack"], ""),
    "MergeStepper": (SHOWN["MergeStepper"], PRESS),
    "NextTokenLab": (SHOWN["NextTokenLab"], ""),
    "Playground": (SHOWN["Playground"], ""),
    "Prediction": (lambda: Prediction("Where?", (0, 1), places=[["a", "b"]], why="So."), ""),
    "ThinkingLab": (SHOWN["ThinkingLab"], PRESS),
    "TinyNetwork": (
        SHOWN["TinyNetwork"],
        "model.set('learning', false); model.set('learning', true)",
    ),
    "TrainLab": (SHOWN["TrainLab"], PRESS),
    "Walkthrough": (lambda: film("kv-cache"), PRESS),
    "YourTaste": (SHOWN["YourTaste"], ""),
}


class Memory:
    """What the browser holds for a page, once all that nothing refers to has been given back."""

    def __init__(self, page: Page) -> None:
        self.page, self.cdp = page, page.context.new_cdp_session(page)

    def look(self) -> tuple[list[int], int]:
        """Return how many nodes, listeners and workers there are, and how many bytes are in use."""
        for _ in range(250):  # the browser tells that a worker has ended once it has
            if not self.page.workers:
                break
            self.page.wait_for_timeout(20)
        for _ in range(3):  # what a first round has freed may have kept something else
            self.cdp.send("HeapProfiler.collectGarbage")
        counted = self.cdp.send("Memory.getDOMCounters")
        heap = self.cdp.send("Runtime.getHeapUsage")
        counts = [counted["nodes"], counted["jsEventListeners"], len(self.page.workers)]
        return counts, int(heap["usedSize"] + heap["backingStorageSize"])


@pytest.mark.parametrize("which", SHORT_LIVED)
def test_fifty_views_leave_nothing_behind(show_widget, which):
    # fails if a view that has ended keeps nodes, listeners, a worker, weights or results
    make, begin = SHORT_LIVED[which]
    widget = make()
    page = show_widget(widget)
    page.evaluate("() => { cleanup(); document.querySelector('main').remove(); }")
    memory, seen = Memory(page), []
    for _ in range(ROUNDS):
        page.evaluate(VIEWS, [widget._esm, begin, N])
        seen.append(memory.look())
    counts, sizes = zip(*seen, strict=True)
    assert counts[-1] == counts[-3]
    assert (sizes[-1] - sizes[-3]) / (2 * N) < 10_000  # a view of the smallest has 100 nodes
