"""EmbeddingMap in a browser: the map is PCA, neighbours are those of the full space."""

from __future__ import annotations

import numpy as np
import pytest

from llm_lib.book.widgets import EmbeddingMap
from tests.web.widget_page import set_trait, settle, trait

GROUPS = {
    "kinds": [f" kind{i}" for i in range(20)],
    "places": [f" place{i}" for i in range(15)],
    "traits": [f" trait{i}" for i in range(10)],
}
LABELS = [label for labels in GROUPS.values() for label in labels]


def make_tables() -> dict[str, np.ndarray]:
    """Return vectors in clear groups (wide and narrow), and random ones."""
    rng = np.random.default_rng(1)
    centres = np.repeat(rng.normal(size=(3, 64)), [20, 15, 10], axis=0)
    clear = centres + 0.6 * rng.normal(size=(45, 64))
    return {"clear": clear, "narrow": clear[:, :8], "random": rng.normal(size=(45, 64))}


TABLES = make_tables()


def pca(rows):
    """Return coordinates on the two widest axes and their shares, by numpy's own decomposition."""
    u, s, _ = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
    points = u[:, :2] * s[:2]
    points *= np.sign(points[np.abs(points).argmax(axis=0), [0, 1]])
    return points, (s**2 / (s**2).sum())[:2]


PLACES = """() => [...document.querySelectorAll('.llm-embedding-dot[transform]')]
  .map((d) => d.getAttribute('transform').match(/-?[0-9.]+/g).map(Number))"""


@pytest.fixture
def page(show_widget):
    return show_widget(EmbeddingMap(TABLES, GROUPS))


@pytest.mark.parametrize("table", TABLES)
def test_the_map_is_that_of_a_singular_value_decomposition(page, table):
    # fails if rows are not centred, an axis is not the widest, or few rows in many channels break it
    set_trait(page, "table", table)
    points, explained = pca(TABLES[table].astype(np.float32).astype(float))
    assert np.allclose(trait(page, "points"), points, atol=1e-6)
    assert np.allclose(trait(page, "explained"), explained, atol=1e-9)


@pytest.mark.parametrize("table", ["clear", "random"])
def test_neighbours_are_those_of_the_full_space(page, table):
    # fails if neighbours are taken from the flat map, by dot product, or with the token itself
    rows = TABLES[table] / np.linalg.norm(TABLES[table], axis=1, keepdims=True)
    for name, value in (("table", table), ("selected", " place3"), ("n_neighbours", 9)):
        set_trait(page, name, value)
    at = LABELS.index(" place3")
    cosines = rows @ rows[at]
    order = [j for j in np.argsort(-cosines) if j != at][:9]
    assert [label for label, _ in trait(page, "nearest")] == [LABELS[j] for j in order]
    assert [c for _, c in trait(page, "nearest")] == pytest.approx(
        cosines[order].tolist(), abs=1e-6
    )


def test_the_finding_counts_what_the_map_hides(page):
    # fails if the words count other neighbours than numpy does
    set_trait(page, "table", "random")
    set_trait(page, "selected", " trait2")
    at, n = LABELS.index(" trait2"), 6
    rows = TABLES["random"] / np.linalg.norm(TABLES["random"], axis=1, keepdims=True)
    full = [j for j in np.argsort(-(rows @ rows[at])) if j != at][:n]
    points, _ = pca(TABLES["random"])
    flat = [j for j in np.argsort(((points - points[at]) ** 2).sum(axis=1)) if j != at][:n]
    same = sum(LABELS[j].startswith(" trait") for j in full)
    finding = trait(page, "finding")
    assert f"Of its 6 nearest neighbours, {same} belong" in finding
    both = len(set(full) & set(flat))
    assert f"{both} of them {'is' if both == 1 else 'are'} among the 6 points closest" in finding
    scores = rows @ rows.T - 9 * np.eye(45)
    group = np.repeat([0, 1, 2], [20, 15, 10])
    share = (group[scores.argmax(axis=1)] == group).mean()
    assert f"Of these 45 tokens, {100 * share:.0f}\u00a0% have their" in finding


def test_islands_and_neighbours_have_names(page):
    # fails if a group that lies apart or a neighbour has no name, if names cover each other, or if
    # a cloud in which the groups mix is divided by names
    names = page.locator(".llm-embedding-names text")
    islands = page.locator(".llm-embedding-island")
    assert islands.all_text_contents() == list(GROUPS)
    near = [label.strip() for label, _ in trait(page, "nearest")]
    assert set(names.all_text_contents()) == {"kind0", *GROUPS, *near}
    boxes = [name.bounding_box() for name in names.all()]
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            apart_x = a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"]
            apart_y = a["y"] + a["height"] <= b["y"] + 4 or b["y"] + b["height"] <= a["y"] + 4
            assert apart_x or apart_y
    set_trait(page, "table", "random")
    assert islands.count() == 0


def test_two_tokens_that_differ_by_a_space_have_two_names(show_widget):
    # fails if a token seems to be its own neighbour
    groups = {"a": [" fox", "fox", " bear"]}
    page = show_widget(EmbeddingMap({"t": np.array([[1, 0.1], [1, 0], [0, 1]])}, groups))
    assert trait(page, "finding").startswith("“·fox” is closest to “fox”")
    assert page.locator("option").all_text_contents() == ["·fox", "fox", "bear"]


def test_a_click_on_the_map_and_on_a_neighbour(page):
    # fails if a point can't be chosen by mouse, or a row of the list not by keyboard
    box = page.locator(".llm-embedding-stage").bounding_box()
    scale = page.evaluate(PLACES)
    points = np.array(trait(page, "points"))
    far = [np.linalg.norm(np.subtract(a[30], a[0])) for a in (scale, points)]
    near = [np.linalg.norm(np.subtract(a[30], a[44])) for a in (scale, points)]
    assert far[0] / far[1] == pytest.approx(near[0] / near[1], rel=1e-3)  # one scale for both axes
    place = page.evaluate(
        """() => { const d = document.querySelectorAll('.llm-embedding-dot')[30].getBoundingClientRect();
                   return [d.x + d.width / 2, d.y + d.height / 2]; }"""
    )
    assert box["x"] < place[0] < box["x"] + box["width"]
    page.mouse.click(*place)
    settle(page)
    assert trait(page, "selected") == LABELS[30]
    first = trait(page, "nearest")[0][0]
    page.locator(".llm-bars button").first.press("Enter")
    settle(page)
    assert trait(page, "selected") == first


def test_list_legend_and_reset(page):
    # fails if the list does not choose, a group can't be shown alone, or Reset leaves something
    page.get_by_role("combobox", name="Token").select_option(label="trait7")
    page.get_by_role("button", name="places").press("Enter")
    page.get_by_role("slider", name="Neighbours").press("ArrowRight")
    page.get_by_role("radio", name="random").check()
    settle(page)
    names = ("selected", "highlight", "n_neighbours", "table")
    assert [trait(page, name) for name in names] == [" trait7", "places", 7, "random"]
    assert page.locator(".llm-embedding-faint").count() > 10
    page.get_by_role("button", name="Reset").press("Enter")
    settle(page)
    assert [trait(page, name) for name in names] == [" kind0", "", 6, "clear"]
    assert page.locator(".llm-embedding-faint").count() == 0


def test_text_enters_as_text(show_widget):
    # fails if a label could become markup
    groups = {"a": ["<img src=x onerror=alert(1)>", "b", "c"]}
    page = show_widget(EmbeddingMap({"t": np.eye(3)}, groups))
    assert page.locator("img").count() == 0
    assert "<img src=x" in trait(page, "finding")


@pytest.mark.parametrize("shape", [(150, 400), (400, 130)])
def test_a_large_table_is_projected_as_by_an_svd(show_widget, shape):
    # fails if what a large table is reduced to has lost its axes; the last one has just two
    rng = np.random.default_rng(0)
    n, size = shape
    decaying = rng.normal(size=shape) * 0.9 ** np.arange(size)
    flat = rng.normal(size=(n, 2)) @ rng.normal(size=(2, size))
    groups = {"all": [str(i) for i in range(n)]}
    page = show_widget(EmbeddingMap({"decaying": decaying, "flat": flat}, groups))
    for table, rows in (("decaying", decaying), ("flat", flat)):
        set_trait(page, "table", table)
        points, explained = pca(rows.astype(np.float32).astype(float))
        assert np.allclose(trait(page, "points"), points, atol=1e-4 * np.abs(points).max())
        assert np.allclose(trait(page, "explained"), explained, atol=1e-6)


def test_a_large_table_answers_quickly(show_widget):
    # fails if the map of 400 points in 512 channels takes seconds
    rng = np.random.default_rng(0)
    groups = {"all": [str(i) for i in range(400)]}
    page = show_widget(EmbeddingMap({"t": rng.normal(size=(400, 512))}, groups))
    assert len(trait(page, "points")) == 400
    took = page.evaluate(
        """async () => { const start = performance.now(); model.set('selected', '7');
           await new Promise(requestAnimationFrame); await new Promise(requestAnimationFrame);
           return performance.now() - start; }"""
    )
    assert took < 1000


def test_the_cloud_is_turned_about_its_axis(page):
    # fails if turning mixes other axes than the first and the third, or moves a point up or down
    table = TABLES["clear"].astype(np.float32).astype(float)
    u, s, _ = np.linalg.svd(table - table.mean(axis=0), full_matrices=False)
    wide = u[:, :3] * s[:3]
    wide *= np.sign(wide[np.abs(wide).argmax(axis=0), [0, 1, 2]])
    flat = np.array(page.evaluate(PLACES))
    set_trait(page, "turn", 90)
    side = np.array(page.evaluate(PLACES))
    assert side[:, 1] == pytest.approx(flat[:, 1], abs=0.11)
    across = side[:, 0] - page.locator(".llm-embedding-stage").bounding_box()["width"] / 2
    assert np.corrcoef(across, wide[:, 2])[0, 1] > 0.999
    set_trait(page, "turn", 180)
    back = np.array(page.evaluate(PLACES))
    assert back[:, 0] - back[:, 0].mean() == pytest.approx(flat[:, 0].mean() - flat[:, 0], abs=0.3)


def test_a_drag_turns_and_a_click_chooses(page):
    # fails if a drag chooses a token, does not turn, or a click turns
    box = page.locator(".llm-embedding-stage").bounding_box()
    x, y = box["x"] + box["width"] / 4, box["y"] + 30
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + box["width"] / 4, y, steps=5)
    page.mouse.up()
    settle(page)
    assert 40 <= trait(page, "turn") <= 50 and trait(page, "selected") == LABELS[0]
    turn = trait(page, "turn")
    place = page.evaluate(PLACES)[30]
    page.mouse.click(box["x"] + place[0], box["y"] + place[1])
    settle(page)
    assert trait(page, "turn") == turn and trait(page, "selected") != LABELS[0]
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert trait(page, "turn") == 0
