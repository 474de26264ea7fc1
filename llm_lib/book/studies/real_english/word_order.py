"""What the order of words is worth to SmolLM2, with its positions and without.

`python -m llm_lib.book.studies.real_english.word_order` measures it (five minutes on two cores) and
writes `word_order.json`; `load_word_order` reads it. The texts are the book's own.
"""

import argparse
import random
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import permutations
from pathlib import Path
from typing import Any

import torch
from torch import nn

from llm_lib.book.measured.recording import encode_after_end
from llm_lib.files import read_json, write_json
from llm_lib.generation.tokens import pad_left
from llm_lib.interp.heads import token_losses
from llm_lib.pretrained.save_load import load_model

FILE = Path(__file__).parent / "word_order.json"
COMMAND = "python -m llm_lib.book.studies.real_english.word_order"
SEEDS = (0, 1, 2)  # of the shuffles
BATCH = 28

TEXTS = {
    "keeper": "The old lighthouse keeper climbed the stairs every evening at six. He lit the lamp, "
    "wrote the weather in his book, and made a pot of tea. One night in March a small boat "
    "appeared in the fog, and a girl in a red coat called his name. The lighthouse keeper climbed "
    'down the stairs and opened the door. "I am your granddaughter," said the girl in the red '
    "coat.",
    "bread": "To bake bread at home you need flour, water, salt and a little yeast. Mix them in a "
    "large bowl, cover it with a cloth, and wait for an hour until the dough has doubled in size. "
    "Then press it flat, fold it twice, and put it into a hot oven. After half an hour the crust "
    "should be brown, and the loaf should sound hollow when you knock on it.",
    "train": "When the train stopped between two stations, nobody said a word at first. A man in a "
    "grey suit looked at his watch and sighed. Then a child asked why the world had stopped "
    "moving, and everyone began to laugh. By the time we arrived in the city, an hour late, I knew "
    "the names of all the people around me.",
    "river": "Rivers carry sand and stones from the mountains to the sea. Where the water is fast, "
    "it moves large rocks; where it is slow, even the finest mud sinks to the ground. Over "
    "thousands of years this builds wide, flat plains, and farmers have always liked to live "
    "there, because the soil is rich. But the same water that feeds their fields can also flood "
    "their houses.",
    "letter": "Dear Anna, thank you for your letter. We were glad to hear that you found a room "
    "near the university and that your new neighbours are friendly. Your brother has broken his "
    "arm, but he is proud of it and shows it to everyone. Please write to us soon, and tell us "
    "whether you need your winter coat. Your mother sends her love.",
}
PAIRS = [  # what happens more often, and the same words the other way round
    ("The dog bit the man.", "The man bit the dog."),
    ("The cat chased the mouse.", "The mouse chased the cat."),
    ("The teacher taught the children.", "The children taught the teacher."),
    ("The doctor cured the patient.", "The patient cured the doctor."),
    ("The girl read the book.", "The book read the girl."),
    ("The chef cooked the meal.", "The meal cooked the chef."),
    ("The fisherman caught the fish.", "The fish caught the fisherman."),
    ("The boy ate the apple.", "The apple ate the boy."),
    ("The police arrested the thief.", "The thief arrested the police."),
    ("The horse pulled the cart.", "The cart pulled the horse."),
    ("The farmer milked the cow.", "The cow milked the farmer."),
    ("The mother fed the baby.", "The baby fed the mother."),
]
VERBS = "bit chased followed".split()
WHO = "dog cat man woman boy girl horse king".split()
FORMS = {  # how one may ask who did it
    "question": "The {a} {verb} the {b}. Question: Who {verb} the {b}? Answer: the",
    "sentence": "The {a} {verb} the {b}. The one who {verb} the {b} was the",
}


def shuffle_words(text: str, seed: int) -> str:
    """Return the same words, with what is attached to them, in a random order."""
    words = text.split()
    random.Random(seed).shuffle(words)
    return " ".join(words)


@contextmanager
def without_angles(model: nn.Module) -> Iterator[None]:
    """Let a model with rotary positions turn nothing: each angle is 0, until the block ends."""
    rotary = model.rotary
    kept = rotary.cos.clone(), rotary.sin.clone()
    rotary.cos.fill_(1.0)
    rotary.sin.fill_(0.0)
    try:
        yield
    finally:
        rotary.cos.copy_(kept[0])
        rotary.sin.copy_(kept[1])


def losses(model: nn.Module, tokenizer: Any, text: str) -> torch.Tensor:
    """Return the loss of each token of `text`, in nats, (T); it is read after <|endoftext|>."""
    return token_losses(model, torch.tensor([encode_after_end(tokenizer, text)]))[0]


def mean_losses(model: nn.Module, tokenizer: Any, text: str, seeds=SEEDS) -> dict[str, Any]:
    """Return the mean loss of a text in order, and shuffled with each seed."""

    def mean(text: str) -> float:
        return round(losses(model, tokenizer, text).mean().item(), 4)

    return {"in_order": mean(text), "shuffled": [mean(shuffle_words(text, s)) for s in seeds]}


def pair_losses(model: nn.Module, tokenizer: Any, pairs=PAIRS) -> list[list[float]]:
    """Return the summed losses of both sentences of each pair."""
    return [
        [round(losses(model, tokenizer, text).sum().item(), 4) for text in pair] for pair in pairs
    ]


@torch.no_grad()
def margins(model: nn.Module, tokenizer: Any, form: str, verb: str) -> list[float]:
    """Return by how much the one who did it is ahead of the other, for each two of `WHO`."""
    asked = list(permutations(WHO, 2))
    rows = [encode_after_end(tokenizer, FORMS[form].format(a=a, b=b, verb=verb)) for a, b in asked]
    found = []
    for start in range(0, len(rows), BATCH):
        ids, padding = pad_left(rows[start : start + BATCH])
        logits = model(ids, padding=padding, logits_to_keep=1)[:, -1]
        for row, pair in zip(logits, asked[start : start + BATCH], strict=True):
            did, other = (row[tokenizer.encode(f" {name}")[0]].item() for name in pair)
            found.append(did - other)
    return found


def count_right(found: list[float]) -> dict[str, int]:
    """Return how many of `margins` are right, and of how many two both orders are."""
    right = dict(zip(permutations(WHO, 2), (margin > 0 for margin in found), strict=True))
    both = sum(right[a, b] and right[b, a] for a, b in right if a < b)
    return {"right": sum(right.values()), "both": both}


def measure_once(model: nn.Module, tokenizer: Any, texts=TEXTS, verbs=VERBS) -> dict[str, Any]:
    """Return all, of a model as it is."""
    return {
        "texts": {name: mean_losses(model, tokenizer, text) for name, text in texts.items()},
        "pairs": pair_losses(model, tokenizer),
        "who": {
            form: {verb: count_right(margins(model, tokenizer, form, verb)) for verb in verbs}
            for form in FORMS
        },
    }


def measure(model: nn.Module, tokenizer: Any, texts=TEXTS, verbs=VERBS) -> dict[str, Any]:
    """Return all twice, with the model's positions and without."""
    found = {"with": measure_once(model, tokenizer, texts, verbs)}
    with without_angles(model):
        found["without"] = measure_once(model, tokenizer, texts, verbs)
    return found


def load_word_order() -> dict[str, Any]:
    """Return what is on file: the same `with` the model's positions, and `without`.

    texts: the mean loss of each, in_order and shuffled, by seed. pairs: the summed losses of a
    sentence and of its turned twin. who: in each form and for each verb, how many of 56 questions
    are right, and of how many of the 28 pairs both orders are.
    """
    return read_json(FILE)


def main() -> None:
    """Measure all and write the file."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=main.__doc__)
    parser.add_argument("--threads", type=int, default=2)
    torch.set_num_threads(parser.parse_args().threads)
    model, tokenizer = load_model("smollm2")
    found = measure(model, tokenizer)
    write_json(FILE, {"command": COMMAND, "model": "smollm2"} | found, indent=1)
    for name, part in found.items():
        cheaper = sum(a < b for a, b in part["pairs"])
        print(f"{name} positions: {part['texts']['keeper']}, {cheaper} of {len(PAIRS)} cheaper")
        for form, verbs in part["who"].items():
            print(f"  {form}: {sum(row['right'] for row in verbs.values())} right")


if __name__ == "__main__":
    main()
