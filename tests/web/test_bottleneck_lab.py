"""BottleneckLab in a browser: each choice shows its own record."""

from __future__ import annotations

import pytest

from llm_lib.book.studies.bottleneck_sizes import load_sizes
from llm_lib.book.widgets import BottleneckLab
from tests.web.widget_page import settle, trait


def means(steps: int, length: int) -> dict[str, float]:
    """Return the mean share right of each size, and of attention, in percent."""
    sizes = load_sizes()
    at = sizes["lengths"].index(length)
    return {
        "attention" if run["attention"] else str(run["size"]): 100
        * sum(seed[at] for seed in run["right"])
        / 3
        for run in sizes["runs"]
        if (run["cell"], run["steps"]) == ("tanh", steps)
    }


@pytest.mark.parametrize("steps", [500, 8000])
def test_a_choice_shows_its_record(show_widget, steps):
    # fails if a line, a bar or the finding is that of another record
    page = show_widget(BottleneckLab())
    page.get_by_role("radio", name=f"{steps:,}", exact=True).check()
    settle(page)
    assert trait(page, "steps") == steps
    finding = page.inner_text(".llm-finding")
    for length in (8, 12):
        shares = {name: f"{share:.0f} %" for name, share in means(steps, length).items()}
        looks = shares.pop("attention")
        sizes = ", ".join(f"{share} with {size} numbers" for size, share in shares.items())
        assert f"At {length} words: {sizes}; with attention {looks}." in finding
    for kind, want in means(steps, 12).items():
        points = page.get_attribute(f"polyline.llm-lengths-{kind}", "points").split()
        assert 100 - float(points[-1].split(",")[1]) == pytest.approx(2 + 0.96 * want, abs=0.1)
    assert page.locator("polyline.llm-lengths-bar").count() == 9 * len(means(steps, 12))


def test_by_keyboard_and_reset(show_widget):
    # fails if a key does not choose, or Reset leaves a choice behind
    page = show_widget(BottleneckLab())
    page.get_by_role("radio", name="2,000").focus()
    page.keyboard.press("ArrowRight")
    settle(page)
    assert trait(page, "steps") == 8000
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert trait(page, "steps") == 2000 and page.get_by_role("radio", name="2,000").is_checked()
    label = page.get_attribute(".llm-lengths-chart", "aria-label")
    assert "attention, 16 91 %" in label
