"""What SmolLM2 computes in `transformers`, to hold one's own port against.

It was recorded once, from the same file of weights, by `tests/book/studies/record_smollm2_stream`,
since the book's readers need no transformers. Of long vectors a few channels are kept.
"""

from pathlib import Path

from safetensors.torch import load_file
from torch import Tensor

FILE = Path(__file__).parent / "smollm2_stream.safetensors"
TEXT = "The library stands on a hill. Every morning, the keeper opens the windows and"
EVERY = 24  # of 576 channels, 24 are kept
EVERY_LOGIT = 1024  # of 49,152 logits, 48 are kept


def load_smollm2_stream() -> tuple[Tensor, Tensor]:
    """Return the ids (1, T) and the recorded stream (L + 1, T, C / EVERY).

    Its last row is what comes after the last norm, as in transformers' own list.
    """
    kept = load_file(FILE)
    return kept["ids"], kept["stream"]


def load_smollm2_inside() -> dict[str, Tensor]:
    """Return what layer 0 computes for the same ids, by our hooks' names, and the "logits".

    In the order in which it is computed. The normed input and what attention adds are
    (1, T, C / EVERY), the logits (1, T, V / EVERY_LOGIT); q, k, v and the pattern are whole.
    """
    kept = load_file(FILE)
    places = ("norm_1.normalized", *(f"attention.{x}" for x in ("q", "k", "v", "pattern")))
    names = [f"blocks.0.{place}" for place in (*places, "attn_out")]
    return {name: kept[name] for name in (*names, "logits")}
