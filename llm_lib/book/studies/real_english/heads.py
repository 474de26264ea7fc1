"""Six heads of SmolLM2 on four short texts, and what comes next with each of them off.

`python -m llm_lib.book.studies.real_english.heads` measures it and writes `heads.json` (a minute
on one core).
"""

from typing import Any

from torch import nn

from llm_lib.book.measured.recorded_run import Run
from llm_lib.book.measured.recording import next_without, record_run
from llm_lib.book.studies.real_english.command import command_of, write_study

NAME = "heads"
COMMAND = command_of(NAME)
TEXTS = {
    "he": "The king and the queen sat in the garden, and he",
    "France": "The capital of France is",
    "Mary": "When Mary and John went to the store, John gave a drink to",
    "Zarbingle": "I met Mrs Zarbingle today. Tomorrow I will see Mrs",
}
HEADS = {  # layer, head, both from 0: what each is known for
    (9, 4): "the noun that a pronoun means",
    (16, 0): "the token before",
    (18, 6): "what came after the same word before",
    (18, 8): "the first token",
    (23, 3): "a name that was said twice",
    (23, 4): "the country",
}
SHOWN = {"he": (9, 4), "France": (23, 4), "Mary": (23, 3), "Zarbingle": (18, 6)}  # at first
N_NEXT = 7


def record_text(model: nn.Module, tokenizer: Any, name: str) -> Run:
    """Return the run of a text, with all heads on and with each of `HEADS` off.

    A token that is among the likeliest in any of these is listed in all of them.
    """
    run = record_run(model, tokenizer, TEXTS[name], name=name, next_at=(), heads=list(HEADS))

    def without(heads: list, also: set[int]) -> dict[str, Any]:
        return next_without(model, tokenizer, run["ids"], heads, N_NEXT, also=also)

    cases = [[], *([head] for head in HEADS)]
    rows = [row for heads in cases for row in last_next(without(heads, set()))]
    normal, *run["off"] = [without(heads, {row[0] for row in rows}) for heads in cases]
    return run | {"next": normal["next"], "shown": list(SHOWN[name])}


def last_next(entry: dict[str, Any]) -> list[list]:
    """Return what comes after the last position that an entry has."""
    return list(entry["next"].values())[-1]


def measure(model: nn.Module, tokenizer: Any) -> tuple[list[Run], dict[str, Any]]:
    """Return the runs with all heads on and with each of `HEADS` off, and what each head does."""
    known = {f"{layer}.{head}": what for (layer, head), what in HEADS.items()}
    return [record_text(model, tokenizer, name) for name in TEXTS], {"known_for": known}


def main() -> None:
    """Measure where the heads look and what comes without them, and write the file."""
    write_study(NAME, measure, main.__doc__)


if __name__ == "__main__":
    main()
