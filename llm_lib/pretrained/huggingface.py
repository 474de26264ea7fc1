"""Loads a folder as Hugging Face's Hub has them: config, weights and tokenizer of a real model.

Whatever our `GPT` and `BPETokenizer` can't represent is refused by name. A model that is only
nearly the same would babble, or worse, write well and be wrong.
"""

import hashlib
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from torch import Tensor

from llm_lib.arguments import check_whole
from llm_lib.bpe import BPETokenizer
from llm_lib.files import read_json
from llm_lib.model.gpt import GPT
from llm_lib.pretrained.layouts import gpt_from_huggingface, read_tensors

# What a config.json leaves out has these values, by Hugging Face's own defaults.
DEFAULTS: dict[str, dict[str, Any]] = {
    "gpt2": {"n_inner": None, "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5},
    "llama": {
        "hidden_act": "silu",
        "rms_norm_eps": 1e-6,
        "rope_theta": 10000.0,
        "tie_word_embeddings": False,
    },
}
DEFAULTS["mistral"] = DEFAULTS["llama"] | {"num_key_value_heads": 8, "sliding_window": 4096}
DEFAULTS["qwen2"] = DEFAULTS["mistral"] | {
    "num_key_value_heads": 32,
    "use_sliding_window": False,
    "max_window_layers": 28,
}
DEFAULTS["qwen3"] = DEFAULTS["qwen2"] | {"head_dim": 128}
DEFAULTS["mixtral"] = DEFAULTS["mistral"] | {
    "sliding_window": None,
    "rope_theta": 1e6,
    "rms_norm_eps": 1e-5,
    "num_local_experts": 8,
    "num_experts_per_tok": 2,
}
DEFAULTS["qwen3_moe"] = DEFAULTS["qwen2"] | {
    "num_key_value_heads": 4,
    "num_experts": 128,
    "num_experts_per_tok": 8,
    "norm_topk_prob": False,
    "moe_intermediate_size": 768,
}
SIZES = {
    "gpt2": ("vocab_size", "n_positions", "n_layer", "n_head", "n_embd"),
    "llama": (
        "vocab_size",
        "max_position_embeddings",
        "num_hidden_layers",
        "num_attention_heads",
        "hidden_size",
        "intermediate_size",
    ),
}
SIZES |= dict.fromkeys(DEFAULTS.keys() - SIZES.keys(), SIZES["llama"])
# What would change every layer's work, and a GPT has no switch for.
REFUSED = {
    "quantization_config": "weights in a quantised format",
    "rope_interleaved": "rotary pairs of neighbours",
}
NO_WINDOW = {"sliding_window": "attention with a sliding window in a model of this kind"}

GPT2_REPOSITORY = "openai-community/gpt2"
GPT2_REVISION = "607a30d783dfa663caf39e06633721c8d4cfcd7e"
GPT2_FILES = {  # SHA-256
    "config.json": "0daed7749b4f02b8f76240d5444551d7b08712dab4d0adb8239c56ba823bb7b4",
    "tokenizer.json": "8414cab924d8b9b33013f0d221c5862f365ee9be39c5c2bfae8a5a9e970478a6",
    "model.safetensors": "248dfc3911869ec493c76e65bf2fcf7f615828b0254c12b473182f0f81d3a707",
}


def from_huggingface(
    folder: str | os.PathLike, *, with_tokenizer: bool = True
) -> tuple[GPT, BPETokenizer | None]:
    """Return (model, tokenizer) of a folder that was downloaded from Hugging Face's Hub.

    It holds config.json, tokenizer.json, and model.safetensors or the parts that
    model.safetensors.index.json lists, of a GPT-2, a Llama (1 to 3, with scaled rotary positions),
    a Mistral (with or without a sliding window), a Mixtral, a Qwen 2 or a Qwen 3 (with experts or
    without). The model is in evaluation mode, in float32. Where the tokenizer is one that a
    `BPETokenizer` can't be, as Qwen's, which rewrites text first, `with_tokenizer=False` gives the
    model and None.

    Raises ValueError, naming the file and the field, for whatever is missing, damaged, of another
    size than the config says, or more than a `GPT` and a `BPETokenizer` can represent.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ValueError(f"{folder} is no folder: download a model's files into one first")
    config = _read_config(folder / "config.json")
    tokenizer = _read_tokenizer(folder / "tokenizer.json") if with_tokenizer else None
    tensors = _with_prefix(_read_weights(folder), config.model_type)
    try:
        model = gpt_from_huggingface(tensors, config)
    except ValueError as error:
        raise ValueError(f"{folder}: {error}") from error
    largest = max(tokenizer.vocab) if tokenizer else 0
    if largest >= model.config.vocab_size:
        raise ValueError(
            f"{folder}: the tokenizer has the id {largest}, but the model knows only the ids below "
            f"{model.config.vocab_size}"
        )
    return model, tokenizer


def load_gpt2() -> tuple[GPT, BPETokenizer]:
    """Return GPT-2 with 124 million parameters and its tokenizer, from Hugging Face's Hub.

    The first call downloads 548 MB with the package huggingface_hub, which keeps them; each file's
    SHA-256 is checked. Raises ModuleNotFoundError if that package is missing, OSError if the files
    can't be fetched, and ValueError if one is not what was published.
    """
    instead = (
        f"or copy {', '.join(GPT2_FILES)} of {GPT2_REPOSITORY} into a folder, on any machine that "
        "is online, and call from_huggingface(folder)"
    )
    try:
        from huggingface_hub import hf_hub_download
    except ImportError:
        raise ModuleNotFoundError(
            f"GPT-2 needs the package huggingface_hub: python -m pip install huggingface_hub; "
            f"{instead}"
        ) from None
    try:
        files = [
            Path(hf_hub_download(GPT2_REPOSITORY, name, revision=GPT2_REVISION))
            for name in GPT2_FILES
        ]
    except Exception as error:  # of many kinds: no network, a proxy, a full disk, the Hub itself
        raise OSError(
            f"GPT-2 can't be downloaded ({type(error).__name__}: {str(error).splitlines()[0]}); "
            f"try again online, {instead}"
        ) from error
    for path in files:
        _check_hash(path, GPT2_FILES[path.name])
    return from_huggingface(files[0].parent)


def _check_hash(path: Path, wanted: str) -> None:
    with open(path, "rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != wanted:
        raise ValueError(
            f"{path} is not the file that was published: its SHA-256 begins {found[:12]}, not "
            f"{wanted[:12]}; delete it and load the model again"
        )


def _read_config(path: Path) -> SimpleNamespace:
    """Read a config.json, with what it leaves out; ValueError names what can't be represented."""
    if not path.exists():
        raise ValueError(f"{path} does not exist: a model's folder has a config.json")
    values = read_json(path)
    kind = values.get("model_type")
    if kind not in DEFAULTS:
        raise ValueError(f"{path}: model_type should be one of {list(DEFAULTS)}; it is {kind!r}")
    defaults = dict(DEFAULTS[kind])
    if kind == "llama":
        defaults["num_key_value_heads"] = values.get("num_attention_heads")
    values = defaults | values
    for name in SIZES[kind]:
        if name not in values:
            raise ValueError(f"{path}: the field {name!r} is missing")
        check_whole(f"{path}: {name}", values[name])
    refused = REFUSED | (NO_WINDOW if kind in ("gpt2", "llama") else {})
    for name, what in refused.items():
        if values.get(name):
            raise ValueError(f"{path}: a GPT can't have {what} ({name}={values[name]!r:.80})")
    return SimpleNamespace(**values)


def _read_tokenizer(path: Path) -> BPETokenizer:
    if not path.exists():
        raise ValueError(
            f"{path} does not exist: download it too (other files, such as tokenizer.model, hold "
            "tokenizers of another kind)"
        )
    try:
        return BPETokenizer.from_huggingface(path)
    except ValueError as error:
        alone = "from_huggingface(folder, with_tokenizer=False) loads the model alone"
        raise ValueError(f"{path}: {error}; {alone}") from error


def _read_weights(folder: Path) -> dict[str, Tensor]:
    """Read model.safetensors, or all the parts that the index lists."""
    whole, index = folder / "model.safetensors", folder / "model.safetensors.index.json"
    if whole.exists():
        return read_tensors(whole)[0]
    if not index.exists():
        raise ValueError(
            f"{folder} has neither model.safetensors nor {index.name}; a pytorch_model.bin is not "
            "read, since opening it can run code"
        )
    places = read_json(index).get("weight_map")
    if not isinstance(places, dict) or not places:
        raise ValueError(f"{index}: the field 'weight_map' should say where each weight is")
    tensors: dict[str, Tensor] = {}
    for name in dict.fromkeys(places.values()):
        if not isinstance(name, str) or Path(name).name != name:
            raise ValueError(f"{index}: a part should be a file beside it; got {name!r}")
        tensors |= read_tensors(folder / name)[0]
    if lost := [name for name in places if name not in tensors]:
        raise ValueError(f"{index}: the weight {lost[0]!r} is not in {places[lost[0]]!r}")
    return tensors


def _with_prefix(tensors: dict[str, Tensor], kind: str) -> dict[str, Tensor]:
    """Return the weights under the names of a whole model: some files leave the first word out."""
    prefix = "transformer." if kind == "gpt2" else "model."
    if any(name.startswith(prefix) for name in tensors):
        return tensors
    return {name if name.startswith("lm_head") else prefix + name: t for name, t in tensors.items()}
