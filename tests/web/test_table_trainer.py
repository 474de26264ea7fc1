"""TableTrainer in a browser: its training is torch's, and what it shows is what it trained."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from llm_lib.book.widgets import TableTrainer
from llm_lib.book.widgets.table_trainer import count_neighbours
from tests.web.widget_page import plain_script, set_trait, settle, trait

TRAINED = 150_000  # ms: 1,500 steps, where other programs run beside it
PAIRS = [0, 1, 5, 0, 2, 1, 1, 3, 2, 2, 0, 4, 3, 3, 1]  # (0, 1) five times, and so on
BATCHES = [[0, 0, 1, 4], [2, 3, 3, 0], [4, 4, 4, 1]]
TRAIN = """([pairs, batches]) => {
  const training = new TableTraining({n: 4, pairs, size: 3, seed: 1});
  const look = () => [training.reads, training.writes].map(({rows}) => [...rows]);
  const before = look();
  batches.forEach((batch) => training.learn(batch));
  return {before, after: look(), loss: training.loss(), cosine: training.cosine(0, 3)};
}"""
DRAWN = """([pairs, n]) => {
  const training = new TableTraining({n: 4, pairs, size: 3, seed: 1});
  return Array.from({length: n}, () => training.draw());
}"""
COMES_OUT = """([data, size, seeds, steps]) => seeds.map((seed) => {
  const training = new TableTraining({n: data.words.length, pairs: data.pairs, size, seed});
  const [a, b, c] = ["fox", "wolf", "kite"].map((word) => data.words.indexOf(word));
  for (let i = 0; i < steps; i++) training.takeStep();
  return [training.cosine(a, b), training.cosine(a, c)];
})"""
NEAREST = """([data, steps]) => {
  const training = new TableTraining({n: data.words.length, pairs: data.pairs, size: 16, seed: 0});
  for (let i = 0; i < steps; i++) training.takeStep();
  const fox = data.words.indexOf("fox");
  const others = data.words.map((_, i) => i).filter((i) => i !== fox);
  others.sort((a, b) => training.cosine(fox, b) - training.cosine(fox, a));
  const drawn = Object.values(data.groups).map((words) => words.map((w) => data.words.indexOf(w)));
  const all = drawn.flat();
  const nearest = (i) => all.filter((j) => j !== i).reduce((best, j) =>
    training.cosine(i, j) > training.cosine(i, best) ? j : best);
  const right = drawn.flatMap((ids) => ids.filter((i) => ids.includes(nearest(i))));
  return [others.slice(0, 4).map((i) => data.words[i]), right.length, all.length];
}"""


@pytest.fixture(scope="module")
def engine(run_script):
    """The training of a table, loaded."""
    return run_script(plain_script("engine/table_training.js"))


def test_a_step_is_that_of_torch(engine):
    # fails if a slope is wrong, a pair of a batch is lost, or Adam is not torch's
    got = engine.evaluate(TRAIN, [PAIRS, BATCHES])
    tables = [torch.tensor(rows).double().view(4, 3).requires_grad_() for rows in got["before"]]
    reads, writes = tables
    adam = torch.optim.Adam(tables, lr=0.02)
    pairs = torch.tensor(PAIRS).view(-1, 3)
    for batch in BATCHES:
        loss = F.cross_entropy(reads[pairs[batch, 0]] @ writes.T, pairs[batch, 1])
        adam.zero_grad()
        loss.backward()
        adam.step()
    for rows, want in zip(got["after"], tables, strict=True):
        assert rows == pytest.approx(want.detach().flatten().tolist(), abs=1e-6)
    every = pairs.repeat_interleave(pairs[:, 2], dim=0)
    loss = F.cross_entropy(reads[every[:, 0]] @ writes.T, every[:, 1])
    assert got["loss"] == pytest.approx(loss.item(), abs=1e-6)
    cosine = F.cosine_similarity(reads[0], reads[3], dim=0)
    assert got["cosine"] == pytest.approx(cosine.item(), abs=1e-6)


def test_pairs_are_drawn_as_often_as_they_occur(engine):
    # fails if the draw is even, or never takes the first or the last pair
    drawn = engine.evaluate(DRAWN, [PAIRS, 4000])
    shares = np.bincount(drawn, minlength=5) / 4000
    assert shares == pytest.approx(np.array(PAIRS[2::3]) / 13, abs=0.03)


def test_it_comes_out_with_each_of_five_seeds(engine):
    # fails if the chapter's claim holds for the widget's own seed alone
    for wolf, kite in engine.evaluate(COMES_OUT, [count_neighbours(), 16, [0, 1, 2, 3, 4], 800]):
        assert wolf > 0.7 and wolf > kite + 0.2


def test_the_numbers_that_the_chapter_quotes(engine):
    # fails if the widget, as the chapter shows it, ends elsewhere, or two numbers have room enough
    [[wolf, kite]] = engine.evaluate(COMES_OUT, [count_neighbours(), 16, [0], 1500])
    assert (round(wolf, 2), round(kite, 2)) == (0.78, 0.45)
    for wolf, kite in engine.evaluate(COMES_OUT, [count_neighbours(), 2, [0, 1, 2], 800]):
        assert wolf > 0.9 and kite > 0.9


def test_the_nearest_words_that_the_chapter_quotes(engine):
    # fails if the fox's four nearest words are no animals once trained, or others before; or if
    # not as many words as quoted have their nearest in their own group
    counted = count_neighbours()
    [before, *first], [after, *last] = (
        engine.evaluate(NEAREST, [counted, steps]) for steps in (0, 1500)
    )
    assert (first, last) == ([26, 90], [90, 90])  # in their own group: 29 %, and all
    assert before[:2] == ["hid", "done"] and not set(before) & set(counted["groups"]["animals"])
    assert set(after) <= set(counted["groups"]["animals"])


def test_random_pairs_end_where_the_chapter_says(show_widget):
    # fails if the widget, as the chapter shows it, ends with another mean of random pairs
    page = show_widget(TableTrainer())
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_function("model.get('step') === 1500", timeout=TRAINED)
    settle(page)
    assert [round(cosine, 2) for cosine in trait(page, "cosines")] == [0.78, 0.45, 0.12]


def test_train_pause_and_choose(show_widget):
    # fails if a button does nothing, a step is not one, or a new word keeps the old one's curve
    page = show_widget(TableTrainer(steps=200))
    page.get_by_role("button", name="One step").press("Enter")
    settle(page)
    assert trait(page, "step") == 1 and "1 of 200 steps" in page.inner_text(".llm-table-count")
    page.get_by_role("button", name="Go on").press("Space")
    page.wait_for_function("model.get('step') === 200")
    settle(page)
    points = page.get_attribute("polyline.llm-table-first", "points").split()
    assert len(points) > 5 and points[-1].startswith("100.00,")
    wolf, kite, _ = trait(page, "cosines")
    finding = page.inner_text(".llm-finding")
    assert f"fox and wolf: {wolf:.2f}" in finding.replace("−", "-")
    assert f"fox and kite: {kite:.2f}" in finding.replace("−", "-")
    page.get_by_role("combobox", name="Third word").select_option("bear")
    settle(page)
    assert trait(page, "words") == ["fox", "wolf", "bear"] and trait(page, "step") == 200
    assert trait(page, "cosines")[0] == wolf and trait(page, "cosines")[1] != kite
    assert len(page.get_attribute("polyline.llm-table-first", "points").split()) == 1
    page.get_by_role("combobox", name="Second word").select_option("fox")
    settle(page)
    assert trait(page, "words") == ["wolf", "fox", "bear"]  # they change places
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert trait(page, "words") == ["fox", "wolf", "kite"] and trait(page, "step") == 0


def test_other_starts_and_sizes(show_widget):
    # fails if another seed or size keeps the rows, the plane of two numbers is another one than
    # those numbers, or the untrained table is told as if it had learned
    page = show_widget(TableTrainer())
    assert "all of it is chance" in page.inner_text(".llm-finding")
    before = trait(page, "cosines")
    page.get_by_role("button", name="Another start").click()
    settle(page)
    assert trait(page, "seed") == 1 and trait(page, "cosines") != before
    page.get_by_role("radio", name="2", exact=True).check()
    settle(page)
    assert trait(page, "size") == 2 and "both numbers as they are" in page.inner_text(
        ".llm-table-legend"
    )
    set_trait(page, "size", 4)
    settle(page)
    assert page.get_by_role("radio", name="4").is_checked()
    assert page.locator(".llm-table-tags span").all_inner_texts() != []
    labels = page.eval_on_selector_all("[role=img]", "all => all.map((e) => e.ariaLabel)")
    assert "90 words as points" in labels[0] and "Cosines after 0 steps" in labels[1]
