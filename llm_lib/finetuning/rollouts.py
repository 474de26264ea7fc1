"""Rollouts: a model answers each prompt several times, a program marks the answers, and it learns.

This is the loop of GRPO (Shao et al. 2024): draw a group of answers to a prompt, mark them, make
likelier what is better than its group, and stay near the reference. One batch, one step: what is
learned from was always written by the model as it is now.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn

from llm_lib.arguments import check_number, check_whole
from llm_lib.finetuning.grpo import group_advantages, kl_estimate, policy_loss
from llm_lib.finetuning.sft import (
    IGNORE_INDEX,
    PLAIN,
    Answered,
    Template,
    collate,
    count_targets,
)
from llm_lib.generation.tokens import generate
from llm_lib.model.gpt import GPT, without_dropout
from llm_lib.tokenizer import END_OF_TEXT, Tokenizer, require_end_id
from llm_lib.training.distributed import Ranks
from llm_lib.training.identity import hash_parts, identify_weights
from llm_lib.training.loop import seed_at

Mark = Callable[[str, str], float]  # of a prompt and an answer


@dataclass(frozen=True)
class RolloutSettings:
    """How answers are drawn and learned from.

    temperature: by which logits are divided, where tokens are drawn and where they are scored: what
        learns is the distribution that wrote.
    kl_weight: how dear it is to move away from the reference, per nat and token: what `kl_estimate`
        is multiplied by in the loss.
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

    An answer ends with the end-of-text token, or after `max_new_tokens`. Raises ValueError if one
    would be longer than the model reads.
    """
    check_room(model, prompts, tokenizer, settings.max_new_tokens, template)
    end = require_end_id(tokenizer)
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
        Answered(ids.cpu(), torch.arange(len(ids)) >= len(row))
        for ids, row in zip(written, rows, strict=True)
    ]
    G = settings.group_size
    return [answered[i : i + G] for i in range(0, len(answered), G)]


def answer_text(row: Answered, tokenizer: Tokenizer) -> str:
    """Return what was written, without the end-of-text token and the space at its beginning."""
    return tokenizer.decode(row.ids[row.learned].tolist()).removesuffix(END_OF_TEXT).strip()


def check_room(
    model: GPT,
    prompts: Sequence[str],
    tokenizer: Tokenizer,
    max_new_tokens: int,
    template: Template = PLAIN,
) -> None:
    """Raise ValueError unless the model can read each prompt with an answer of so many tokens.

    It reads all but the last one: what follows that is asked by nobody.
    """
    room = model.config.context_length
    for i, prompt in enumerate(prompts):
        n = len(tokenizer.encode(template.question(prompt)))
        if n + max_new_tokens - 1 > room:
            raise ValueError(
                f"prompt {i} has {n} tokens, and with an answer of up to {max_new_tokens} it is "
                f"longer than the {room} that the model reads: shorten it, leave it out, or lower "
                "max_new_tokens"
            )


def token_log_probs(model: nn.Module, x: Tensor, y: Tensor, temperature: float = 1.0) -> Tensor:
    """Return log p of each target (B, T), at a temperature above 0; 0 where a target is -100."""
    logits = model(x).float() / temperature  # (B, T, V)
    of_targets = logits.log_softmax(dim=-1).gather(-1, y.clamp(min=0)[..., None])[..., 0]  # (B, T)
    return torch.where(y != IGNORE_INDEX, of_targets, 0.0)


class GroupRewards:
    """The loss of each batch of prompts, for `fit`: draw, mark, and learn from what was better.

    model: what learns, and writes the answers. reference: what it is held near; None leaves it
    free. prompts(index): the prompts of a batch. mark(prompt, answer): its reward. What the marks
    were is kept in `mean_rewards`, one a batch, and how far the model has gone in `mean_kl`.
    Of several processes, each draws answers to its part of the prompts, by dice of its own.
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
        self.ranks = Ranks.current()
        self.mean_rewards: list[float] = []
        self.mean_kl: list[float] = []
        self._reported = 0  # batches

    def __call__(self, learner: nn.Module, index: int) -> tuple[Tensor, int]:
        """Return the mean loss of batch `index`, and of how many tokens: those that were written.

        All processes must call it together: they tell each other what the marks were. Raises
        ValueError for a model that is cut over processes, for prompts that the processes can't
        share, and for one whose answer could be longer than the model reads.
        """
        s, device = self.settings, next(learner.parameters()).device
        groups, rewards = self._draw(index)  # rewards: (P, G)
        x, y = collate([row for group in groups for row in group])
        n_tokens, x, y = count_targets(y), x.to(device), y.to(device)
        log_probs = token_log_probs(learner, x, y, s.temperature)  # (P·G, T)
        counts = y != IGNORE_INDEX
        advantages = group_advantages(rewards).flatten().to(device)  # (P·G,)
        loss = policy_loss(log_probs, log_probs.detach(), advantages, counts, s.clip)
        self.mean_rewards += self.ranks.mean(float(rewards.float().mean()), device=device)
        if self.reference is not None:
            kl = self._divergence(log_probs, x, y, counts)
            total, n = self.ranks.sum(float(kl.detach()) * n_tokens, n_tokens, device=device)
            self.mean_kl.append(total / n)
            loss = loss + s.kl_weight * kl
        return loss, n_tokens

    def _draw(self, index: int) -> tuple[list[list[Answered]], Tensor]:
        """Return answers to this process's prompts of batch `index`, and their marks (P, G)."""
        if hasattr(self.model, "unshard"):  # which FSDP2 adds
            raise ValueError(
                'a model that is cut over processes, by parallel="fsdp", can\'t draw answers: '
                'take parallel="ddp"'
            )
        asked = self.prompts(index)
        self.ranks.share(len(asked))
        prompts, s = self.ranks.deal(asked), self.settings
        seed = seed_at(s.seed, index, self.ranks.rank)
        groups = draw_answers(self.model, prompts, self.tokenizer, s, self.template, seed)
        marks = [
            [self.mark(prompt, answer_text(row, self.tokenizer)) for row in group]
            for prompt, group in zip(prompts, groups, strict=True)
        ]
        return groups, torch.tensor(marks)

    def _divergence(self, log_probs: Tensor, x: Tensor, y: Tensor, counts: Tensor) -> Tensor:
        """Return the mean KL estimate, nats per token that was written."""
        with torch.no_grad(), without_dropout(self.reference):
            held = self.reference.to(x.device)
            reference = token_log_probs(held, x, y, self.settings.temperature)
        return (kl_estimate(log_probs, reference) * counts).sum() / counts.sum().clamp(min=1)

    @property
    def identity(self) -> dict[str, Any]:
        """What is learned from and how, for the folder of a training."""
        held = self.reference and f"weights {identify_weights(self.reference)}"
        rollouts = {f"rollouts' {name}": value for name, value in asdict(self.settings).items()}
        return {
            "loss": "GRPO",
            "mark": getattr(self.mark, "__qualname__", type(self.mark).__name__),
            "first prompts": hash_parts(self.prompts(0)),
            "template": self.template.text,
            "reference": held,
            "processes": self.ranks.world_size,  # each draws by dice of its own
            **rollouts,
        }

    def report(self, model: nn.Module) -> dict[str, float]:
        """Return the mean mark and divergence of the batches since the last report."""
        n, self._reported = self._reported, len(self.mean_rewards)
        row = {"reward": sum(self.mean_rewards[n:]) / max(1, len(self.mean_rewards) - n)}
        if self.mean_kl:
            row["kl"] = sum(self.mean_kl[n:]) / max(1, len(self.mean_kl) - n)
        return {name: round(value, 6) for name, value in row.items()}
