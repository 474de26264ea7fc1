"""The picture of searching: a tree of texts, what greedy decoding finds in it, and two beams."""

from __future__ import annotations

from collections.abc import Mapping

import torch

from llm_lib.book.pictures.kit import token
from llm_lib.book.pictures.links import arrow
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row
from llm_lib.book.pictures.text import label
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
    return Picture(title, alt, _draw(tree, greedy, beams, 110), _draw(tree, greedy, beams, 32))


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


def _draw(tree: Mapping, greedy: tuple, beams: tuple, gap: float) -> Piece:
    links, groups = [], []
    for first, (p, ends) in tree.items():
        role = "query" if first == greedy[0] else "key"
        links.append(arrow("start", first, role=role, text=f"{p:.1f}", straight=True))
        leaves = []
        for word, q in ends.items():
            path = (first, word)
            role = "query" if path == greedy else "key" if path == beams else "muted"
            name = f"{first}.{word}"
            links.append(arrow(first, name, role=role, text=f"{q:.1f}", straight=True))
            found = "greedy" if path == greedy else "beams" if path == beams else ""
            parts = [
                token(word, look="chosen" if found else "").named(name),
                label(f"{p * q:.2f}", bold=bool(found)),
            ]
            if found:
                parts.append(label(found, size=13, role="muted"))
            leaves.append(row(*parts, gap=8))
        body = column(*leaves, gap=16)
        groups.append(row(token(first).named(first), body, gap=gap))
    return row(token("start").named("start"), column(*groups, gap=26), gap=gap).link(*links)
