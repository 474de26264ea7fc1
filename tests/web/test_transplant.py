"""Transplant: its errors are torch's with the same mistakes, and a reader can mend the model."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional as F

from llm_lib.book.widgets import Transplant
from llm_lib.book.widgets.transplant import CHOICES, RIGHT, TEXT
from llm_lib.generation import generate
from llm_lib.interp.residual_stream import run_parts
from llm_lib.pretrained.save_load import load_model
from tests.web.widget_page import settle, trait

MISTAKES = {name: wrong for name, (wrong, _) in CHOICES.items()}
# where each shows first
FIRST = {
    "square": "attention 0",
    "oblong": "feed-forward 0",
    "pairs": "attention 0",
    "order": "attention 0",
    "head": "logits",
    "eps": "attention 0",
}


def stored_pairs(w: torch.Tensor, D: int) -> torch.Tensor:
    """Return rows in the order in which the other layout has them: 0, D/2, 1, D/2 + 1, …"""
    order = torch.arange(D).view(2, D // 2).T.flatten()
    return w.view(-1, D, w.shape[1])[:, order].reshape(w.shape)


def mended_pairs(w: torch.Tensor, D: int) -> torch.Tensor:
    """Return rows of that order put back."""
    order = torch.arange(D).view(D // 2, 2).T.flatten()
    return w.view(-1, D, w.shape[1])[:, order].reshape(w.shape)


def transplanted(model, choices, only=-1):
    """Put the tensors of `model` into a copy as `choices` say, with torch's own operations."""
    c, other = model.config, type(model)(model.config).eval()
    weights = {name: w.clone() for name, w in model.state_dict().items()}
    for i in range(c.n_layer):
        how = choices if only in (-1, i) else RIGHT
        qkv = f"blocks.{i}.attention.qkv.weight"
        q, k, v = weights[qkv].split(c.n_embd)
        file = {"q": stored_pairs(q, c.head_size), "k": stored_pairs(k, c.head_size), "v": v}
        parts = []
        for name in how["order"].split():
            part = file[name].T
            part = part.T if how["square"] == "transposed" else part
            if how["pairs"] == "halves" and name != "v":
                part = mended_pairs(part, c.head_size)
            parts.append(part)
        weights[qkv] = torch.cat(parts)
        for name, kind in (
            ("attention.out", "square"),
            ("feed_forward.up", "oblong"),
            ("feed_forward.down", "oblong"),
        ):
            full = f"blocks.{i}.{name}.weight"
            if how[kind] != "transposed":
                weights[full] = weights[full].T.reshape(weights[full].shape)
        for norm in (other.blocks[i].norm_1, other.blocks[i].norm_2):
            norm.eps = float(how["eps"])
    if choices["head"] == "table":
        weights["head.weight"] = weights["token_embedding.weight"]
    other.norm.eps = float(choices["eps"]) if only == -1 else c.norm_eps
    other.load_state_dict(weights)
    return other


def compared(other, model, ids):
    """Return the relative error of each place, the loss of `other` and its logits."""
    found = {}
    added, healthy = (run_parts(each, ids) for each in (other, model))
    sums = [sum(list(parts.values())) for parts in (added, healthy)]
    for name in healthy:
        found[name] = (added[name] - healthy[name], healthy[name])
        if name.startswith("feed-forward"):
            last = list(healthy).index(name) + 1
            before = [sum(list(parts.values())[:last]) for parts in (added, healthy)]
            found[name.replace("feed-forward", "stream")] = (before[0] - before[1], before[1])
    assert sums[0].shape == sums[1].shape
    with torch.no_grad():
        logits, right = other(ids), model(ids)
    found["logits"] = (logits - right, right)
    loss = F.cross_entropy(logits[0, :-1], ids[0, 1:]).item()
    return {name: (gap.norm() / x.norm()).item() for name, (gap, x) in found.items()}, loss


@pytest.fixture(scope="module")
def sprout():
    return load_model("sprout")


@pytest.fixture
def lab(show_widget):
    """A function that opens the lab with Sprout."""

    def open_lab(width=992, theme="light", **settings):
        return show_widget(Transplant(**settings), width=width, theme=theme)

    return open_lab


# Fails if an error, the first wrong place, a loss or a text is another than torch's.
def test_each_mistake_is_torchs(lab, sprout):
    model, tokenizer = sprout
    ids = torch.tensor([tokenizer.encode(TEXT)])
    page = lab(**RIGHT)
    cases = [({name: wrong}, -1) for name, wrong in MISTAKES.items()]
    cases += [
        (MISTAKES, -1),
        ({"square": "stored"}, 2),
        ({"pairs": "neighbours"}, 3),
        ({"eps": "1e-6"}, 1),
    ]
    for mistakes, only in cases:
        choices = RIGHT | mistakes
        for name, value in (choices | {"only": only}).items():
            page.evaluate("([name, value]) => model.set(name, value)", [name, value])
        settle(page)
        other = transplanted(model, choices, only)
        expected, loss = compared(other, model, ids)
        errors = trait(page, "errors")
        assert set(errors) == set(expected)
        for place, error in expected.items():
            assert errors[place] == pytest.approx(error, rel=2e-2, abs=2e-6), (mistakes, place)
        first = next(place for place in errors if expected[place] > 0)
        assert trait(page, "first_wrong") == first
        if len(mistakes) == 1 and only == -1:
            assert first == FIRST[next(iter(mistakes))]
        assert trait(page, "loss")[1] == pytest.approx(loss, abs=2e-3)
        written = generate(other, ids, 24, temperature=0)[0, ids.shape[1] :].tolist()
        assert trait(page, "written")[1] == tokenizer.decode(written)


# Fails if a model put in rightly is not the healthy one, number for number.
def test_all_put_in_rightly(lab, sprout):
    model, tokenizer = sprout
    page = lab(**RIGHT)
    assert set(trait(page, "errors").values()) == {0} and trait(page, "first_wrong") == ""
    healthy, now = trait(page, "written")
    assert healthy == now and "It speaks" in trait(page, "finding")
    ids = torch.tensor([tokenizer.encode(TEXT)])
    with torch.no_grad():
        loss = F.cross_entropy(model(ids)[0, :-1], ids[0, 1:]).item()
    assert trait(page, "loss") == pytest.approx([loss, loss], abs=1e-3)


# Fails if a reader with a mouse can't mend the model, step back, or start again.
@pytest.mark.parametrize("width", [360, 992])
def test_a_reader_mends_it(lab, width):
    page = lab(width)
    assert trait(page, "first_wrong") == "attention 0"
    labels = ("transposed", "transposed", "reordered", "q k v", "own", "1e-5")
    rows = page.locator(".llm-transplant-row")
    for i, name in enumerate(labels):
        rows.nth(i).get_by_label(name, exact=True).check()
        settle(page)
    assert {name: trait(page, name) for name in RIGHT} == RIGHT
    assert trait(page, "first_wrong") == "" and page.locator(".llm-transplant-first").count() == 0
    page.get_by_role("button", name="Undo").click()
    settle(page)
    assert trait(page, "eps") == "1e-6"
    assert "the text is the same" in trait(page, "finding")
    rows.nth(6).get_by_label("3", exact=True).check()
    settle(page)
    assert trait(page, "first_wrong") == "attention 3"
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert {name: trait(page, name) for name in MISTAKES} == MISTAKES and trait(page, "only") == -1
    assert page.get_by_role("button", name="Undo").is_disabled()


# Fails if a switch doesn't say what the file has and what ours wants, or the words that lead to the
# first mistake stand far from it: below the texts, or beside the switches.
@pytest.mark.parametrize("width", [360, 992])
def test_what_guides_a_reader(lab, width):
    page = lab(width)
    rows = page.locator(".llm-transplant-row")
    says = [
        "ours is out × in",
        "reshaped: cut into other rows",
        "ours halves",
        "our one slot wants q first",
    ]
    for i, words in enumerate(says):
        assert words in rows.nth(i).inner_text()
    table, finding, texts = (
        page.locator(name).bounding_box()
        for name in (".llm-transplant-table", ".llm-finding", ".llm-transplant-texts")
    )
    assert table["y"] + table["height"] <= finding["y"] + 1
    assert finding["y"] + finding["height"] <= texts["y"] + 1
    assert finding["x"] == pytest.approx(table["x"], abs=4)


# Fails if the choices can't be made by key.
def test_by_keyboard(lab):
    page = lab(**RIGHT)
    page.locator(".llm-transplant-row").first.get_by_label("transposed", exact=True).focus()
    page.keyboard.press("ArrowLeft")
    settle(page)
    assert trait(page, "square") == "stored" and trait(page, "first_wrong") == "attention 0"


# Fails if the clue is not that of the mistake.
@pytest.mark.parametrize(
    ("mistake", "clue"),
    [
        ({"square": "stored"}, "Queries, keys and values are all wrong"),
        ({"pairs": "neighbours"}, "Values are right there"),
        ({"order": "k q v"}, "Values are right there"),
        ({"oblong": "reshaped"}, "look at up and down"),
        ({"head": "table"}, "it is the head"),
        ({"eps": "1e-6"}, "such as eps"),
    ],
)
def test_the_finding_gives_a_clue(lab, mistake, clue):
    assert clue in trait(lab(**RIGHT | mistake), "finding")


# Fails if a larger mistake behind a slight one is not named, or one is named where there is none.
def test_the_larger_jump_behind_is_named(lab):
    page = lab(**RIGHT | {"eps": "1e-6", "head": "table"})
    assert trait(page, "first_wrong") == "attention 0" and trait(page, "jump") == "logits"
    assert "look at the head, too" in trait(page, "finding")
    for choices, jump in (
        ({"eps": "1e-6", "head": "own", "oblong": "reshaped", "only": 1}, "feed-forward 1"),
        ({"eps": "1e-6", "oblong": "transposed", "only": -1}, ""),
        ({"eps": "1e-5", "square": "stored", "head": "table"}, ""),  # none can be told there
        ({"square": "transposed", "head": "own"}, ""),
    ):
        page.evaluate("(all) => { for (const n in all) model.set(n, all[n]); }", choices)
        settle(page)
        assert trait(page, "jump") == jump, choices


# Fails if a broken model's lower loss passes without a word, or a higher one gets that word.
@pytest.mark.parametrize(("text", "is_lower"), [("Mia had a kite.", True), (TEXT, False)])
def test_a_lower_loss_is_said_to_tell_little(lab, text, is_lower):
    page = lab(**RIGHT | {"pairs": "neighbours"}, text=text)
    healthy, now = trait(page, "loss")
    assert (now < healthy) == is_lower == ("says little" in trait(page, "finding"))


# Fails if a loss above that of a uniform guess passes without a word, or one below it gets that.
def test_a_loss_above_a_uniform_guess_is_explained(lab, sprout):
    guess = math.log(sprout[0].config.vocab_size)
    for mistakes in (MISTAKES, {"oblong": "reshaped"}, {"order": "k q v"}):
        page = lab(**RIGHT | mistakes)
        is_above = trait(page, "loss")[1] > guess
        assert is_above == (f"A uniform guess has {guess:.2f}" in trait(page, "finding"))
        assert is_above or mistakes is not MISTAKES


# Fails if a reader's text is not read, or one that is too short or long breaks the widget.
def test_texts(lab):
    page = lab(**RIGHT)
    field = page.get_by_label("Text that both models read")
    field.fill("Mia had")
    settle(page)
    before = trait(page, "written")
    assert before[0] == before[1]
    field.fill("")
    settle(page)
    assert "at least two tokens" in trait(page, "finding")
    assert not page.locator(".llm-transplant-table").is_visible()
    field.fill("Mia had a kite. " * 40)
    settle(page)
    assert page.locator(".llm-transplant-table").is_visible()
    assert trait(page, "first_wrong") == ""
