"""The rank of the right word after each block of SmolLM2, on thirty short facts.

`python -m llm_lib.book.studies.real_english.facts` measures it and writes `facts.json` beside this
file (a minute on a core). Before block 0 and after each block the stream is read as if it were the
last: the logit lens. So a run's `ranks` have an entry more than the model has blocks.
"""

import argparse
import statistics
from pathlib import Path
from typing import Any

import torch

from llm_lib.book.measured.recorded_run import write_recorded
from llm_lib.book.measured.recording import encode_after_end, record_run
from llm_lib.book.studies.real_english.sentences import last_logits
from llm_lib.interp.residual_stream import read_stream
from llm_lib.model.gpt import GPT
from llm_lib.pretrained.save_load import load_model

FILE = Path(__file__).parent / "facts.json"
COMMAND = "python -m llm_lib.book.studies.real_english.facts"
FACTS = [  # a text, and how it goes on
    *[
        (f"The capital of {country} is", f" {capital}")
        for country, capital in (
            *[("France", "Paris"), ("Italy", "Rome"), ("Japan", "Tokyo"), ("Germany", "Berlin")],
            *[("Russia", "Moscow"), ("Spain", "Madrid"), ("England", "London")],
            *[("China", "Beijing"), ("Egypt", "Cairo"), ("Australia", "Canberra")],
        )
    ],
    ("The Eiffel Tower is in the city of", " Paris"),
    ("Water boils at 100 degrees", " Celsius"),
    ("The opposite of hot is", " cold"),
    ("The opposite of big is", " small"),
    ("To be or not to", " be"),
    ("The first man on the moon was Neil", " Armstrong"),
    ("I would like a cup of", " coffee"),
    ("The largest planet in the solar system is", " Jupiter"),
    ("The chemical symbol for gold is", " Au"),
    ("Shakespeare wrote Romeo and", " Juliet"),
    ("The Great Wall is in", " China"),
    ("Bees make", " honey"),
    ("The author of Harry Potter is J.", "K"),
    ("A baby dog is called a", " puppy"),
    ("The sun rises in the", " east"),
    ("The colour of the sky is", " blue"),
    ("The Mona Lisa was painted by Leonardo da", " Vinci"),
    ("Barack", " Obama"),
    ("New York is a city in the United", " States"),
    ("Two plus two equals", " four"),
]


@torch.no_grad()
def ranks_through_depth(model: GPT, ids: list[int], answer: int) -> list[int]:
    """Return the rank of `answer` after the last token, before block 0 and after each block.

    1 is the likeliest. The list has n_layer + 1 entries, and the last one is the model's own.
    """
    places = [f"blocks.{i}.resid_pre" for i in range(model.config.n_layer)]
    places.append(f"blocks.{model.config.n_layer - 1}.resid_post")
    _, cache = model.run_with_cache(torch.tensor([ids]), places)
    logits = [read_stream(model, cache[place]) for place in places]
    return [1 + int((row > row[answer]).sum()) for row in logits]


def fact_run(model: GPT, tokenizer: Any, text: str, answer: str) -> dict[str, Any]:
    """Return a run of `text`, with the rank of the answer's first token through the depth."""
    run = record_run(model, tokenizer, text, n_next=1)
    i, T = tokenizer.encode(answer)[0], len(run["ids"])
    ranks = ranks_through_depth(model, run["ids"], i)
    token = tokenizer.decode([i])
    return run | {"ranks": [{"id": i, "token": token, "position": T - 1, "ranks": ranks}]}


def ranks_of(run: dict[str, Any]) -> list[int]:
    """Return the ranks of a run's right word."""
    return run["ranks"][0]["ranks"]


def first_for_good(ranks: list[int]) -> int:
    """Return after how many blocks the answer is first and stays first; n_layer + 1 if never.

    >>> first_for_good([9, 1, 3, 1, 1])
    3
    """
    behind = [depth for depth, rank in enumerate(ranks) if rank > 1]
    return behind[-1] + 1 if behind else 0


def known_runs(runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the runs whose right word is the model's first."""
    return [run for run in runs if ranks_of(run)[-1] == 1]


def median_ranks(runs: list[dict[str, Any]]) -> list[float]:
    """Return the median rank of the right word at each depth."""
    return [statistics.median(ranks) for ranks in zip(*map(ranks_of, runs), strict=True)]


def count_known(model: GPT, tokenizer: Any, start: bool) -> int:
    """Return in how many facts the right word leads, with `<|endoftext|>` in front or without."""
    known = 0
    for text, answer in FACTS:
        ids = encode_after_end(tokenizer, text)[0 if start else 1 :]
        known += int(last_logits(model, [ids]).argmax()) == tokenizer.encode(answer)[0]
    return known


def measure(model: GPT, tokenizer: Any) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Return each fact's run, and the counts.

    known, known_bare: how many facts' right word is first, with `<|endoftext|>` in front and
    without. at_the_end: of how many of the known it is first for good only after the last block.
    """
    runs = [fact_run(model, tokenizer, *fact) for fact in FACTS]
    known = known_runs(runs)
    late = [run for run in known if first_for_good(ranks_of(run)) == model.config.n_layer]
    return runs, {
        "of": len(FACTS),
        "known": len(known),
        "known_bare": count_known(model, tokenizer, start=False),
        "at_the_end": len(late),
    }


def main() -> None:
    """Measure all and write the file."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=main.__doc__)
    parser.add_argument("--threads", type=int, default=1)
    torch.set_num_threads(parser.parse_args().threads)
    runs, counts = measure(*load_model("smollm2"))
    write_recorded(FILE, runs, COMMAND, counts=counts)
    print(counts, "median ranks", median_ranks(known_runs(runs)))


if __name__ == "__main__":
    main()
