"""Packs a model as text that a page or notebook can load.

A page can't read safetensors, and a notebook should not store weights. So a widget's state names
its model only by a short *ref*. On a built page, the rest comes from a script file that the
browser caches for all pages. In a notebook, it comes from Python: with the message that opens the
widget, or on request, for instance after the page was reloaded.

The payload is a dict: `config`, `tokenizer`, `tensors` (name, shape, and where each begins), and
`data`, all weights as little-endian float16 in base64. It is text, since some notebooks drop
binary data.
"""

import base64
import hashlib
import json
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from llm_lib.files import CONFIG_FILE, MODELS_FOLDER, model_folder

SITE_FOLDER_VARIABLE = "LLM_LIB_SITE_MODELS"

Payload = dict[str, Any]


def model_payload(model: Any, tokenizer: Any = None) -> tuple[str, Payload]:
    """Return (ref, payload) of a model.

    model: the name of a shipped model ("sprout"), the folder of a saved one, a pair
        (model, tokenizer), or a `GPT`, for which `tokenizer` is then needed.

    The ref is the name of a shipped model, else 16 hex digits that change whenever a weight, the
    config or the tokenizer does. Raises ValueError or TypeError saying what is allowed.
    """
    if isinstance(model, tuple | list):
        model, tokenizer = _pair(model, tokenizer)
    if isinstance(model, str | os.PathLike):
        if tokenizer is not None:
            raise TypeError(
                f"a model given by name, here {str(model)!r}, has its own tokenizer; leave "
                "`tokenizer` out, or give the model itself: load_model(name)[0]"
            )
        folder = model_folder(model, also=", or a pair (model, tokenizer)")
        payload = _pack(*_read_folder(folder))
        return (str(model) if folder.parent == MODELS_FOLDER else digest(payload)), payload
    payload = _pack(_config(model), _tokenizer_dict(tokenizer), _arrays(model))
    return digest(payload), payload


def is_shipped(ref: str) -> bool:
    """Tell whether a ref is the name of a model that is shipped with the library."""
    return ref.isidentifier() and (MODELS_FOLDER / ref).is_dir()


@cache
def shipped_payload(name: str) -> Payload:
    """Return the payload of a shipped model, packed once."""
    return model_payload(name)[1]


def publish_model(model: Any, tokenizer: Any = None) -> Path | None:
    """Write the model as `<ref>.js` into the folder that LLM_LIB_SITE_MODELS names.

    The build of the book sets that variable; without it nothing is written and None is returned.
    The file appears whole or not at all.
    """
    if not os.environ.get(SITE_FOLDER_VARIABLE):
        return None
    return publish_payload(*model_payload(model, tokenizer))


def publish_payload(ref: str, payload: Payload) -> Path | None:
    """Write what `model_payload` returned, as `publish_model` does."""
    if not os.environ.get(SITE_FOLDER_VARIABLE):
        return None
    folder = Path(os.environ[SITE_FOLDER_VARIABLE])
    folder.mkdir(parents=True, exist_ok=True)
    script = f"(window.__llmModels ??= {{}})[{json.dumps(ref)}] = {json.dumps(payload)};\n"
    # Each writer uses its own name: chapters that run side by side may publish the same model.
    handle, temporary = tempfile.mkstemp(prefix=f".{ref}.", dir=folder)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(script)
        os.chmod(temporary, 0o644)  # mkstemp lets the owner alone read it; a web server must too
        os.replace(temporary, folder / f"{ref}.js")
    finally:
        Path(temporary).unlink(missing_ok=True)
    return folder / f"{ref}.js"


def _pair(model: Any, tokenizer: Any) -> tuple[Any, Any]:
    """Take (model, tokenizer) apart."""
    if len(model) != 2 or tokenizer is not None:
        raise ValueError(
            f"a pair should be (model, tokenizer), as load_model returns it; got {len(model)} "
            f"things{' and a tokenizer as well' if tokenizer is not None else ''}"
        )
    return model[0], model[1]


def _read_folder(folder: Path) -> tuple[dict, dict, dict[str, np.ndarray]]:
    """Read config, tokenizer and weights of a saved model; of an adapter, with its base's."""
    if not (folder / CONFIG_FILE).exists():
        from llm_lib.pretrained.save_load import (
            load_model,  # needs torch, and the rest of this module none
        )

        model, tokenizer = load_model(folder)
        return _config(model), _tokenizer_dict(tokenizer), _arrays(model)
    from safetensors.numpy import load_file

    parts = []
    for name in (CONFIG_FILE, "tokenizer.json"):
        try:
            parts.append(json.loads((folder / name).read_text("utf-8")))
        except (OSError, json.JSONDecodeError) as error:
            raise ValueError(f"{folder / name} can't be read: {error}") from None
    return parts[0], parts[1], load_file(folder / "model.safetensors")


def _config(model: Any) -> dict[str, Any]:
    """Return the config of a model object as a dict."""
    config = getattr(model, "config", None)
    if not hasattr(config, "to_dict") or not hasattr(model, "state_dict"):
        raise TypeError(
            "model should be the name of a shipped model, the folder of a saved one, or a GPT; "
            f"got {type(model).__name__}"
        )
    return config.to_dict()


def _tokenizer_dict(tokenizer: Any) -> dict[str, Any]:
    """Return a tokenizer object as a dict."""
    if not hasattr(tokenizer, "to_dict"):
        got = "none" if tokenizer is None else type(tokenizer).__name__
        raise TypeError(
            "a model object needs its tokenizer: give (model, tokenizer), with one of llm_lib's "
            f"tokenizers; got {got}"
        )
    return tokenizer.to_dict()


def _arrays(model: Any) -> dict[str, np.ndarray]:
    """Return the weights of a model object as arrays; a tied head is left out."""
    state = model.state_dict()
    if model.config.tie_weights:
        state = {name: t for name, t in state.items() if name != "head.weight"}
    return {name: t.detach().float().cpu().numpy() for name, t in state.items()}


def _pack(config: dict, tokenizer: dict, arrays: dict[str, np.ndarray]) -> Payload:
    """Return the payload of a model."""
    return {"config": config, "tokenizer": tokenizer} | pack_arrays(arrays)


def pack_arrays(arrays: dict[str, np.ndarray]) -> Payload:
    """Lay the weights end to end as float16 and note where each begins."""
    tensors, parts, offset = [], [], 0
    for name, array in arrays.items():
        with np.errstate(over="ignore"):
            half = np.ascontiguousarray(array, dtype="<f2")
        if not np.isfinite(half).all():
            raise ValueError(
                f"the weight {name!r} holds numbers that float16 can't: not finite, or beyond "
                "65504; did the training diverge?"
            )
        tensors.append({"name": name, "shape": list(half.shape), "offset": offset})
        parts.append(half.tobytes())
        offset += half.size
    return {"tensors": tensors, "data": base64.b64encode(b"".join(parts)).decode("ascii")}


def digest(payload: Payload) -> str:
    """Return 16 hex digits of the SHA-256 of everything in the payload.

    The weights alone are not enough: with another tokenizer or number of heads it is another model.
    """
    return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()[:16]
