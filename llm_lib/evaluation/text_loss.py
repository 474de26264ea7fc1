"""The perplexity of a text, in units that depend on its tokens, and in units that don't."""

import re
from dataclasses import dataclass

import torch

from llm_lib.arguments import check_whole
from llm_lib.evaluation.log_likelihood import encode_text, text_start
from llm_lib.evaluation.metrics import bits_per_byte, perplexity
from llm_lib.model.gpt import GPT, without_dropout
from llm_lib.tokenizer import Tokenizer


@dataclass(frozen=True)
class TextLoss:
    """The log probability of a text (a sum, in nats), and how long the text is in three units."""

    log_prob: float
    n_tokens: int
    n_words: int
    n_bytes: int

    @property
    def token_perplexity(self) -> float:
        """Per token: comparable only between models with the same tokenizer."""
        return perplexity(-self.log_prob / self.n_tokens)

    @property
    def word_perplexity(self) -> float:
        """Per word between spaces: comparable between tokenizers, not between languages."""
        return perplexity(-self.log_prob / self.n_words)

    @property
    def bits_per_byte(self) -> float:
        """Per byte of UTF-8: comparable between tokenizers."""
        return bits_per_byte(-self.log_prob / self.n_tokens, self.n_tokens, self.n_bytes)

    def __add__(self, other: "TextLoss") -> "TextLoss":
        """Return the loss of both texts together, from which means are taken."""
        return TextLoss(
            self.log_prob + other.log_prob,
            self.n_tokens + other.n_tokens,
            self.n_words + other.n_words,
            self.n_bytes + other.n_bytes,
        )


@torch.no_grad()
def measure_text(
    model: GPT,
    tokenizer: Tokenizer,
    text: str,
    start_id: int | None = None,
    window: int | None = None,
) -> TextLoss:
    """Return the loss of a text, of which each token is predicted once.

    A text longer than `window` tokens, or than the model reads, is cut into windows as
    lm-evaluation-harness cuts it: the first tokens of each see little before them, and the last,
    shorter one looks back as far as there is room. The very first token follows `start_id`, or the
    end-of-text token. Raises ValueError for a text without tokens, or a window longer than the
    model reads.

    >>> from llm_lib import load_model
    >>> loss = measure_text(*load_model("sprout"), "Once there was a fox.")
    >>> loss.n_bytes, round(loss.bits_per_byte, 2)
    (21, 1.0)
    """
    ids = encode_text(tokenizer, text)
    if not ids:
        raise ValueError(f"the text has no tokens: {text!r:.60}")
    room, log_prob = model.config.context_length, 0.0
    if window is not None:
        room = check_whole("window", window, most=room)
    whole = torch.tensor([text_start(tokenizer, start_id), *ids])
    device = next(model.parameters()).device
    with without_dropout(model):
        for start in range(0, len(ids), room):
            stop = min(start + room, len(ids))  # whole[stop] is the last that is predicted here
            x, y = whole[max(0, stop - room) : stop], whole[start + 1 : stop + 1]
            logits = model(x[None].to(device), logits_to_keep=len(y))[0]
            log_probs = logits.float().log_softmax(-1).cpu()  # (T, V)
            log_prob += float(log_probs.gather(-1, y[:, None]).double().sum())
    words = len(re.split(r"\s+", text))
    return TextLoss(log_prob, len(ids), words, len(text.encode()))
