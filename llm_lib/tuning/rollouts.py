"""Rollouts: a model answers each prompt several times, a program marks the answers, and it learns.

This is the loop of GRPO (Shao et al. 2024): draw a group of answers to a prompt, mark them, make
likelier what is better than its group, and stay near the reference. One batch, one step: what is
learned from was always written by the model as it is now.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from llm_lib.arguments import check_number, check_whole
from llm_lib.generation.tokens import generate
from llm_lib.gpt import GPT, without_dropout
from llm_lib.tokenizer import END_OF_TEXT, Tokenizer
from llm_lib.training.loop import seed_at
from llm_lib.tuning.instruct import IGNORED, PLAIN, Answered, Template, stack_answered
from llm_lib.tuning.rewards import group_advantages, kl_estimate, policy_loss

Mark = Callable[[str, str], float]  # of a prompt and an answer


@dataclass(frozen=True)
class RolloutSettings:
    """How answers are drawn and learned from.

    kl_weight: how dear it is to move away from the reference, per nat and token.
    Raises ValueError, naming the field, for an invalid value.
    """

    group_size: int = 8
    max_new_tokens: int = 40
    temperature: float = 1.0
    clip: float = 0.2
    kl_weight: float = 0.05
    seed: int = 0

    def __post_init__(self) -> None:
        check_whole("group_size", self.group_size, 2)
        check_whole("max_new_tokens", self.max_new_tokens)
        check_number("temperature", self.temperature, above=0)
        check_number("clip", self.clip, above=0)
        check_number("kl_weight", self.kl_weight, least=0)
        check_whole("seed", self.seed, 0)


def draw_answers(
    model: GPT,
    prompts: Sequence[str],
    tokenizer: Tokenizer,
    settings: RolloutSettings,
    template: Template = PLAIN,
    seed: int | None = None,
) -> list[list[Answered]]:
    """Return a group of answers to each prompt, with the marks of what was written.

    An answer ends with the end-of-text token, or after `max_new_tokens`.
    """
    [end] = tokenizer.encode(END_OF_TEXT, allowed_special="all")
    asked = [tokenizer.encode(template.question(prompt)) for prompt in prompts]
    rows = [ids for ids in asked for _ in range(settings.group_size)]
    written = generate(
        model,
        rows,
        settings.max_new_tokens,
        stop_ids=[end],
        temperature=settings.temperature,
        seed=settings.seed if seed is None else seed,
    )
    answered = [
        Answered(ids, torch.arange(len(ids)) >= len(row))
        for ids, row in zip(written, rows, strict=True)
    ]
    G = settings.group_size
    return [answered[i : i + G] for i in range(0, len(answered), G)]


def answer_text(row: Answered, tokenizer: Tokenizer) -> str:
    """Return what was written, without the end-of-text token and the space at its beginning."""
    return tokenizer.decode(row.ids[row.learned].tolist()).removesuffix(END_OF_TEXT).strip()


def token_log_probs(model: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """Return log p of each target (B, T); 0 where a target is -100."""
    log_probs = model(x).float().log_softmax(dim=-1)  # (B, T, V)
    of_targets = log_probs.gather(-1, y.clamp(min=0)[..., None])[..., 0]  # (B, T)
    return torch.where(y != IGNORED, of_targets, 0.0)


class GroupRewards:
    """The loss of each batch of prompts, for `fit`: draw, mark, and learn from what was better.

    model: what learns, and writes the answers. reference: what it is held near; None leaves it
    free. prompts(index): the prompts of a batch. mark(prompt, answer): its reward. What the marks
    were is kept in `mean_rewards`, one a batch, and how far the model has gone in `mean_kl`.
    """

    def __init__(
        self,
        model: GPT,
        reference: GPT | None,
        tokenizer: Tokenizer,
        prompts: Callable[[int], Sequence[str]],
        mark: Mark,
        settings: RolloutSettings = RolloutSettings(),
        template: Template = PLAIN,
    ) -> None:
        if reference is None and settings.kl_weight:
            raise ValueError("kl_weight needs a reference: give one, or set kl_weight to 0")
        self.model, self.reference, self.tokenizer = model, reference, tokenizer
        self.prompts, self.mark = prompts, mark
        self.settings, self.template = settings, template
        self.mean_rewards: list[float] = []
        self.mean_kl: list[float] = []
        self._reported = 0  # batches

    def __call__(self, learner: nn.Module, index: int) -> Tensor:
        """Return the loss of batch `index`."""
        prompts, s = self.prompts(index), self.settings
        seed = seed_at(s.seed, index)
        groups = draw_answers(self.model, prompts, self.tokenizer, s, self.template, seed)
        rewards = torch.tensor(
            [
                [self.mark(prompt, answer_text(row, self.tokenizer)) for row in group]
                for prompt, group in zip(prompts, groups, strict=True)
            ]
        )  # (P, G)
        self.mean_rewards.append(float(rewards.float().mean()))
        x, y = stack_answered([row for group in groups for row in group])
        log_probs = token_log_probs(learner, x, y)  # (P·G, T)
        counts = y != IGNORED
        advantages = group_advantages(rewards).flatten()  # (P·G,)
        loss = policy_loss(log_probs, log_probs.detach(), advantages, counts, s.clip)
        if self.reference is not None:
            kl = self._divergence(log_probs, x, y, counts)
            self.mean_kl.append(float(kl.detach()))
            loss = loss + s.kl_weight * kl
        return loss

    def _divergence(self, log_probs: Tensor, x: Tensor, y: Tensor, counts: Tensor) -> Tensor:
        """Return the mean KL divergence from the reference, nats per token that was written."""
        with torch.no_grad(), without_dropout(self.reference):
            reference = token_log_probs(self.reference, x, y)
        return (kl_estimate(log_probs, reference) * counts).sum() / counts.sum().clamp(min=1)

    def report(self, model: nn.Module) -> dict[str, float]:
        """Return the mean mark and divergence of the batches since the last report."""
        n, self._reported = self._reported, len(self.mean_rewards)
        row = {"reward": sum(self.mean_rewards[n:]) / max(1, len(self.mean_rewards) - n)}
        if self.mean_kl:
            row["kl"] = sum(self.mean_kl[n:]) / max(1, len(self.mean_kl) - n)
        return {name: round(value, 6) for name, value in row.items()}
