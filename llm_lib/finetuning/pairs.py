"""Pairs of answers, of which one is liked better, and the loss of learning from them."""

import copy
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from tqdm import tqdm

from llm_lib.arguments import check_number, check_whole
from llm_lib.finetuning.dpo import Preference, answer_log_prob, dpo_loss
from llm_lib.finetuning.rollouts import RolloutSettings, answer_text, check_room, draw_answers
from llm_lib.finetuning.sft import (
    PLAIN,
    Answered,
    Template,
    choose_rows,
    collate,
    encode_fitting,
    hash_rows,
)
from llm_lib.model.gpt import GPT, without_dropout
from llm_lib.tokenizer import Tokenizer
from llm_lib.training.distributed import Ranks
from llm_lib.training.identity import identify_weights

Likes = Callable[[str], float]  # how much somebody likes an answer
AT_ONCE = 32  # prompts whose answers are drawn as one batch


def speaks(answer: str) -> float:
    """Like stories in which somebody speaks.

    >>> speaks('"What a day," said Mia.'), speaks("Mia was glad.")
    (1.0, 0.0)
    """
    return float('"' in answer)


def is_short(answer: str) -> float:
    """Like short answers: each word costs.

    >>> is_short("The end.") > is_short("And so it was the end.")
    True
    """
    return -float(len(answer.split()))


TASTES: dict[str, Likes] = {"speech": speaks, "short": is_short}


def draw_preferences(
    model: GPT,
    prompts: Sequence[str],
    tokenizer: Tokenizer,
    likes: Likes,
    settings: RolloutSettings,
    template: Template = PLAIN,
    *,
    progress: bool = False,
) -> list[Preference]:
    """Let a model answer each prompt several times; return the best and the worst of each group.

    progress: show how many prompts are answered.
    Groups in which all are liked alike are left out: nothing is preferred there. So are empty
    answers. Raises ValueError, before anything is drawn, for a prompt whose answer would not fit.
    """
    check_room(model, prompts, tokenizer, settings.max_new_tokens + 1, template)  # 1: the end
    found = []
    with tqdm(total=len(prompts), desc="pairs", unit="prompt", disable=not progress) as bar:
        for start in range(0, len(prompts), AT_ONCE):
            some, seed = prompts[start : start + AT_ONCE], settings.seed + start
            groups = draw_answers(model, some, tokenizer, settings, template, seed)
            for prompt, group in zip(some, groups, strict=True):
                texts = (text for row in group if (text := answer_text(row, tokenizer)))
                answers = sorted(texts, key=likes)
                if answers and likes(answers[0]) < likes(answers[-1]):
                    found.append(Preference(prompt, answers[-1], answers[0]))
            bar.update(len(some))
    return found


class PreferenceLoss:
    """DPO's loss of each batch of preferences, for `fit`; the model as it is now is the reference.

    How often the better answer has the higher score is kept in `accuracies`, one a batch. Of
    several processes, each gets its part of the `batch_size` preferences. Raises ValueError for
    fewer preferences than a batch has, for a batch that the processes can't share, and for an
    answer that is longer than the model reads.
    """

    def __init__(
        self,
        model: GPT,
        preferences: Sequence[Preference],
        tokenizer: Tokenizer,
        *,
        batch_size: int,
        beta: float = 0.1,
        template: Template = PLAIN,
        seed: int = 0,
    ) -> None:
        if not preferences:
            raise ValueError("there are no preferences to learn from")
        self.batch_size = check_whole("batch_size", batch_size, 1, len(preferences))
        self.beta = check_number("beta", beta, above=0)
        self.ranks = Ranks.current()
        self.ranks.share(self.batch_size)
        self.rows = [
            _encode_pair(i, pair, tokenizer, template, model.config.context_length)
            for i, pair in enumerate(preferences)
        ]
        self.reference = copy.deepcopy(model).requires_grad_(False)
        self.seed, self._reported = seed, 0
        self.accuracies: list[float] = []

    def __call__(self, learner: nn.Module, index: int) -> Tensor:
        """Return the loss of batch `index`: each preference once an epoch, in random order.

        All processes must call it together: they tell each other how many were right.
        """
        chosen = choose_rows(index, len(self.rows), self.batch_size, self.seed)
        pairs = [self.rows[i] for i in self.ranks.deal(chosen)]
        x, y = collate([best for best, _ in pairs] + [worst for _, worst in pairs])
        device = next(learner.parameters()).device
        x, y = x.to(device), y.to(device)
        with torch.no_grad(), without_dropout(self.reference):
            reference = answer_log_prob(self.reference.to(device), x, y).chunk(2)  # (B,) and (B,)
        loss, margin = dpo_loss(*answer_log_prob(learner, x, y).chunk(2), *reference, self.beta)
        right = float((margin > 0).float().mean())
        self.accuracies += self.ranks.mean(right, device=device)
        return loss

    @property
    def identity(self) -> dict[str, Any]:
        """What is learned from and how, for the folder of a training."""
        rows = [row for pair in self.rows for row in pair]
        return {
            "loss": "DPO",
            "beta": self.beta,
            "data": f"{len(self.rows):,} preferences, {hash_rows(rows)}",
            "reference": f"weights {identify_weights(self.reference)}",
            "batches' batch_size": self.batch_size,
            "batches' seed": self.seed,
        }

    def report(self, model: nn.Module) -> dict[str, float]:
        """Return how often the better answer had the higher score since the last report."""
        n, self._reported = self._reported, len(self.accuracies)
        return {"accuracy": round(sum(self.accuracies[n:]) / max(1, self._reported - n), 6)}


def _encode_pair(i, pair: Preference, tokenizer, template: Template, room: int) -> list[Answered]:
    """Return the chosen and the rejected answer of preference `i`, encoded with their prompt."""
    answers = {"chosen": pair.chosen, "rejected": pair.rejected}
    return [
        encode_fitting(f"preference {i}, {name},", pair.prompt, answer, tokenizer, template, room)
        for name, answer in answers.items()
    ]
