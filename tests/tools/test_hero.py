"""The picture below the book's title: its numbers are Sprout's, and it is drawn true to them."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from web import hero, hero_wide
from web.translation.catalogues import english

RECORD = json.loads(hero.RECORD.read_text("utf-8"))
WHOLE = hero.figure(english)
WIDE, FIGURE = hero_wide.river(RECORD, english), hero.picture(RECORD, english)  # FIGURE: the narrow
WEIGHT = dict(zip((token.strip() for token in RECORD["tokens"]), RECORD["weights"], strict=True))
NEXT = {token.strip(): p for token, p in RECORD["next"].items()}


def number(pattern: str, picture: str = FIGURE) -> float:
    """Return the number that a pattern finds in a picture, which has it once."""
    [found] = re.findall(pattern, picture)
    return float(found)


def test_the_numbers_on_file_are_what_sprout_does():
    # fails when the model or the sentence was changed, and the picture was not measured anew
    now = hero.measure()
    assert (now["tokens"], now["vocab_size"]) == (RECORD["tokens"], RECORD["vocab_size"])
    assert now["weights"] == pytest.approx(RECORD["weights"], abs=2e-4)
    assert now["next"] == pytest.approx(RECORD["next"], abs=2e-4)
    for vector, kept in zip(now["vectors"], RECORD["vectors"], strict=True):
        assert vector == pytest.approx(kept, abs=2e-3)


def test_the_text_is_there_as_its_tokens():
    # fails when a token is left out, or one of the things has no colour of its own
    seen = re.findall(r'<g class="h-token ([\w-]*)"><rect[^>]*/><text[^>]*>([^<]+)<', FIGURE)
    assert "".join(RECORD["tokens"]) == hero.PROMPT
    assert [text for _, text in seen] == [*(t.strip() for t in RECORD["tokens"]), "?"]
    in_row = re.findall(r'<g class="h-token[^>]*><rect[^>]*/><text[^>]*>([^<]+)<', WIDE)
    assert in_row == [text for _, text in seen][:-1]
    looks = {text: look for look, text in seen}
    assert len({looks[thing] for thing in hero.THINGS}) == len(hero.THINGS)


@pytest.mark.parametrize("place", range(len(hero.THINGS)))
def test_lines_and_bars_are_as_large_as_what_they_show(place):
    # fails when a line's thickness is not the weight, a bar's length not the probability, or one
    # of them has the colour of another thing
    thing = hero.THINGS[place]
    thick = number(rf'class="h-look h-{place}"[^>]*stroke-width="([\d.]+)"')
    assert thick == pytest.approx(WEIGHT[thing] * hero.THICK, abs=0.06)
    bar = rf'class="h-bar h-{place}"><text[^>]*>{thing}<.*?class="h-full"[^>]*? width="([\d.]+)"'
    assert number(bar) == pytest.approx(NEXT[thing] * hero.BARS[1], abs=0.06)


@pytest.mark.parametrize("place", range(len(hero.THINGS)))
def test_bows_and_streams_are_as_thick_as_what_they_show(place):
    # fails when in the wide picture a bow is not the weight, or a stream at its source or at its
    # mouth not the probability
    thing = hero.THINGS[place]
    thick = number(rf'class="h-look h-{place}"[^>]*stroke-width="([\d.]+)"', WIDE)
    assert thick == pytest.approx(WEIGHT[thing] * hero_wide.GATHER, abs=0.06)
    ends = r"M[\d.]+ ([\d.]+)C[^V]* ([\d.]+)V([\d.]+)C[^z]* ([\d.]+)z"
    [stream] = re.findall(rf'class="h-bar h-{place}"><path class="h-flow" d="{ends}', WIDE)
    top, mouth, mouth_end, end = map(float, stream)
    assert end - top == pytest.approx(NEXT[thing] * hero_wide.FLOW, abs=0.11)
    assert mouth_end - mouth == pytest.approx(NEXT[thing] * hero_wide.FLOW, abs=0.11)


@pytest.mark.parametrize(("picture", "numbers"), [(WIDE, hero.SHOWN), (FIGURE, hero.FEW)])
def test_each_token_has_its_vector_as_dark_as_its_numbers(picture, numbers):
    # fails when a number is left out, or is paler than a smaller one
    vectors = re.findall(r'<g class="h-vector[^>]*>(.*?)</g>', picture)
    spread = hero_wide.spread_of(RECORD)
    assert len(vectors) == len(RECORD["tokens"])
    for drawn, vector in zip(vectors, RECORD["vectors"], strict=True):
        paths = re.findall(r'class="v-(\d)" d="([^"]+)"', drawn)
        darks = sorted(int(dark) for dark, path in paths for _ in range(path.count("M")))
        assert darks == sorted(hero_wide.level(x, spread) for x in vector[:numbers])


@pytest.mark.parametrize(("picture", "room"), [(WIDE, hero_wide.WIDTH), (FIGURE, hero.WIDTH)])
def test_it_fits_its_room(picture, room):
    # fails when a token or a bar runs out of the picture
    for x, wide in re.findall(r'<rect[^>]* x="([\d.]+)"[^>]* width="([\d.]+)"', picture):
        assert 0 <= float(x) and float(x) + float(wide) <= room


def test_it_is_told_in_words():
    # fails when who can't see it is not told the text, where the head looks, and what is next
    [told] = re.findall(r'role="img" aria-label="([^"]+)"', WHOLE)
    assert hero.PROMPT in told
    for thing in hero.THINGS:
        assert told.count(f"{thing} {hero.percent(WEIGHT[thing])}") == 1
        assert told.count(f"{thing} {hero.percent(NEXT[thing])}") == 1


def test_it_is_light():
    # fails when the picture costs more than a small photograph would
    assert len(gzip.compress(WHOLE.encode())) < 6_000
