"""The story of the last token in a browser: its numbers are torch's, and the column can be changed."""

from __future__ import annotations

import pytest
import torch

from tests.web.stories import film
from tests.web.widget_page import set_trait, settle, texts, trait


@pytest.fixture
def page(show_widget):
    page = show_widget(film("last-token"), width=992)
    page.emulate_media(reduced_motion="reduce")
    return page


def loss_of(head, x, label):
    z = torch.tensor(head, requires_grad=True) if isinstance(head, list) else head
    return torch.nn.functional.cross_entropy((z @ x)[None], torch.tensor([label])), z


def shown(page, key):
    return float(texts(page)[key].replace("\u2212", "-"))


def test_the_step_is_torchs(page):
    # fails if a score, the loss or the gradient's step is not what autograd computes
    first = trait(page, "texts")[0]
    x = torch.tensor(first["columns"][len(first["tokens"]) - 1])
    loss, W = loss_of([[0.0] * 4, [0.0] * 4], x, first["label"])
    set_trait(page, "scene", "Head")
    assert shown(page, "loss") == pytest.approx(loss.item(), abs=0.006)
    loss.backward()
    stepped = W.detach() - trait(page, "rate") * W.grad
    set_trait(page, "scene", "One step")
    after, _ = loss_of(stepped, x, first["label"])
    assert shown(page, "loss") == pytest.approx(after.item(), abs=0.006)
    assert shown(page, "W.1.0") == pytest.approx(stepped[1, 0].item(), abs=0.006)
    assert shown(page, "s0") == pytest.approx((stepped @ x)[0].item(), abs=0.006)


def test_padding_is_read_and_is_wrong(page):
    # fails if the scene of padding shows the vector of the last token after all
    set_trait(page, "scene", "Trained")
    right = trait(page, "finding")
    set_trait(page, "scene", "Padding")
    wrong = trait(page, "finding")
    assert "“sad”" in right and "“happy”" in wrong
    set_trait(page, "step", 7)
    assert "“sad”" in trait(page, "finding")


def test_the_reader_chooses_the_column(page):
    # fails if a menu does not change what is read, or Reset does not go back
    set_trait(page, "scene", "Your turn")
    first, head = trait(page, "texts")[0], torch.tensor(trait(page, "head"))
    for column in (0, 5, len(first["tokens"]) + 1):
        page.get_by_role("combobox", name="Read at").select_option(str(column))
        settle(page)
        z = head @ torch.tensor(first["columns"][column])
        assert shown(page, "s1") == pytest.approx(z[1].item(), abs=0.006)
    page.get_by_role("combobox", name="Text").select_option("1")
    settle(page)
    assert trait(page, "column") == len(trait(page, "texts")[1]["tokens"]) - 1
    assert "“happy”" in trait(page, "finding")
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert trait(page, "text") == 0


def test_a_ribbon_to_the_vector_is_as_thick_where_it_runs_flat(page):
    # fails if a long ribbon from the last token thins to nothing half-way
    set_trait(page, "scene", "Head")
    thickness = page.evaluate("""() => {
        const path = document.querySelector('[data-key="in.2"] path');
        const { x, width, y, height } = path.getBBox();
        const half = new DOMPoint(x + width / 2, 0);
        const inside = Array.from({ length: 20 * height }, (_, i) => y + i / 20)
            .filter((at) => path.isPointInFill(Object.assign(half, { y: at })));
        return inside.length / 20;
    }""")
    assert 1.2 < thickness < 4
