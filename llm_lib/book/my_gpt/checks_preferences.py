"""What chapter 22 asks of a reader's file: chosen answers gain on rejected ones."""

import math
import tempfile
from pathlib import Path

import torch

from llm_lib.book.my_gpt.checks_labels import saved_base, write_rows
from llm_lib.book.my_gpt.compare import same, small_model, want
from llm_lib.book.my_gpt.reader import ReaderFile, captured
from llm_lib.book.my_gpt.registry import check


@check("22")
def log_probabilities(my: ReaderFile) -> None:
    """An answer's log probability is the sum over its tokens."""
    model = small_model(my)
    x = torch.tensor([[1, 2, 3], [4, 5, 0]])
    y = torch.tensor([[-100, 7, 8], [-100, 9, -100]])
    with torch.no_grad():
        log_p = model(x).log_softmax(dim=-1)
        right = torch.stack([log_p[0, 1, 7] + log_p[0, 2, 8], log_p[1, 1, 9]])
        every = log_p.gather(-1, y.clamp(min=0)[..., None])[..., 0].sum(dim=1)
        wrongs = {
            "it is the mean over the answer's tokens: a text's log probability is their sum": right
            / torch.tensor([2, 1]),
            "it is the mean over all places: sum over the answer's tokens": right / 3,
            "targets of -100 count, too: leave them out": every,
            "these are logits: log_softmax makes them log probabilities": model(x)
            .gather(-1, y.clamp(min=0)[..., None])[..., 0]
            .mul(y >= 0)
            .sum(dim=1),
            "the sign is turned: log probabilities are below 0": -right,
        }
        same(my.answer_log_prob(model, x, y), right, "answer_log_prob", wrongs)


@check("22")
def preference_loss(my: ReaderFile) -> None:
    """The loss falls as chosen answers gain on rejected ones."""
    given = [torch.tensor(v) for v in ([-3.5, -2.0], [-3.2, -4.0], [-4.0, -1.0], [-3.0, -4.5])]
    chosen, rejected, ref_chosen, ref_rejected = given
    beta = 0.5
    gap = (chosen - ref_chosen) - (rejected - ref_rejected)

    def loss(margin: torch.Tensor) -> torch.Tensor:
        return torch.log1p(torch.exp(-margin)).mean()

    wrongs = {
        "it prefers the rejected answer: a sign is turned": loss(-beta * gap),
        "the reference is left out: what an answer gained is its score": loss(
            beta * (chosen - rejected)
        ),
        "β is left out: margin = β · (…)": loss(gap),
        "it is the sum over the pairs: take their mean": 2 * loss(beta * gap),
        "the sign of the loss is turned: −ln sigmoid(margin)": -loss(beta * gap),
        "it is the sigmoid, not its −ln": -torch.sigmoid(beta * gap).mean(),
    }
    same(my.dpo_loss(*given, beta), loss(beta * gap), "dpo_loss", wrongs)
    want(math.isclose(float(my.dpo_loss(*[chosen] * 4)), math.log(2), rel_tol=1e-4), "dpo_loss of "
         "answers that gained nothing should be ln 2: a coin flip")  # fmt: skip


@check("22")
def preferring(my: ReaderFile) -> None:
    """Chosen answers gain on rejected ones."""
    liked = [
        {"prompt": f"{w}?", "chosen": f"{w} saw.", "rejected": "it and it"}
        for w in ("sea", "seal", "tea")
    ]
    with tempfile.TemporaryDirectory() as folder:
        path, model, tokenizer = saved_base(my, folder)
        to = str(Path(folder) / "preferred")
        with captured():
            my.prefer(write_rows(folder, liked), model=path, to=to, steps=40, rate=3e-3)
        want(Path(to).exists(), "prefer(path, model=…, to=…) should save the model under to=")
        tuned, _ = my.load(to)
    gaps = []
    for m in (model, tuned):
        sides = [
            my.collate([my.encode_answered(tokenizer, row["prompt"], row[side]) for row in liked])
            for side in ("chosen", "rejected")
        ]
        with torch.no_grad():
            chosen, rejected = (my.answer_log_prob(m, *side) for side in sides)
        gaps.append((chosen - rejected).mean().item())
    want(
        gaps[1] > gaps[0] + 2,
        "after prefer, chosen answers should have gained on rejected ones; the gap of their log "
        f"probabilities went from {gaps[0]:.1f} to {gaps[1]:.1f}",
    )
