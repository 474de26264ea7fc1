"""Trains the encoder–decoder `Transformer` to translate, and translates with it.

As in "Attention Is All You Need": Adam with the warm-up schedule of equation 3, label smoothing,
and beam search (Vaswani et al. 2017, sections 5.3, 5.4 and 6.1).
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from llm_lib.book.translation.task import (
    PAD,
    START,
    STOP,
    align_lumi,
    decode_ids,
    encode_pairs,
    lumi_tokenizer,
    to_lumi,
)
from llm_lib.generation.beam_search import beam_search
from llm_lib.model.gpt import without_dropout
from llm_lib.model.transformer import Transformer
from llm_lib.training import TrainingConfig, fit


def warmup_rate(step: int, n_embd: int, warmup_steps: int) -> float:
    """Return the learning rate of `step`, counted from 1: the paper's equation 3.

    It rises linearly for `warmup_steps`, then falls as 1 / √step.

    >>> [round(1000 * warmup_rate(step, 512, 4000), 3) for step in (1000, 4000, 16000)]
    [0.175, 0.699, 0.349]
    """
    return n_embd**-0.5 * min(step**-0.5, step * warmup_steps**-1.5)


def translation_loss(logits: Tensor, targets: Tensor, label_smoothing: float = 0.0) -> Tensor:
    """Return the mean cross-entropy of logits (B, T, V) on ids `targets` (B, T), without padding.

    With smoothing ε, the target distribution gives the right token 1 − ε and shares ε among all V
    tokens (Szegedy et al. 2016).
    """
    return F.cross_entropy(
        logits.flatten(0, 1),
        targets.flatten(),
        ignore_index=PAD,
        label_smoothing=label_smoothing,
    )


def train_translator(
    model: Transformer,
    pairs: list[tuple[str, str]],
    *,
    steps: int,
    batch_size: int = 64,
    warmup_steps: int = 400,
    rate: float | None = None,
    label_smoothing: float = 0.1,
    seed: int = 0,
    progress: bool = True,
) -> list[float]:
    """Train `model` in place on sentence pairs; return the loss of each step.

    The rate is that of `warmup_rate` or, if `rate` is given, rises linearly to `rate` within
    `warmup_steps` and stays there. The optimiser is Adam with the paper's β₁ = 0.9,
    β₂ = 0.98 and ε = 10⁻⁹.
    """
    sources, targets = (t.to(next(model.parameters()).device) for t in encode_pairs(pairs))
    generator = torch.Generator().manual_seed(seed)
    rows = torch.randint(len(sources), (steps, batch_size), generator=generator)
    torch.manual_seed(seed)
    losses, dice = [], torch.get_rng_state()

    def loss_at(learner: nn.Module, step: int) -> Tensor:
        nonlocal dice
        torch.set_rng_state(dice)  # dropout draws from one row of numbers, not anew at each step
        source, target = sources[rows[step]], targets[rows[step]]
        logits = learner(source, target[:, :-1])  # at each token, predict the next
        loss = translation_loss(logits, target[:, 1:], label_smoothing)
        losses.append(loss.item())
        dice = torch.get_rng_state()
        return loss

    def rate_at(step: int) -> float:
        if rate is None:
            return warmup_rate(step + 1, model.config.n_embd, warmup_steps)
        return rate * min(1.0, (step + 1) / warmup_steps)

    highest = {"learning_rate": rate_at(warmup_steps - 1), "warmup_steps": warmup_steps}
    config = TrainingConfig(steps=steps, grad_clip=None, progress=progress, **highest)
    peak = config.learning_rate
    adam = torch.optim.Adam(model.parameters(), peak, (0.9, 0.98), eps=1e-9, fused=True)
    fit(model, loss_at, config, optimizer=adam, rate_at=rate_at)
    model.eval()
    return losses


@torch.no_grad()
def translate_greedy(
    model: Transformer, sentences: list[str], max_new_tokens: int = 16
) -> list[str]:
    """Return the translation of each sentence, with the likeliest token at every step.

    Without dropout; the model's mode is restored.
    """
    source, _ = encode_pairs((sentence, "") for sentence in sentences)
    source = source.to(next(model.parameters()).device)
    ids = torch.full((len(sentences), 1), START, device=source.device)
    with without_dropout(model):
        memory, mask = model.encode(source), model.source_mask(source)  # read once
        for _ in range(max_new_tokens):
            chosen = model.decode(ids, memory, mask)[:, -1].argmax(-1)  # (B,)
            ids = torch.cat((ids, chosen[:, None]), dim=1)
            if (ids == STOP).any(dim=1).all():
                break
    return [decode_ids(row) for row in ids]


def translate_beam(
    model: Transformer,
    sentence: str,
    n_beams: int = 4,
    length_penalty: float = 0.6,
    max_new_tokens: int = 16,
) -> list[tuple[str, float]]:
    """Return the `n_beams` best translations found, with their scores, the best first.

    Four beams and a length penalty of 0.6 are the paper's (section 6.1). Without dropout; the
    model's mode is restored.
    """
    source, _ = encode_pairs([(sentence, "")])
    source = source.to(next(model.parameters()).device)

    def log_probs_of(prefixes: Tensor) -> Tensor:
        logits = model.decode(prefixes, memory.expand(len(prefixes), -1, -1), mask)
        return logits[:, -1].log_softmax(-1)  # (N, V)

    with torch.no_grad(), without_dropout(model):
        memory, mask = model.encode(source), model.source_mask(source)
        found = beam_search(log_probs_of, [START], n_beams, max_new_tokens, STOP, length_penalty)
    return [(decode_ids(ids), score) for ids, score in found]


def share_right(model: Transformer, pairs: list[tuple[str, str]]) -> float:
    """Return the share of sentences whose greedy translation is right to the last token."""
    found = translate_greedy(model, [english for english, _ in pairs])
    return sum(a == lumi for a, (_, lumi) in zip(found, pairs, strict=True)) / len(pairs)


@torch.no_grad()
def cross_attention(model: Transformer, sentence: str, translation: str | None = None) -> dict:
    """Return who looked where in a translation, as plain lists that `CrossAttentionMap` can show.

    "source" and "target" are tokens, and "weights" (n_layer, n_head, T, S) say where the decoder
    looked when it wrote each token of the target. "origin" holds for each token of the target the
    place of the source word that it translates, or None for the stop token and for zeros without
    a word. Without a `translation`, the right one is used.
    """
    pairs = align_lumi(sentence)
    right = to_lumi(sentence)
    source, target = encode_pairs([(sentence, translation or right)])
    seen = {}
    device = next(model.parameters()).device
    with without_dropout(model):
        model(source.to(device), target[:, :-1].to(device), seen)
    words = lumi_tokenizer().words
    origin = [place for _, place in pairs] if translation in (None, right) else []
    n_target = target.shape[1] - 1
    return {
        "source": [words[i] for i in source[0].tolist()],
        "target": [words[i] for i in target[0, 1:].tolist()],
        "weights": torch.stack([layer[0] for layer in seen["cross"]]).tolist(),
        "origin": origin + [None] * (n_target - len(origin)),
    }


def alignment_share(model: Transformer, sentences: list[str]) -> list[list[float]]:
    """Return, for each layer and head, how often its largest weight lies on the right word.

    Only words and digits that translate one English word are counted.
    """
    hits: Tensor | float = 0.0
    total = 0
    for sentence in sentences:
        seen = cross_attention(model, sentence)
        best = torch.tensor(seen["weights"]).argmax(-1)  # (n_layer, n_head, T)
        for t, place in enumerate(seen["origin"]):
            if place is not None and seen["target"][t] != ".":
                hits, total = hits + (best[:, :, t] == place).float(), total + 1
    return (hits / total).tolist()
