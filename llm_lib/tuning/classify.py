"""Fine-tuning to classify: a trained GPT reads a text, and a small new layer says its class.

The last token of a text has seen all of it, so the class is read there (Radford et al. 2018). Texts
of one batch are filled up on the left: then the last column is the last token of each.
"""

import copy
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from llm_lib.activations import hooked
from llm_lib.arguments import check_choice, check_whole
from llm_lib.generation.tokens import pad_left
from llm_lib.gpt import GPT, without_dropout
from llm_lib.tokenizer import Tokenizer

PARTS = ("head", "last block", "all")


class Classifier(nn.Module):
    """A copy of a GPT whose head scores `n_classes` in place of the tokens.

    The new head starts at zero: every class is equally probable, whatever the GPT says.
    """

    def __init__(self, gpt: GPT, n_classes: int) -> None:
        super().__init__()
        check_whole("n_classes", n_classes, 2)
        self.gpt = copy.deepcopy(gpt)
        self.gpt.head = nn.Linear(gpt.config.n_embd, n_classes, bias=False)
        nn.init.zeros_(self.gpt.head.weight)

    def forward(self, ids: Tensor, padding: Tensor | None = None) -> Tensor:
        """Return the scores (B, n_classes) of texts (B, T), read at the last column.

        `padding` (B,) says how many columns at the left are not text, as from `encode_texts`.
        """
        return self.gpt(ids, padding=padding, logits_to_keep=1)[:, -1]


def encode_texts(
    texts: Sequence[str], tokenizer: Tokenizer, context_length: int
) -> tuple[Tensor, Tensor | None]:
    """Return (ids (B, T), padding (B,)): the last `context_length` tokens of each text.

    Raises ValueError for a text without tokens, naming its place.
    """
    rows = [tokenizer.encode(text)[-context_length:] for text in texts]
    if empty := [i for i, row in enumerate(rows) if not row]:
        raise ValueError(f"text {empty[0]} is empty: there is nothing to classify")
    return pad_left(rows)


def encode_labels(labels: Sequence[str], classes: Sequence[str]) -> Tensor:
    """Return each label's place among `classes`, (B,); ValueError for one that is not there.

    >>> encode_labels(["spam", "not spam"], classes=["not spam", "spam"]).tolist()
    [1, 0]
    """
    places = {name: i for i, name in enumerate(classes)}
    for i, label in enumerate(labels):
        if label not in places:
            raise ValueError(f"label {i} is {label!r}; the classes are {[*classes]}")
    return torch.tensor([places[label] for label in labels])


def train_only(model: Classifier, part: str) -> Classifier:
    """Freeze all but a part, in place: the new "head", the "last block" with it, or nothing.

    With "last block", the norm behind it learns, too; "all" trains everything. Returns the model.
    """
    check_choice("part", part, PARTS)
    model.requires_grad_(part == "all")
    free = [model.gpt.head]
    if part == "last block":
        free += [model.gpt.blocks[-1], model.gpt.norm]
    for module in free:
        module.requires_grad_(True)
    return model


@torch.no_grad()
def read_features(
    gpt: GPT,
    texts: Sequence[str],
    tokenizer: Tokenizer,
    layer: int | None = None,
    batch_size: int = 32,
) -> Tensor:
    """Return the stream at each text's last token behind `layer` blocks, (n, C).

    layer: 0 is the embedding, `n_layer` (the default) what the last block leaves. A probe, a small
    classifier on frozen features, tells how much of the answer can be read there.
    """
    n_layer, found = gpt.config.n_layer, []
    layer = n_layer if layer is None else check_whole("layer", layer, 0, n_layer)
    last = layer == n_layer
    place = f"blocks.{layer - last}.residual_{'after' if last else 'before'}"
    with without_dropout(gpt), hooked(gpt, {place: lambda x: found.append(x[:, -1])}):
        for start in range(0, len(texts), check_whole("batch_size", batch_size)):
            part = texts[start : start + batch_size]
            ids, padding = encode_texts(part, tokenizer, gpt.config.context_length)
            gpt(ids, padding=padding, logits_to_keep=1)
    return torch.cat(found)
