"""The pictures of the chapter on preferences: their numbers, computed in another way."""

import re

import pytest
import torch

from llm_lib.book.pictures import show_picture
from llm_lib.finetuning.dpo import dpo_loss


@pytest.mark.parametrize("which", [0, 1])
def test_dpo_gap(which):
    # fails when a loss is not the library's, or an arrow does not go as far as its answer gained
    reference, now, beta = (-6.0, -2.0), ((-5.0, -3.0), (-7.5, -4.5)), 0.2
    picture = show_picture("dpo-gap", reference=reference, now=now, beta=beta)
    drawing = picture.svgs()[which]
    chosen, rejected = torch.tensor(now).T
    each = [
        dpo_loss(chosen[i : i + 1], rejected[i : i + 1], *torch.tensor(reference)[:, None], beta)[0]
        for i in range(2)
    ]
    seen = re.findall(
        r">gains ([−.0-9]+) and ([−.0-9]+), margin ([−.0-9]+), loss ([.0-9]+)<", drawing
    )
    assert [float(loss) for *_, loss in seen] == pytest.approx([float(x) for x in each], abs=0.006)
    rings = [float(x) for x in re.findall(r'<circle cx="([.0-9]+)"', drawing)]
    tips = [float(x) for x in re.findall(r'd="M([.0-9]+) [0-9]+l', drawing)]
    moved = [tip - ring for tip, ring in zip(tips, rings, strict=True)]
    gains = [a - b for pair in now for a, b in zip(pair, reference, strict=True)]
    scale = moved[0] / gains[0]
    assert scale > 0 and moved == pytest.approx([scale * gain for gain in gains], abs=0.2)


def test_dpo_gap_shows_the_chapters_surprise():
    # fails when the two models of the chapter no longer have one loss
    picture = show_picture("dpo-gap")
    assert re.findall(r"loss ([.0-9]+)<", picture.svgs()[0]) == ["0.53", "0.53"]
    with pytest.raises(ValueError, match="two log probabilities, got 3"):
        show_picture("dpo-gap", now=[(-1.0, -2.0, -3.0)])


RUN = {
    "marks": [1.0, 3.0, -2.0],
    "wanted": [0.8, 0.5, 0.25],
    "prompt": "A kite!",
    "before": "Mia had a kite.",
    "after": '"?" "?"',
}


@pytest.mark.parametrize("which", [0, 1])
def test_marked_run(which):
    # fails when a curve is drawn on the other one's scale, or a story is not of its end
    drawing = show_picture("marked-run", run=RUN).svgs()[which]
    paths = re.findall(r'<path d="M([^"HV]+)" class="p-line p-curve', drawing)
    wanted, marks = (
        [float(point.split()[1]) for point in path.split("L")] for path in paths if "L" in path
    )
    foot, roof = marks[2], marks[1]  # the least mark and the highest
    height = foot - roof
    assert marks[0] == pytest.approx(roof + height * 2 / 5, abs=0.1)
    assert wanted == pytest.approx([foot - height * share for share in RUN["wanted"]], abs=0.1)
    texts = re.findall(r"<text[^>]*>([^<]*)<", drawing)
    assert {"mean mark 1.0 → −2.0", "what was wanted 80\u00a0% → 25\u00a0%"} <= set(texts)
    said = [texts[texts.index(when) + 1] for when in ("Before training", "After training")]
    assert said == ["Mia had a kite.", '"?" "?"']
    assert "Asked: A kite!" in texts


def test_the_ends_of_a_marked_run_are_means_of_four_rounds():
    # fails when a single round, which is eight stories, stands for an end of the run
    marks, wanted = [1.0, 2.0, 3.0, 2.0] + [9.0] * 4 + [5.0] * 4, [0.5] * 8 + [0.7, 0.9] * 2
    alt = show_picture("marked-run", run=RUN | {"marks": marks, "wanted": wanted}).alt
    assert "mean mark 2.0 → 5.0, what was wanted 50 % → 80 %" in alt.replace("\u00a0", " ")


def test_marked_run_says_what_is_missing():
    # fails when curves of two lengths are drawn beside each other
    with pytest.raises(ValueError, match="got 3 and 2"):
        show_picture("marked-run", run=RUN | {"wanted": [0.8, 0.5]})
