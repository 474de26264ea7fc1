"""Tests of the checks for “Instructions and LoRA”."""

import numpy as np
import pytest
import torch

from llm_lib.book.exercises import check


def targets(ids, n):
    return [-100 if i < n else ids[i] for i in range(1, len(ids))]


def targets_as_tensor(ids, n):
    y = torch.tensor(ids[1:])
    y[: n - 1] = -100
    return y


def lora(x, W, A, B, alpha):
    return torch.stack([(W + alpha / A.shape[0] * B @ A) @ row for row in x])


def start(c_in, c_out, r):
    return torch.rand(r, c_in) + torch.eye(r, c_in), torch.zeros(c_out, r)


def start_the_other_way(c_in, c_out, r):
    return torch.zeros(r, c_in), torch.eye(c_out, r)


class Merged:
    """A weight that can be merged with its change, once."""

    def __init__(self, W, change):
        self.kept, self.change = W, change
        self.is_merged = False

    @property
    def weight(self):
        return self.kept + self.change if self.is_merged else self.kept

    def merge(self):
        self.is_merged = True

    def unmerge(self):
        self.is_merged = False


class Adding:
    """The usual mistake: add, and subtract again."""

    def __init__(self, W, change):
        self.weight, self.change = W, change

    def merge(self):
        self.weight = self.weight + self.change

    def unmerge(self):
        self.weight = self.weight - self.change


class AddingOnce(Adding):
    """Merged once, but brought back by a subtraction, which rounds."""

    merged = False

    def merge(self):
        if not self.merged:
            super().merge()
        self.merged = True

    def unmerge(self):
        if self.merged:
            super().unmerge()
        self.merged = False


RIGHT = {"21-targets": targets, "21-lora": lora, "21-start": start, "21-merge": Merged}
WRONG = {
    "prompt tokens counted": ("21-targets", lambda ids, n: ids[1:]),
    "not shifted": ("21-targets", lambda ids, n: [-100] * n + ids[n:-1]),
    "the stop token masked": ("21-targets", lambda ids, n: [*targets(ids, n)[:-1], -100]),
    "one too many masked": ("21-targets", lambda ids, n: [-100] * n + ids[n + 1 :]),
    "targets left out": ("21-targets", lambda ids, n: ids[n:]),
    "no α / r": ("21-lora", lambda x, W, A, B, alpha: x @ (W + B @ A).T),
    "α and no r": ("21-lora", lambda x, W, A, B, alpha: x @ (W + alpha * B @ A).T),
    "the change alone": ("21-lora", lambda x, W, A, B, alpha: alpha / len(A) * x @ (B @ A).T),
    "both zero": ("21-start", lambda a, b, r: (torch.zeros(r, a), torch.zeros(b, r))),
    "both random": ("21-start", lambda a, b, r: (torch.ones(r, a), torch.ones(b, r))),
    "rows alike": ("21-start", lambda a, b, r: (torch.ones(r, a), torch.zeros(b, r))),
    "shapes turned": ("21-start", lambda a, b, r: (torch.rand(a, r), torch.zeros(r, b))),
    "merged twice": ("21-merge", Adding),
    "brought back by subtracting": ("21-merge", AddingOnce),
}


@pytest.mark.parametrize("name", ["21-targets", "21-start"])
def test_other_right_ways_pass(name):
    # fails if a tensor of targets, or A at zero and B not, is refused
    assert check(name, {"21-targets": targets_as_tensor, "21-start": start_the_other_way}[name])


SAID = {
    "the prompt's tokens count": "prompt tokens counted",
    "not shifted": "not shifted",
    "the stop token is masked": "the stop token masked",
    "α / r is missing": "no α / r",
    "A and B are both 0": "both zero",
    "in W twice": "merged twice",
    "bit for bit": "brought back by subtracting",
}


@pytest.mark.parametrize(("words", "mistake"), SAID.items())
def test_a_mistake_is_named(words, mistake):
    # fails if one of the field's usual mistakes is told as nothing but other numbers
    assert words in repr(check(*WRONG[mistake]))


@pytest.mark.parametrize(
    ("name", "right", "others"),
    [
        ("21-predict-template", "c", "abd"),
        ("21-predict-forget", "c", "ab"),
        ("21-predict-zero", "b", "acd"),
        ("21-predict-rank", "c", "ab"),
        ("21-predict-everywhere", 1179648, [98304, 442368, 737280]),
        ("21-explain-forgetting", "b", "acd"),
    ],
)
def test_each_wrong_answer_has_a_reason(name, right, others):
    # fails if a wrong answer is taken, or gets no reason of its own
    assert check(name, right)
    said = {repr(check(name, other)) for other in others}
    assert len(said) == len(others) and not any(check(name, other) for other in others)


def test_counts_are_those_of_gpt2():
    # fails if GPT-2's matrices are others than the exercise says, or LoRA learns other numbers
    from llm_lib.finetuning.lora import ATTENTION, EVERYWHERE, add_lora
    from llm_lib.model import GPT, GPTConfig

    for targets_, n in ((EVERYWHERE, 1179648), (ATTENTION, 442368), (EVERYWHERE[2:], 737280)):
        with torch.device("meta"):  # its sizes, and no numbers
            model = add_lora(GPT(GPTConfig(50257, 1024, 12, 12, 768)), 8, targets=targets_)
        learned = [p.numel() for p in model.parameters() if p.requires_grad]
        assert int(np.sum(learned)) == n
