"""The picture of the chapter on preferences: its numbers, computed in another way."""

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
