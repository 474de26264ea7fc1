"""The stories of training in a browser: their numbers are torch's and numpy's, and can be changed."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from llm_lib.book.studies.scaling import fit_power_law
from llm_lib.book.widgets import Walkthrough
from tests.web.test_walkthrough import number
from tests.web.widget_page import plain_script, set_trait, settle, texts, trait


@pytest.fixture
def calm(show_widget):
    """A story for a reader who wants no motion: each step stands at once."""

    def show(**settings):
        page = show_widget(Walkthrough(**settings), width=992)
        page.emulate_media(reduced_motion="reduce")
        return page

    return show


TEXTS = torch.tensor([[0, 1, 2, 0, 3], [0, 3, 2, 0, 1]])


def trained(weights, rate, limit, steps):
    """Return weights and losses after training by torch: of each step's batch, and of the next."""
    w = torch.tensor(weights, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.AdamW([w], lr=rate, betas=(0.9, 0.99), weight_decay=0)
    losses = []
    for step in range(steps + 1):
        text = TEXTS[step % 2]
        loss = F.cross_entropy(w[text[:-1]], text[1:])
        losses.append(loss.item())
        if step < steps:
            loss.backward()
            if w.grad.norm() > limit:
                w.grad *= limit / w.grad.norm()
            optimizer.step()
            optimizer.zero_grad()
    return w.tolist(), losses


@pytest.mark.parametrize(("rate", "limit", "steps"), [(0.1, 0.3, 100), (1.0, 9.0, 7), (3, 0.01, 2)])
def test_it_trains_as_torch_does(calm, rate, limit, steps):
    # fails when loss, gradient, clipping or AdamW differs from torch's
    settings = {"rate": rate, "limit": limit, "steps": steps}
    generator = torch.Generator().manual_seed(0)
    for weights in (Walkthrough("training-step").weights, torch.randn(4, 4, generator=generator)):
        page = calm(story="training-step", weights=weights, **settings)
        after, losses = trained(trait(page, "weights"), **settings)
        for row, expected in zip(trait(page, "trained"), after, strict=True):
            assert row == pytest.approx(expected, abs=1e-6)
        assert trait(page, "losses") == pytest.approx(losses, abs=1e-6)


def test_one_step_is_shown_number_by_number(calm):
    # fails when a scene shows another gradient, move or loss than torch computes
    page = calm(story="training-step")
    w = torch.tensor(trait(page, "weights"), dtype=torch.float64, requires_grad=True)
    loss = F.cross_entropy(w[TEXTS[0, :-1]], TEXTS[0, 1:])
    loss.backward()
    set_trait(page, "scene", "Loss")
    set_trait(page, "step", trait(page, "step") + 1)
    assert texts(page)["loss"] == f"{loss.item():.2f}"
    set_trait(page, "scene", "Gradient")
    set_trait(page, "step", trait(page, "step") + 1)
    seen = texts(page)
    for i in range(4):
        for j in range(4):
            shown = float(seen[f"g{i}.{j}"].replace("−", "-"))
            assert shown == pytest.approx(w.grad[i, j].item(), abs=0.0051)
    assert f"{w.grad.norm().item():.2f}" in texts_of(page, "Clip")["length"]
    moved = texts_of(page, "AdamW")
    for i in range(4):
        for j in range(4):
            sign = -torch.sign(w.grad[i, j]).item()
            assert float(moved[f"d{i}.{j}"].replace("−", "-")) == pytest.approx(0.1 * sign)


def texts_of(page, scene):
    """Return what is written in a scene."""
    set_trait(page, "scene", scene)
    return texts(page)


def test_a_weight_and_a_rate_are_changed(calm):
    # fails when an edit does not train anew, or a rate that is too high is not told
    page = calm(story="training-step", scene="Your turn")
    before = trait(page, "losses")[0]
    number(page, "the, then fox").press("PageUp")
    settle(page)
    assert trait(page, "weights")[0][1] == pytest.approx(0.7) and trait(page, "losses")[0] != before
    page.get_by_label("Learning rate").select_option("10")
    settle(page)
    assert "too long" in trait(page, "finding")


LAWS = {
    "2022": (1.69, 406.4, 410.7, 0.34, 0.28),
    "2024": (1.8172, 482.01, 2085.43, 0.3478, 0.3658),
}


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("budget", [1e18, 1e21, 1e26])
def test_the_best_size_is_the_best(calm, budget, law):
    # fails when another size has a lower loss, or the run costs another sum than 6ND
    page = calm(story="plan-run", budget=budget, law=law, scene="Your turn")
    e, a, b, alpha, beta = LAWS[law]
    n = np.geomspace(1e5, 1e14, 20_001)
    losses = e + a / n**alpha + b / (budget / 6 / n) ** beta
    assert trait(page, "parameters") == pytest.approx(n[losses.argmin()], rel=2e-3)
    assert trait(page, "loss") == pytest.approx(losses.min(), abs=1e-6)
    assert 6 * trait(page, "parameters") * trait(page, "tokens") == pytest.approx(budget)
    hours = budget / 4e14 / 3600
    assert trait(page, "days") == pytest.approx(hours / 24 / 8)
    assert trait(page, "cost") == pytest.approx(2 * hours)


def test_a_run_is_planned(calm):
    # fails when a menu does nothing, or what is written is not the run's
    page = calm(story="plan-run", scene="Your turn")
    page.get_by_label("Model size").select_option("0.25")
    page.get_by_label("GPUs").select_option("64")
    settle(page)
    seen = texts(page)
    assert (
        seen["f.N"] == "690 million" and seen["f.D"] == "240 billion" and seen["f.loss"] == "2.37"
    )
    assert "0.06 above the best" in trait(page, "finding")
    assert trait(page, "days") == pytest.approx(1e21 / 4e14 / 86400 / 64)


def is_like_fitted(n, d):
    """Whether a run is within what the abstract of Hoffmann et al. 2022 says of theirs."""
    return (7e7 <= n) & (n <= 1.6e10) & (5e9 <= d) & (d <= 5e11)


def test_dots_far_from_the_laws_runs_are_hollow(calm):
    # fails when a guess is drawn as surely as what lies among the fitted runs, or none is hollow
    page = calm(story="plan-run", scene="All sizes")
    n = np.geomspace(3e7, 3e11, 49)
    shown = n[(n >= 1e8) & (n <= 1e11)]
    both_tries = 2
    expected = (~is_like_fitted(shown, 1e21 / 6 / shown)).sum() + both_tries
    assert 0 < expected < len(shown)
    assert page.locator(".llm-walk-hollow").count() == expected


@pytest.mark.parametrize(("size", "is_guess"), [(1 / 10, True), (1 / 4, False), (10, True)])
def test_a_plan_far_from_the_laws_runs_is_called_a_guess(calm, size, is_guess):
    # fails when the reader isn't told, or is told where the law has been fitted
    page = calm(story="plan-run", scene="Your turn", size=size)
    n, d = trait(page, "parameters"), trait(page, "tokens")
    assert is_like_fitted(n, d) is not is_guess
    assert ("a guess" in trait(page, "finding")) is is_guess


@pytest.mark.parametrize("budget", [1e18, 1e21, 1e26])
@pytest.mark.parametrize("law", LAWS)
def test_ticks_say_where_they_are(calm, budget, law):
    # fails when a tick's number is rounded to another than it stands at: equal steps, equal gaps
    page = calm(story="plan-run", scene="Your turn", budget=budget, law=law)
    ticks = sorted(float(text) for key, text in texts(page).items() if re.match(r"c\.y\d", key))
    assert len(ticks) == 3
    assert ticks[1] - ticks[0] == pytest.approx(ticks[2] - ticks[1], abs=1e-9)


def cheapest_on_a_grid(law, loss, served):
    """Return size, tokens and operations in all of the cheapest of many sizes with this loss."""
    e, a, b, alpha, beta = law
    n = np.geomspace(1e5, 1e14, 1_000_001)
    n = n[a / n**alpha < loss - e]
    d = (b / (loss - e - a / n**alpha)) ** (1 / beta)
    total = 6 * n * d + 2 * n * served
    return n[total.argmin()], d[total.argmin()], total.min()


@pytest.mark.parametrize(("law", "budget"), [("2022", 1e21), ("2024", 1e18), ("2024", 1e26)])
@pytest.mark.parametrize("size", [0.1, 1, 10])
def test_the_cheapest_run_is_the_cheapest(calm, law, budget, size):
    # fails when another size reaches the loss of the reader's run for less in all
    page = calm(story="plan-run", law=law, budget=budget, size=size, scene="Your turn")
    for served in (0, 1e9, 1e12, 1e16):
        set_trait(page, "served", served)
        settle(page)
        parameters = trait(page, "parameters")
        assert trait(page, "total") == pytest.approx(budget + 2 * parameters * served)
        n, d, total = cheapest_on_a_grid(LAWS[law], trait(page, "loss"), served)
        assert trait(page, "cheapest_total") == pytest.approx(total, rel=1e-6)
        assert trait(page, "cheapest_parameters") == pytest.approx(n, rel=1e-3)
        assert trait(page, "cheapest_tokens") == pytest.approx(d, rel=1e-2)


def test_a_published_plan_comes_out(run_script):
    # fails when Sardana et al. 2024, figure 1, is not met: for 2 trillion tokens served, 7 billion
    # parameters in place of 13 save 1.7e22 operations, 17 %
    e, a, b, alpha, beta = law = (1.69, 406.4, 410.7, 0.336, 0.283)
    n = 13e9
    d = (beta * b / (alpha * a) * n**alpha) ** (1 / beta)  # where the two gradients balance
    loss = e + a / n**alpha + b / d**beta
    names = dict(zip(("floor", "a", "b", "alpha", "beta"), law, strict=True))
    page = run_script(plain_script("widgets/stories/plan_run/serve.js"))
    script = "([law, loss]) => { const run = cheapestRun(law, loss, 2e12); return run; }"
    run = page.evaluate(script, [names, loss])
    total = 6 * n * d + 2 * n * 2e12
    saved = total - 6 * run["N"] * run["D"] - 2 * run["N"] * 2e12
    assert run["N"] == pytest.approx(7e9, rel=0.01)
    assert saved == pytest.approx(1.7e22, rel=0.01) and saved / total == pytest.approx(
        0.17, abs=5e-3
    )


def test_tokens_to_serve_are_planned_for(calm):
    # fails when the menu does nothing, the two runs are mixed up, or a plan without it is told more
    page = calm(story="plan-run", scene="Your turn")
    assert "erving" not in trait(page, "finding") and "s.N" not in texts(page)
    page.get_by_label("Tokens served").select_option("1 trillion")
    settle(page)
    seen = texts(page)
    assert (seen["f.N"], seen["s.N"]) == ("2.8 billion", "1.1 billion")
    assert (seen["f.all"], seen["s.all"]) == ("6.6·10²¹", "3.8·10²¹")
    assert seen["f.loss"] == seen["s.loss"] == "2.31"
    assert "the same loss for 42 % less in all" in trait(page, "finding")
    page.get_by_label("Budget (operations)").select_option("10²⁶")
    settle(page)
    assert "for clearly less in all" in trait(page, "finding")


def test_two_runs_fit_a_phone_in_german(show_widget):
    # fails when the longer words of another language leave the picture, or stay in English
    german = {"{}B": "{} Mrd.", "predicted loss": "vorhergesagter Loss", "cheapest": "günstigstes"}
    page = show_widget(Walkthrough("plan-run", scene="Your turn"), width=360)
    page.emulate_media(reduced_motion="reduce")
    page.evaluate("words => { window.__llmWords = { language: 'de', words }; }", german)
    set_trait(page, "served", 1e12)
    settle(page)
    seen = texts(page)
    assert (seen["f.N"], seen["s.N"], seen["s.D"]) == ("2,8 Mrd.", "1,1 Mrd.", "250 Mrd.")
    room = page.locator(".llm-walk-picture").bounding_box()
    for text in page.locator(".llm-walk-picture svg text").all():
        box = text.bounding_box()
        assert room["x"] - 1 <= box["x"] <= box["x"] + box["width"] <= room["x"] + room["width"] + 1


def test_the_line_is_the_librarys(calm):
    # fails when the fit differs from numpy's, with a floor or without, or the miss is not of the loss
    page = calm(story="log-axes", scene="Your turn")
    sizes, [losses] = trait(page, "sizes"), trait(page, "losses")
    for floor in (0, 0.5, 1):
        page.get_by_label("Floor").select_option(f"{floor}")
        settle(page)
        a, alpha = fit_power_law(sizes, np.array(losses) - floor)
        assert trait(page, "a") == pytest.approx(a) and trait(page, "alpha") == pytest.approx(alpha)
        miss = abs((floor + a / np.array(sizes) ** alpha) / losses - 1).max()
        assert f"misses a loss by up to {100 * miss:.0f} %" in trait(page, "finding")
    a, alpha = fit_power_law(sizes[:4], losses[:4])
    set_trait(page, "scene", "Forecast")
    assert f"predicts {a / sizes[4] ** alpha:.2f}" in trait(page, "finding")


def test_the_law_ends_where_its_axis_does(calm):
    # fails when dots above the axis are laid on its end, as if the law levelled off
    page = calm(story="log-axes", scene="Your turn", floor=1)
    tops = [dot.bounding_box()["y"] for dot in page.locator("[data-key^='c.line.']").all()]
    assert len(tops) > 30 and len({round(top, 1) for top in tops}) == len(tops)


def test_a_loss_is_dragged(calm):
    # fails when a changed loss does not move the line
    page = calm(story="log-axes", scene="Your turn")
    before = trait(page, "alpha")
    number(page, "loss of 430752 parameters").press("ArrowDown")
    settle(page)
    assert trait(page, "losses")[0][4] < 1.33 and trait(page, "alpha") > before
