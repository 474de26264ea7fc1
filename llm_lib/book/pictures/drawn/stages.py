"""The picture of how a model is made: one network, three trainings, three answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from llm_lib.book.pictures.kit import box, token
from llm_lib.book.pictures.links import arrow
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row, space, table
from llm_lib.book.pictures.text import label
from llm_lib.book.studies.stages import load_stages

ASKED = ("bear",)  # which is among no examples
STAGES = (
    ("Pretraining", "text, and nothing else", ("Mia had a kite …", "User: Happy or sad? …")),
    ("Fine-tuning", "questions with answers", ("Is a hen an animal?", "→ Yes.")),
    ("Preference tuning", "the better of two answers", ("✓ Yes, it is.", "✕ Yes.")),
)
MODELS = ("base model", "tuned model", "preference-tuned")
NARROW = 178  # the width of a box on a phone: all are alike, so that arrows are straight
RECORDED = ("base", "tuned 60", "preferred")


def stages(*, answers: Mapping[str, Sequence[str]] | None = None) -> Picture:
    """Draw what a network learns from in three stages, and what it answers after each.

    answers: from each question to the three answers; what is on record if not given.

    Raises ValueError unless there is a question, and each has three answers.
    """
    on_file = load_stages()
    if answers is None:
        answers = {
            f"Is a {word} an animal?": [
                on_file["stages"][stage]["asked"][word]["says"].splitlines()[0]
                for stage in RECORDED
            ]
            for word in ASKED
        }
    if not answers or any(len(said) != len(STAGES) for said in answers.values()):
        raise ValueError(f"answers should have {len(STAGES)} for each question; got {answers!r}")
    size = f"{on_file['parameters']:,} numbers"
    told = " ".join(
        f"Asked “{question}”: "
        + "; ".join(f"after {s[0].lower()} “{a}”" for s, a in zip(STAGES, said, strict=True))
        + "."
        for question, said in answers.items()
    )
    learns = "; ".join(f"{name.lower()}: {what}" for name, what, _ in STAGES)
    alt = (
        f"The same network of {size} is trained three times, each time from the weights it has, "
        f"on other texts ({learns}). {told}"
    )
    title = "One network, three trainings"
    return Picture(title, alt, _wide(answers, size), _narrow(answers, size))


def _head(i: int, align: str = "middle") -> Piece:
    name, what, _ = STAGES[i]
    words = (label(name, bold=True, anchor=align), label(what, size=13, role="muted", anchor=align))
    return column(*words, gap=0, align=align)


def _example(i: int, width: float, size: float = 13) -> Piece:
    lines = [label(line, mono=True, size=size, anchor="start") for line in STAGES[i][2]]
    return box(column(*lines, gap=2), look="plain", width=width, height=62).named(f"example{i}")


def _network(i: int, size: str, width: float) -> Piece:
    words = column(
        label(MODELS[i], bold=True), label(size, size=12, role="muted"), gap=0, align="middle"
    )
    return box(words, look="tinted", role="residual", width=width, height=58).named(f"network{i}")


def _wide(answers: Mapping[str, Sequence[str]], size: str) -> Piece:
    width = 208
    three = range(len(STAGES))
    names = ["learns from", "the network", *(f"“{question}”" for question in answers)]
    side = [label(name, size=13, role="muted", anchor="end") for name in names]
    replies = [
        [token(a, look="chosen").named(f"reply{i}.{q}") for i, a in enumerate(said)]
        for q, said in enumerate(answers.values())
    ]
    lines = [
        [space(), *map(_head, three)],
        [side[0], *(_example(i, width) for i in three)],
        [side[1], *(_network(i, size, width) for i in three)],
        *([name, *said] for name, said in zip(side[2:], replies, strict=True)),
    ]
    links = [arrow(f"network{i}", f"network{i + 1}", role="residual", look="thick") for i in (0, 1)]
    links += [arrow(f"example{i}", f"network{i}", "bottom") for i in three]
    links += [arrow(f"network{i}", f"reply{i}.0", "bottom") for i in three]
    return table(lines, gap=36, row_gap=24, align="emmm").link(*links)


def _narrow(answers: Mapping[str, Sequence[str]], size: str) -> Piece:
    asked = [label(f"“{question}”", size=13, role="muted", anchor="start") for question in answers]
    blocks, links = [column(*asked, gap=2, align="start")], []
    for i in range(len(STAGES)):
        said = [said[i] for said in answers.values()]
        replies = column(*(token(a, look="chosen", size=12) for a in said), gap=6, align="start")
        line = row(_network(i, size, NARROW), replies.named(f"reply{i}"), gap=24)
        blocks.append(column(_head(i, "start"), _example(i, NARROW, 12), line, gap=18))
        links += [arrow(f"network{i}", f"reply{i}"), arrow(f"example{i}", f"network{i}", "bottom")]
    return column(*blocks, gap=26).link(*links)
