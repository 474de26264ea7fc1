"""What does "he" look at? One head of SmolLM2 on sentences with two people, and how often it holds.

`python -m llm_lib.book.studies.real_english.pronouns` measures it and writes `pronouns.json` beside
this file (a minute on a core). Heads are found on two of the four templates, and judged on all.
"""

import argparse
from itertools import product
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from llm_lib.book.measured.recorded_run import write_recorded
from llm_lib.book.measured.recording import Head, encode_after_end, record_run
from llm_lib.book.studies.real_english.sentences import (
    head_name,
    last_logits,
    one_id,
    place_of,
    without,
)
from llm_lib.interp.heads import stack_attention
from llm_lib.model.gpt import GPT
from llm_lib.pretrained.save_load import load_model

FILE = Path(__file__).parent / "pronouns.json"
COMMAND = "python -m llm_lib.book.studies.real_english.pronouns"
HEADS = [(9, 4), (9, 2), (15, 7)]  # the three that tell the two people apart best
PRONOUNS = ("he", "she")
PAIRS = [
    *[("king", "queen"), ("boy", "girl"), ("man", "woman"), ("father", "mother")],
    *[("brother", "sister"), ("uncle", "aunt"), ("actor", "actress"), ("prince", "princess")],
    *[("husband", "wife"), ("grandfather", "grandmother")],
    *[("John", "Mary"), ("Tom", "Anna"), ("Peter", "Sarah"), ("David", "Emma")],
]
TEMPLATES = [  # the first two to find the head, the last two to judge it
    "The {} and the {} sat in the garden, and",
    "The {} spoke with the {} for an hour before",
    "When the {} met the {} at the station,",
    "The {} gave the {} a letter because",
]
MANY = [("farmer", "hens"), ("teacher", "children"), ("dog", "birds"), ("mother", "boys")]
MANY += [("king", "soldiers"), ("girl", "cats")]
JOBS = [("doctor", "nurse"), ("engineer", "secretary"), ("pilot", "teacher"), ("judge", "dancer")]
JOBS += [("carpenter", "maid"), ("soldier", "singer")]  # the first is often taken for a man
HUNGRY = "The {} and the {} came home. {} was hungry. The hungry one was the"
EIGHT = PAIRS[:6] + PAIRS[7:9]  # of nouns that are one token each
SHOWN = {  # a frame, its pronouns, and the two who may be meant
    "king": (TEMPLATES[0].format("king", "queen"), PRONOUNS, ("king", "queen")),
    "farmer": ("The farmer looked at the hens because", ("he", "they"), ("farmer", "hens")),
    "names": ("John gave Mary a letter because", PRONOUNS, ("John", "Mary")),
    "doctor": ("The doctor spoke with the nurse for an hour before", PRONOUNS, ("doctor", "nurse")),
    "boy": ("My grandmother told the boy a story, and then", PRONOUNS, ("boy", "grandmother")),
}


def frames() -> list[tuple[int, str, str, str]]:
    """Return each sentence up to its pronoun: (template, text, the man's word, the woman's)."""
    found = []
    for (n, template), (man, woman), swap in product(enumerate(TEMPLATES), PAIRS, (False, True)):
        text = template.format(*((woman, man) if swap else (man, woman)))
        if man[0].isupper():  # names have no article
            for name in (man, woman):
                text = text.replace(f"The {name}", name).replace(f"the {name}", name)
        found.append((n, text, man, woman))
    return found


def two_weights(model: GPT, tokenizer: Any, text: str, words: tuple[str, str]) -> Tensor:
    """Return what each head gives, from the last token, to two words: (L, H, 2).

    Raises ValueError unless each word is one token of the text, and there once.
    """
    ids = encode_after_end(tokenizer, text)
    places = [place_of(tokenizer, ids, word) for word in words]
    return stack_attention(model, torch.tensor([ids]))[:, :, 0, -1, places]


def measure_frames(model: GPT, tokenizer: Any, some: list | None = None) -> list[dict[str, Any]]:
    """Return, of each frame whose words are one token each, what all heads give to both words.

    he, she: (L, H, 2), the man's word and the woman's, from that pronoun.
    """
    rows = []
    for n, text, *words in frames() if some is None else some:
        try:
            seen = [two_weights(model, tokenizer, f"{text} {p}", tuple(words)) for p in PRONOUNS]
        except ValueError:  # "grandfather" at the start is two tokens, say
            continue
        rows.append({"template": n, "text": text, "he": seen[0], "she": seen[1]})
    return rows


def leads(rows: list[dict[str, Any]]) -> Tensor:
    """Return by how much the right word leads: (frames, 2 pronouns, L, H)."""
    return torch.stack(
        [
            torch.stack([r["he"][..., 0] - r["he"][..., 1], r["she"][..., 1] - r["she"][..., 0]])
            for r in rows
        ]
    )


def count_flips(lead: Tensor, heads: list[Head]) -> dict[str, dict[str, int]]:
    """Return, of each head, in how many frames the pronoun decides, and in how many texts."""
    return {
        head_name((i, h)): {
            "flips": int((lead[:, :, i, h] > 0).all(dim=1).sum()),
            "right": int((lead[:, :, i, h] > 0).sum()),
        }
        for i, h in heads
    }


def found_heads(rows: list[dict[str, Any]], n: int = 3) -> list[Head]:
    """Return the heads whose right word leads most, by the first two templates alone."""
    lead = leads([row for row in rows if row["template"] < 2]).mean(dim=(0, 1))  # (L, H)
    return [divmod(int(i), lead.shape[1]) for i in lead.flatten().topk(n).indices]


def count_many(model: GPT, tokenizer: Any, pairs=MANY) -> dict[str, int]:
    """Return in how many sentences "they" finds the many, and "he" or "she" the one."""
    they = one = 0
    layer, head = HEADS[0]
    for single, many in pairs:
        frame = f"The {single} looked at the {many} because"
        pronoun = "she" if single in ("mother", "girl") else "he"
        a, b = two_weights(model, tokenizer, f"{frame} they", (single, many))[layer, head]
        they += int(b > a)
        a, b = two_weights(model, tokenizer, f"{frame} {pronoun}", (single, many))[layer, head]
        one += int(a > b)
    return {"they": they, "one": one, "of": len(pairs)}


def count_jobs(model: GPT, tokenizer: Any, pairs=JOBS) -> dict[str, int]:
    """Return in how many sentences the pronoun looks more at the job that prejudice gives it.

    Nothing in these sentences says who is a man and who a woman.
    """
    layer, head = HEADS[0]
    stereotype = 0
    for pair in pairs:
        for order, pronoun in product((pair, pair[::-1]), PRONOUNS):
            text = f"{TEMPLATES[1].format(*order)} {pronoun}"
            his, hers = two_weights(model, tokenizer, text, pair)[layer, head]
            stereotype += int((his > hers) == (pronoun == "he"))
    return {"stereotype": stereotype, "of": 4 * len(pairs)}


def hungry_margin(model: GPT, tokenizer: Any, off: list[Head], pairs=EIGHT) -> dict[str, Any]:
    """Return how far the pronoun moves the answer to "who was hungry?", with heads off.

    margin: half the difference that "He" instead of "She" makes to logit(man) − logit(woman), a
    mean over the pairs in both orders. right: in how many of them it is positive. answered: in how
    many of the texts with "He" and the texts with "She" the right one of the two leads.
    """
    margins, answered = [], 0
    for man, woman in pairs:
        answers = [one_id(tokenizer, man), one_id(tokenizer, woman)]
        for order in ((man, woman), (woman, man)):
            texts = [
                encode_after_end(tokenizer, HUNGRY.format(*order, who)) for who in ("He", "She")
            ]
            logits = last_logits(model, texts, without(model, off))[:, answers]
            he, she = (logits[:, 0] - logits[:, 1]).tolist()
            margins.append((he - she) / 2)
            answered += (he > 0) + (she < 0)
    mean = round(sum(margins) / len(margins), 2)
    right = {"right": sum(m > 0 for m in margins), "of": len(margins)}
    return {"margin": mean} | right | {"answered": answered, "answers": 2 * len(margins)}


def pronoun_rows(model: GPT, tokenizer: Any, text: str, name: str = "") -> dict[str, Any]:
    """Return a run of `text`, with the scores and weights of head 9.4 at its last token."""
    return record_run(
        model, tokenizer, text, name=name, next_at=(), heads=HEADS[:1], queries=[-1], scores=True
    )


def shown_runs(model: GPT, tokenizer: Any) -> list[dict[str, Any]]:
    """Return a run of each sentence that is shown, with who may be meant: `people`."""
    return [
        pronoun_rows(model, tokenizer, f"{frame} {pronoun}", f"{name} {pronoun}")
        | {"people": list(people)}
        for name, (frame, pronouns, people) in SHOWN.items()
        for pronoun in pronouns
    ]


def measure(model: GPT, tokenizer: Any) -> dict[str, Any]:
    """Return all counts.

    found: the best heads by the first two templates. frames: how many sentences have words of one
    token. heads: in how many of them the pronoun decides (flips), and in how many texts the right
    word leads; `unseen` are the last two templates alone. many: "they" against "he" or "she". jobs:
    how often prejudice leads. hungry: what it costs to switch the heads off.
    """
    rows = measure_frames(model, tokenizer)
    unseen = [row for row in rows if row["template"] > 1]
    return {
        "found": [head_name(head) for head in found_heads(rows)],
        "frames": len(rows),
        "heads": count_flips(leads(rows), HEADS),
        "unseen": {"frames": len(unseen), "heads": count_flips(leads(unseen), HEADS)},
        "many": count_many(model, tokenizer),
        "jobs": count_jobs(model, tokenizer),
        "hungry": {
            "all on": hungry_margin(model, tokenizer, []),
            "9.4 off": hungry_margin(model, tokenizer, HEADS[:1]),
            "all three off": hungry_margin(model, tokenizer, HEADS),
        },
    }


def main() -> None:
    """Measure all and write the file."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=main.__doc__)
    parser.add_argument("--threads", type=int, default=1)
    torch.set_num_threads(parser.parse_args().threads)
    model, tokenizer = load_model("smollm2")
    counts = measure(model, tokenizer)
    write_recorded(FILE, shown_runs(model, tokenizer), COMMAND, counts=counts)
    print(counts)


if __name__ == "__main__":
    main()
