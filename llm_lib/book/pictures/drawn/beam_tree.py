"""The picture of searching: a tree of texts, what greedy decoding finds in it, and two beams."""

from __future__ import annotations

from collections.abc import Mapping

import torch

from llm_lib.book.pictures.cells import rectangle
from llm_lib.book.pictures.kit import TOKEN_HEIGHT, token
from llm_lib.book.pictures.links import Link, arrow, find, note
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Box, Piece, column, place, row
from llm_lib.book.pictures.text import SMALL, label, text_shape, text_width
from llm_lib.generation import beam_search

TREE = {
    "A": (0.6, {"fox": 0.4, "owl": 0.3, "bear": 0.3}),
    "B": (0.4, {"kite": 0.9, "drum": 0.1}),
}


def beam_tree(*, tree: Mapping = TREE) -> Picture:
    """Draw a tree of two tokens, with the path of greedy decoding and that of two beams."""
    greedy, beams = best_of(tree, 1), best_of(tree, 2)
    paths = [(a, b, p * q) for a, (p, ends) in tree.items() for b, q in ends.items()]
    listed = "; ".join(f"{a} {b}: {p:.2f}" for a, b, p in paths)
    first = ", ".join(f"{a} {p:.1f}" for a, (p, _) in tree.items())
    alt = (
        f"A tree. The first token: {first}. The probabilities of the texts: {listed}. Greedy "
        f"decoding ends at {' '.join(greedy)}, two beams at {' '.join(beams)}."
    )
    title = "The likeliest first token need not begin the likeliest text"
    return Picture(title, alt, _across(tree, greedy, beams), _down(tree, greedy, beams))


def best_of(tree: Mapping, n_beams: int) -> tuple[str, str]:
    """Return the two tokens of the best text that a search with so many beams finds."""
    names = ["start", *tree, *(word for _, ends in tree.values() for word in ends)]
    table = torch.zeros(len(names), len(names))
    for first, (p, ends) in tree.items():
        table[0, names.index(first)] = p
        for word, q in ends.items():
            table[names.index(first), names.index(word)] = q
    ids, _ = beam_search(lambda prefixes: table[prefixes[:, -1]].log(), [0], n_beams, 2, None)[0]
    return names[ids[1]], names[ids[2]]


def _role(first: str, word: str, greedy: tuple, beams: tuple) -> tuple[str, str]:
    """Return whose colour the way to a text has, and which search finds it, if one does."""
    path = (first, word)
    if path == greedy:
        return "query", "greedy"
    return ("right", "beams") if path == beams else ("muted", "")


def _tone(found: str, usual: str = "ink") -> str:
    return "right" if found == "beams" else usual


def _end(word: str, found: str) -> Piece:
    """Return the token at which a text ends: green where the beams find it."""
    if found != "beams":
        return token(word, look="chosen" if found else "")
    width = text_width(word, 14, mono=True) + 18
    words = label(word, size=14, bold=True, mono=True)
    spot = ((width - words.width) / 2, (TOKEN_HEIGHT - words.height) / 2, words)
    ground = rectangle(width, TOKEN_HEIGHT, "p-tinted p-right", 4, 14)
    return Piece(width, TOKEN_HEIGHT, (ground,), (spot,))


def _across(tree: Mapping, greedy: tuple, beams: tuple, gap: float = 208) -> Piece:
    """Return the tree from the left to the right, its probabilities on their arrows."""
    links, groups = [], []
    for first, (p, ends) in tree.items():
        role = "query" if first == greedy[0] else "right"
        links += [
            arrow("start", first, role=role, straight=True),
            note("start", first, f"{p:.1f}", at=0.46, role=role),
        ]
        leaves = []
        for word, q in ends.items():
            role, found = _role(first, word, greedy, beams)
            name = f"{first}.{word}"
            links += [
                arrow(first, name, role=role, straight=True),
                note(first, name, f"{q:.1f}", at=0.46, role=role),
            ]
            parts = [
                _end(word, found).named(name),
                label(f"{p * q:.2f}", bold=bool(found), role=_tone(found)),
            ]
            if found:
                parts.append(label(found, size=13, role=_tone(found, "muted")))
            leaves.append(row(*parts, gap=8))
        body = column(*leaves, gap=16)
        groups.append(row(token(first).named(first), body, gap=gap))
    return row(token("start").named("start"), column(*groups, gap=26), gap=gap).link(*links)


def _down(tree: Mapping, greedy: tuple, beams: tuple, gap: float = 58) -> Piece:
    """Return the tree from the top down, its probabilities on their arrows: for a phone."""
    links, groups = [], []
    for first, (p, ends) in tree.items():
        role = "query" if first == greedy[0] else "right"
        links += [
            arrow("start", first, "bottom", role=role, straight=True),
            _on_arrow("start", first, f"{p:.1f}", role),
        ]
        leaves = []
        for word, q in ends.items():
            role, found = _role(first, word, greedy, beams)
            name = f"{first}.{word}"
            links += [
                arrow(first, name, "bottom", role=role, straight=True),
                _on_arrow(first, name, f"{q:.1f}", role),
            ]
            parts = [
                _end(word, found).named(name),
                label(f"{p * q:.2f}", bold=bool(found), role=_tone(found)),
            ]
            if found:
                parts.append(label(found, size=13, role=_tone(found, "muted")))
            leaves.append(column(*parts, gap=4, align="middle"))
        body = row(*leaves, gap=12, align="start")
        groups.append(column(token(first).named(first), body, gap=gap, align="middle"))
    body = row(*groups, gap=20, align="start")
    return column(token("start").named("start"), body, gap=gap - 8, align="middle").link(*links)


def _on_arrow(start: str, end: str, text: str, role: str) -> Link:
    """Return a number in the middle of an arrow from the foot of a piece down to another one."""

    def draw(boxes: dict[str, Box]) -> list[str]:
        (x0, y0), (x1, y1) = find(boxes, start).point("bottom"), find(boxes, end).point("top")
        x, y, width = (x0 + x1) / 2, (y0 + y1) / 2 - 2, text_width(text, SMALL) + 4
        card = f'x="{place(x - width / 2)}" y="{place(y - 9)}" width="{place(width)}" height="18"'
        words = text_shape(text, x, y, SMALL, "middle", f"p-{role}")
        return [f'<rect {card} class="p-card"/>', words]

    return draw
