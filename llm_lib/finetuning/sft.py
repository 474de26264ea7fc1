r"""Instruction tuning: a model that continues texts learns to answer.

A template writes a prompt and its answer as one text, and the model learns to predict it, as in
pretraining. Two things are new. The loss counts only the tokens of the answer, since nobody wants
the model to write prompts (Ouyang et al. 2022). And each answer ends with the end-of-text token,
which is how a model learns to stop.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from llm_lib.arguments import check_whole
from llm_lib.tokenizer import Tokenizer, require_end_id
from llm_lib.training.distributed import Ranks
from llm_lib.training.identity import hash_parts

IGNORE_INDEX = -100  # a target that no loss counts: PyTorch's default for `ignore_index`


@dataclass(frozen=True)
class Template:
    r"""How a prompt and its answer are written as one text.

    The answer stands at the end, where a model writes it. Training and use need the same template,
    to the last space. Raises ValueError without a place for the prompt or for the answer.

    >>> Template().fill("Is this spam? Win a kite!", "Yes.")
    'User: Is this spam? Win a kite!\nBot: Yes.'
    >>> Template("{prompt} ->{answer}").question("A kite?")
    'A kite? ->'
    """

    text: str = "User: {prompt}\nBot:{answer}"

    def __post_init__(self) -> None:
        for place in ("{prompt}", "{answer}"):
            if self.text.count(place) != 1:
                raise ValueError(f"a template needs {place} once, got {self.text!r}")
        if not self.text.endswith("{answer}"):
            raise ValueError(f"a template ends with {{answer}}, got {self.text!r}")

    def question(self, prompt: str) -> str:
        """Return the text up to the answer, which a model has to continue."""
        return self.text.removesuffix("{answer}").replace("{prompt}", prompt)

    def fill(self, prompt: str, answer: str) -> str:
        """Return the whole text; a space stands before the answer."""
        return f"{self.question(prompt)} {answer}"


PLAIN = Template()


class Answered(NamedTuple):
    """The ids of a prompt with its answer, and of which of them the model learns."""

    ids: Tensor  # (T,)
    learned: Tensor  # (T,) boolean: True for the answer and the end-of-text token


def encode_answered(
    prompt: str, answer: str, tokenizer: Tokenizer, template: Template = PLAIN
) -> Answered:
    """Return the ids of a filled template with the end-of-text token, and what is learned of it.

    Prompt and answer are encoded apart, as they are in use, when the answer is not there yet.
    Raises ValueError for an empty prompt or answer.
    """
    for name, text in (("prompt", prompt), ("answer", answer)):
        if not text.strip():
            raise ValueError(f"an example needs a prompt and an answer; its {name} is {text!r}")
    asked = tokenizer.encode(template.question(prompt))
    said = [*tokenizer.encode(f" {answer}"), require_end_id(tokenizer)]
    learned = [False] * len(asked) + [True] * len(said)
    return Answered(torch.tensor(asked + said), torch.tensor(learned))


def collate(rows: Sequence[Answered], *, mask_prompt: bool = True) -> tuple[Tensor, Tensor]:
    """Return inputs and targets (B, T) for rows of any lengths, filled up on the right.

    A target is the next id, or -100 where nothing is learned: at prompts, unless `mask_prompt` is
    False, and behind each row's end. What stands there is read by no token before it.

    >>> row = Answered(torch.tensor([5, 6, 7]), torch.tensor([False, False, True]))
    >>> x, y = collate([row])
    >>> x.tolist(), y.tolist()
    ([[5, 6]], [[-100, 7]])
    """
    T = max(len(row.ids) for row in rows) - 1
    x = torch.zeros(len(rows), T, dtype=torch.int64)
    y = torch.full_like(x, IGNORE_INDEX)
    for i, (ids, learned) in enumerate(rows):
        n = len(ids) - 1
        x[i, :n] = ids[:-1]
        counts = learned[1:] if mask_prompt else torch.ones(n, dtype=torch.bool)
        y[i, :n] = torch.where(counts, ids[1:], IGNORE_INDEX)
    return x, y


def choose_rows(index: int, n_rows: int, batch_size: int, seed: int) -> list[int]:
    """Return which rows batch `index` holds: each row once an epoch, in an order of its own.

    What does not fill a batch is left out, another rest in each epoch.
    """
    epoch, part = divmod(index, n_rows // batch_size)
    order = np.random.default_rng((seed, epoch)).permutation(n_rows)
    return order[part * batch_size :][:batch_size].tolist()


class AnswerBatches:
    """Batches of answered prompts in random order, by index: each example once an epoch.

    A batch depends on its index and the seed alone, as `fit` wants it. Of several processes, each
    gets its part of the `batch_size` examples; `ranks=Ranks()` gives each of them all. Raises
    ValueError, naming the place, for an example without an answer or longer than `context_length`;
    for fewer examples than a batch has; and for a batch that the processes can't share.
    """

    def __init__(
        self,
        examples: Iterable[tuple[str, str]],
        tokenizer: Tokenizer,
        *,
        batch_size: int,
        context_length: int,
        template: Template = PLAIN,
        mask_prompt: bool = True,
        seed: int = 0,
        ranks: Ranks | None = None,
    ) -> None:
        self.rows = [
            encode_fitting(f"example {i}", *pair, tokenizer, template, context_length)
            for i, pair in enumerate(examples)
        ]
        self.batch_size = check_whole("batch_size", batch_size, 1, max(1, len(self.rows)))
        if not self.rows:
            raise ValueError("there are no examples to learn from")
        self.mask_prompt, self.seed = mask_prompt, seed
        self.ranks = Ranks.current() if ranks is None else ranks
        self.ranks.share(self.batch_size)

    def __len__(self) -> int:
        """Return how many batches an epoch has."""
        return len(self.rows) // self.batch_size

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        """Return inputs and targets (B, T) of batch `index`: this process's part of them."""
        chosen = choose_rows(index, len(self.rows), self.batch_size, self.seed)
        rows = [self.rows[i] for i in self.ranks.deal(chosen)]
        return collate(rows, mask_prompt=self.mask_prompt)


def encode_fitting(
    name: str, prompt: str, answer: str, tokenizer: Tokenizer, template: Template, room: int
) -> Answered:
    """Return an encoded example; ValueError, with its `name`, if the model can't read all of it."""
    try:
        row = encode_answered(prompt, answer, tokenizer, template)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    if len(row.ids) - 1 > room:
        raise ValueError(
            f"{name} has {len(row.ids)} tokens, and the model reads {room}: shorten it or leave it "
            "out"
        )
    return row


def hash_rows(rows: Iterable[Answered]) -> str:
    """Return a hash of encoded examples, and of what is learned of them."""
    return hash_parts(part for row in rows for part in row)


def count_targets(y: Tensor) -> int:
    """Return how many targets (B, T) a loss counts: those that are not -100."""
    return int((y != IGNORE_INDEX).sum())


def compute_answer_loss(model: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """Return the mean cross-entropy over the targets (B, T) that are not -100, nats per token."""
    logits = model(x).float().flatten(0, 1)  # (B·T, V)
    return F.cross_entropy(logits, y.flatten(), ignore_index=IGNORE_INDEX)


class AnswerLoss:
    """The loss of each batch of answers, for `fit`, with its number of targets.

    Batches have answers of different lengths. With the number, those that are added up, and those
    of several processes, are one batch: each token counts alike, wherever it stands.
    """

    def __init__(self, batches: AnswerBatches) -> None:
        self.batches = batches

    def __call__(self, learner: nn.Module, index: int) -> tuple[Tensor, int]:
        """Return the mean loss of batch `index`, on the device of the model, and its targets."""
        x, y = self.batches[index]
        device = next(learner.parameters()).device
        return compute_answer_loss(learner, x.to(device), y.to(device)), count_targets(y)

    def measure(self, model: nn.Module) -> float:
        """Return the mean loss over the targets of one epoch's batches."""
        found = [self(model, index) for index in range(len(self.batches))]
        return sum(float(loss) * n for loss, n in found) / sum(n for _, n in found)

    @property
    def identity(self) -> dict[str, Any]:
        """What is learned from, for the folder of a training."""
        batches = self.batches
        data = f"{len(batches.rows):,} examples, {hash_rows(batches.rows)}"
        names = ("batch_size", "mask_prompt", "seed")
        settings = {f"batches' {name}": getattr(batches, name) for name in names}
        return {"loss": "answers", "data": data} | settings
