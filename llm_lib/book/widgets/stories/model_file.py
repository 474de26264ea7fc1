"""A model file, byte by byte: from a row of bytes to numbers in a model's slots."""

from typing import Any

import traitlets as t

from llm_lib.book.widgets.base import join_scripts, join_styles
from llm_lib.book.widgets.walkthrough import Walkthrough

# what safetensors writes for three small tensors: a test makes it anew
HEADER = (
    '{"h.0.mlp.c_fc.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},'
    '"ln_f.weight":{"dtype":"F16","shape":[2],"data_offsets":[24,28]},'
    '"wte.weight":{"dtype":"F16","shape":[3,2],"data_offsets":[28,40]}}  '
)
NUMBERS = (
    "00002040 000080be 0000403f 000080bf 0000003f 0000c03f"  # float32: 2.5, -0.25, 0.75; -1, ...
    "003a 003c"  # float16: 0.75, 1
    "0038 003c 00be 0034 0040 00ba"
)
FILE = len(HEADER).to_bytes(8, "little") + HEADER.encode() + bytes.fromhex(NUMBERS)


class ModelFile(Walkthrough):
    """A small safetensors file, read by hand; see `Walkthrough`.

    It is a real one, with three tensors under GPT-2's names; `file` has its 256 bytes. In the last
    scene the four bytes of its first number can be changed.

    four: those four bytes, in a row of their own: [[0, 0, 32, 64]], which is 2.5.
    number: what they are as a float32, as text, since it may be "inf" or "nan" (set by the page).
    """

    story = "model-file"
    _esm = join_scripts("stories/model_file.js")
    _css = join_styles("walkthrough.css")

    SCENES = {
        "File": 1, "Length": 1, "Header": 1, "Table": 1, "Offsets": 2, "F32": 2, "Grid": 2,
        "F16": 1, "Transpose": 2, "Slots": 1, "Your turn": 1,
    }  # fmt: skip
    FIRST = {"four": [[0, 0, 32, 64]]}

    hex = t.Unicode(FILE.hex()).tag(sync=True)
    four = t.List().tag(sync=True, setting=True)
    number = t.Unicode().tag(sync=True)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "four":
            value = _checked_four(value)
        super().__setattr__(name, value)

    @property
    def file(self) -> bytes:
        """Return the file that the scenes show."""
        return bytes.fromhex(self.hex)


def _checked_four(value: Any) -> list[list[int]]:
    """Return the row of bytes as lists; TypeError or ValueError unless there are four of them."""
    try:
        [row] = value
        four = [int(byte) for byte in row if float(byte) == int(byte)]
    except (TypeError, ValueError):
        raise TypeError(
            f"four should be one row of 4 bytes, [[0, 0, 32, 64]]; got {value!r}"
        ) from None
    if len(four) != 4 or len(row) != 4 or not all(0 <= byte <= 255 for byte in four):
        raise ValueError(f"four should be 4 whole numbers from 0 to 255; got {value!r}")
    return [four]
