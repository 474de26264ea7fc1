"""The picture of embeddings: an id picks a row of the table, and a position is added."""

from __future__ import annotations

from llm_lib.checkpoint import load_model
from llm_lib.embedding import sinusoidal_positions
from llm_lib.pictures.cells import cell, vector
from llm_lib.pictures.kit import token
from llm_lib.pictures.links import arrow
from llm_lib.pictures.picture import Picture
from llm_lib.pictures.piece import Piece, column, row, table
from llm_lib.pictures.text import label, number_text

WORDS = (" bear", " fox", " kite", " lake", " owl")
SHOWN = 6  # channels of the many


def embedding(*, word: str = " fox", words: tuple = WORDS, position: int = 1) -> Picture:
    """Draw how a token's one-hot row picks its row of Sprout's table, and a position is added."""
    model, tokenizer = load_model("sprout")
    ids = {w: tokenizer.encode(w)[0] for w in words}
    if word not in ids:
        raise ValueError(f"word must be one of {list(ids)}, got {word!r}")
    table_of = model.token_embedding.weight.detach()
    rows, size = {w: table_of[i, :SHOWN] for w, i in ids.items()}, table_of.shape
    where = sinusoidal_positions(position + 1, size[1])[position, :SHOWN]
    total = rows[word] + where
    texts = [", ".join(number_text(float(x), 1) for x in v) for v in (rows[word], where, total)]
    alt = (
        f"The token “{word.strip()}” has the id {ids[word]}. As a one-hot vector it is 1 there and "
        f"0 at all other ids. It picks one row of the table of {size[0]:,} rows and {size[1]} "
        f"channels, whose first {SHOWN} numbers are {texts[0]}. The vector of position {position}, "
        f"{texts[1]}, is added to it: {texts[2]}."
    )
    lines = sorted(rows, key=ids.get)
    parts = (word, ids, lines, rows, where, total, position)
    return Picture("An id picks a row", alt, _wide(*parts, size), _narrow(*parts))


def _sum(word, row_of, where, total, position, width) -> Piece:
    """Return the row, the position's vector and their sum, one below the other."""
    looks = {"width": width, "height": 30, "digits": 1, "largest": 2}
    names = [
        (f"row of {word.strip()}", "value"),
        (f"position {position}", "position"),
        ("their sum", "residual"),
    ]
    lines = [
        [
            label(sign, size=17),
            vector(v, role, **looks).named(f"sum{i}"),
            label(name, size=13, role="muted", anchor="start"),
        ]
        for i, (sign, v, (name, role)) in enumerate(
            zip(("", "+", "="), (row_of, where, total), names, strict=True)
        )
    ]
    return table(lines, gap=10 if width > 35 else 6, row_gap=8, align="mss")


def _wide(word, ids, lines, rows, where, total, position, size) -> Piece:
    looks = {"width": 40, "height": 30, "digits": 1, "largest": 2}
    hot = [
        cell(
            float(w == word), "weight", width=34, height=30, look="result" if w == word else ""
        ).named(f"hot{ids[w]}")
        for w in lines
    ]
    cells = [
        vector(rows[w], "value" if w == word else "muted", **looks).named(f"row{ids[w]}")
        for w in lines
    ]
    body = []
    for w, h, c in zip(lines, hot, cells, strict=True):
        body.append(
            [label(f"{ids[w]}", mono=True, size=13, role="muted").named(f"id{ids[w]}"), h, c]
        )
    heads = [
        label("id", size=13, role="muted"),
        label("one-hot", size=13, role="muted"),
        label(f"table, {size[0]:,} × {size[1]}", size=13, role="muted"),
    ]
    middle = table([heads, *body], gap=16, row_gap=6)
    chip = token(word.strip(), look="chosen").named("token")
    right = _sum(word, rows[word], where, total, position, 40)
    line = row(chip, middle, right, gap=54)
    return line.link(
        arrow("token", f"id{ids[word]}"), arrow(f"row{ids[word]}", "sum0", role="value")
    )


def _narrow(word, ids, lines, rows, where, total, position) -> Piece:
    looks = {"width": 32, "height": 28, "digits": 1, "largest": 2}
    body = []
    for w in lines:
        look = "result" if w == word else ""
        hot = cell(float(w == word), "weight", width=27, height=28, look=look)
        picked = vector(rows[w], "value" if w == word else "muted", **looks).named(f"row{ids[w]}")
        body.append([label(f"{ids[w]}", mono=True, size=12, role="muted"), hot, picked])
    heads = [label(t, size=12, role="muted") for t in ("id", "one-hot", "table")]
    chip = row(
        token(word.strip(), look="chosen"),
        label("→", role="muted"),
        label(f"id {ids[word]}"),
        gap=8,
    )
    lower = _sum(word, rows[word], where, total, position, 32)
    return column(chip, table([heads, *body], gap=6, row_gap=5), lower, gap=20)
