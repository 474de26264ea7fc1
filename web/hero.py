"""Draws the picture below the book's title: ``python -m web.hero`` measures it anew.

A sentence of Sprout's world as the tokens that it reads, where one of its heads looks back from the
last of them, and what it expects next. Every number is measured and kept in `hero.json`; a build
draws what is on file, and needs no model. This is the narrow picture, and `hero_wide.py` has the
wide one; `static/hero.css` shows one of them, and has the colours.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from llm_lib.files import atomic_write
from web.hero_wide import LEAST, barcode, percent, river, spread_of
from web.translation.catalogues import Say

RECORD = Path(__file__).with_name("hero.json")
PROMPT = "By the lake Mia had a ring, a map and a kite. Mia gave Tom the"
HEAD = (3, 0)  # layer and head, counted from 0
THINGS = ("kite", "map", "ring")  # each has a colour, from its token to its bar
LINES = (5, 9)  # how many tokens stand in the first lines; the last line has the rest
WIDTH, SIZE, HIGH, PAD, GAP = 560, 29, 48, 10, 5  # of the picture, and of a token in it
TOP = {"lines": (1, 73), "last": 239, "panel": 319, "bar": 335}  # of each row, from above
STRIP, FOOT = 9, 62  # how high a token's vector is, and where it ends, below the token's top
ROW, THICK = 36, 60  # from bar to bar; how thick a line is that has the whole weight
BARS = (102, 346)  # where a bar begins, and how long it is at 100 %
CAPTION = "Measured in Sprout, the book’s small GPT: where one head looks, and what comes next."
SHOWN, FEW = 16, 8  # numbers of each vector, and in the narrow picture


def measure() -> dict[str, Any]:
    """Return what Sprout does with the sentence: its tokens, the head's weights, what is next."""
    import torch  # here: a build draws what is on file

    from llm_lib.interp.heads import stack_attention
    from llm_lib.pretrained.save_load import load_model

    model, tokenizer = load_model("sprout")
    ids = torch.tensor([tokenizer.encode(PROMPT)])
    layer, head = HEAD
    weights = stack_attention(model, ids)[layer, head, 0, -1]
    table = model.token_embedding.weight.detach()
    with torch.no_grad():
        p = model(ids)[0, -1].softmax(0)
    top = p.topk(len(THINGS))
    return {
        "tokens": [tokenizer.decode([i]) for i in ids[0].tolist()],
        "weights": [round(w, 4) for w in weights.tolist()],
        "vectors": [[round(x, 3) for x in row[:SHOWN].tolist()] for row in table[ids[0]]],
        "next": {
            tokenizer.decode([i]): round(x, 4)
            for x, i in zip(top.values.tolist(), top.indices.tolist(), strict=True)
        },
        "vocab_size": tokenizer.vocab_size,
    }


@dataclass(frozen=True)
class Token:
    """A token where it stands in the picture."""

    text: str
    x: float
    y: float
    wide: float
    weight: float
    vector: list[float]

    @property
    def thing(self) -> str:
        """Return the colour's name, or "" for a token that is none of the things."""
        return f"h-{THINGS.index(self.text)}" if self.text in THINGS else ""

    @property
    def middle(self) -> float:
        """Return where its middle is, from the left."""
        return self.x + self.wide / 2


def place(record: dict[str, Any]) -> list[Token]:
    """Return the tokens in their lines."""
    tokens, x, line = [], 0.0, 0
    starts = {LINES[0], sum(LINES)}
    heights = (*TOP["lines"], TOP["last"])
    parts = zip(record["tokens"], record["weights"], record["vectors"], strict=True)
    for i, (text, weight, vector) in enumerate(parts):
        if i in starts:
            x, line = 0.0, line + 1
        text = text.strip()
        wide = round(len(text) * SIZE * 0.6 + 2 * PAD, 1)
        tokens.append(Token(text, x, heights[line], wide, weight, vector))
        x = round(x + wide + GAP, 1)
    return tokens


def chip(token: Token, look: str) -> str:
    """Return a token as a box with its text."""
    return (
        f'<g class="h-token {look}"><rect x="{token.x + 1:g}" y="{token.y:g}" rx="7" '
        f'width="{token.wide - 2:g}" height="{HIGH}"/>'
        f'<text x="{token.middle:g}" y="{token.y + 33.5:g}">{escape(token.text)}</text></g>'
    )


def strip(token: Token, spread: float, look: str) -> str:
    """Return a token's vector, which lies below it: a number beside the other."""
    each, y = (token.wide - 2) / FEW, token.y + FOOT - STRIP / 2
    lines = [f"M{token.x + 1 + i * each:.1f} {y:g}h{each - 1:.1f}" for i in range(FEW)]
    cells = barcode(token.vector[:FEW], spread, lines)
    return f'<g class="h-vector {look}" stroke-width="{STRIP}">{cells}</g>'


def looks(tokens: list[Token]) -> list[str]:
    """Return a line for each token that the last one looks at: as thick as its weight."""
    last = tokens[-1]
    seen = [token for token in tokens[:-1] if token.weight >= LEAST and token.y < last.y]
    thick = [max(token.weight * THICK, 1.2) for token in seen]
    x = last.middle - sum(thick) / 2
    lines = []
    for token, wide in sorted(zip(seen, thick, strict=True), key=lambda pair: pair[0].middle):
        end, (top, bottom) = x + wide / 2, (token.y + FOOT, last.y)
        bend = (bottom - top) * 0.62
        path = (
            f'<path class="h-look {token.thing}" pathLength="1" stroke-width="{wide:.1f}" '
            f'd="M{end:.1f} {bottom}C{end:.1f} {bottom - bend:.1f} '
            f'{token.middle:.1f} {top + bend:.1f} {token.middle:.1f} {top}"/>'
        )
        lines.append((wide, path))
        x += wide
    return [path for _, path in sorted(lines)]  # the thick ones in front


def bars(record: dict[str, Any], say: Say) -> Iterator[str]:
    """Yield the bars of what comes next, and one for all the rest."""
    rest = 1 - sum(record["next"].values())
    others = say("other")
    rows = [*((name.strip(), p) for name, p in record["next"].items()), (others, rest)]
    start, whole = BARS
    for row, (name, p) in enumerate(rows):
        y = TOP["bar"] + row * ROW
        look = f"h-{THINGS.index(name)}" if name in THINGS else "h-rest"
        yield (
            f'<g class="h-bar {look}"><text x="18" y="{y + 20}">{escape(name)}</text>'
            f'<rect class="h-track" x="{start}" y="{y + 2}" width="{whole}" height="22" rx="4"/>'
            f'<rect class="h-full" x="{start}" y="{y + 2}" width="{max(whole * p, 3):.1f}" '
            f'height="22" rx="4"/>'
            f'<text class="h-number" x="{WIDTH - 18}" y="{y + 20}">{percent(p)}</text></g>'
        )


def picture(record: dict[str, Any], say: Say) -> str:
    """Return the narrow picture, without its words for those who can't see it."""
    tokens, spread = place(record), spread_of(record)
    last = tokens[-1]
    box = Token("?", last.x + last.wide + GAP, last.y, 2.4 * SIZE, 0, [])
    height = TOP["bar"] + 4 * ROW + 10
    top, notch = TOP["panel"], box.middle
    panel = (
        f'<path class="h-panel" d="M8 {top}H{notch - 11:g}l11 -11l11 11H{WIDTH - 8}'
        f"a8 8 0 0 1 8 8V{height - 8}a8 8 0 0 1 -8 8H8a8 8 0 0 1 -8 -8V{top + 8}"
        f'a8 8 0 0 1 8 -8z"/>'
    )
    chips = [chip(token, token.thing) for token in tokens[:-1]]
    chips += [chip(last, "h-last"), chip(box, "h-next")]
    chips += [strip(token, spread, token.thing) for token in tokens[:-1]]
    chips.append(strip(last, spread, "h-last"))
    inside = [*looks(tokens), *chips, panel, *bars(record, say)]
    return (
        f'<svg class="h-tall" viewBox="0 0 {WIDTH} {height}" aria-hidden="true">'
        f"{''.join(inside)}</svg>"
    )


def told(record: dict[str, Any], say: Say) -> str:
    """Return the picture in words."""
    of = dict(zip((t.strip() for t in record["tokens"]), record["weights"], strict=True))
    seen = ", ".join(f"{name} {percent(of[name])}" for name in THINGS)
    expected = ", ".join(f"{name.strip()} {percent(p)}" for name, p in record["next"].items())
    return say(
        "The text “{} …” as tokens. From the last one, lines as thick as their weights lead "
        "back to what Mia had: {}. Below, what Sprout expects next: {}.",
        PROMPT,
        seen,
        expected,
    )


def figure(say: Say) -> str:
    """Return the picture as it stands on the page."""
    record = json.loads(RECORD.read_text("utf-8"))
    words, caption = escape(told(record, say)), escape(say(CAPTION))
    return (
        f'<figure class="llm-hero-picture"><div role="img" aria-label="{words}">'
        f"{river(record, say)}{picture(record, say)}</div>"
        f"<figcaption>{caption}</figcaption></figure>"
    )


def main() -> int:
    """Measure the picture's numbers, and keep them; return 0."""
    text = json.dumps(measure(), ensure_ascii=False)
    with atomic_write(RECORD) as file:
        file.write(f"{text}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
