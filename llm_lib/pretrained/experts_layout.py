"""Hugging Face's layout of a mixture of experts: Mixtral and Qwen 3 MoE.

All else in them is laid out as in a Llama. The files of the Hub hold each expert's matrices by
themselves; a model in memory, in transformers 5, holds those of all experts as one tensor.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from torch import Tensor

from llm_lib.model.experts import ExpertsConfig

# of each kind: where the mixture stands in files, and what gate, up and down are called there
PLACES = {
    "mixtral": ("block_sparse_moe", ("w1", "w3", "w2")),
    "qwen3_moe": ("mlp", ("gate_proj", "up_proj", "down_proj")),
}


def experts_config(hf: Any) -> ExpertsConfig | None:
    """Return how a model with config `hf` is divided into experts, None if it is not.

    Raises ValueError, naming the field, for layers of another kind between those with experts.
    """
    if hf.model_type not in PLACES:
        return None
    n_expert = getattr(hf, "num_local_experts", None) or getattr(hf, "num_experts", None)
    if hf.model_type == "mixtral":
        return ExpertsConfig(n_expert, hf.num_experts_per_tok)
    for name, usual in (("decoder_sparse_step", 1), ("mlp_only_layers", [])):
        if (value := getattr(hf, name, usual)) not in (usual, None):
            raise ValueError(f"a GPT can't have {name}={value!r}, only {usual!r}")
    return ExpertsConfig(
        n_expert,
        hf.num_experts_per_tok,
        n_hidden=hf.moe_intermediate_size,
        normalize=hf.norm_topk_prob,
    )


def expert_weights(
    theirs: Mapping[str, Tensor], layer: str, kind: str, n_expert: int
) -> dict[str, Tensor]:
    """Return the weights of a layer's router and experts by our names within `feed_forward`."""
    place, _ = PLACES[kind]
    in_memory = f"{layer}.mlp.experts.gate_up_proj" in theirs
    router = theirs[f"{layer}.{'mlp' if in_memory else place}.gate.weight"]
    parts = _from_memory if in_memory else _from_files
    ours = {"router.score.weight": router}
    for e, matrices in enumerate(parts(theirs, layer, kind, n_expert)):
        for name, matrix in zip(("gate", "up", "down"), matrices, strict=True):
            ours[f"experts.{e}.{name}.weight"] = matrix
    return ours


def _from_files(theirs, layer: str, kind: str, n_expert: int) -> Iterator[tuple[Tensor, ...]]:
    place, names = PLACES[kind]
    for e in range(n_expert):
        yield tuple(theirs[f"{layer}.{place}.experts.{e}.{name}.weight"] for name in names)


def _from_memory(theirs, layer: str, kind: str, n_expert: int) -> Iterator[tuple[Tensor, ...]]:
    both, down = (theirs[f"{layer}.mlp.experts.{name}_proj"] for name in ("gate_up", "down"))
    if len(both) != n_expert:
        raise ValueError(f"the config says {n_expert} experts, and {layer} has {len(both)}")
    for gate_up, out in zip(both, down, strict=True):
        yield (*gate_up.chunk(2), out)
