"""What SmolLM2 holds of 520 questions, by layer and position: features that a page can probe.

`python -m llm_lib.book.studies.answer_features` reads the questions with the model, keeps of each
place the directions along which the training questions differ most, rounded to 4 bits, and writes
`studies/answer_features.safetensors`; beside it, `answer_features.json` has a mark of the
questions, and how well probes do with all channels (ten minutes on a core). `load_answer_features`
reads both, and the questions from their package.
"""

import argparse
import statistics
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from torch import Tensor, nn
from tqdm import tqdm

from llm_lib.book.labelled import QUESTION_CLASSES, Labelled
from llm_lib.book.studies.answer_questions import (
    N_TRAIN,
    mark_questions,
    pick_questions,
    questions_of,
)
from llm_lib.files import atomic_write, read_json, write_json
from llm_lib.finetuning.classify import POSITIONS, encode_labels, features_at, read_stream
from llm_lib.finetuning.probe import fit_probe
from llm_lib.generation.tokens import pad_left
from llm_lib.pretrained.save_load import load_model

FILE = Path(__file__).parent / "answer_features.safetensors"
COMMAND = "python -m llm_lib.book.studies.answer_features"
CLASSES = tuple(QUESTION_CLASSES.values())
LAYERS = (0, 5, 10, 15, 20, 25, 30)  # how many blocks a feature has behind it
BEHIND = (1, 2, 4, 8)  # columns of padding behind the last token
PAD = "<|im_end|>"  # what SmolLM2's own tokenizer fills up with
N_DIRECTIONS = 48
L2 = 100.0  # of every probe
COUNTS = (8, 16, 32, 64, 128, 320)  # examples to learn from
SEEDS = (0, 1, 2)  # of the draws of so many


@torch.no_grad()
def read_places(
    gpt: nn.Module, tokenizer: Any, texts: list[str], layers=LAYERS, batch_size: int = 20
) -> dict[tuple[int, str], Tensor]:
    """Return the features (n, C) of texts, by layer and position, "+1" being one column behind.

    Padding is appended to each text, and read as if it were text: that is the mistake to be shown.
    Columns before it are as without, as no token sees what comes later.
    """
    places: dict[tuple[int, str], list] = {}
    most = max(BEHIND)
    rows = [tokenizer.encode(text) + [tokenizer.special_tokens[PAD]] * most for text in texts]
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))  # little to fill up in a batch
    for start in tqdm(range(0, len(rows), batch_size), desc="reading", leave=False):
        ids, padding = pad_left([rows[i] for i in order[start : start + batch_size]])
        for layer, stream in read_stream(gpt, ids, padding, layers).items():
            text = stream[:, :-most]
            found = {name: features_at(text, name, padding) for name in POSITIONS}
            found |= {f"+{k}": stream[:, k - most - 1] for k in BEHIND}
            for name, x in found.items():
                places.setdefault((layer, name), []).append(x)
    back = torch.tensor(order).argsort()
    return {place: torch.cat(parts)[back] for place, parts in places.items()}


class Standard:
    """Channels with a mean of 0 and a deviation of 1 over the texts to learn from."""

    def __init__(self, features: Tensor) -> None:
        x = features.double()
        self.mean, deviation = x.mean(0), x.std(0, correction=0)
        # a channel that never moves stays at 0
        self.deviation = torch.where(deviation > 1e-6, deviation, torch.inf)

    def __call__(self, features: Tensor) -> Tensor:
        """Return features (n, C) as so many deviations from the mean."""
        return (features.double() - self.mean) / self.deviation


def widest_directions(x: Tensor, n: int = N_DIRECTIONS) -> Tensor:
    """Return the `n` orthogonal directions, (C, n), along which standard features vary most."""
    directions = torch.linalg.svd(x, full_matrices=False)[2][:n].T
    strongest = directions.abs().argmax(0)  # a direction and its opposite are one: fix the sign
    return directions * directions[strongest, torch.arange(directions.shape[1])].sign()


def pack(x: Tensor) -> tuple[Tensor, Tensor]:
    """Return numbers (n, D) as 4 bits each, two in a byte, (n, D / 2); and a scale (D,).

    A number is its 4 bits less 8, times the scale of its direction: `unpack` does it.
    """
    scale = (x.abs().amax(0) / 7).clamp(min=1e-9).float()
    steps = (x / scale).round().to(torch.int16) + 8
    return (16 * steps[:, ::2] + steps[:, 1::2]).to(torch.uint8), scale


def unpack(packed: Tensor, scale: Tensor) -> Tensor:
    """Return the numbers (…, n, D) of bytes (…, n, D / 2) and their scales (…, D)."""
    steps = torch.stack((packed >> 4, packed & 15), dim=-1).flatten(-2)
    return (steps.float() - 8) * scale[..., None, :]


def reduce_places(places: dict, n_train: int, n: int = N_DIRECTIONS) -> dict[str, Tensor]:
    """Return the tensors of the file: 4 bits by layer, position, text and direction, and scales.

    Columns behind the end, of test texts alone, are seen along the directions of the last token:
    a probe that learned there is to read them.
    """
    layers = sorted({layer for layer, _ in places})
    kept: dict[str, list] = {"text": [], "behind": []}

    def keep(kind: str, x: Tensor) -> None:
        kept[kind].append(pack(x))

    for layer in layers:
        seen_along = {}
        for name in POSITIONS:
            features = places[layer, name]
            standard = Standard(features[:n_train])
            directions = widest_directions(standard(features[:n_train]), n)
            seen_along[name] = (standard, directions)
            keep("text", standard(features) @ directions)
        standard, directions = seen_along["last"]
        for k in BEHIND:
            keep("behind", standard(places[layer, f"+{k}"][n_train:]) @ directions)
    tensors = {}
    for kind, several in (("text", POSITIONS), ("behind", BEHIND)):
        shape = (len(layers), len(several))
        packed, scales = (torch.stack(parts) for parts in zip(*kept[kind], strict=True))
        tensors[kind] = packed.unflatten(0, shape).contiguous()
        tensors[f"{kind}_scale"] = scales.unflatten(0, shape).contiguous()
    return tensors


def draws(n: int, n_train: int, seeds: tuple[int, ...] = SEEDS) -> list[Tensor]:
    """Return the places of `n` random examples for each seed; of all examples there is one draw."""
    orders = [torch.randperm(n_train, generator=torch.Generator().manual_seed(s)) for s in seeds]
    return [order[:n] for order in orders][: 1 if n == n_train else None]


def summary(rights: list[float]) -> dict[str, Any]:
    """Return the mean of some accuracies, and each of them."""
    return {"mean": round(statistics.mean(rights), 4), "draws": [round(x, 4) for x in rights]}


def measure_all_channels(
    places: dict, labels: Tensor, n_train: int, counts=(32, N_TRAIN), seeds=SEEDS
):
    """Return the accuracy of probes with all channels, by layer, position and number of examples.

    Where all examples are learned from, there is one draw. Probes of columns behind the end learn
    from those columns, too: what could be read there by a probe that is made for it.
    """
    rows = []
    for (layer, name), features in tqdm(places.items(), desc="probes", leave=False):
        x = Standard(features[:n_train])(features)
        # a rotation, in which all that the examples say fits into few channels
        x = x @ torch.linalg.svd(x[:n_train], full_matrices=False)[2].T
        for n in counts:
            rights = []
            for examples in draws(n, n_train, seeds):
                probe = fit_probe(x[examples], labels[examples], len(CLASSES), L2)
                rights.append(probe.accuracy(x[n_train:], labels[n_train:]))
            rows.append({"layer": layer, "position": name, "n": n} | summary(rights))
    return rows


def measure_words(train: list[Labelled], test: list[Labelled], counts=COUNTS, seeds=SEEDS):
    """Return the accuracy of logistic regression on TF-IDF, which counts words, by examples."""
    rows = []
    for n in counts:
        rights = []
        for examples in draws(n, len(train), seeds):
            part = [train[i] for i in examples]
            model = make_pipeline(TfidfVectorizer(), LogisticRegression(C=10, max_iter=1000))
            model.fit(*map(list, zip(*part, strict=True)))
            rights.append(float(model.score(*map(list, zip(*test, strict=True)))))
        rows.append({"n": n} | summary(rights))
    return rows


def load_answer_features() -> dict[str, Any]:
    """Return what is on file.

    classes, layers, positions, behind: the names of the axes. train, test: pairs (text, label).
    text: (layers, positions, 520, 48), the training questions first. behind_end: (layers, columns
    behind, 200, 48), the test questions alone. full: accuracies with all channels. words: those of
    TF-IDF. l2: what each probe is held back by.
    """
    tensors = load_file(FILE)
    found = read_json(FILE.with_suffix(".json"))
    found |= questions_of(found)
    for kind, name in (("text", "text"), ("behind", "behind_end")):
        found[name] = unpack(tensors[kind], tensors[f"{kind}_scale"])
    return found


def measure(gpt: nn.Module, tokenizer: Any, train: list, test: list, **settings: Any):
    """Return the tensors and the record of the two files."""
    texts = [text for text, _ in train + test]
    labels = encode_labels([label for _, label in train + test], CLASSES)
    places = read_places(gpt, tokenizer, texts, settings.pop("layers", LAYERS))
    record = {
        "classes": CLASSES,
        "layers": sorted({layer for layer, _ in places}),
        "positions": POSITIONS,
        "behind": BEHIND,
        "padding": PAD,
        "l2": L2,
        "questions": mark_questions(train, test),
        "words": measure_words(train, test, **settings),
        "full": measure_all_channels(places, labels, len(train), **settings),
    }
    return reduce_places(places, len(train)), record


def main() -> None:
    """Measure all and write the two files."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=main.__doc__)
    parser.add_argument("--threads", type=int, default=1)
    torch.set_num_threads(parser.parse_args().threads)
    train, test = pick_questions()
    tensors, record = measure(*load_model("smollm2"), train, test)
    with atomic_write(FILE, "wb") as file:
        file.write(save(tensors))
    write_json(FILE.with_suffix(".json"), {"command": COMMAND, "model": "smollm2"} | record)
    for row in record["full"]:
        if row["n"] == len(train):
            print(f"layer {row['layer']:2}, {row['position']:6}: {row['mean']:.1%}")


if __name__ == "__main__":
    main()
