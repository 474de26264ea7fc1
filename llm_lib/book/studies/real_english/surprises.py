"""How much each word of an English text surprises SmolLM2, and what a second mention costs.

`python -m llm_lib.book.studies.real_english.surprises` measures it and writes `surprises.json`
(half a minute on one core).
"""

from typing import Any

from torch import nn

from llm_lib.book.measured.recorded_run import Run
from llm_lib.book.measured.recording import record_run
from llm_lib.book.studies.real_english.command import command_of, write_study

NAME = "surprises"
COMMAND = command_of(NAME)
KEEPER = (
    "The old lighthouse keeper climbed the stairs every evening at six. He lit the lamp, wrote "
    "the weather in his book, and made a pot of tea. One night in March a small boat appeared in "
    "the fog, and a girl in a red coat called his name. The lighthouse keeper climbed down the "
    'stairs and opened the door. "I am your granddaughter," said the girl in the red coat.'
)
# Two more, in which words come again, for the count alone.
BAKER = (
    "Every morning the baker carried a basket of warm bread across the square. An old dog followed "
    "him and waited beside the fountain. When it rained, the baker put the basket under a tree and "
    "gave the old dog a piece of warm bread."
)
TRAIN = (
    "The night train to Lisbon was late. A doctor sat on a wooden bench and read a letter, and a "
    "boy with a violin slept beside her. At last the night train came. The doctor folded the "
    "letter, woke the boy, and carried his violin to the train."
)
TEXTS = {"keeper": KEEPER, "baker": BAKER, "train": TRAIN}
SHORTEST = 4  # letters of a word that counts


def mentions(run: Run) -> list[dict[str, Any]]:
    """Return each word of `SHORTEST` letters or more that comes again, with both surprises."""
    first: dict[str, float] = {}
    found = []
    for token, surprise in zip(run["tokens"][1:], run["surprises"], strict=True):
        word = token.strip().lower()
        if len(word) < SHORTEST or not word.isalpha():
            continue
        if word in first:
            found.append({"word": word, "first": first[word], "again": surprise})
        first.setdefault(word, surprise)
    return found


def measure(model: nn.Module, tokenizer: Any) -> tuple[list[Run], dict[str, Any]]:
    """Return the run of the text that is shown, and the counts over all texts."""
    runs = {
        name: record_run(
            model,
            tokenizer,
            text,
            name=name,
            surprises=True,
            next_at=range(-1 - len(tokenizer.encode(text)), -1),
            n_next=5,
        )
        for name, text in TEXTS.items()
    }
    again = [mention for run in runs.values() for mention in mentions(run)]
    counts = {
        "texts": len(runs),
        "again": len(again),
        "cheaper": sum(each["again"] < each["first"] for each in again),
        "dearer": [each for each in again if each["again"] >= each["first"]],
        "mean": {
            name: round(sum(run["surprises"]) / len(run["surprises"]), 3)
            for name, run in runs.items()
        },
    }
    return [runs["keeper"]], counts


def main() -> None:
    """Measure the surprises, and write the file."""
    write_study(NAME, measure, main.__doc__)


if __name__ == "__main__":
    main()
