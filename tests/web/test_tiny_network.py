"""TinyNetwork in a browser: its numbers are torch's, it learns, and every number can be moved."""

from __future__ import annotations

import pytest
import torch

from llm_lib.book.widgets import TinyNetwork, tiny_network
from tests.web.widget_page import drag, set_trait, settle, stop_clock, trait

START = {"weights": tiny_network.WEIGHTS, "biases": tiny_network.BIASES}


@pytest.fixture
def page(show_widget):
    return show_widget(TinyNetwork())


class Peer:
    """The same network in torch."""

    def __init__(self, weights, biases):
        self.W = [torch.tensor(w, dtype=torch.float64, requires_grad=True) for w in weights]
        self.b = [torch.tensor(b, dtype=torch.float64, requires_grad=True) for b in biases]

    def hidden(self, x):
        return torch.tanh(x @ self.W[0].T + self.b[0])

    def logit(self, x):
        return (self.hidden(x) @ self.W[1].T + self.b[1]).squeeze(-1)

    def loss(self, points):
        points = torch.tensor(points, dtype=torch.float64)
        return torch.nn.functional.binary_cross_entropy_with_logits(
            self.logit(points[:, :2]), points[:, 2]
        )


def flat(nested):
    return [v for part in nested for v in flat(part)] if isinstance(nested, list) else [nested]


@pytest.mark.parametrize("data", ["groups", "xor", "ring"])
def test_values_loss_and_slopes_are_torchs(page, data):
    # fails if the forward pass, the loss or backpropagation has a fault
    set_trait(page, "data", data)
    for seed in range(3):
        torch.manual_seed(seed)
        scale = (0.5, 2, 9)[seed]  # the last saturates the units, where exp could overflow
        weights = [(scale * (2 * torch.rand(*s) - 1)).tolist() for s in ((3, 2), (1, 3))]
        biases = [(scale * (2 * torch.rand(s) - 1)).tolist() for s in (3, 1)]
        set_trait(page, "weights", weights)
        set_trait(page, "biases", biases)
        set_trait(page, "point", [0.4, -1.3])
        peer, points = Peer(weights, biases), trait(page, "points")
        loss = peer.loss(points)
        loss.backward()
        assert trait(page, "loss") == pytest.approx(loss.item(), abs=1e-5)
        want = [v.grad.tolist() for v in (*peer.W, *peer.b)]
        assert flat(trait(page, "gradients")) == pytest.approx(flat(want), abs=1e-5)
        x = torch.tensor([0.4, -1.3], dtype=torch.float64)
        values = [*peer.hidden(x).tolist(), torch.sigmoid(peer.logit(x)).item()]
        assert trait(page, "values") == pytest.approx(values, abs=1e-5)
        xy = torch.tensor(points, dtype=torch.float64)
        right = (peer.logit(xy[:, :2]) > 0) == (xy[:, 2] == 1)
        assert trait(page, "accuracy") == pytest.approx(right.double().mean().item())


def test_points_are_balanced_and_inside_the_plane(page):
    # fails if a data set is not what its name says
    for data in ("groups", "xor", "ring"):
        set_trait(page, "data", data)
        points = trait(page, "points")
        assert len(points) == 40 and 15 <= sum(p[2] for p in points) <= 20
        assert max(abs(v) for p in points for v in p[:2]) < 1.9
        for x1, x2, truth in points:
            if data == "xor":
                assert truth == (x1 * x2 < 0)
            if data == "ring":
                assert truth == ((x1**2 + x2**2) ** 0.5 < 0.8)


def test_steps_are_those_of_gradient_descent(page):
    # fails if a step goes another way or another length than gradient descent's
    set_trait(page, "data", "xor")
    points = trait(page, "points")
    peer = Peer(**START)
    for _ in range(5):
        parameters = [*peer.W, *peer.b]  # torch.optim would take four seconds to import
        slopes = torch.autograd.grad(peer.loss(points), parameters)
        with torch.no_grad():
            for parameter, slope in zip(parameters, slopes, strict=True):
                parameter -= 0.5 * slope
        page.get_by_role("button", name="1 step").click()
    assert trait(page, "steps") == 5
    got = flat(trait(page, "weights")) + flat(trait(page, "biases"))
    want = [v for p in (*peer.W, *peer.b) for v in flat(p.tolist())]
    assert got == pytest.approx(want, abs=1e-6)
    settle(page)
    assert "One step moved each weight" in page.inner_text(".llm-finding")


@pytest.mark.parametrize("data", ["groups", "xor", "ring"])
def test_it_learns_each_data_set_from_the_start(page, data):
    # fails if learning from the default start gets stuck, or does not end by itself
    page.evaluate("(data) => model.set('data', data)", data)
    settle(page)
    before = trait(page, "loss")
    assert trait(page, "accuracy") < 0.7
    page.get_by_role("button", name="Learn").click()
    page.get_by_role("button", name="Stop").wait_for()
    page.evaluate("hurried.add(50)")
    page.wait_for_function("model.get('learning') === false", timeout=60_000)
    settle(page)
    assert trait(page, "accuracy") == 1
    assert trait(page, "loss") < 0.02 < before
    finding = page.inner_text(".llm-finding")
    assert f"from {before:.3f} to {trait(page, 'loss'):.3f}" in finding
    assert finding.endswith("All 40 points are right.")
    assert finding == trait(page, "finding")


def test_less_motion_learns_in_fewer_larger_leaps(page):
    # fails if readers who asked for less motion get a picture that moves many times a second
    page.emulate_media(reduced_motion="reduce")
    page.evaluate("window.changes = 0; model.on('change:weights', () => window.changes++)")
    stop_clock(page)
    page.get_by_role("button", name="Learn").click()
    page.clock.run_for(1600)
    page.get_by_role("button", name="Stop").click()
    assert 1 <= page.evaluate("changes") <= 3
    assert trait(page, "steps") % 20 == 0


def test_shuffle_and_reset(page):
    # fails if Shuffle is no new start, or Reset leaves something behind
    page.get_by_role("button", name="1 step").click()
    page.get_by_role("button", name="Shuffle").click()
    settle(page)
    first = trait(page, "weights")
    assert first != START["weights"] and trait(page, "steps") == 0
    page.get_by_role("button", name="Shuffle").click()
    assert trait(page, "weights") != first
    page.get_by_role("radio", name="ring inside").check()
    page.get_by_role("button", name="Reset").press("Enter")
    settle(page)
    assert {name: trait(page, name) for name in START} == START
    assert (trait(page, "data"), trait(page, "steps"), trait(page, "seed")) == ("groups", 0, 0)


def test_every_number_has_a_slider_that_answers_to_keys(page):
    # fails if a weight or bias can't be moved from the keyboard, or moves another one
    seen = []
    page.locator("summary").click()
    for unit, name in enumerate(("h₁", "h₂", "h₃", "output")):
        page.get_by_role("radio", name=name).check()
        settle(page)
        sliders = page.locator(".llm-tiny-sliders input")
        for i in range(sliders.count()):
            before = flat(trait(page, "weights")) + flat(trait(page, "biases"))
            sliders.nth(i).focus()
            page.keyboard.press("ArrowRight")
            settle(page)
            after = flat(trait(page, "weights")) + flat(trait(page, "biases"))
            changed = [k for k, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
            assert len(changed) == 1
            assert after[changed[0]] == pytest.approx(before[changed[0]] + 0.1)
            seen += changed
            assert sliders.nth(i).get_attribute("aria-valuetext")
        assert trait(page, "unit") == unit
    assert sorted(seen) == list(range(13))


def test_numbers_and_lines_can_be_dragged(page):
    # fails if a drag moves another number, the wrong way, or is not told in words
    handles = page.locator(".llm-tiny-number")
    for i, (unit, part) in enumerate([(0, -1), (0, 0), (0, 1), (1, -1)]):
        box = handles.nth(i).bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        read = "([u, p]) => p < 0 ? model.get('biases')[0][u] : model.get('weights')[0][u][p]"
        before = page.evaluate(read, [unit, part])
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x, y - 50, steps=4)
        page.mouse.up()
        assert page.evaluate(read, [unit, part]) == pytest.approx(before + 1, abs=0.051)
        assert trait(page, "unit") == unit
    settle(page)
    assert page.inner_text(".llm-finding").startswith(
        "bias of h₂ went from −0.40 to 0.60: the loss"
    )
    line = page.evaluate(
        "() => { const l = document.querySelectorAll('.llm-tiny-hit')[6], m = l.getScreenCTM();"
        "const at = (f) => new DOMPoint(+l.getAttribute('x1') + f * (l.getAttribute('x2') - l.getAttribute('x1')),"
        "+l.getAttribute('y1') + f * (l.getAttribute('y2') - l.getAttribute('y1'))).matrixTransform(m);"
        "return [at(0.25).x, at(0.25).y]; }"
    )
    page.mouse.move(*line)
    page.mouse.down()
    page.mouse.move(line[0], line[1] + 100, steps=4)
    page.mouse.up()
    assert trait(page, "weights")[1][0][0] == pytest.approx(-2.5, abs=0.051)


def test_a_point_flows_through_by_mouse_and_keys(page):
    # fails if the plane can't be walked, or the written sum is not that of the chosen unit
    page.focus(".llm-tiny-plane")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowUp")
    settle(page)
    assert trait(page, "point") == pytest.approx([1.1, -0.4])
    assert "x₁ 1.10, x₂ −0.40" in page.get_attribute(".llm-tiny-plane", "aria-label")
    z = 0.7 * 1.1 + 0.2 * -0.4
    words = page.inner_text(".llm-tiny-sum")
    assert f"0.70 · 1.10 + 0.20 · (−0.40) + 0.00 = {z:.2f}" in words
    assert f"h₁ = tanh({z:.2f}) = {torch.tanh(torch.tensor(z)).item():.2f}" in words
    box = page.locator(".llm-tiny-plane canvas").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 4, box["y"] + box["height"] / 4)
    assert trait(page, "point") == pytest.approx([-1, 1], abs=0.051)
    page.locator(".llm-tiny-unit").last.click()
    settle(page)
    assert "output = sigmoid(" in page.inner_text(".llm-tiny-sum")


def test_sign_is_not_told_by_colour_alone(page):
    # fails if positive and negative weights differ in nothing but their colour
    dashes = page.evaluate(
        "[...document.querySelectorAll('.llm-tiny-link')].map((l) => getComputedStyle(l).strokeDasharray)"
    )
    negative = [v < 0 for v in flat(START["weights"])]
    assert [dash != "none" for dash in dashes] == negative
    texts = page.locator(".llm-tiny-number text").all_text_contents()
    assert "−0.40" in texts and "+0.90" in texts


def test_ending_the_view_leaves_nothing_behind(page):
    # fails if a listener or a timer goes on after the widget is taken off the page
    page.get_by_role("button", name="Learn").click()
    settle(page)
    page.evaluate("cleanup()")
    assert page.evaluate("model.listening") == 0
    assert page.evaluate("timers.size") == 0
    before = trait(page, "weights")
    settle(page)
    assert trait(page, "weights") == before


def test_a_finger_drags_a_number_and_not_the_page(by_finger):
    # fails when the page scrolls under the finger, which ends the drag
    page = by_finger(TinyNetwork())
    before = trait(page, "weights")
    drag(page, page.locator(".llm-tiny-number").first, 0, -60)
    after = trait(page, "biases"), trait(page, "weights")
    assert after != (START["biases"], before) and page.evaluate("scrollY") == page.scrolled


def test_a_finger_drags_the_cross_and_scrolls_elsewhere(by_finger):
    # fails when a drag from the cross scrolls the page, or one from anywhere else moves the cross
    page = by_finger(TinyNetwork())
    plane = page.locator(".llm-tiny-plane")
    set_trait(page, "point", [0.0, 0.0])
    drag(page, plane, 40, -50)
    x, y = trait(page, "point")
    assert x > 0.3 and y > 0.4 and page.evaluate("scrollY") == page.scrolled
    set_trait(page, "point", [1.8, 1.8])
    drag(page, plane, 0, -50)
    assert trait(page, "point") == [1.8, 1.8]
