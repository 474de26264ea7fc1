"""The picture of how a model is made: one network, three trainings, three answers."""

from __future__ import annotations

from llm_lib.checkpoint import load_model
from llm_lib.pictures.kit import box, token
from llm_lib.pictures.links import arrow
from llm_lib.pictures.picture import Picture
from llm_lib.pictures.piece import Piece, column, row, space, table
from llm_lib.pictures.text import label

QUESTION = "Is a bear an animal?"  # no bear is among the examples
# What Sprout said; then after 60 steps on 30 questions with answers; then after 80 steps of direct
# preference optimisation on those, where full sentences were preferred. Its test trains all of it.
ANSWERS = ("By the cave.", "Yes.", "Yes, it is.")
STAGES = (
    ("Pretraining", "text, and nothing else", ("Mia had a kite that", "she loved very much …")),
    ("Fine-tuning", "questions with answers", ("Is a hen an animal?", "→ Yes.")),
    ("Preference tuning", "the better of two answers", ("✓ Yes, it is.", "✕ Yes.")),
)
MODELS = ("base model", "tuned model", "preference-tuned")


def stages(*, question: str = QUESTION, answers: tuple = ANSWERS) -> Picture:
    """Draw what a network learns from in three stages, and what it answers after each."""
    model, _ = load_model("sprout")
    size = f"{model.count_parameters():,} numbers"
    told = "; ".join(
        f"{name} on {what}: “{answer}”"
        for (name, what, _), answer in zip(STAGES, answers, strict=True)
    )
    alt = (
        f"The same network of {size} is trained three times, each time going on from the weights "
        f"it has. After each, it is asked “{question}”, and answers: {told}."
    )
    return Picture(
        "One network, three trainings",
        alt,
        _wide(question, answers, size),
        _narrow(question, answers, size),
    )


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


def _wide(question, answers, size) -> Piece:
    width = 208
    three = range(len(STAGES))
    names = ["learns from", "the network", f"“{question}”"]
    side = [label(name, size=13, role="muted", anchor="end") for name in names]
    replies = [token(a, look="chosen").named(f"reply{i}") for i, a in enumerate(answers)]
    lines = [
        [space(), *map(_head, three)],
        [side[0], *(_example(i, width) for i in three)],
        [side[1], *(_network(i, size, width) for i in three)],
        [side[2], *replies],
    ]
    links = [arrow(f"network{i}", f"network{i + 1}", role="residual", look="thick") for i in (0, 1)]
    links += [arrow(f"example{i}", f"network{i}", "bottom") for i in three]
    links += [arrow(f"network{i}", f"reply{i}", "bottom") for i in three]
    return table(lines, gap=44, row_gap=28, align="emmm").link(*links)


def _narrow(question, answers, size) -> Piece:
    blocks, links = [label(f"“{question}”", size=13, role="muted", anchor="start")], []
    for i, answer in enumerate(answers):
        reply = token(answer, look="chosen", size=13).named(f"reply{i}")
        line = row(_network(i, size, 182), reply, gap=28)
        blocks.append(column(_head(i, "start"), _example(i, 182, 12), line, gap=18))
        links += [arrow(f"network{i}", f"reply{i}"), arrow(f"example{i}", f"network{i}", "bottom")]
    return column(*blocks, gap=26).link(*links)
