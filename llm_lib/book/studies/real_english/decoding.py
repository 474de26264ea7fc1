"""How SmolLM2's probabilities fall, and what each setting of decoding makes of its texts.

`python -m llm_lib.book.studies.real_english.decoding` measures it and writes `decoding.json` (three
minutes on one core).
"""

import statistics
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from llm_lib.book.measured.recorded_run import Run
from llm_lib.book.measured.recording import list_next, record_run, run_watched
from llm_lib.book.studies.real_english.command import command_of, write_study
from llm_lib.generation import filter_logits, generate
from llm_lib.pretrained.save_load import load_model

NAME = "decoding"
COMMAND = command_of(NAME)
PROMPTS = {
    "keeper": "The old lighthouse keeper opened the letter and",
    "grandmother": "My grandmother always said that",
    "teacher": "On the first day of school, the new teacher",
    "scientists": "Scientists have discovered that",
    "language": "The best way to learn a language is",
    "phone": "In the middle of the night, the phone rang and",
}
SURE = {"be": "To be or not to", "France": "The capital of France is"}  # tails alone
SPROUT_OPEN = ("Once there was a", "One day Mia", "Mia had a")  # the same of Sprout, for comparison
SETTINGS = {
    "greedy": {"temperature": 0.0},
    "T 0.7": {"temperature": 0.7},
    "T 1": {"temperature": 1.0},
    "T 1.5": {"temperature": 1.5},
    "T 1, top-p 0.9": {"temperature": 1.0, "top_p": 0.9},
    "T 1.5, top-p 0.9": {"temperature": 1.5, "top_p": 0.9},
    "T 1.5, min-p 0.1": {"temperature": 1.5, "min_p": 0.1},
}
PENALIZED = "greedy, penalty 1.2"  # counted with the others; the text of one run is kept
WAYS = SETTINGS | {PENALIZED: {"temperature": 0.0, "repetition_penalty": 1.2}}
MENDED = "phone"  # its greedy text goes in circles
SEEDS = (1, 2, 3)  # the first is shown
LENGTH, GREEDY_LENGTH = 50, 120  # tokens that are written and judged
SHOWN, GREEDY_SHOWN = 40, 60  # and those that are kept
LOOKED_AT = 100  # so many ranks are searched for the steepest step
RANKS = (1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 32, 40, 50, 64, 80, 100, 128, 200, 320, 500,
         1000, 2000, 5000, 10000)  # fmt: skip


def steepest(p: Tensor) -> tuple[int, float]:
    """Return after which of the sorted `p` (V,) the steepest of the first steps is, and its ratio.

    Among the first `LOOKED_AT`; the ratio is of one probability to the next.
    """
    ratios = p[:LOOKED_AT] / p[1 : LOOKED_AT + 1]
    n = int(ratios.argmax())
    return n + 1, round(ratios[n].item(), 1)


def measure_tail(logits: Tensor, position: int) -> dict[str, Any]:
    """Return an entry of a run's `tails`, with its steepest step and what a high temperature does.

    nucleus: how many tokens hold 0.9 at temperature 1. outside: what the others hold at 1.5.
    """
    p, order = logits.softmax(-1).sort(descending=True)
    nucleus = int((p.cumsum(0) < 0.9).sum()) + 1
    after, ratio = steepest(p)
    ranks = [rank for rank in RANKS if rank <= len(p)]
    return {
        "position": position,
        "ranks": ranks,
        "p": [float(f"{p[rank - 1].item():.3g}") for rank in ranks],
        "steepest": [after, ratio],
        "nucleus": nucleus,
        "outside": round((logits / 1.5).softmax(-1)[order][nucleus:].sum().item(), 3),
    }


def stage_of(logits: Tensor, tokenizer: Any, temperature: float, **filters: float) -> dict:
    """Return what may be drawn with a setting: how many tokens, and the likeliest of them."""
    if temperature == 0:
        filters, temperature = {"top_k": 1}, 1.0
    kept = filter_logits(logits[None] / temperature, **filters)[0]
    n = int(kept.isfinite().sum())
    return {"kept": n, "next": list_next(kept, tokenizer, min(n, 5))}


def repeats(ids: list[int], n: int = 4) -> float:
    """Return the share of a text's groups of `n` tokens that stood in it before."""
    groups = [tuple(ids[i : i + n]) for i in range(len(ids) - n + 1)]
    return round(1 - len(set(groups)) / max(1, len(groups)), 3)


def mean_surprise(model: nn.Module, before: list[int], ids: list[int]) -> float:
    """Return −ln p of the tokens `ids` behind `before`, as the model without settings has it."""
    logits, _ = run_watched(model, before + ids)
    return round(F.cross_entropy(logits[len(before) - 1 : -1], torch.tensor(ids)).item(), 2)


def write_texts(model: nn.Module, tokenizer: Any, runs: list[Run], name: str, seed: int):
    """Return a text for each run, written with a setting: its ids, surprise and repeats."""
    prompts = [run["ids"] for run in runs]
    is_greedy = WAYS[name]["temperature"] == 0
    n, shown = (GREEDY_LENGTH, GREEDY_SHOWN) if is_greedy else (LENGTH, SHOWN)
    stop = [tokenizer.end_id, 2]  # the end of a text, and of a turn in a chat
    written = generate(model, prompts, n, seed=seed, stop_ids=stop, **WAYS[name])
    rows = [row.tolist()[len(ids) :] for row, ids in zip(written, prompts, strict=True)]
    return [
        {
            "settings": WAYS[name] | {"seed": seed},
            "name": name,
            "text": tokenizer.decode([i for i in ids[:shown] if i not in stop]),
            "nats": mean_surprise(model, before, ids[:LENGTH]),
            "repeats": repeats(ids),
        }
        for before, ids in zip(prompts, rows, strict=True)
    ]


def count_texts(texts: list[dict[str, Any]]) -> dict[str, Any]:
    """Return how many texts there are, their mean surprise and its range, and how many loop."""
    nats = [text["nats"] for text in texts]
    return {
        "texts": len(texts),
        "nats": round(statistics.mean(nats), 2),
        "range": [min(nats), max(nats)],
        "loops": sum(text["repeats"] > 0.5 for text in texts),
    }


def compare_settings(model: nn.Module, tokenizer: Any, runs: list[Run]) -> dict[str, Any]:
    """Write the texts of all settings, put the first seed's into `runs`, and return the counts.

    Those with a repetition penalty are counted last; of them, the text of `MENDED` is kept.
    """
    counts = {}
    for name in SETTINGS:
        drawn = [
            write_texts(model, tokenizer, runs, name, seed)
            for seed in (SEEDS[:1] if name == "greedy" else SEEDS)
        ]
        for run, text in zip(runs, drawn[0], strict=True):
            run.setdefault("texts", []).append(text)
        counts[name] = count_texts([text for batch in drawn for text in batch])
    texts = write_texts(model, tokenizer, runs, PENALIZED, SEEDS[0])
    mended = next(text for run, text in zip(runs, texts, strict=True) if run["name"] == MENDED)
    return {"settings": counts | {PENALIZED: count_texts(texts)}, "mended": mended["text"]}


def measure(model: nn.Module, tokenizer: Any) -> tuple[list[Run], dict[str, Any]]:
    """Return the runs with their tails, stages and texts, and the counts; Sprout's tails too."""
    runs = []
    for name, text in (PROMPTS | SURE).items():
        run = record_run(model, tokenizer, text, name=name, next_at=())
        logits = run_watched(model, run["ids"])[0][-1]
        run["tails"] = [measure_tail(logits, len(run["ids"]) - 1)]
        if name in PROMPTS:
            run["stages"] = {
                setting: stage_of(logits, tokenizer, **how) for setting, how in SETTINGS.items()
            }
        runs.append(run)
    counts = compare_settings(model, tokenizer, runs[: len(PROMPTS)])
    sprout, its_tokenizer = load_model("sprout")
    tails = {}
    for text in SPROUT_OPEN:
        ids = its_tokenizer.encode(text)
        tails[text] = measure_tail(run_watched(sprout, ids)[0][-1], len(ids) - 1)
    return runs, counts | {"sprout": tails}


def main() -> None:
    """Measure tails and texts, and write the file."""
    write_study(NAME, measure, main.__doc__)


if __name__ == "__main__":
    main()
