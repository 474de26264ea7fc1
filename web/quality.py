"""What the book's model can do and can't, as a table, from the figures that lie beside it."""

from __future__ import annotations

import json

from web.fingerprint import ROOT

FIGURES = ROOT / "llm_lib/book/models/sprout/quality.json"
OTHERS = ("sentiment", "summary", "names", "translate", "spam")


def percent(share: float) -> str:
    """Return a share as one says it.

    >>> percent(0.9975), percent(1.0)
    ('99.8 %', '100 %')
    """
    return f"{round(100 * share + 1e-9, 1):g} %"


def describe_quality() -> str:
    """Return how often the model is right, on prompts that training never showed."""
    figures = json.loads(FIGURES.read_text("utf-8"))
    stories, answers = figures["stories"], figures["answers"]
    others = [answers[f"{name}, held_out"] for name in OTHERS]
    rows = {
        "stories that keep name, kind and object": stories["held_out, greedy"]["all"],
        "the same, with names that it never saw": stories["new_names, greedy"]["all"],
        "“What did Mia have?”, of a passage with two animals": answers["question, held_out"],
        "“Who had the kite?”, against the order of telling": answers["reversed, held_out"],
    }
    lines = [f"| {what} | {percent(share)} |" for what, share in rows.items()]
    worst, best = percent(min(others)), percent(max(others))
    lines.append(f"| moods, summaries, names, translations and spam | {worst} to {best} |")
    return "\n".join(["| Sprout, on prompts that are new to it | right |\n|---|---|", *lines])
