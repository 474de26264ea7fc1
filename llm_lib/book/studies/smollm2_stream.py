"""The residual stream of SmolLM2 as `transformers` computes it, to hold one's own port against.

It was recorded once, from the same file of weights, by `tests/book/studies/record_smollm2_stream`,
since the book's readers need no transformers. Of each vector every 24th channel is kept.
"""

from pathlib import Path

from safetensors.torch import load_file
from torch import Tensor

FILE = Path(__file__).parent / "smollm2_stream.safetensors"
TEXT = "The library stands on a hill. Every morning, the keeper opens the windows and"
EVERY = 24  # of 576 channels, 24 are kept


def load_smollm2_stream() -> tuple[Tensor, Tensor]:
    """Return the ids (1, T) and the recorded stream (L + 1, T, C / EVERY).

    Its last row is what comes after the last norm, as in transformers' own list.
    """
    kept = load_file(FILE)
    return kept["ids"], kept["stream"]
