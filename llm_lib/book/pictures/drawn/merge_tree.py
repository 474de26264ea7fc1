"""Byte pair encoding's picture: merges learned from a few words, replayed in a new one."""

from __future__ import annotations

from collections.abc import Mapping

from llm_lib.book.pictures.kit import token
from llm_lib.book.pictures.links import line
from llm_lib.book.pictures.picture import Picture
from llm_lib.book.pictures.piece import Piece, column, row, table
from llm_lib.book.pictures.text import label
from llm_lib.bpe import BPETokenizer

COUNTS = {"sea": 4, "seal": 3, "tea": 2}
STEP, GAP = 62, 24  # from a merge to the next one above it; between letters


def merge_tree(*, counts: Mapping = COUNTS, words: tuple = ("seal", "steal")) -> Picture:
    """Draw the merges that byte pair encoding learns from counted words, and trees of words."""
    merges = learn(counts)
    trees = [build(word, merges) for word in words]
    learned = "; ".join(f"{i}: {a} and {b} make {a + b}" for i, (a, b) in enumerate(merges, 1))
    cuts = (
        f"{word} becomes {', '.join(node.text for node in tree)}"
        for word, tree in zip(words, trees, strict=True)
    )
    known = ", ".join(f"{word} {n} times" for word, n in counts.items())
    alt = f"Learned from {known}: {learned}. Replayed in this order, {'; '.join(cuts)}."
    parts = [("The text", _counts(counts)), ("Merges, in order", _merges(merges))]
    parts += [
        (_count(word, tree), _tree(tree, word)) for word, tree in zip(words, trees, strict=True)
    ]
    title = "The pair that comes most often gets a name"
    return Picture(title, alt, _wide(parts), _narrow(parts))


class Node:
    """A token of a word: a letter, or what a merge made of two tokens."""

    def __init__(self, text: str, step: int = 0, parts: tuple[Node, ...] = ()):
        """Keep the text, the merge's number, and the two tokens that it joined."""
        self.text, self.step, self.parts = text, step, parts

    @property
    def height(self) -> int:
        """How many merges lie above each other in it."""
        return 1 + max(part.height for part in self.parts) if self.parts else 0


def learn(counts: Mapping) -> list[tuple[str, str]]:
    """Return the merges that the library's tokenizer learns, in order, as pairs of texts."""
    texts = [word for word, n in counts.items() for _ in range(n)]
    tokenizer = BPETokenizer.train(texts, 256 + 20)
    return [(a.decode(), b.decode()) for a, b in tokenizer.merges]


def build(word: str, merges: list[tuple[str, str]]) -> list[Node]:
    """Return the tokens of a word as trees, by replaying the merges in order."""
    nodes = [Node(letter) for letter in word]
    for step, pair in enumerate(merges, 1):
        i = 0
        while i < len(nodes) - 1:
            if (nodes[i].text, nodes[i + 1].text) == pair:
                nodes[i : i + 2] = [Node("".join(pair), step, (nodes[i], nodes[i + 1]))]
            i += 1
    return nodes


def _count(word: str, tree: list[Node]) -> str:
    return f"{word}: {len(tree)} token{'s' * (len(tree) > 1)}"


def _counts(counts: Mapping) -> Piece:
    lines = [
        [label(word, mono=True, anchor="start"), label(f"{n} ×", size=13, role="muted")]
        for word, n in counts.items()
    ]
    return table(lines, gap=12, row_gap=8, align="se")


def _merges(merges: list[tuple[str, str]]) -> Piece:
    lines = [
        [
            label(str(i), size=13, role="muted"),
            row(token(a), label("+"), token(b), gap=7),
            label("→", role="muted"),
            token(a + b),
        ]
        for i, (a, b) in enumerate(merges, 1)
    ]
    return table(lines, gap=12, row_gap=8, align="esms")


def _tree(nodes: list[Node], name: str) -> Piece:
    """Return trees side by side: letters at the foot, each merge above what it joins."""
    links: list = []
    drawn = [_node(node, f"{name}{i}", links) for i, node in enumerate(nodes)]
    return row(*drawn, gap=GAP, align="end").link(*links, under=True)


def _node(node: Node, name: str, links: list) -> Piece:
    chip = token(node.text).named(name)
    if not node.parts:
        return chip
    below = [_node(part, f"{name}.{i}", links) for i, part in enumerate(node.parts)]
    links += [line(name, f"{name}.{i}", "bottom", "top") for i in range(len(below))]
    foot = row(*below, gap=GAP, align="end")
    rise = node.height * STEP + chip.height - foot.height
    left = (foot.width - chip.width) / 2
    number = label(str(node.step), size=13, role="muted")
    top = (left - number.width - 5, (chip.height - number.height) / 2, number)
    return Piece(foot.width, foot.height + rise, parts=((left, 0, chip), top, (0, rise, foot)))


def _wide(parts: list[tuple[str, Piece]]) -> Piece:
    height = max(piece.height for _, piece in parts)
    blocks = []
    for i, (title, piece) in enumerate(parts):
        top = height - piece.height if i > 1 else 0  # trees stand on the ground
        body = Piece(piece.width, height, parts=((0, top, piece),))
        blocks.append(column(label(title, bold=True), body, gap=14, align="middle"))
    return row(*blocks, gap=60, align="start")


def _narrow(parts: list[tuple[str, Piece]]) -> Piece:
    blocks = [
        column(label(title, bold=True, anchor="start", size=14), piece, gap=8)
        for title, piece in parts
    ]
    return column(*blocks, gap=20)
