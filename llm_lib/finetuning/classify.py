"""Fine-tuning to classify: a trained GPT reads a text, and a small new layer says its class.

The last token of a text has seen all of it, so the class is read there (Radford et al. 2018). Texts
of one batch are filled up on the left: then the last column is the last token of each.
"""

import copy
import os
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from llm_lib.arguments import check_choice, check_whole
from llm_lib.files import CONFIG_FILE, list_field, read_json, write_json
from llm_lib.generation.tokens import pad_left
from llm_lib.model.gpt import GPT, without_dropout
from llm_lib.model.hooks import hooked
from llm_lib.pretrained.layouts import check_tensors
from llm_lib.pretrained.save_load import (
    CLASSIFIER_FILE,
    WEIGHTS_FILE,
    load_weights,
    read_config,
    read_tokenizer,
    weights_to_write,
    write_model,
)
from llm_lib.tokenizer import Tokenizer

PARTS = ("head", "last block", "all")
POSITIONS = ("first", "middle", "last", "mean")


class Classifier(nn.Module):
    """A copy of a GPT whose head scores `n_classes` in place of the tokens.

    The new head starts at zero: every class is equally probable, whatever the GPT says.
    """

    def __init__(self, gpt: GPT, n_classes: int) -> None:
        super().__init__()
        check_whole("n_classes", n_classes, 2)
        self.gpt = copy.deepcopy(gpt)
        self.gpt.head = nn.Linear(gpt.config.n_embd, n_classes, bias=False)
        self.gpt.head.to(gpt.token_embedding.weight)  # its device and type
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
    position: str = "last",
) -> Tensor:
    """Return the stream at one place of each text behind `layer` blocks, (n, C), on its device.

    layer: 0 is the embedding, `n_layer` (the default) what the last block leaves. A probe, a small
    classifier on frozen features, tells how much of the answer can be read there.
    position: the "first", "middle" or "last" token of each text, or the "mean" of all of them.
    """
    n_layer, found, device = gpt.config.n_layer, [], next(gpt.parameters()).device
    layer = n_layer if layer is None else check_whole("layer", layer, 0, n_layer)
    check_choice("position", position, POSITIONS)
    with without_dropout(gpt):
        for start in range(0, len(texts), check_whole("batch_size", batch_size)):
            part = texts[start : start + batch_size]
            ids, padding = encode_texts(part, tokenizer, gpt.config.context_length)
            ids, padding = ids.to(device), None if padding is None else padding.to(device)
            stream = read_stream(gpt, ids, padding, [layer])[layer]
            found.append(features_at(stream, position, padding))
    return torch.cat(found)


def read_stream(
    gpt: GPT, ids: Tensor, padding: Tensor | None, layers: Sequence[int]
) -> dict[int, Tensor]:
    """Return the stream (B, T, C) behind so many blocks, for each of `layers`, from one run."""
    n_layer, seen = gpt.config.n_layer, {}
    hooks = {}
    for layer in layers:
        last = layer == n_layer
        place = f"blocks.{layer - last}.resid_{'post' if last else 'pre'}"
        hooks[place] = lambda x, layer=layer: seen.update({layer: x})
    with hooked(gpt, hooks):
        gpt(ids, padding=padding, logits_to_keep=1)
    return seen


def features_at(stream: Tensor, position: str, padding: Tensor | None = None) -> Tensor:
    """Return one vector per text, (B, C), of a stream (B, T, C) with padding at the left.

    >>> features_at(torch.tensor([[[9.0], [1.0], [2.0], [6.0]]]), "mean", torch.tensor([1]))
    tensor([[3.]])
    """
    B, T, _ = stream.shape
    start = stream.new_zeros(B, dtype=torch.long) if padding is None else padding
    if position == "mean":
        is_text = torch.arange(T, device=stream.device) >= start[:, None]  # (B, T)
        return (stream * is_text[..., None]).sum(1) / (T - start)[:, None]
    places = {"first": start, "middle": (start + T - 1) // 2, "last": start * 0 + T - 1}
    return stream[torch.arange(B, device=stream.device), places[position]]


def save_classifier(
    model: Classifier,
    tokenizer: Tokenizer | None,
    folder: str | os.PathLike,
    classes: Sequence[str],
    *,
    dtype: torch.dtype = torch.float32,
) -> None:
    """Write a classifier and its tokenizer into `folder`, each file whole or not at all.

    classes: their names, in the order of its scores. `dtype` torch.float16 halves the file. LoRA is
    merged in what is written. Raises ValueError for another number of names than of scores, and for
    weights that are not finite.
    """
    n, texts = len(model.gpt.head.weight), [name for name in classes if isinstance(name, str)]
    if not len(classes) == len(texts) == len({*texts}) == n:
        raise ValueError(f"classes should be {n} different names, one a score; got {[*classes]}")
    tensors = weights_to_write(model.gpt, dtype)
    check_tensors(tensors, {name: t.shape for name, t in tensors.items()}, "the classifier")
    write_model(folder, tensors, model.gpt.config, tokenizer)
    write_json(Path(folder) / CLASSIFIER_FILE, {"classes": texts}, indent=1)


def load_classifier(
    folder: str | os.PathLike,
) -> tuple[Classifier, Tokenizer | None, list[str]]:
    """Return (classifier, tokenizer, names of its classes) of a folder, in evaluation mode.

    Raises ValueError, naming the file, for anything missing, damaged or that does not fit.
    """
    folder = Path(folder)
    if not (folder / CLASSIFIER_FILE).exists():
        raise ValueError(f"there is no classifier in {folder}: it has no {CLASSIFIER_FILE}")
    classes = list_field(str, read_json(folder / CLASSIFIER_FILE), "classes")
    if len(classes) < 2:
        raise ValueError(f"{folder / CLASSIFIER_FILE} names fewer than two classes: {classes}")
    model = Classifier(GPT(read_config(folder / CONFIG_FILE)), len(classes))
    load_weights(model.gpt, folder / WEIGHTS_FILE)
    return model.eval(), read_tokenizer(folder), classes
