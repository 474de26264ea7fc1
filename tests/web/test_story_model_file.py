"""The walkthrough of a model file: what it reads is what numpy reads, and a byte can be changed."""

from __future__ import annotations

import json
import re
import struct

import numpy as np
import pytest

from llm_lib.book.widgets import Walkthrough
from tests.web.browser import serious_faults
from tests.web.widget_page import set_trait, settle, take_poster_off, texts, trait

FILE = Walkthrough("model-file").file
LENGTH = int.from_bytes(FILE[:8], "little")
HEADER = json.loads(FILE[8 : 8 + LENGTH])
NUMBERS = FILE[8 + LENGTH :]


@pytest.fixture
def calm(show_widget):
    """The walkthrough for a reader who wants no motion: each step stands at once."""

    def show(width=992, theme="light", **settings):
        page = show_widget(Walkthrough("model-file", **settings), width=width, theme=theme)
        page.emulate_media(reduced_motion="reduce", color_scheme=theme)
        return page

    return show


def number(text: str) -> float:
    return float(text.replace("−", "-"))


# Fails if a byte, a character, or an entry of the header is another than in the file.
@pytest.mark.parametrize("width", [360, 992])
def test_bytes_characters_and_header(calm, width):
    page = calm(width)
    seen = texts(page)
    assert [seen[f"b{i}"] for i in range(256)] == [f"{byte:02x}" for byte in FILE]
    set_trait(page, "scene", "Header")
    seen = texts(page)
    shown = "".join(seen[f"b{i}"] for i in range(8, 8 + LENGTH)).replace("␣", " ")
    assert shown.encode() == FILE[8 : 8 + LENGTH]
    set_trait(page, "scene", "Table")
    seen = texts(page)
    for i, (name, entry) in enumerate(HEADER.items()):
        assert seen[f"t{i}.name"] == name and seen[f"t{i}.dtype"] == entry["dtype"]
        assert json.loads(seen[f"t{i}.shape"]) == entry["shape"]
        assert json.loads(seen[f"t{i}.offsets"]) == entry["data_offsets"]


COLOURS = """() => Object.fromEntries([...document.querySelectorAll('[data-key^="b"]')]
  .filter((g) => /^b\\d+$/.test(g.dataset.key))
  .map((g) => [Number(g.dataset.key.slice(1)), getComputedStyle(g.querySelector('rect')).fill]))"""


# Fails if the first picture tells by its colours, words or alt text which bytes are the weights,
# or a part has no colour of its own once the reader knows it.
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_part_is_coloured_when_it_is_known(calm, theme):
    page = calm(theme=theme)
    take_poster_off(page)
    parts = range(8), range(8, 8 + LENGTH), range(8 + LENGTH, 256)
    shown = []
    for scene in ("File", "Length", "Header"):
        set_trait(page, "scene", scene)
        found = page.evaluate(COLOURS)
        each = [{found[str(i)] for i in part} for part in parts]
        assert [len(colours) for colours in each] == [1, 1, 1]
        shown.append([colours.pop() for colours in each])
        if scene == "File":
            alt = page.locator(".llm-walk-svg").get_attribute("aria-label")
            told = f"{alt} {trait(page, 'finding')} {texts(page)['parts']}"
            assert not {"8", str(LENGTH), str(len(NUMBERS))} & set(re.findall(r"\d+", told))
    plain = shown[0][0]
    assert shown[0] == [plain] * 3
    assert shown[1][0] != plain and shown[1][1:] == [plain] * 2
    assert shown[2][0] == shown[1][0] and shown[2][2] == plain and len(set(shown[2])) == 3
    set_trait(page, "scene", "Offsets")
    assert set(page.evaluate(COLOURS).values()).isdisjoint(shown[2])


# Fails if the numbers are others than numpy's, or lie elsewhere in grid and slot.
def test_numbers_grids_and_the_wrong_place(calm):
    page = calm(scene="Offsets")
    assert "byte 8 + 208 + 0 = 216" in trait(page, "finding")
    set_trait(page, "step", trait(page, "step") + 1)
    astray = np.frombuffer(FILE[:4], np.float32)[0]
    assert number(texts(page)["astray"]) == pytest.approx(float(astray), rel=0.05)
    stored = np.frombuffer(NUMBERS[:24], np.float32)
    set_trait(page, "scene", "Grid")
    assert [number(texts(page)[f"v{i}"]) for i in range(6)] == stored.tolist()
    set_trait(page, "scene", "Transpose")

    def placed():
        """Return the numbers of the slot, as they stand below and beside each other."""
        boxes = {i: page.locator(f'[data-key="v{i}"]').last.bounding_box() for i in range(6)}
        order = sorted(boxes, key=lambda i: (round(boxes[i]["y"]), boxes[i]["x"]))
        return [number(texts(page)[f"v{i}"]) for i in order]

    assert placed() == stored.reshape(3, 2).flatten().tolist()
    assert (
        page.locator(".llm-walk-wrong").count()
        == (stored.reshape(3, 2) != stored.reshape(2, 3).T).sum()
    )
    set_trait(page, "step", trait(page, "step") + 1)
    assert placed() == stored.reshape(2, 3).T.flatten().tolist()


# Fails if the bits of a number, or what they mean, are others than struct's.
@pytest.mark.parametrize(("scene", "kind", "at"), [("F32", "f", 0), ("F16", "e", 24)])
def test_the_bits_of_a_number(calm, scene, kind, at):
    page = calm(scene=scene)
    if scene == "F32":
        set_trait(page, "step", trait(page, "step") + 1)
    size = struct.calcsize(kind)
    [value] = struct.unpack(f"<{kind}", NUMBERS[at : at + size])
    bits = f"{int.from_bytes(NUMBERS[at : at + size], 'little'):0{8 * size}b}"
    seen = texts(page)
    assert "".join(seen[key] for key in seen if key.startswith("bit")) == bits
    assert number(seen["value"]) == value


# Fails if a changed byte gives another number than struct's, or infinity and NaN break it.
@pytest.mark.parametrize(
    "four",
    [
        (0, 0, 32, 192),
        (0, 0, 128, 127),
        (1, 0, 128, 255),
        (1, 0, 0, 0),
        (0, 0, 32, 0),
        (7, 9, 3, 60),
    ],
)
def test_any_four_bytes(calm, four):
    page = calm(scene="Your turn", four=[list(four)])
    [value] = struct.unpack("<f", bytes(four))
    assert number(trait(page, "number")) == pytest.approx(value, rel=0.05, nan_ok=True)
    assert texts(page)["v0"] == texts(page)["value"] == trait(page, "number")


# Fails if neither key nor menu changes the number, or Reset does not bring it back.
@pytest.mark.parametrize("width", [360, 992])
def test_a_byte_and_a_bit_are_changed(calm, width):
    page = calm(width, scene="Your turn")
    menu = page.get_by_label("Bit that is flipped")
    for bit, expected in (("31", "−2.5"), ("30", "2.9e-39"), ("22", "3.5"), ("-1", "2.5")):
        menu.select_option(bit)
        settle(page)
        assert trait(page, "number") == expected
    page.get_by_role("spinbutton", name="byte 219").press("ArrowUp")
    settle(page)
    assert trait(page, "four") == [[0, 0, 32, 65]] and trait(page, "number") == "10"
    assert menu.input_value() == "other"  # no bit of the menu: bit 24
    assert "was 2.5, and is 10 now" in trait(page, "finding")
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert trait(page, "four") == [[0, 0, 32, 64]] and trait(page, "number") == "2.5"
    assert serious_faults(page) == []
